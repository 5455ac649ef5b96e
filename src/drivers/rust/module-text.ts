import type { NamedPart } from '../../vocab/index.js';
import { lowerName } from '../driver-names.js';
import { commentLines } from '../driver-text.js';
import { RUST_KEYWORDS } from '../name-options.js';

/** Rust as text: modules, their names and their documentation. */

/** Characters of text on a comment's line. */
export const COMMENT_CHARACTERS = 80;

/** The names of a part. */
export type Names = Pick<NamedPart, 'name' | 'longName'>;

/** A part's name as a module: lower case, and with `_` after it if Rust has the word for itself. */
export function moduleName(part: Names): string {
  const lower = lowerName(part);
  return RUST_KEYWORDS.has(lower) ? `${lower}_` : lower;
}

/** A line as the Markdown that rustdoc reads: no link, no HTML, no code, no list. CommonMark 0.31 §2.4 */
export function asMarkdown(line: string): string {
  return line
    .replaceAll(/[\\`*_[\]<>&|~$]/g, '\\$&')
    .replace(/^[-+=#]/, '\\$&')
    .replace(/^(\d+)(?=[.)])/, '$1\\');
}

/** A comment with what an item is and the words about it; each line begins with `marker`. */
export function documented(owner: string, words: string, marker: string): string[] {
  return commentLines(words === '' ? owner : `${owner}, ${words}`, COMMENT_CHARACTERS).map(
    (line) => `${marker} ${asMarkdown(line)}`,
  );
}

/** A module, with a blank line between its items. */
export function module(doc: readonly string[], name: string, items: readonly (readonly string[])[]): string[] {
  const body = items.filter((item) => item.length > 0).flatMap((item, index) => (index === 0 ? item : ['', ...item]));
  return [...doc, `pub mod ${name} {`, ...body.map((line) => (line === '' ? '' : `    ${line}`)), '}'];
}
