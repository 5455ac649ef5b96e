import { integerValue, type Term } from '../grammar/term.js';

export interface ConstantOptions {
  /** Value of a name that has no arguments; undefined if it is not known. */
  readonly lookup?: (name: string) => bigint | undefined;
  /** How wide the table's integers are: 32 below DSDT revision 2. ACPI 6.5 §20.3 */
  readonly integerBits?: 32 | 64;
}

/** Operators whose value follows from their operands, without what they store. ACPI 6.5 §19.6 */
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
 * anything else.
 */
export function evaluateConstant(term: Term, options: ConstantOptions = {}, depth = 0): bigint | undefined {
  const bits = options.integerBits ?? 64;
  const plain = integerValue(term);
  if (plain !== undefined) return BigInt.asUintN(bits, plain);
  if (term.op === 'Path') {
    const value = term.operands[1].length === 0 ? options.lookup?.(term.operands[0]) : undefined;
    return value === undefined ? undefined : BigInt.asUintN(bits, value);
  }
  const operate = OPERATORS[term.op];
  if (operate === undefined || depth > DEPTH_LIMIT) return undefined;
  const [a, b] = (term.operands as readonly Term[]).map((operand, index) =>
    index < 2 ? evaluateConstant(operand, options, depth + 1) : undefined,
  );
  return a === undefined || b === undefined ? undefined : BigInt.asUintN(bits, operate(a, b));
}
