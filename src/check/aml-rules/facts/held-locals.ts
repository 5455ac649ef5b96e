import { childTerms } from '../../../aml/build/inner-terms.js';
import { opcodeRow } from '../../../aml/grammar/opcodes.js';
import type { Op, Term } from '../../../aml/index.js';

/** What Locals hold, by number: the terms last stored to them. */
export type HeldLocals = ReadonlyMap<number, Term>;

/** Kinds of operands through which a term may be written to, now or by a reference later. */
const WRITABLE = new Set<string>(['SuperName', 'Reference', 'Target']);
/** Operations that only read such an operand. */
const READS = new Set<string>(['SizeOf', 'ObjectType']);
/** Operations that give references, through which a store may come at any time. */
const REFERS = new Set<string>(['RefOf', 'CondRefOf']);

/** Operations that compute one value of two, and put it into their last operand. */
const COMPUTES = new Set<string>([
  ...['Add', 'Subtract', 'Multiply', 'And', 'Or', 'Xor', 'NAnd', 'NOr', 'ShiftLeft', 'ShiftRight', 'Mod'],
]);

/** A term with each Local replaced by what it holds; itself if it has none. Undefined if that of one is not known. */
export function withHeld(term: Term, held: HeldLocals): Term | undefined {
  if (term.op === 'Local') return held.get(term.operands[0]);
  if (!COMPUTES.has(term.op)) return term;
  const [left, right] = term.operands as readonly unknown[] as readonly [Term, Term];
  const [a, b] = [withHeld(left, held), withHeld(right, held)];
  if (a === undefined || b === undefined) return undefined;
  if (a === left && b === right) return term;
  return { ...term, operands: [a, b, NULL] } as unknown as Term;
}

/**
 * What the Locals hold when each wanted term of a method runs, as far as that is certain whichever way the run came: what
 * a loop or one branch of an If changes is not. A wanted term is a statement, or part of one.
 */
export function heldLocals(method: Op<'Method'>, wanted: ReadonlySet<Term>): ReadonlyMap<Term, HeldLocals> {
  const found = new Map<Term, HeldLocals>();
  const referred = new Set<number>();

  /** Takes out of what is held the Locals that a term may write to. */
  const forget = (term: Term, held: Map<number, Term>): void => {
    if (term.op === 'Method') return;
    const kinds: readonly string[] = READS.has(term.op) ? [] : (opcodeRow(term.op)?.operands ?? []);
    for (const [index, kind] of kinds.entries()) {
      const operand = WRITABLE.has(kind) ? (term.operands[index] as Term) : undefined;
      if (operand?.op !== 'Local') continue;
      held.delete(operand.operands[0]);
      if (REFERS.has(term.op)) referred.add(operand.operands[0]);
    }
    for (const child of childTerms(term)) forget(child, held);
  };

  /** Notes what is held at the wanted terms within a statement, without what the statement itself may change before. */
  const note = (statement: Term, part: Term, held: ReadonlyMap<number, Term>): void => {
    if (part.op === 'Method') return;
    if (wanted.has(part) && part !== statement) {
      const before = new Map(held);
      for (const child of childTerms(statement)) forget(child, before);
      found.set(part, before);
    }
    for (const child of childTerms(part)) note(statement, child, held);
  };

  const run = (terms: readonly Term[], held: Map<number, Term>): void => {
    for (const term of terms) {
      if (wanted.has(term)) found.set(term, new Map(held));
      if (term.op === 'If' || term.op === 'While') {
        // A While's condition is computed again after its body.
        note(term.operands[0], term.operands[0], term.op === 'If' ? held : new Map());
      } else if (term.op !== 'Else') note(term, term, held);
      if (term.op === 'If' || term.op === 'Else') {
        if (term.op === 'If') forget(term.operands[0], held);
        const within = new Map(held);
        run(term.op === 'If' ? term.operands[1] : term.operands[0], within);
        for (const [number, value] of held) if (within.get(number) !== value) held.delete(number);
      } else if (term.op === 'While') {
        held.clear();
        run(term.operands[1], new Map());
      } else {
        const value = stored(term, held);
        forget(term, held);
        if (value !== undefined && !referred.has(value.number)) held.set(value.number, value.term);
      }
    }
  };

  run(method.operands[2], new Map());
  return found;
}

const NULL = { op: 'Null', operands: [] } as unknown as Term;

/** What a statement puts into a Local, and into which. */
function stored(term: Term, held: HeldLocals): { readonly number: number; readonly term: Term } | undefined {
  const into = (target: Term | undefined, value: Term | undefined) =>
    target?.op === 'Local' && value !== undefined ? { number: target.operands[0], term: value } : undefined;
  if (term.op === 'Store' || term.op === 'CopyObject') return into(term.operands[1], withHeld(term.operands[0], held));
  if (term.op === 'Increment' || term.op === 'Decrement') {
    const [of] = term.operands;
    const before = of.op === 'Local' ? held.get(of.operands[0]) : undefined;
    const op = term.op === 'Increment' ? 'Add' : 'Subtract';
    const value = { op, operands: [before, { op: 'One', operands: [] }, NULL] };
    return into(of, before && (value as unknown as Term));
  }
  if (!COMPUTES.has(term.op)) return undefined;
  const value = withHeld({ ...term, operands: [...term.operands.slice(0, 2), NULL] } as unknown as Term, held);
  return into((term.operands as readonly unknown[]).at(-1) as Term, value);
}
