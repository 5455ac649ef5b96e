import { MATCH_OPERATORS, REGION_SPACES } from '../../aml/grammar/keywords.js';
import { OPCODES, type OpName } from '../../aml/grammar/opcodes.js';
import { CODE, ROW, type Tape } from '../../aml/tape/tape.js';
import { integerAt, isPlain, isWordConstant, opAt, operandAt } from './operands.js';

/** Why iasl refuses, or changes, what the term of a record may hold; undefined if it does not. */
export type Refusal = (tape: Tape, record: number) => string | undefined;

const REFERENCE_OF_REFERENCE = 'A reference of a reference is made, and iasl takes none.';

/** A value that is no reference, as far as its operation tells. */
function isPlainValue(tape: Tape, record: number): boolean {
  const role = OPCODES[tape.code(record)]?.role;
  return role === 'data' || role === 'expression';
}

const refuseInnerReference: Refusal = (tape, record) =>
  tape.code(record + 1) === ROW.RefOf ? REFERENCE_OF_REFERENCE : undefined;

/** By operation. */
export const REFUSALS: { readonly [Name in OpName]?: Refusal } = {
  Name: (tape, record) =>
    tape.code(record + 2) === CODE.Path ? 'A Name has another name for its value, and ASL wants data.' : undefined,
  Mutex: (tape, record) => {
    const level = tape.value(operandAt(tape, record, 1));
    return level > 15 ? `A Mutex has the level ${level}, and ASL has 0 to 15.` : undefined;
  },
  OperationRegion: (tape, record) => {
    const space = tape.value(operandAt(tape, record, 1));
    return space < 0x80 && REGION_SPACES[space] === undefined
      ? `An OperationRegion is in the space ${space}, which iasl has no word for.`
      : undefined;
  },
  Match: (tape, record) => {
    const one = tape.value(operandAt(tape, record, 1));
    const other = tape.value(operandAt(tape, record, 3));
    return Math.max(one, other) >= MATCH_OPERATORS.length
      ? 'A Match has an operator that ASL has no word for.'
      : undefined;
  },
  DerefOf: (tape, record) =>
    isPlainValue(tape, record + 1)
      ? `DerefOf has ${opAt(tape, record + 1)} for its reference, and iasl wants a place.`
      : undefined,
  RefOf: refuseInnerReference,
  CondRefOf: refuseInnerReference,
  CopyObject: (tape, record) => {
    const target = operandAt(tape, record, 1);
    return isPlain(tape, target)
      ? undefined
      : `CopyObject has ${opAt(tape, target)} for its target, and iasl wants a name.`;
  },
  Buffer: (tape, record) => {
    const size = record + 1;
    const { length } = tape.bytes(operandAt(tape, record, 1));
    if (tape.code(size) === ROW.Byte && tape.value(size) >= length) return undefined;
    const value = isWordConstant(tape, size) ? undefined : integerAt(tape, size);
    if (value === undefined || (value >= length && value <= 0xffff_ffffn)) return undefined;
    return `A Buffer of ${length} bytes has ${value} for its size, and iasl writes another.`;
  },
  Load: (tape, record) =>
    tape.code(operandAt(tape, record, 1)) === CODE.Null ? 'Load has no target, and iasl wants one.' : undefined,
  LoadTable: (tape, record) =>
    tape.code(operandAt(tape, record, 3)) === ROW.Zero
      ? 'A LoadTable has Zero for its root path, and iasl writes the root instead.'
      : undefined,
  Stall: (tape, record) => {
    const code = tape.code(record + 1);
    return code === ROW.Word || code === ROW.DWord || code === ROW.QWord
      ? 'A Stall is over 255 microseconds, and iasl takes no more.'
      : undefined;
  },
};

/** Operations that iasl takes as statements only, though they have a value: why it does not take them as one. */
export const NO_VALUES: { readonly [Name in OpName]?: string } = {
  Debug: 'The debug object is read, and iasl only writes it.',
  CopyObject: 'The value of a CopyObject is used, and iasl takes it as a statement only.',
  Load: 'The value of a Load is used, and iasl takes it as a statement only.',
};
