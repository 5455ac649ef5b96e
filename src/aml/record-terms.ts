import { DiagnosticError, errorAt } from '../base/index.js';
import type { DiagnosticCode } from '../vocab/index.js';
import {
  type CompiledRow,
  isTermKind,
  KIND,
  type KindNumber,
  type LoneKindNumber,
  rowOf,
  SHAPE,
  type TermKindNumber,
} from './compiled-rows.js';
import { keyOfText } from './name-bytes.js';
import { displayName, MAX_ARGUMENTS, normalizeName, padNameSeg } from './name-string.js';
import { recordElements } from './record-elements.js';
import { CODE, LENGTH_SHIFT, Tape, WIDE_NAME } from './tape.js';
import type { FieldElement, Path, Term } from './term.js';

/** Terms within terms: deeper than what decodes, shallow enough for the stack of a worker. */
const DEPTH_LIMIT = 900;

/** Puts terms on a tape, and refuses what AML cannot hold. */
class TermRecorder {
  readonly tape = new Tape();
  readonly #depthLimit: number;
  #depth = 0;
  /** The declarations that hold the term being recorded, outermost first; they name the place in an error. */
  readonly #holders: Term[] = [];

  constructor(depthLimit: number) {
    this.#depthLimit = depthLimit;
  }

  term(term: Term): void {
    const row = rowOf(term.op);
    if (row === undefined) {
      this.#withoutOpcode(term);
      return;
    }
    const { tape } = this;
    const operands = term.operands as readonly unknown[];
    switch (row.shape) {
      case SHAPE.bare:
        tape.add(row.code, 0, term.start);
        return;
      case SHAPE.ordinal:
        tape.add(row.code, this.#within(operands[0] as number, row.span - 1, row, 0), term.start);
        return;
      case SHAPE.byte:
        tape.add(row.code, this.#within(operands[0] as number, 0xff, row, 0), term.start);
        return;
      case SHAPE.word:
        tape.add(row.code, this.#within(operands[0] as number, 0xffff, row, 0), term.start);
        return;
      case SHAPE.dword:
        tape.add(row.code, this.#within(operands[0] as number, 0xffff_ffff, row, 0) | 0, term.start);
        return;
      case SHAPE.qword:
        tape.add(row.code, tape.keep(this.#within64(operands[0] as bigint, row)), term.start);
        return;
      case SHAPE.string:
        tape.add(row.code, tape.keep(this.#string(operands[0] as string)), term.start);
        return;
      default:
        this.#withOperands(row, term, operands);
    }
  }

  #withOperands(row: CompiledRow, term: Term, operands: readonly unknown[]): void {
    if (++this.#depth > this.#depthLimit) this.#refuseDepth();
    if (row.nameOperand >= 0) this.#holders.push(term);
    const { tape } = this;
    const { kinds } = row;
    const record = tape.add(row.code | (term.lengthWidth << LENGTH_SHIFT), term.end, term.start);
    for (let index = 0; index < kinds.length; index++) {
      const kind = kinds[index] as KindNumber;
      if (isTermKind(kind)) this.term(operands[index] as Term);
      else this.#operand(kind, operands[index], row, term, index);
    }
    tape.close(record);
    if (row.nameOperand >= 0) this.#holders.pop();
    this.#depth--;
  }

  #operand(
    kind: Exclude<KindNumber, TermKindNumber>,
    value: unknown,
    row: CompiledRow,
    term: Term,
    index: number,
  ): void {
    const { tape } = this;
    switch (kind) {
      case KIND.NameString:
        this.#name(CODE.NameString, value as string, (term.nameForms & (1 << index)) !== 0, term.start);
        return;
      case KIND.ByteData:
        tape.add(CODE.ByteData, this.#within(value as number, 0xff, row, index), -1);
        return;
      case KIND.WordData:
        tape.add(CODE.WordData, this.#within(value as number, 0xffff, row, index), -1);
        return;
      case KIND.DWordData:
        tape.add(CODE.DWordData, this.#within(value as number, 0xffff_ffff, row, index) | 0, -1);
        return;
      case KIND.TermList:
      case KIND.Elements: {
        const terms = value as readonly Term[];
        for (let at = 0; at < terms.length; at++) this.term(terms[at] as Term);
        return;
      }
      case KIND.FieldList:
        recordElements(this, value as readonly FieldElement[]);
        return;
      case KIND.ByteList:
        tape.add(CODE.ByteList, tape.keep(value as Uint8Array), -1);
        return;
      default:
        kind satisfies LoneKindNumber;
    }
  }

  #withoutOpcode(term: Term): void {
    const { tape } = this;
    switch (term.op) {
      case 'Path':
        this.#path(term);
        return;
      case 'Null':
        tape.add(CODE.Null, 0, term.start);
        return;
      case 'Raw':
        tape.add(CODE.Raw, tape.keep(term.operands[0]), term.start);
        return;
      default:
        this.#refuse('AML_UNKNOWN_OPCODE', `"${term.op}" is no AML operation.`, 'Use a name of the opcode table.');
    }
  }

  #path(term: Path): void {
    const [name, args] = term.operands;
    const record = this.#name(CODE.Path, name, term.nameForms !== 0, term.start);
    if (args.length === 0) return;
    if (args.length > MAX_ARGUMENTS) {
      this.#refuse(
        'AML_VALUE_RANGE',
        `${displayName(name)} is called with ${args.length} arguments, and ${MAX_ARGUMENTS} is the most.`,
        'Pass several values as one Package.',
      );
    }
    if (++this.#depth > this.#depthLimit) this.#refuseDepth();
    for (const argument of args) this.term(argument);
    this.#depth--;
    this.tape.close(record);
  }

  #name(code: number, text: string, wide: boolean, start: number): number {
    const { tape } = this;
    const key = keyOfText(text);
    const value = key >= 0 ? key : tape.keep(this.#checked(text, normalizeName));
    return tape.add(wide ? code | WIDE_NAME : code, value, start);
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

  #string(text: string): string {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 0 || code > 0xff) {
        this.#refuse(
          'AML_BAD_STRING',
          code === 0 ? `A string has a NUL at character ${at}.` : `A string has "${text[at]}" at character ${at}.`,
          'AML strings hold one byte a character and end at the first NUL; put other bytes into a Buffer.',
        );
      }
    }
    return text;
  }

  /** The key of a NamedField's name. */
  segment(name: string): number {
    const key = keyOfText(name);
    return key >= 0 ? key : keyOfText(this.#checked(name, padNameSeg));
  }

  #within(value: number, most: number, row: CompiledRow, index: number): number {
    if (value >>> 0 === value && value <= most) return value;
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

  /** What a field element holds has to be a number within 0 and `most`. */
  require(value: number, most: number, message: string, cure: string): void {
    if (!Number.isInteger(value) || value < 0 || value > most) this.#refuse('AML_VALUE_RANGE', message, cure);
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
      return innerPath(outer, String(operand));
    }, '');
    throw new DiagnosticError([errorAt(code, { path }, message, cure)]);
  }
}

/** Terms on a tape, from its first record to its last. Throws a DiagnosticError on what AML cannot hold. */
export function recordTerms(terms: Iterable<Term>, depthLimit = DEPTH_LIMIT): Tape {
  const recorder = new TermRecorder(depthLimit);
  for (const term of terms) recorder.term(term);
  return recorder.tape;
}

/** Where a declaration is that stands in another one, for messages. */
export function innerPath(outer: string, name: string): string {
  const shown = displayName(name);
  return outer === '' || shown.startsWith('\\') ? shown : `${outer}.${shown}`;
}
