/**
 * Text of a user's, made fit for a comment of C, C++, Rust or TypeScript: printable ASCII on lines of at most
 * `widthCharacters` (a longer word keeps its line to itself), in which nothing ends the comment, begins another, or is
 * a trigraph. A line may end with a backslash, so the comment's own text has to follow on it.
 */
export function commentLines(text: string, widthCharacters: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words(text)) {
    if (line !== '' && line.length + 1 + word.length > widthCharacters) {
      lines.push(line);
      line = word;
    } else line += line === '' ? word : ` ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

function words(text: string): string[] {
  const parts = text.split(/[\s\0]+/u).filter((word) => word !== '');
  return parts.map((word) => harmless(word.replaceAll(/[^\x21-\x7e]/gu, visible)));
}

/** A character that not every compiler and editor reads alike, as its code point. */
function visible(character: string): string {
  const hex = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
  return `<U+${hex}>`;
}

/** Parts the pairs that mean something within a comment, or before comments are even looked for. */
function harmless(word: string): string {
  return word.replaceAll(/\*(?=\/)|\/(?=[*/])|\?(?=\?)/g, '$& ');
}

/** What is known of a part of the platform beyond its name, as one sentence after the other. */
export function describe(part: { readonly label?: string; readonly description?: string }): string {
  return [part.label, part.description].filter((text) => text !== undefined && text.trim() !== '').join(': ');
}

/** One of several files that are generated together. */
export interface TextFile {
  /** Path from the folder that they are written to, with `/`. */
  readonly name: string;
  readonly contents: string;
  /** What it is, in a few words. */
  readonly what: string;
}
