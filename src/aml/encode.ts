import { DiagnosticError, errorAt } from '../base/index.js';
import type { DiagnosticCode } from '../vocab/index.js';
import { BackWriter } from './back-writer.js';
import { displayName, normalizeName, padNameSeg } from './name-string.js';
import { OPCODES, type OpcodeRow, PREFIX } from './opcodes.js';
import { MAX_PKG_LENGTH, pkgLengthLimit, pkgLengthWidth } from './pkg-length.js';
import type { FieldElement, Term } from './term.js';

export interface EncodeOptions {
  /**
   * `exact` writes every length and name as wide as it was decoded; `canonical` as iasl would write it.
   * Terms that were built have no width of their own, and are the same in both.
   */
  readonly form?: 'exact' | 'canonical';
  /** Terms within terms before encoding is refused. */
  readonly depthLimit?: number;
}

/** Deep enough for what decodes, shallow enough for the stack. */
const DEPTH_LIMIT = 900;

const rows: ReadonlyMap<string, OpcodeRow> = new Map((OPCODES as readonly OpcodeRow[]).map((row) => [row.op, row]));

/**
 * Writes from the last byte to the first: when a package's length is due, what it holds is written already, so that
 * one pass over the terms is enough and nothing is copied.
 */
class Encoder {
  readonly #out: BackWriter;
  readonly #exact: boolean;
  readonly #depthLimit: number;
  /** The terms that hold the one being written, outermost first; names the place in an error. */
  readonly #holders: Term[] = [];

  constructor(out: BackWriter, options: EncodeOptions) {
    this.#out = out;
    this.#exact = (options.form ?? 'exact') === 'exact';
    this.#depthLimit = options.depthLimit ?? DEPTH_LIMIT;
  }

  terms(terms: readonly Term[]): void {
    for (let index = terms.length - 1; index >= 0; index--) this.term(terms[index] as Term);
  }

  term(term: Term): void {
    const out = this.#out;
    const row = rows.get(term.op);
    if (row === undefined) {
      this.#withoutOpcode(term);
      return;
    }
    const { operands, code } = row;
    if (operands.length === 0) {
      out.u8(code & 0xff);
      if (code > 0xff) out.u8(code >>> 8);
      return;
    }
    if (this.#holders.length >= this.#depthLimit) {
      this.#refuse(
        'AML_TOO_DEEP',
        `Terms are nested over ${this.#depthLimit} deep.`,
        'Put the inner terms into a method of their own.',
      );
    }
    this.#holders.push(term);
    const before = out.length;
    const values = term.operands as readonly unknown[];
    let ordinal = 0;
    for (let index = operands.length - 1; index >= 0; index--) {
      const value = values[index];
      switch (operands[index]) {
        case 'TermArg':
        case 'Data':
        case 'SuperName':
        case 'Reference':
        case 'Target':
          this.term(value as Term);
          break;
        case 'NameString':
          this.#name(value as string, (term.nameForms & (1 << index)) !== 0);
          break;
        case 'ByteData':
          out.u8(this.#within(value as number, 0xff, row, index));
          break;
        case 'WordData':
          out.u16(this.#within(value as number, 0xffff, row, index));
          break;
        case 'DWordData':
          out.u32(this.#within(value as number, 0xffff_ffff, row, index));
          break;
        case 'QWordData':
          out.u64(this.#within64(value as bigint, row));
          break;
        case 'Ordinal':
          ordinal = this.#within(value as number, (row.span ?? 1) - 1, row, index);
          break;
        case 'AsciiString':
          this.#string(value as string);
          break;
        case 'TermList':
        case 'Elements':
          this.terms(value as readonly Term[]);
          break;
        case 'FieldList':
          this.#fieldList(value as readonly FieldElement[]);
          break;
        case 'ByteList':
          out.bytes(value as Uint8Array);
      }
    }
    if (row.package) this.#packageLength(out.length - before, term.lengthWidth);
    out.u8((code & 0xff) + ordinal);
    if (code > 0xff) out.u8(code >>> 8);
    this.#holders.pop();
  }

  #withoutOpcode(term: Term): void {
    switch (term.op) {
      case 'Path':
        this.#holders.push(term);
        this.terms(term.operands[1]);
        this.#name(term.operands[0], term.nameForms !== 0);
        this.#holders.pop();
        return;
      case 'Null':
        this.#out.u8(PREFIX.nullName);
        return;
      case 'Raw':
        this.#out.bytes(term.operands[0]);
        return;
      default:
        this.#refuse(
          'AML_UNKNOWN_OPCODE',
          `"${(term as { op: string }).op}" is no AML operation.`,
          'Use a name of the opcode table.',
        );
    }
  }

  #fieldList(elements: readonly FieldElement[]): void {
    const out = this.#out;
    for (let index = elements.length - 1; index >= 0; index--) {
      const element = elements[index] as FieldElement;
      switch (element.kind) {
        case 'NamedField':
          this.#bitLength(element.bits, element.lengthWidth);
          out.segment(padNameSeg(element.name), 0);
          break;
        case 'ReservedField':
          this.#bitLength(element.bits, element.lengthWidth);
          out.u8(0x00);
          break;
        case 'AccessField':
          out.u8(element.attribute);
          out.u8(element.access);
          out.u8(0x01);
          break;
        case 'ConnectField':
          this.term(element.connection);
          out.u8(0x02);
          break;
        case 'ExtendedAccessField':
          out.u8(element.length);
          out.u8(element.attribute);
          out.u8(element.access);
          out.u8(0x03);
      }
    }
  }

