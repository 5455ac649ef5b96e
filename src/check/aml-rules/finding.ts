import { displayName, type Term } from '../../aml/index.js';
import type { Place } from '../../vocab/index.js';
import type { Finding } from '../rules/rule.js';
import { placeIn, type SubjectTable } from '../subject/subject-table.js';

/** The place of a term: its first byte, and the object that it is or stands in. */
function placeAt(table: SubjectTable, term: Term, path: string): Place {
  return placeIn(table, term.start, displayName(path));
}

/** A finding about a term. `path` is the object that it is or stands in, as the decoder spells it. */
export function findingAt(
  table: SubjectTable,
  term: Term,
  path: string,
  message: string,
  more: Partial<Finding> = {},
): Finding {
  return { place: placeAt(table, term, path), message, ...more };
}

/** `one`, `one and two`, `one, two and three`; past `most` of them the rest is counted. */
export function listed(words: readonly string[], most = 6): string {
  const shown = words.length > most ? [...words.slice(0, most - 1), `${words.length - most + 1} more`] : words;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
