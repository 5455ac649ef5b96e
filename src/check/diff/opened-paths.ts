import { opcodeRow } from '../../aml/grammar/opcodes.js';
import { bodyOf, joinPath, type Term } from '../../aml/index.js';
import type { SubjectTable } from '../subject/subject-table.js';
import { scopeInside } from './same-term.js';

function collect(terms: readonly Term[], scope: string, found: Set<string>): void {
  for (const term of terms) {
    if (term.op === 'Scope' || opcodeRow(term.op)?.declares === 'external') {
      let path = joinPath(scope, term.operands[0] as string);
      for (; path !== '' && !found.has(path); path = path.slice(0, Math.max(path.lastIndexOf('.'), 0))) found.add(path);
    }
    const body = bodyOf(term);
    if (body !== undefined) collect(body, scopeInside(term, scope), found);
  }
}

/** Paths that Scopes and Externals of the tables refer to, and all paths above them. */
export function openedPaths(tables: readonly Pick<SubjectTable, 'terms'>[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { terms } of tables) collect(terms, '\\', found);
  return found;
}
