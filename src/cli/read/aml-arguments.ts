import { MOST_U64, parseInteger } from '../../base/index.js';
import { uuidBytes } from '../../guest/dsm-value.js';
import type { AmlArgument } from '../../interpreter/index.js';
import { usageError } from './usage-error.js';

const SYNTAX =
  'Write 0x10, "text", {1, "two"}, (01 02 ff) for a buffer, or ToUUID(33db4d5b-1ff7-401c-9657-7441c03dd766).';

/** Reads one argument of a method from its text, as AML people write them. */
class ArgumentReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  #fail(): never {
    throw usageError(`"${this.#text}" is not an argument of a method.`, SYNTAX);
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

  #value(): AmlArgument {
    const text = this.#take(/"((?:[^"\\]|\\.)*)"/);
    if (text !== undefined) return text.replace(/\\(.)/g, '$1');
    const uuid = this.#take(/ToUUID\s*\(\s*"?([0-9a-fA-F-]+)"?\s*\)/);
    if (uuid !== undefined) {
      try {
        return uuidBytes(uuid);
      } catch {
        this.#fail();
      }
    }
    const hex = this.#take(/\(((?:\s*[0-9a-fA-F]{2}[\s,]*)*)\)/);
    if (hex !== undefined)
      return Uint8Array.from(hex.match(/[0-9a-fA-F]{2}/g) ?? [], (byte) => Number.parseInt(byte, 16));
    if (this.#take(/\{/) !== undefined) {
      const elements: AmlArgument[] = [];
      while (this.#take(/\}/) === undefined) {
        if (elements.length > 0 && this.#take(/,/) === undefined) this.#fail();
        elements.push(this.#value());
      }
      return elements;
    }
    const number = parseInteger(this.#take(/[0-9][0-9a-fA-FxX_]*/) ?? '');
    if (number === undefined || number > MOST_U64) this.#fail();
    return number;
  }

  read(): AmlArgument {
    const value = this.#value();
    if (this.#text.slice(this.#at).trim() !== '') this.#fail();
    return value;
  }
}

/** An argument of a method: `0x10`, `"text"`, `{1, 2}`, `(01 02)`, `ToUUID(…)`. Throws a UsageError on anything else. */
export function readAmlArgument(text: string): AmlArgument {
  return new ArgumentReader(text).read();
}
