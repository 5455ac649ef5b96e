import { EMPTY } from './operands.js';
import type { Term } from './term.js';

/** Terms of lists that are not complete yet, the innermost list on top. */
export class TermStack {
  /** Never made shorter, which would cost more than the terms: what lies past the top is not looked at. */
  readonly #terms: Term[] = [];
  /** Terms on the stack. */
  top = 0;

  push(term: Term): void {
    this.#terms[this.top++] = term;
  }

  /** The term on top; there is one. */
  get latest(): Term {
    return this.#terms[this.top - 1] as Term;
  }

  /** Takes the terms above a mark, as an array no larger than it has to be; an empty one if they are not `wanted`. */
  take(mark: number, wanted: boolean): readonly Term[] {
    const taken = wanted ? this.#terms.slice(mark, this.top) : EMPTY;
    this.top = mark;
    return taken;
  }
}
