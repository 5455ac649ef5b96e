import { TermChecks } from '../encode/term-checks.js';
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
import { keyOfText } from '../grammar/name-bytes.js';
import { requireTerm } from '../grammar/required.js';
import type { FieldElement, Path, Term } from '../grammar/term.js';
import { recordElements } from './field-list.js';
import { CODE, LENGTH_SHIFT, Tape, WIDE_NAME } from './tape.js';

/** Where a term was decoded. A copy of a built term has no such property. */
const startOf = (term: Term): number => term.start ?? -1;

/** Puts terms on a tape, and refuses what AML cannot express. */
class TermRecorder {
  readonly tape = new Tape();
  readonly checks: TermChecks;

  constructor(checks: TermChecks) {
    this.checks = checks;
  }

  term(term: Term): void {
    const row = rowOf(term.op);
    if (row === undefined) {
      this.#withoutOpcode(term);
      return;
    }
    const { tape, checks } = this;
    const operands = term.operands as readonly unknown[];
    switch (row.shape) {
      case SHAPE.bare:
        tape.add(row.code, 0, startOf(term));
        return;
      case SHAPE.ordinal:
        tape.add(row.code, checks.within(operands[0] as number, row.span - 1, row, 0), startOf(term));
        return;
      case SHAPE.byte:
        tape.add(row.code, checks.within(operands[0] as number, 0xff, row, 0), startOf(term));
        return;
      case SHAPE.word:
        tape.add(row.code, checks.within(operands[0] as number, 0xffff, row, 0), startOf(term));
        return;
      case SHAPE.dword:
        tape.add(row.code, checks.within(operands[0] as number, 0xffff_ffff, row, 0) | 0, startOf(term));
        return;
      case SHAPE.qword:
        tape.add(row.code, tape.keep(checks.within64(operands[0] as bigint, row)), startOf(term));
        return;
      case SHAPE.string:
        tape.add(row.code, tape.keep(checks.text(operands[0] as string)), startOf(term));
        return;
      default:
        this.#withOperands(row, term, operands);
    }
  }

  #withOperands(row: CompiledRow, term: Term, operands: readonly unknown[]): void {
    const { tape, checks } = this;
    checks.enter(row, term);
    const { kinds } = row;
    const record = tape.add(
      row.code | (checks.lengthWidth(term.lengthWidth) << LENGTH_SHIFT),
      term.end ?? -1,
      startOf(term),
    );
    for (let index = 0; index < kinds.length; index++) {
      const kind = kinds[index] as KindNumber;
      if (isTermKind(kind)) this.term(operands[index] as Term);
      else this.#operand(kind, operands[index], row, term, index);
    }
    tape.close(record);
    checks.leave(row);
  }

  #operand(
    kind: Exclude<KindNumber, TermKindNumber>,
    value: unknown,
    row: CompiledRow,
    term: Term,
    index: number,
  ): void {
    const { tape, checks } = this;
    switch (kind) {
      case KIND.NameString:
        this.#name(CODE.NameString, value as string, (term.nameForms & (1 << index)) !== 0, startOf(term));
        return;
      case KIND.ByteData:
        tape.add(CODE.ByteData, checks.within(value as number, 0xff, row, index), -1);
        return;
      case KIND.WordData:
        tape.add(CODE.WordData, checks.within(value as number, 0xffff, row, index), -1);
        return;
      case KIND.DWordData:
        tape.add(CODE.DWordData, checks.within(value as number, 0xffff_ffff, row, index) | 0, -1);
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
        tape.add(CODE.Null, 0, startOf(term));
        return;
      case 'Raw':
        tape.add(CODE.Raw, tape.keep(term.operands[0]), startOf(term));
        return;
      default:
        this.checks.unknownOperation((term as Term).op);
    }
  }

  #path(term: Path): void {
    const [name, args] = term.operands;
    const record = this.#name(CODE.Path, name, (term.nameForms & 1) !== 0, startOf(term));
    if (args.length === 0) return;
    this.checks.enterCall(term);
    for (const argument of args) this.term(argument);
    this.checks.leaveCall();
    this.tape.close(record);
  }

  #name(code: number, text: string, wide: boolean, start: number): number {
    const { tape } = this;
    // A wide name is not a single segment, which would be searched upward: decoding gives it no key either.
    const key = wide ? -1 : keyOfText(text);
    const value = key >= 0 ? key : tape.keep(this.checks.name(text));
    return tape.add(wide ? code | WIDE_NAME : code, value, start);
  }
}

/** Terms as a tape, from its first record to its last. Throws a DiagnosticError for what AML cannot express. */
export function recordTerms(terms: Iterable<Term>, depthLimit?: number): Tape {
  const checks = new TermChecks(depthLimit);
  const recorder = new TermRecorder(checks);
  for (const term of terms) {
    requireTerm(term, 'A term to encode or print');
    checks.guarded(() => recorder.term(term));
  }
  return recorder.tape;
}
