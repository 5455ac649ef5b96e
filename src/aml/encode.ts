import { DiagnosticError, errorAt } from '../base/index.js';
import type { DiagnosticCode } from '../vocab/index.js';
import { BackWriter } from './back-writer.js';
import { canonicalTerm } from './canonical-term.js';
import { type CompiledRow, KIND, rowOf, SHAPE } from './compiled-rows.js';
import { encodeFieldList } from './field-list.js';
import { isSegmentAt } from './name-bytes.js';
import { displayName, MAX_ARGUMENTS, normalizeName, padNameSeg } from './name-string.js';
import { PREFIX } from './opcodes.js';
import { MAX_PKG_LENGTH, pkgLengthLimit, pkgLengthWidth } from './pkg-length.js';
import { unreadBody } from './postponed-body.js';
import type { FieldElement, Path, Raw, Term } from './term.js';

export interface EncodeOptions {
  /**
   * `exact` writes every length, name and constant as wide as it was decoded; `canonical` as `iasl -oa` would: see
   * {@link canonicalTerm}. Lengths and names that were built have no width of their own, and are the same in both.
   */
  readonly form?: 'exact' | 'canonical';
  /** Terms within terms before encoding is refused. */
  readonly depthLimit?: number;
}

/** Deeper than what decodes, shallow enough for the stack of a worker. */
const DEPTH_LIMIT = 900;

/**
 * Writes from the last byte to the first: when a package's length is due, what it holds is written already, so that
 * one pass over the terms is enough and nothing is copied.
 */
class Encoder {
  readonly out: BackWriter;
  readonly #exact: boolean;
  readonly #depthLimit: number;
  #depth = 0;
  /** The declarations that hold the term being written, outermost first; they name the place in an error. */
  readonly #holders: Term[] = [];

  constructor(out: BackWriter, options: EncodeOptions) {
    this.out = out;
    this.#exact = (options.form ?? 'exact') === 'exact';
    this.#depthLimit = options.depthLimit ?? DEPTH_LIMIT;
  }

  terms(terms: readonly Term[]): void {
    for (let index = terms.length - 1; index >= 0; index--) this.term(terms[index] as Term);
  }

  term(term: Term): void {
    if (term.op === 'Path') {
      this.#path(term);
      return;
    }
    if (this.#exact) this.#operation(term);
    else this.#operation(canonicalTerm(term));
  }

  #operation(term: Term): void {
    const row = rowOf(term.op);
    if (row === undefined) {
      this.#withoutOpcode(term);
      return;
    }
    switch (row.shape) {
      case SHAPE.bare:
        this.#opcode(row, 0);
        return;
      case SHAPE.ordinal:
        this.#opcode(row, this.#within(term.operands[0] as number, row.span - 1, row, 0));
        return;
      case SHAPE.byte:
        this.out.u8(this.#within(term.operands[0] as number, 0xff, row, 0));
        this.#opcode(row, 0);
        return;
      default:
        this.#withOperands(row, term);
    }
  }

  #withOperands(row: CompiledRow, term: Term): void {
    if (++this.#depth > this.#depthLimit) this.#refuseDepth();
    if (row.nameOperand >= 0) this.#holders.push(term);
    const { out } = this;
    const before = out.length;
    let index = row.kinds.length - 1;
    const unread = row.declares === 'method' && this.#exact ? unreadBody(term.operands) : undefined;
    if (unread !== undefined) {
      out.bytes(unread.bytes.subarray(unread.start, unread.end));
      index--;
    }
    for (; index >= 0; index--) this.#operand(row, term, index);
    if (row.package) this.#packageLength(out.length - before, term.lengthWidth);
    this.#opcode(row, 0);
    if (row.nameOperand >= 0) this.#holders.pop();
    this.#depth--;
  }

  #opcode(row: CompiledRow, ordinal: number): void {
    this.out.u8(row.lowCode + ordinal);
    if (row.highCode !== 0) this.out.u8(row.highCode);
  }

