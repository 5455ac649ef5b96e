import type { Path } from '../../../aml/index.js';
import type { Declared } from '../../subject/machine-names.js';
import type { Subject } from '../../subject/subject.js';
import { surveyOf, type Visit } from './survey.js';

/** A name that stands for the value or the run of a method which the tables have. */
export interface Call {
  readonly visit: Visit<Path>;
  readonly called: Declared;
}

const known = new WeakMap<Subject, readonly Call[]>();

/** Every call of a method of the tables, in their order; looked up once. */
export function callsOf(subject: Subject): readonly Call[] {
  const found = known.get(subject);
  if (found !== undefined) return found;
  const calls: Call[] = [];
  for (const visit of surveyOf(subject).visits('Path')) {
    if (visit.role !== 'TermArg' && visit.role !== 'TermList') continue;
    const called = subject.names.find(visit.term.operands[0], visit.site.scope);
    if (called?.term.op === 'Method') calls.push({ visit, called });
  }
  known.set(subject, calls);
  return calls;
}
