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

/**
 * Of each wanted statement of a method what the Locals hold when it runs, as far as that is certain whichever way the
 * run came: what a loop or one side of an If changes is not.
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

  const run = (terms: readonly Term[], held: Map<number, Term>): void => {
    for (const term of terms) {
      if (wanted.has(term)) found.set(term, new Map(held));
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

/** What a Store to a Local stores, and to which. */
function stored(term: Term, held: HeldLocals): { readonly number: number; readonly term: Term } | undefined {
  if (term.op !== 'Store' && term.op !== 'CopyObject') return undefined;
  const [source, target] = term.operands;
  const value = source.op === 'Local' ? held.get(source.operands[0]) : source;
  return target.op === 'Local' && value !== undefined ? { number: target.operands[0], term: value } : undefined;
}
