import { OPCODES } from '../../aml/grammar/opcodes.js';
import { ELEMENT } from '../../aml/tape/field-list.js';
import { CODE, ROW, type Tape } from '../../aml/tape/tape.js';
import { MOST_U64 } from '../../base/index.js';

/** The record of a term's operand, or of the first element of a list. */
export function operandAt(tape: Tape, record: number, index: number): number {
  let at = record + 1;
  for (let left = index; left > 0; left--) at = tape.next(at);
  return at;
}

/** The operation of a term, as `op` of Term has it. */
export function opAt(tape: Tape, record: number): string {
  const code = tape.code(record);
  return OPCODES[code]?.op ?? (code === CODE.Path ? 'Path' : code === CODE.Null ? 'Null' : 'Raw');
}

/** A name without arguments. */
export function isBareName(tape: Tape, record: number): boolean {
  return tape.code(record) === CODE.Path && tape.next(record) === record + 1;
}

/** What a postfix operator can follow without parentheses: a name without arguments, a local or an argument. */
export function isPlain(tape: Tape, record: number): boolean {
  const code = tape.code(record);
  return code === ROW.Local || code === ROW.Arg || isBareName(tape, record);
}

/** Zero, One or Ones: constants that ASL has words for. */
export function isWordConstant(tape: Tape, record: number): boolean {
  const code = tape.code(record);
  return code === ROW.Zero || code === ROW.One || code === ROW.Ones;
}

/** The value of an integer constant; undefined for any other term. */
export function integerAt(tape: Tape, record: number): bigint | undefined {
  switch (tape.code(record)) {
    case ROW.Zero:
      return 0n;
    case ROW.One:
      return 1n;
    case ROW.Ones:
      return MOST_U64;
    case ROW.Byte:
    case ROW.Word:
    case ROW.DWord:
      return BigInt(tape.value(record) >>> 0);
    case ROW.QWord:
      return tape.qword(record);
    default:
      return undefined;
  }
}

/** The first element of a Field, IndexField or BankField; where its records end if it has none. */
export function firstElement(tape: Tape, record: number): number {
  const end = tape.next(record);
  let at = record + 1;
  while (at < end && tape.code(at) < CODE.FieldElement) at = tape.next(at);
  return at;
}

/** The element after one. */
export function afterElement(tape: Tape, record: number): number {
  return tape.code(record) === ELEMENT.ConnectField ? tape.next(record) : record + 1;
}
