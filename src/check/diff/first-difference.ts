import { bodyOf, type Term } from '../../aml/index.js';
import { type ScopedTerm, scopeInside, type TermComparison } from './same-term.js';

/** Where two lists of statements begin to differ. */
export interface StatementDifference {
  /** Which statement it is, counted from 1, and which in each block that holds it: `3.1`. */
  readonly number: string;
  /** Undefined if a side ends there. */
  readonly before: ScopedTerm | undefined;
  readonly after: ScopedTerm | undefined;
}

/** The first statement that differs. Blocks with the same head are searched inside. */
export function firstDifference(
  before: readonly Term[],
  beforeScope: string,
  after: readonly Term[],
  afterScope: string,
  comparison: TermComparison,
): StatementDifference | undefined {
  for (let index = 0; index < Math.max(before.length, after.length); index++) {
    const [a, b] = [scoped(before[index], beforeScope), scoped(after[index], afterScope)];
    if (a !== undefined && b !== undefined) {
      if (comparison.same(a, b)) continue;
      const [aBody, bBody] = [bodyOf(a.term), bodyOf(b.term)];
      if (aBody !== undefined && bBody !== undefined && comparison.sameHead(a, b)) {
        const [aInside, bInside] = [scopeInside(a.term, a.scope), scopeInside(b.term, b.scope)];
        const inner = firstDifference(aBody, aInside, bBody, bInside, comparison);
        if (inner !== undefined) return { ...inner, number: `${index + 1}.${inner.number}` };
      }
    }
    return { number: `${index + 1}`, before: a, after: b };
  }
  return undefined;
}

function scoped(term: Term | undefined, scope: string): ScopedTerm | undefined {
  return term && { term, scope };
}
