import { uuid } from '../aml/index.js';
import { MOST_U64, parseInteger, requireText } from '../base/index.js';
import type { AmlArgument } from './values.js';

/** Packages within packages that are read. */
const MOST_LEVELS = 100;

/** Characters that ASL escapes. ACPI 6.5 §19.2.3 */
const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** A text with its escapes replaced: `\n`, `\x41`, `\101`, or the character itself. */
function unescaped(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|(.))/g, (_, hex, octal, character) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    return ESCAPES[character] ?? character;
  });
}

/** Raised by the reader alone, and never seen outside of it. */
class NotAnArgument extends Error {}

/** Reads one argument of a method from its text, as AML people write them. */
class ArgumentReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  #fail(): never {
    throw new NotAnArgument(this.#text);
  }

  /** What a pattern matches here, blanks before it skipped; undefined if it does not. */
  #take(pattern: RegExp): string | undefined {
    const sticky = new RegExp(`\\s*(?:${pattern.source})`, 'y');
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#text);
    if (found === null) return undefined;
    this.#at = sticky.lastIndex;
    return found[1] ?? found[0].trim();
  }

  #value(level: number): AmlArgument {
    const text = this.#take(/"((?:[^"\\]|\\.)*)"/);
    if (text !== undefined) return unescaped(text);
    const name = this.#take(/ToUUID\s*\(\s*"?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"?\s*\)/);
    if (name !== undefined) return uuid(name).operands[1];
    const hex = this.#take(/\(((?:\s*[0-9a-fA-F]{2}[\s,]*)*)\)/);
    if (hex !== undefined)
      return Uint8Array.from(hex.match(/[0-9a-fA-F]{2}/g) ?? [], (byte) => Number.parseInt(byte, 16));
    if (this.#take(/\{/) !== undefined) {
      if (level >= MOST_LEVELS) this.#fail();
      const elements: AmlArgument[] = [];
      while (this.#take(/\}/) === undefined) {
        if (elements.length > 0 && this.#take(/,/) === undefined) this.#fail();
        elements.push(this.#value(level + 1));
      }
      return elements;
    }
    const number = parseInteger(this.#take(/[0-9][0-9a-fA-FxX_]*/) ?? '');
    if (number === undefined || number > MOST_U64) this.#fail();
    return number;
  }

  read(): AmlArgument {
    const value = this.#value(0);
    if (this.#text.slice(this.#at).trim() !== '') this.#fail();
    return value;
  }
}

/**
 * An argument of a method as AML people write it: `0x10`, `"text"`, `{1, 2}`, `(01 02)` for a Buffer, `ToUUID(…)`.
 * Undefined for anything else.
 */
export function parseAmlArgument(text: string): AmlArgument | undefined {
  requireText(text, 'parseAmlArgument: text');
  try {
    return new ArgumentReader(text).read();
  } catch (error) {
    if (error instanceof NotAnArgument) return undefined;
    throw error;
  }
}
