import type { Measured, NamedPart, WideRegisterDescription } from '../vocab/index.js';

/**
 * A user's text, made safe for a comment in C, C++, Rust or TypeScript: printable ASCII on lines of at most
 * `widthCharacters` (a longer word gets a line of its own), in which nothing ends the comment, begins another, or is a
 * trigraph. A line may end with a backslash, so something of the comment must follow it on that line.
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

/** A character that compilers and editors treat differently, as its code point. */
function visible(character: string): string {
  const hex = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
  return `<U+${hex}>`;
}

/** Separates pairs of characters that have a meaning within a comment, or before comments are recognized. */
function harmless(word: string): string {
  return word.replaceAll(/\*(?=\/)|\/(?=[*/])|\?(?=\?)/g, '$& ');
}

/** The label and description of a part of the platform, as one text. */
export function describe(part: { readonly label?: string; readonly description?: string }): string {
  return [part.label, part.description].filter((text) => text !== undefined && text.trim() !== '').join(': ');
}

/** {@link describe} of a register of 64 bits. */
export function describeWide(wide: WideRegisterDescription): string {
  return [describe(wide), '64 bits'].filter((text) => text !== '').join('; ');
}

/** What is known of a field, as one text: label and description, then unit and limits. */
export function describeField(field: NamedPart & Measured): string {
  const { unit, least, most } = field;
  const range =
    least === undefined && most === undefined
      ? ''
      : most === undefined
        ? `${least} or more`
        : `${least ?? 0} to ${most}`;
  const measure = [range, unit ?? ''].filter((part) => part !== '').join(' ');
  return [describe(field), measure].filter((text) => text !== '').join('; ');
}

/** One of the files that are generated together. */
export interface TextFile {
  /** Path from the folder that they are written to, with `/`. */
  readonly name: string;
  readonly contents: string;
  /** A few words that say what the file is. */
  readonly what: string;
}
