import { bodyOf, type Op, type Term } from '../../../aml/index.js';
import { certainty, flowAt, flowOf, hasElse } from './flow.js';
import { DECLARES } from './survey.js';

/** Of a list, what is known of the terms behind one: whether running them can come to the loop's start again. */
interface Behind {
  readonly falls: boolean;
  readonly continues: boolean;
}

/**
 * The declarations in a While, nested loops apart, behind which the loop can come round to them again. A body that ends
 * by Break runs once: compilers write Switch so. Bytes that were not decoded end the search.
 */
export function roundsOf(loop: Op<'While'>): readonly Term[] {
  const [predicate, body] = loop.operands;
  const found: Term[] = [];
  if (certainty(predicate) === false || flowOf(body).unknown) return found;
  collect(body, true, found);
  return found.reverse();
}

/** `comesRound`: whether coming to the end of the list leads to the loop's start. */
function collect(terms: readonly Term[], comesRound: boolean, found: Term[]): void {
  let behind: Behind = { falls: true, continues: false };
  for (let index = terms.length - 1; index >= 0; index--) {
    const again = behind.continues || (behind.falls && comesRound);
    const last = terms[index] as Term;
    if (hasElse(terms, index - 1)) index--;
    const term = terms[index] as Term;
    if (last !== term) collect(bodyOf(last) as readonly Term[], again, found);
    if (term.op === 'If') collect(term.operands[1], again, found);
    if (again && DECLARES.has(term.op)) found.push(term);
    const { falls, continues } = flowAt(terms, index);
    behind = falls ? { falls: behind.falls, continues: continues || behind.continues } : { falls: false, continues };
  }
}
