import type { Path } from '../../../aml/index.js';
import type { Declared } from '../../subject/machine-names.js';
import { perSubject } from '../../subject/per-subject.js';
import { surveyOf, type Visit } from './survey.js';

/** A name that calls a method of the tables. */
export interface Call {
  readonly visit: Visit<Path>;
  readonly called: Declared;
}

/** Every call of a method of the tables, in their order. */
export const callsOf = perSubject((subject): readonly Call[] => {
  const calls: Call[] = [];
  for (const visit of surveyOf(subject).visits('Path')) {
    if (visit.role !== 'TermArg' && visit.role !== 'TermList') continue;
    const called = subject.names.find(visit.term.operands[0], visit.site.scope);
    if (called?.term.op === 'Method') calls.push({ visit, called });
  }
  return calls;
});
