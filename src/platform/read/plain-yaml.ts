import { MOST_NUMBER_CHARACTERS } from '../schema/schema-leaves.js';

/**
 * The YAML that platform files are written in nearly always: block and flow collections with words as keys, and scalars of
 * one line. Anything else is left to the package yaml, mistakes too; this reader only never gives another value than the
 * package does. It keeps no nodes: a text of 4000 functions takes it 0.4 s and 7 MB, and the package 2.6 s and 160 MB.
 */

/** Bounds on what is read here; a text beyond one is left to the package, which says so. */
interface PlainLimits {
  readonly depth: number;
  readonly values: number;
  readonly keys: number;
  readonly entries: number;
}

interface PlainYaml {
  readonly value: unknown;
  /** Number of values, as the package's nodes are counted. */
  readonly values: number;
}

/** Thrown at the first thing that is not plain. */
class NotPlain extends Error {}

/** Tabs, carriage returns, byte order marks, and what else is not a line of text. */
const FOREIGN = /[^\n -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;
/** A word as a key, its colon and what has to follow that. */
const KEY = /[A-Za-z_][\w-]{0,99}:(?=[ \n]|$)/y;
/** Keys that the core schema takes for something else, and one that is not a key of an object like others. */
const ODD_KEYS = /^(?:null|true|false|__proto__)$/i;
/** How a scalar without quotes may begin: no indicator of YAML, nor a dash with nothing after it. YAML 1.2.2 §7.3.3 */
const SCALAR_START = /[\w./\\+(<$^;=]|-[\w.]|[^\0-\x7f]/y;

/** Characters that begin a scalar which may be more than a string in the core schema. YAML 1.2.2 §10.3.2 */
const MAYBE_OTHER = /^[-+.\dnNtTfF]/;
/** Where a scalar without quotes ends. A colon with a space after it would make it a key. */
const BLOCK_SCALAR_END = / #|:(?=[ \n]|$)|\n|$/g;
const FLOW_SCALAR_END = / #|[,[\]{}]|:(?=[ ,[\]{}\n]|$)|\n|$/g;
const WORD = /^(?:[Nn]ull|NULL|[Tt]rue|TRUE|[Ff]alse|FALSE)$/;
const INTEGER = /^(?:[-+]?\d+|0x[\dA-Fa-f]+|0o[0-7]+)$/;
const FLOAT = /^[-+]?(?:\.(?:inf|nan)|(?:\.\d+|\d+\.?\d*)(?:e[-+]?\d+)?)$/i;

/** What the core schema makes of a scalar without quotes. */
function resolved(text: string): unknown {
  if (!MAYBE_OTHER.test(text)) return text;
  if (INTEGER.test(text)) {
    if (text.length > MOST_NUMBER_CHARACTERS) throw new NotPlain();
    return BigInt(text);
  }
  if (WORD.test(text)) {
    if (/^n/i.test(text)) throw new NotPlain();
    return /^t/i.test(text);
  }
  if (FLOAT.test(text)) throw new NotPlain();
  return text;
}

class PlainReader {
  readonly #text: string;
  readonly #limits: PlainLimits;
  /** The next character. */
  #at = 0;
  /** Column of the first character of the current line or of what stands in place of one; -1 after the last line. */
  #column = 0;
  #depth = 0;
  values = 0;

  constructor(text: string, limits: PlainLimits) {
    this.#text = text;
    this.#limits = limits;
  }

  read(): unknown {
    this.#nextLine();
    const value = this.#block();
    if (this.#column !== -1) throw new NotPlain();
    return value;
  }

  #count(): void {
    if (++this.values > this.#limits.values) throw new NotPlain();
  }

  #open(): void {
    this.#count();
    if (++this.#depth > this.#limits.depth) throw new NotPlain();
  }

  #skipSpaces(): void {
    while (this.#text[this.#at] === ' ') this.#at++;
  }

  /** After spaces: skips a comment. One that follows something stands after a space. */
  #skipComment(): void {
    if (this.#text[this.#at] !== '#') return;
    if (this.#at > 0 && !/[ \n]/.test(this.#text[this.#at - 1] as string)) throw new NotPlain();
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end < 0 ? this.#text.length : end;
  }

  /** From the start of a line to the first line that says something. */
  #nextLine(): void {
    for (let start = this.#at; ; start = this.#at) {
      this.#skipSpaces();
      const column = this.#at - start;
      this.#skipComment();
      if (this.#at >= this.#text.length) {
        this.#column = -1;
        return;
      }
      if (this.#text[this.#at] !== '\n') {
        this.#column = column;
        return;
      }
      this.#at++;
    }
  }

  /** After a value: nothing else stands on its line. */
  #endLine(): void {
    this.#skipSpaces();
    this.#skipComment();
    if (this.#at < this.#text.length && this.#text[this.#at++] !== '\n') throw new NotPlain();
    this.#nextLine();
  }

  #isDash(): boolean {
    return this.#text[this.#at] === '-' && this.#text[this.#at + 1] === ' ';
  }

  /** A key and its colon; undefined if there is none here. */
  #key(): string | undefined {
    KEY.lastIndex = this.#at;
    if (!KEY.test(this.#text)) return undefined;
    const key = this.#text.slice(this.#at, KEY.lastIndex - 1);
    if (ODD_KEYS.test(key)) throw new NotPlain();
    this.#at = KEY.lastIndex;
    return key;
  }

  /** A list or mapping whose first entry is here, in the current column. */
  #block(): unknown {
    if (this.#isDash()) return this.#blockList();
    const key = this.#key();
    if (key === undefined) throw new NotPlain();
    return this.#blockMapping(key);
  }

  #blockList(): unknown[] {
    this.#open();
    const column = this.#column;
    const items: unknown[] = [];
    while (this.#column === column && this.#isDash()) {
      const start = this.#at++;
      this.#skipSpaces();
      const inner = column + this.#at - start;
      const isDash = this.#isDash();
      const key = isDash ? undefined : this.#key();
      if (isDash || key !== undefined) {
        this.#column = inner;
        items.push(key === undefined ? this.#blockList() : this.#blockMapping(key));
      } else {
        items.push(this.#inline(column));
        this.#endLine();
      }
      if (this.#column > column || items.length > this.#limits.entries) throw new NotPlain();
    }
    this.#depth--;
    return items;
  }

  /** `first` is its first key, which has been read. */
  #blockMapping(first: string): Record<string, unknown> {
    this.#open();
    const column = this.#column;
    const entries: Record<string, unknown> = {};
    let count = 0;
    for (let key: string | undefined = first; key !== undefined; ) {
      if (Object.hasOwn(entries, key) || ++count > this.#limits.keys) throw new NotPlain();
      entries[key] = this.#blockValue(column);
      if (this.#column > column) throw new NotPlain();
      if (this.#column < column) break;
      key = this.#key();
      if (key === undefined) throw new NotPlain();
    }
    this.#depth--;
    return entries;
  }

  /** What follows a key: on its line, or on the next ones. */
  #blockValue(column: number): unknown {
    this.#skipSpaces();
    const next = this.#text[this.#at];
    if (next !== '\n' && next !== '#' && next !== undefined) {
      const value = this.#inline(column);
      this.#endLine();
      return value;
    }
    this.#endLine();
    if (this.#column > column) return this.#block();
    if (this.#column === column && this.#isDash()) return this.#blockList();
    throw new NotPlain();
  }

  /** A value that begins on this line, in a block collection of a column. */
  #inline(column: number): unknown {
    return this.#flowOrQuoted(column) ?? this.#scalar(BLOCK_SCALAR_END);
  }

  /** Undefined if a scalar without quotes is here. */
  #flowOrQuoted(column: number): unknown {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#flowMapping(column);
      case '[':
        return this.#flowList(column);
      case '"':
        return this.#quoted('"');
      case "'":
        return this.#quoted("'");
      default:
        return undefined;
    }
  }

  #quoted(mark: string): string {
    const start = this.#at + 1;
    const end = this.#text.indexOf(mark, start);
    const value = this.#text.slice(start, Math.max(end, start));
    const isPlain = end >= 0 && this.#text[end + 1] !== mark && !value.includes('\n') && !value.includes('\\');
    if (!isPlain) throw new NotPlain();
    this.#count();
    this.#at = end + 1;
    return value;
  }

  /** A scalar without quotes, up to what `ends` finds. */
  #scalar(ends: RegExp): unknown {
    SCALAR_START.lastIndex = this.#at;
    if (!SCALAR_START.test(this.#text)) throw new NotPlain();
    ends.lastIndex = this.#at;
    const end = ends.exec(this.#text);
    if (end === null || end[0] === ':' || end[0] === '[' || end[0] === '{') throw new NotPlain();
    const value = this.#text.slice(this.#at, end.index).trimEnd();
    this.#count();
    this.#at = end.index;
    return resolved(value);
  }

  /** Spaces, ends of lines and comments. Each line is indented more than the block collection around. */
  #skipInFlow(column: number): void {
    for (;;) {
      this.#skipSpaces();
      this.#skipComment();
      if (this.#text[this.#at] !== '\n') return;
      const start = ++this.#at;
      this.#skipSpaces();
      const next = this.#text[this.#at];
      if (next !== '\n' && next !== '#' && this.#at - start <= column) throw new NotPlain();
    }
  }

  #flowValue(column: number): unknown {
    return this.#flowOrQuoted(column) ?? this.#scalar(FLOW_SCALAR_END);
  }

  #flowMapping(column: number): Record<string, unknown> {
    const entries: Record<string, unknown> = {};
    let count = 0;
    this.#flowEntries('}', column, () => {
      const key = this.#key();
      if (key === undefined || Object.hasOwn(entries, key) || ++count > this.#limits.keys) throw new NotPlain();
      // A value on another line than its key is rare.
      this.#skipSpaces();
      entries[key] = this.#flowValue(column);
    });
    return entries;
  }

  #flowList(column: number): unknown[] {
    const items: unknown[] = [];
    this.#flowEntries(']', column, () => items.push(this.#flowValue(column)));
    return items;
  }

  #flowEntries(end: string, column: number, readEntry: () => void): void {
    this.#open();
    this.#at++;
    this.#skipInFlow(column);
    for (let commas = 0; this.#text[this.#at] !== end; ) {
      readEntry();
      this.#skipInFlow(column);
      if (this.#text[this.#at] === end) break;
      if (this.#text[this.#at++] !== ',' || ++commas > this.#limits.entries) throw new NotPlain();
      this.#skipInFlow(column);
    }
    this.#at++;
    this.#depth--;
  }
}

/** The value of a text that is plain YAML; undefined if it is not, or not right. */
export function readPlainYaml(text: string, limits: PlainLimits): PlainYaml | undefined {
  if (FOREIGN.test(text)) return undefined;
  const reader = new PlainReader(text, limits);
  try {
    const value = reader.read();
    return { value, values: reader.values };
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}
