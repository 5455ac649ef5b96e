import { refuseArgument, requireBytes } from '../../base/index.js';
import {
  type CompiledRow,
  isTermKind,
  KIND,
  type KindNumber,
  type LoneKindNumber,
  rowOf,
  SHAPE,
  type TermKindNumber,
} from '../grammar/compiled-rows.js';
import { FIELD_ELEMENTS } from '../grammar/field-elements.js';
import { keyOfText } from '../grammar/name-bytes.js';
import { PREFIX } from '../grammar/opcodes.js';
import { MAX_BODY_BYTES, putBits, putPackageLength } from '../grammar/pkg-length.js';
import { requireTerm } from '../grammar/required.js';
import type { FieldElement, Path, Term } from '../grammar/term.js';
import { MOST_SPARE_BYTES } from '../tape/tape.js';
import { putDWord, putKey, putName, putQWord, putText, putWord } from './put-bytes.js';
import { TermChecks } from './term-checks.js';

/** Bytes reserved before each write, except of texts, long names and byte lists, which reserve what they need. */
const MOST_AT_ONCE = 16;

/** The buffer of the last encoding, reused by the next one. */
let spare: Uint8Array = new Uint8Array(0);

/** The first byte of each kind of field element. A NamedField has none: it begins with its name. */
const ELEMENT_CODES = Object.fromEntries(FIELD_ELEMENTS.map(({ kind, code }) => [kind, code])) as Readonly<
  Record<Exclude<FieldElement['kind'], 'NamedField'>, number>
>;

/**
 * Writes terms backwards, from end to start: when a package's length is due, its contents have already been written, so
 * one pass suffices and nothing is moved.
 */
class TermEncoder {
  readonly #checks: TermChecks;
  #bytes: Uint8Array;
  /** Where the written bytes begin; they end at the end of the buffer. */
  #at: number;

  constructor(checks: TermChecks) {
    this.#checks = checks;
    this.#bytes = spare.length > 0 ? spare : new Uint8Array(1 << 12);
    spare = new Uint8Array(0);
    this.#at = this.#bytes.length;
  }

  #need(count: number): void {
    if (this.#at < count) this.#grow(count);
  }

  #grow(count: number): void {
    const used = this.#bytes.length - this.#at;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, used + count));
    larger.set(this.#bytes.subarray(this.#at), larger.length - used);
    this.#bytes = larger;
    this.#at = larger.length - used;
  }

  /** The bytes of terms. Valid until the next call. */
  encode(terms: readonly Term[]): Uint8Array {
    this.#at = this.#bytes.length;
    this.#list(terms);
    return this.#bytes.subarray(this.#at);
  }

  /** Keeps the buffer for the next encoding. */
  release(): void {
    if (this.#bytes.length <= MOST_SPARE_BYTES) spare = this.#bytes;
  }

  #term(term: Term): void {
    // Names are the most frequent terms, so they come before the search in the table.
    if (term.op === 'Path') {
      this.#path(term);
      return;
    }
    const row = rowOf(term.op);
    if (row === undefined) {
      this.#withoutOpcode(term);
      return;
    }
    this.#need(MOST_AT_ONCE);
    const operands = term.operands as readonly unknown[];
    const bytes = this.#bytes;
    switch (row.shape) {
      case SHAPE.bare:
        break;
      case SHAPE.ordinal:
        bytes[--this.#at] = row.lowCode + this.#checks.within(operands[0] as number, row.span - 1, row, 0);
        return;
      case SHAPE.byte:
        bytes[--this.#at] = this.#checks.within(operands[0] as number, 0xff, row, 0);
        break;
      case SHAPE.word:
        this.#at = putWord(bytes, this.#at, this.#checks.within(operands[0] as number, 0xffff, row, 0));
        break;
      case SHAPE.dword:
        this.#at = putDWord(bytes, this.#at, this.#checks.within(operands[0] as number, 0xffff_ffff, row, 0));
        break;
      case SHAPE.qword:
        this.#at = putQWord(bytes, this.#at, this.#checks.within64(operands[0] as bigint, row));
        break;
      case SHAPE.string:
        this.#text(operands[0] as string);
        break;
      default:
        this.#withOperands(row, term, operands);
        return;
    }
    this.#opcode(row);
  }

  #opcode(row: CompiledRow): void {
    const bytes = this.#bytes;
    bytes[--this.#at] = row.lowCode;
    if (row.width === 2) bytes[--this.#at] = row.highCode;
  }

  #withOperands(row: CompiledRow, term: Term, operands: readonly unknown[]): void {
    this.#checks.enter(row, term);
    // Counted from the end: a larger buffer holds the same bytes there.
    const before = this.#bytes.length - this.#at;
    const { kinds } = row;
    for (let index = kinds.length - 1; index >= 0; index--) {
      const kind = kinds[index] as KindNumber;
      if (isTermKind(kind)) this.#term(operands[index] as Term);
      else this.#operand(kind, operands[index], row, term, index);
    }
    this.#need(MOST_AT_ONCE);
    if (row.package) {
      const bodyBytes = this.#bytes.length - this.#at - before;
      if (bodyBytes > MAX_BODY_BYTES) this.#checks.tooLong(bodyBytes);
      this.#at = putPackageLength(this.#bytes, this.#at, bodyBytes, this.#checks.lengthWidth(term.lengthWidth));
    }
    this.#opcode(row);
    this.#checks.leave(row);
  }

  #operand(
    kind: Exclude<KindNumber, TermKindNumber>,
    value: unknown,
    row: CompiledRow,
    term: Term,
    index: number,
  ): void {
    this.#need(MOST_AT_ONCE);
    switch (kind) {
      case KIND.NameString:
        this.#name(value as string, (term.nameForms & (1 << index)) !== 0);
        return;
      case KIND.ByteData:
        this.#bytes[--this.#at] = this.#checks.within(value as number, 0xff, row, index);
        return;
      case KIND.WordData:
        this.#at = putWord(this.#bytes, this.#at, this.#checks.within(value as number, 0xffff, row, index));
        return;
      case KIND.DWordData:
        this.#at = putDWord(this.#bytes, this.#at, this.#checks.within(value as number, 0xffff_ffff, row, index));
        return;
      case KIND.TermList:
      case KIND.Elements:
        this.#list(value as readonly Term[]);
        return;
      case KIND.FieldList:
        this.#elements(value as readonly FieldElement[]);
        return;
      case KIND.ByteList:
        this.#held(value as Uint8Array);
        return;
      default:
        kind satisfies LoneKindNumber;
    }
  }

  #list(terms: readonly Term[]): void {
    for (let index = terms.length - 1; index >= 0; index--) this.#term(terms[index] as Term);
  }

