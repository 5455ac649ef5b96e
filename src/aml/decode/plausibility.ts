import { type CompiledRow, VALUE_USE } from '../grammar/compiled-rows.js';
import type { OpName } from '../grammar/opcodes.js';
import type { NamespaceNode } from '../namespace/namespace.js';
import { ROW } from '../tape/tape.js';

/**
 * How unlikely it is that a compiler wrote the decoded terms; 0 is likely. A wrong argument count leaves arguments
 * as statements, takes statements for arguments, or cuts a term in two.
 */
export const COST = {
  /** Bytes that are not a term. */
  undecodable: 400,
  /**
   * For each of those bytes. Any term costs less, so that no guess wins by leaving the rest of a
   * body undecoded.
   */
  lostByte: 12,
  /** A value where a place is needed: compilers refuse it. */
  valueAsPlace: 100,
  /** An Else without its If. */
  loneElse: 16,
  /** A number, a string, a Local, an Arg or an object that is not a method, as a statement. */
  idleValue: 12,
  /** An expression as a statement, its result unused. */
  idleExpression: 8,
  /** An undeclared name alone as a statement. */
  idleName: 2,
  /** A term after a Return, Break or Continue in the same list. */
  unreachable: 4,
  /** An assignment as an argument. */
  storeAsArgument: 12,
  /** An expression as an argument that also stores its result. */
  targetAsArgument: 4,
  /** A method call as an argument: it could just as well be the next statement. */
  callAsArgument: 3,
  /** An undeclared name as an argument, for the same reason. */
  nameAsArgument: 1,
} as const;

/** Expressions that have an effect even without a target. */
const EFFECTS: ReadonlySet<string> = new Set<OpName>([
  'Store',
  'CopyObject',
  'Increment',
  'Decrement',
  'Acquire',
  'Wait',
  'Load',
  'LoadTable',
]);

/** The cost of a term with an opcode as a statement. `stores`: it has a target operand, and it is not empty. */
export function statementCost(row: CompiledRow, stores: boolean): number {
  if (row.use !== VALUE_USE) return COST.idleValue;
  return (stores && row.hasTarget) || EFFECTS.has(row.op) ? 0 : COST.idleExpression;
}

/** The cost of a term with an opcode as the argument of a method whose argument count is guessed. */
export function argumentCost(row: CompiledRow | undefined, stores: boolean): number {
  if (row === undefined) return 0;
  if (EFFECTS.has(row.op)) return COST.storeAsArgument;
  return stores && row.hasTarget ? COST.targetAsArgument : 0;
}

/** The cost of a name as such an argument: depends on what it names, and whether it is called with arguments. */
export function nameCost(node: NamespaceNode | undefined, isCall: boolean): number {
  if (node !== undefined && node.kind !== 'placeholder') return node.kind === 'method' ? COST.callAsArgument : 0;
  return isCall ? COST.callAsArgument : COST.nameAsArgument;
}

/** The cost of a term that follows another one in a list, by their codes; -1 before the first. */
export function orderCost(before: number, code: number): number {
  const elseCost = code === ROW.Else && before !== ROW.If ? COST.loneElse : 0;
  return endsList(before) ? elseCost + COST.unreachable : elseCost;
}

/** Whether the terms after this one in its list never run. */
function endsList(code: number): boolean {
  return code === ROW.Return || code === ROW.Break || code === ROW.Continue;
}
