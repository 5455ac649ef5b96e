import { MATCH_OPERATORS, REGION_SPACES } from '../keywords.js';
import { type OpName, opcodeRow } from '../opcodes.js';
import { integerValue, type Op, type Term } from '../term.js';

const REFERENCE_OF_REFERENCE = 'A reference of a reference is made, and iasl takes none.';

/** A value that is no reference, as far as its operation tells. */
function isPlainValue({ op }: Term): boolean {
  const role = opcodeRow(op)?.role;
  return role === 'data' || role === 'expression';
}

type Operands<Name extends OpName> = Op<Name>['operands'];

/** By operation: why iasl refuses, or changes, what AML may hold; undefined where it does not. */
export const REFUSALS: { readonly [Name in OpName]?: (operands: Operands<Name>) => string | undefined } = {
  Name: ([, value]) => (value.op === 'Path' ? 'A Name has another name for its value, and ASL wants data.' : undefined),
  Mutex: ([, level]) => (level > 15 ? `A Mutex has the level ${level}, and ASL has 0 to 15.` : undefined),
  OperationRegion: ([, space]) =>
    space < 0x80 && REGION_SPACES[space] === undefined
      ? `An OperationRegion is in the space ${space}, which iasl has no word for.`
      : undefined,
  Match: ([, one, , other]) =>
    Math.max(one, other) >= MATCH_OPERATORS.length ? 'A Match has an operator that ASL has no word for.' : undefined,
  DerefOf: ([reference]) =>
    isPlainValue(reference) ? `DerefOf has ${reference.op} for its reference, and iasl wants a place.` : undefined,
  RefOf: ([place]) => (place.op === 'RefOf' ? REFERENCE_OF_REFERENCE : undefined),
  CondRefOf: ([place]) => (place.op === 'RefOf' ? REFERENCE_OF_REFERENCE : undefined),
  CopyObject: ([, target]) =>
    target.op === 'Local' || target.op === 'Arg' || (target.op === 'Path' && target.operands[1].length === 0)
      ? undefined
      : `CopyObject has ${target.op} for its target, and iasl wants a name.`,
  Buffer: ([size, bytes]) => {
    const value = size.op === 'Zero' || size.op === 'One' || size.op === 'Ones' ? undefined : integerValue(size);
    if (value === undefined || (value >= bytes.length && value <= 0xffff_ffffn)) return undefined;
    return `A Buffer of ${bytes.length} bytes has ${value} for its size, and iasl writes another.`;
  },
  Load: ([, target]) => (target.op === 'Null' ? 'Load has no target, and iasl wants one.' : undefined),
  LoadTable: ([, , , root]) =>
    root.op === 'Zero' ? 'A LoadTable has Zero for its root path, and iasl writes the root instead.' : undefined,
  Stall: ([time]) =>
    time.op === 'Word' || time.op === 'DWord' || time.op === 'QWord'
      ? 'A Stall is over 255 microseconds, and iasl takes no more.'
      : undefined,
};

/** Operations that iasl takes as statements only, though they have a value. */
const NO_VALUES: Readonly<Record<string, string | undefined>> = {
  Debug: 'The debug object is read, and iasl only writes it.',
  CopyObject: 'The value of a CopyObject is used, and iasl takes it as a statement only.',
  Load: 'The value of a Load is used, and iasl takes it as a statement only.',
};

/** Why iasl does not take a term as a value; undefined if it does. */
export function refusedAsValue(op: string): string | undefined {
  return NO_VALUES[op];
}