  #withoutOpcode(term: Term): void {
    switch (term.op) {
      case 'Null':
        this.#need(MOST_AT_ONCE);
        this.#bytes[--this.#at] = PREFIX.nullName;
        return;
      case 'Raw':
        this.#held(term.operands[0]);
        return;
      default:
        this.#checks.unknownOperation((term as Term).op);
    }
  }

  #path(term: Path): void {
    const [name, args] = term.operands;
    if (args.length > 0) {
      this.#checks.enterCall(term);
      this.#list(args);
      this.#checks.leaveCall();
    }
    this.#need(MOST_AT_ONCE);
    this.#name(name, (term.nameForms & 1) !== 0);
  }

  #name(text: string, wide: boolean): void {
    const key = wide ? -1 : keyOfText(text);
    if (key >= 0) {
      this.#at = putKey(this.#bytes, this.#at, key);
      return;
    }
    const name = this.#checks.name(text);
    this.#need(name.length + MOST_AT_ONCE);
    this.#at = putName(this.#bytes, this.#at, name, wide);
  }

  #text(text: string): void {
    const checked = this.#checks.text(text);
    this.#need(checked.length + MOST_AT_ONCE);
    this.#at = putText(this.#bytes, this.#at, checked);
  }

  #held(bytes: Uint8Array): void {
    if (!(bytes instanceof Uint8Array || Array.isArray(bytes))) requireBytes(bytes, 'The bytes of a term');
    this.#need(bytes.length + MOST_AT_ONCE);
    this.#at -= bytes.length;
    this.#bytes.set(bytes, this.#at);
  }

  #elements(elements: readonly FieldElement[]): void {
    const checks = this.#checks;
    for (let index = elements.length - 1; index >= 0; index--) {
      const element = elements[index] as FieldElement;
      this.#need(MOST_AT_ONCE);
      switch (element.kind) {
        case 'NamedField':
          this.#at = putBits(this.#bytes, this.#at, checks.bits(element.bits), checks.lengthWidth(element.lengthWidth));
          this.#at = putKey(this.#bytes, this.#at, checks.segment(element.name));
          break;
        case 'ReservedField':
          this.#at = putBits(this.#bytes, this.#at, checks.bits(element.bits), checks.lengthWidth(element.lengthWidth));
          this.#bytes[--this.#at] = ELEMENT_CODES.ReservedField;
          break;
        case 'ConnectField':
          this.#term(element.connection);
          this.#need(MOST_AT_ONCE);
          this.#bytes[--this.#at] = ELEMENT_CODES.ConnectField;
          break;
        case 'AccessField':
        case 'ExtendedAccessField':
          if (element.kind === 'ExtendedAccessField')
            this.#bytes[--this.#at] = checks.elementByte(element.length, 'access length');
          this.#bytes[--this.#at] = checks.elementByte(element.attribute, 'attribute');
          this.#bytes[--this.#at] = checks.elementByte(element.access, 'access type');
          this.#bytes[--this.#at] = ELEMENT_CODES[element.kind];
          break;
        default:
          element satisfies never;
          refuseArgument("A field element's kind", (element as FieldElement).kind, 'one of FIELD_ELEMENTS');
      }
    }
  }
}

/**
 * Terms of the outermost list that are encoded together. Copying the bytes of each term would take longer than writing
 * them.
 */
const MOST_TOGETHER = 64;

/**
 * The bytes of terms one after the other, in the widths in which they were decoded. An iterable may build each on
 * demand.
 */
export function encodeTerms(terms: Iterable<Term>, depthLimit?: number): Uint8Array {
  const checks = new TermChecks(depthLimit);
  const encoder = new TermEncoder(checks);
  const parts: Uint8Array[] = [];
  let together: Term[] = [];
  for (const term of terms) {
    requireTerm(term, 'A term for encodeAml');
    together.push(term);
    if (together.length < MOST_TOGETHER) continue;
    parts.push(checks.guarded(() => encoder.encode(together)).slice());
    together = [];
  }
  const last = checks.guarded(() => encoder.encode(together));
  const whole = parts.length === 0 ? last.slice() : joined([...parts, last]);
  encoder.release();
  return whole;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
