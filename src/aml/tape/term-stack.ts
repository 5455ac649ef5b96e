import type { Term } from '../grammar/term.js';
import { EMPTY } from './operands.js';

/** Terms of lists that are not complete yet, the innermost list on top. */
export class TermStack {
  /** Never made shorter, which would cost more than the terms: what lies past the top is not looked at. */
  readonly #terms: Term[] = [];
  /** Terms on the stack. */
  top = 0;

  push(term: Term): void {
    this.#terms[this.top++] = term;
  }

  /** Takes the terms above a mark, as an array no larger than it has to be. */
  take(mark: number): readonly Term[] {
    const taken = mark === this.top ? EMPTY : this.#terms.slice(mark, this.top);
    this.top = mark;
    return taken;
  }
}
