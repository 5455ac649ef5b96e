import { type CompiledRow, VALUE_USE } from '../grammar/compiled-rows.js';
import type { OpName } from '../grammar/opcodes.js';
import type { NamespaceNode } from '../namespace/namespace.js';
import { ROW } from '../tape/tape.js';

/**
 * How unlikely it is that a compiler wrote what was decoded; 0 is likely. A wrong argument count leaves arguments
 * standing as statements, takes statements for arguments, or cuts a term in two.
 */
export const COST = {
  /** Bytes that are no term at all. */
  undecodable: 400,
  /**
   * Each of those bytes. Whatever they might have been costs less, so that no guess wins because it leaves the rest of a
   * body unread.
   */
  lostByte: 12,
  /** A value where a place is wanted, which no compiler lets pass. */
  valueAsPlace: 100,
  /** An Else without its If. */
  loneElse: 16,
  /** A number, a string, a Local, an Arg or an object that is no method, as a statement. */
  idleValue: 12,
  /** An expression as a statement whose result goes nowhere. */
  idleExpression: 8,
  /** A name that nothing declares, alone as a statement. */
  idleName: 2,
  /** What follows a Return, Break or Continue in its list. */
  unreachable: 4,
  /** An assignment as an argument. */
  storeAsArgument: 12,
  /** An expression as an argument that also stores its result. */
  targetAsArgument: 4,
  /** The call of a method as an argument, which could as well be the next statement. */
  callAsArgument: 3,
  /** A name that nothing declares as an argument, likewise. */
  nameAsArgument: 1,
} as const;

/** Expressions that do something whether or not they have a target. */
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

/** The cost of a term with an opcode as a statement. `stores` counts if it has a target: that one is not missing. */
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

/** The cost of a name as such an argument: of what it is known to name, and whether it is called with arguments. */
export function nameCost(node: NamespaceNode | undefined, isCall: boolean): number {
  if (node !== undefined && node.kind !== 'placeholder') return node.kind === 'method' ? COST.callAsArgument : 0;
  return isCall ? COST.callAsArgument : COST.nameAsArgument;
}

/** The cost of a term behind another one of its list, by their codes; -1 before the first. */
export function orderCost(before: number, code: number): number {
  const elseCost = code === ROW.Else && before !== ROW.If ? COST.loneElse : 0;
  return endsList(before) ? elseCost + COST.unreachable : elseCost;
}

/** Whether what follows a term in its list is never run. */
function endsList(code: number): boolean {
  return code === ROW.Return || code === ROW.Break || code === ROW.Continue;
}
