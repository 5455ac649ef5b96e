import type { Subject } from '../../subject/subject.js';
import { surveyOf } from './survey.js';

/** Paths of the named objects that an operation puts a value into: Store, CopyObject, or both. */
export function storedTo(
  subject: Subject,
  ops: readonly ('Store' | 'CopyObject')[] = ['Store', 'CopyObject'],
): ReadonlySet<string> {
  const survey = surveyOf(subject);
  const paths = new Set<string>();
  for (const op of ops) {
    for (const { term, site } of survey.visits(op)) {
      const [, target] = term.operands;
      const declared = target.op === 'Path' ? subject.names.find(target.operands[0], site.scope) : undefined;
      if (declared !== undefined) paths.add(declared.path);
    }
  }
  return paths;
}
