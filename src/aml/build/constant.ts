import { refuseArgument, requireObject, requireOneOf } from '../../base/index.js';
import { requireTerm } from '../grammar/required.js';
import { integerValue, type Term } from '../grammar/term.js';

export interface ConstantOptions {
  /** The value of a name without arguments; undefined if it is not known. */
  readonly lookup?: (name: string) => bigint | undefined;
  /** Width of the table's integers (default: 64): 32 below DSDT revision 2. ACPI 6.5 §20.3 */
  readonly integerBits?: 32 | 64;
}

/** Operators whose value follows from their first two operands. Where they store it does not matter. ACPI 6.5 §19.6 */
const OPERATORS: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  Add: (a, b) => a + b,
  Subtract: (a, b) => a - b,
  Multiply: (a, b) => a * b,
  And: (a, b) => a & b,
  Or: (a, b) => a | b,
  Xor: (a, b) => a ^ b,
  ShiftLeft: (a, b) => (b < 64n ? a << b : 0n),
  ShiftRight: (a, b) => (b < 64n ? a >> b : 0n),
};

const DEPTH_LIMIT = 64;

/**
 * The value of an expression of constants, known names and arithmetic, as an interpreter would get it; undefined for
 * anything else. Throws a TypeError for what is not a term, and for options of a wrong type.
 */
export function evaluateConstant(term: Term, options: ConstantOptions = {}): bigint | undefined {
  requireTerm(term, 'evaluateConstant: term');
  requireObject(options, 'evaluateConstant: options');
  const { lookup, integerBits = 64 } = options;
  requireOneOf(integerBits, [32, 64], 'evaluateConstant: integerBits');
  if (lookup !== undefined && typeof lookup !== 'function')
    refuseArgument('evaluateConstant: lookup', lookup, 'a function of a name');
  return foldConstant(term, lookup, integerBits, 0);
}

function foldConstant(term: Term, lookup: ConstantOptions['lookup'], bits: number, depth: number): bigint | undefined {
  const plain = integerValue(term);
  if (plain !== undefined) return BigInt.asUintN(bits, plain);
  if (term.op === 'Path') {
    const value = term.operands[1]?.length === 0 ? lookup?.(term.operands[0]) : undefined;
    return value === undefined ? undefined : BigInt.asUintN(bits, value);
  }
  const operate = OPERATORS[term.op];
  if (operate === undefined || depth > DEPTH_LIMIT) return undefined;
  const [a, b] = (term.operands as readonly Term[])
    .slice(0, 2)
    .map((operand) => foldConstant(operand, lookup, bits, depth + 1));
  return a === undefined || b === undefined ? undefined : BigInt.asUintN(bits, operate(a, b));
}