  #operand(row: CompiledRow, term: Term, index: number): void {
    const { out } = this;
    const value = (term.operands as readonly unknown[])[index];
    const kind = row.kinds[index] as CompiledRow['kinds'][number];
    switch (kind) {
      case KIND.TermArg:
      case KIND.Data:
      case KIND.SuperName:
      case KIND.Reference:
      case KIND.Target:
        this.term(value as Term);
        return;
      case KIND.NameString:
        this.#name(value as string, (term.nameForms & (1 << index)) !== 0);
        return;
      case KIND.Ordinal:
        return; // It is in the opcode: see SHAPE.
      case KIND.ByteData:
        out.u8(this.#within(value as number, 0xff, row, index));
        return;
      case KIND.WordData:
        out.u16(this.#within(value as number, 0xffff, row, index));
        return;
      case KIND.DWordData:
        out.u32(this.#within(value as number, 0xffff_ffff, row, index));
        return;
      case KIND.QWordData:
        out.u64(this.#within64(value as bigint, row));
        return;
      case KIND.AsciiString:
        this.#string(value as string);
        return;
      case KIND.TermList:
      case KIND.Elements:
        this.terms(value as readonly Term[]);
        return;
      case KIND.FieldList:
        encodeFieldList(this, value as readonly FieldElement[]);
        return;
      case KIND.ByteList:
        out.bytes(value as Uint8Array);
        return;
      default:
        kind satisfies never;
    }
  }

  #withoutOpcode(term: Term): void {
    switch (term.op as 'Null' | 'Raw') {
      case 'Null':
        this.out.u8(PREFIX.nullName);
        return;
      case 'Raw':
        this.out.bytes((term as Raw).operands[0]);
        return;
      default:
        this.#refuse('AML_UNKNOWN_OPCODE', `"${term.op}" is no AML operation.`, 'Use a name of the opcode table.');
    }
  }

  #path(term: Path): void {
    const [name, args] = term.operands;
    if (args.length > 0) {
      if (args.length > MAX_ARGUMENTS) {
        this.#refuse(
          'AML_VALUE_RANGE',
          `${displayName(name)} is called with ${args.length} arguments, and ${MAX_ARGUMENTS} is the most.`,
          'Pass several values as one Package.',
        );
      }
      if (++this.#depth > this.#depthLimit) this.#refuseDepth();
      this.terms(args);
      this.#depth--;
    }
    this.#name(name, term.nameForms !== 0);
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
    this.out.length28(bodyBytes + width, width);
  }

  #name(text: string, decodedWide: boolean): void {
    const { out } = this;
    if (text.length === 4 && !decodedWide && isSegmentAt(text, 0)) {
      out.segment(text, 0);
      return;
    }
    const name = this.#checked(text, normalizeName);
    let begin = 0;
    while (name.charCodeAt(begin) === PREFIX.parent || name.charCodeAt(begin) === PREFIX.root) begin++;
    const count = begin === name.length ? 0 : (name.length - begin + 1) / 5;
    for (let at = name.length - 4; at >= begin; at -= 5) out.segment(name, at);
    if (count === 0) {
      out.u8(PREFIX.nullName);
    } else if (count > 2 || (this.#exact && decodedWide)) {
      out.u8(count);
      out.u8(PREFIX.multi);
    } else if (count === 2) {
      out.u8(PREFIX.dual);
    }
    for (let at = begin - 1; at >= 0; at--) out.u8(name.charCodeAt(at));
  }

  /** A name in its full form. What is wrong with one is said of the term that holds it. */
  #checked(text: string, normalize: (text: string) => string): string {
    try {
      return normalize(text);
    } catch (error) {
      const [found] = error instanceof DiagnosticError ? error.diagnostics : [];
      if (found === undefined) throw error;
      return this.#refuse(found.code, found.message, found.cure);
    }
  }

  #string(text: string): void {
    const { out } = this;
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

  /** The rest of a ConnectField. */
  connection(term: Term): void {
    this.term(term);
  }

  /** The name of a NamedField. */
  segment(name: string): void {
    this.out.segment(this.#checked(name, padNameSeg), 0);
  }

  /** A byte of a field element. */
  byte(value: number, what: string): void {
    if (!Number.isInteger(value) || value < 0 || value > 0xff)
      this.#refuse('AML_VALUE_RANGE', `A field element's ${what} is ${value}, outside 0..0xff.`, 'Give one byte.');
    this.out.u8(value);
  }

  /** The width of a field element. iasl writes it in as many bytes as a PkgLength that counts itself would take. */
  bitLength(bits: number, decodedWidth: number): void {
    if (!Number.isInteger(bits) || bits < 0 || bits > MAX_PKG_LENGTH) {
      this.#refuse(
        'AML_VALUE_RANGE',
        `A field of ${bits} bits is outside 0..${MAX_PKG_LENGTH}.`,
        'Give its width in bits.',
      );
    }
    let width = pkgLengthWidth(bits);
    if (this.#exact && decodedWidth !== 0 && bits <= pkgLengthLimit(decodedWidth)) width = decodedWidth;
    this.out.length28(bits, width);
  }

  #within(value: number, most: number, row: CompiledRow, index: number): number {
    if (Number.isInteger(value) && value >= 0 && value <= most) return value;
    return this.#refuse(
      'AML_VALUE_RANGE',
      `${row.op}'s operand ${index + 1} is ${value}, outside 0..0x${most.toString(16)}.`,
      'Give an integer in that range.',
    );
  }

  #within64(value: bigint, row: CompiledRow): bigint {
    if (value >= 0n && value <= 0xffff_ffff_ffff_ffffn) return value;
    return this.#refuse(
      'AML_VALUE_RANGE',
      `${row.op}'s operand is ${value}, which needs over 64 bits.`,
      'AML integers have 64 bits at the most.',
    );
  }

  #refuseDepth(): never {
    return this.#refuse(
      'AML_TOO_DEEP',
      `Terms are nested over ${this.#depthLimit} deep.`,
      'Put the inner terms into a method of their own.',
    );
  }

  #refuse(code: DiagnosticCode, message: string, cure: string): never {
    const path = this.#holders.reduce((outer, holder) => {
      const operand = (holder.operands as readonly unknown[])[rowOf(holder.op)?.nameOperand ?? 0];
      const name = displayName(String(operand));
      return outer === '' || name.startsWith('\\') ? name : `${outer}.${name}`;
    }, '');
    throw new DiagnosticError([errorAt(code, { path }, message, cure)]);
  }
}

/** The bytes of terms one after the other, without a table header. Throws a DiagnosticError on what AML cannot hold. */
export function encodeAml(terms: readonly Term[], options: EncodeOptions = {}): Uint8Array {
  const decodedBytes = Math.max(0, (terms.at(-1)?.end ?? 0) - (terms[0]?.start ?? 0));
  const out = new BackWriter(decodedBytes + 64);
  new Encoder(out, options).terms(terms);
  return out.finish();
}