  #packageLength(bodyBytes: number, decodedWidth: number): void {
    let width = pkgLengthWidth(bodyBytes);
    if (this.#exact && decodedWidth !== 0 && bodyBytes + decodedWidth <= pkgLengthLimit(decodedWidth))
      width = decodedWidth;
    if (bodyBytes + width > MAX_PKG_LENGTH) {
      this.#refuse(
        'AML_TOO_LONG',
        `A package of ${bodyBytes} bytes is over the ${MAX_PKG_LENGTH} that its length can say.`,
        'Split it.',
      );
    }
    this.#out.length28(bodyBytes + width, width);
  }

  #bitLength(bits: number, decodedWidth: number): void {
    if (!Number.isInteger(bits) || bits < 0 || bits > MAX_PKG_LENGTH) {
      this.#refuse(
        'AML_VALUE_RANGE',
        `A field of ${bits} bits is outside 0..${MAX_PKG_LENGTH}.`,
        'Give its width in bits.',
      );
    }
    let width = pkgLengthWidth(bits);
    if (this.#exact && decodedWidth !== 0 && bits <= pkgLengthLimit(decodedWidth)) width = decodedWidth;
    this.#out.length28(bits, width);
  }

  #name(text: string, decodedMulti: boolean): void {
    const out = this.#out;
    const name = normalizeName(text);
    let begin = 0;
    while (name.charCodeAt(begin) === PREFIX.parent || name.charCodeAt(begin) === PREFIX.root) begin++;
    const count = begin === name.length ? 0 : (name.length - begin + 1) / 5;
    for (let at = name.length - 4; at >= begin; at -= 5) out.segment(name, at);
    if (count === 0) {
      out.u8(PREFIX.nullName);
    } else if (count > 2 || (this.#exact && decodedMulti)) {
      out.u8(count);
      out.u8(PREFIX.multi);
    } else if (count === 2) {
      out.u8(PREFIX.dual);
    }
    for (let at = begin - 1; at >= 0; at--) out.u8(name.charCodeAt(at));
  }

  #string(text: string): void {
    const out = this.#out;
    out.u8(0);
    for (let at = text.length - 1; at >= 0; at--) {
      const code = text.charCodeAt(at);
      if (code === 0 || code > 0xff) {
        this.#refuse(
          'AML_BAD_STRING',
          code === 0 ? `A string has a NUL at character ${at}.` : `A string has "${text[at]}" at character ${at}.`,
          'AML strings hold one byte a character and end at the first NUL; put other bytes into a Buffer.',
        );
      }
      out.u8(code);
    }
  }

  #within(value: number, most: number, row: OpcodeRow, index: number): number {
    if (Number.isInteger(value) && value >= 0 && value <= most) return value;
    return this.#refuse(
      'AML_VALUE_RANGE',
      `${row.op}'s operand ${index + 1} is ${value}, outside 0..0x${most.toString(16)}.`,
      'Give an integer in that range.',
    );
  }

  #within64(value: bigint, row: OpcodeRow): bigint {
    if (value >= 0n && value <= 0xffff_ffff_ffff_ffffn) return value;
    return this.#refuse(
      'AML_VALUE_RANGE',
      `${row.op}'s operand is ${value}, which needs over 64 bits.`,
      'AML integers have 64 bits at the most.',
    );
  }

  #refuse(code: DiagnosticCode, message: string, cure: string): never {
    const names = this.#holders.flatMap((holder) => {
      const name = rows.get(holder.op)?.role === 'declaration' ? (holder.operands as readonly unknown[])[0] : undefined;
      return typeof name === 'string' ? [displayName(name)] : [];
    });
    throw new DiagnosticError([errorAt(code, { path: names.join('.') }, message, cure)]);
  }
}

/** The bytes of terms one after the other, without a table header. Throws a DiagnosticError on what AML cannot hold. */
export function encodeAml(terms: readonly Term[], options: EncodeOptions = {}): Uint8Array {
  const out = new BackWriter();
  new Encoder(out, options).terms(terms);
  return out.finish();
}
