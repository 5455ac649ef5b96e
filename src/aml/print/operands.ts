import { TermMaker } from '../make-terms.js';
import { OPCODES } from '../opcodes.js';
import { CODE, ROW, type Tape } from '../tape.js';
import { integerValue } from '../term.js';

/** The record of a term's operand, which is no list. */
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

/** What an operator may stand behind as it is: a name without arguments, a local or an argument. */
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
  return integerValue(new TermMaker(tape, false).term(record));
}
