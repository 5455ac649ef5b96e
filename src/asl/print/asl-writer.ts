import { keyAt, keyInText, segmentsAt, segmentsPrefixBytes } from '../../aml/grammar/name-bytes.js';
import { PREFIX } from '../../aml/grammar/opcodes.js';
import { MOST_SPARE_BYTES } from '../../aml/tape/tape.js';
import { RESERVED_SEGMENTS } from '../../base/asl-words.js';
import { DiagnosticError, errorAt } from '../../base/index.js';

const reserved = new Set<number>();
/** 1 where a reserved word may be: for most names, looking here is enough. */
const marks = new Uint8Array(1 << 10);
const markOf = (key: number): number => Math.imul(key, 0x9e3779b1) >>> 22;

for (const text of RESERVED_SEGMENTS) {
  const key = keyInText(text.padEnd(4, '_'), 0);
  reserved.add(key);
  marks[markOf(key)] = 1;
}

/** Whether a NameSeg, without its padding, is an ASL keyword. */
export function isReserved(key: number): boolean {
  return marks[markOf(key)] === 1 && reserved.has(key);
}

/** A frequent ASCII text: the offset of its bytes in the pool, shifted above eight bits for its length. */
export type Word = number;

let pool = new Uint8Array(1 << 12);
let used = 0;

/** Puts a text of at most 255 characters of ASCII into the pool. */
export function word(text: string): Word {
  while (used + text.length > pool.length) {
    const larger = new Uint8Array(2 * pool.length);
    larger.set(pool);
    pool = larger;
  }
  const start = used;
  for (let at = 0; at < text.length; at++) pool[used++] = text.charCodeAt(at);
  return (start << 8) | text.length;
}

/** The bytes of all words so far. */
const wordBytes = (): Uint8Array => pool;

/** Characters of ASL, by their bytes. */
const CHAR = {
  blank: 0x20,
  quote: 0x22,
  dot: 0x2e,
  zero: 0x30,
  backslash: 0x5c,
  underline: 0x5f,
  x: 0x78,
  tilde: 0x7e,
} as const;
const DIGITS = Uint8Array.from('0123456789ABCDEF', (digit) => digit.charCodeAt(0));

/** The most bytes of a word, a number or a segment: this much space is reserved before each is written. */
const MOST_AT_ONCE = 0x100;

/** Far longer than the text of any real table, and short enough for a string in V8. */
const MOST_TEXT_BYTES = 0x1000_0000;

/** The buffer of the last text, reused by the next one. */
let spare: Uint8Array = new Uint8Array(0);

/** ASL as it is written, one byte a character. The rest of the buffer is blanks, so that margins need no writing. */
export class AslWriter {
  #bytes: Uint8Array;
  #at = 0;
  readonly #words: Uint8Array = wordBytes();

  /** With space for `bytes` bytes; it grows as needed. */
  constructor(capacityBytes: number) {
    const wanted = capacityBytes + MOST_AT_ONCE;
    const isEnough = spare.length >= wanted;
    this.#bytes = isEnough ? spare : new Uint8Array(wanted).fill(CHAR.blank);
    if (isEnough) spare = new Uint8Array(0);
  }

  /** The whole text. Nothing is written afterwards. */
  finish(): string {
    const bytes = this.#bytes;
    const text = new TextDecoder().decode(bytes.subarray(0, this.#at));
    if (bytes.length > spare.length && bytes.length <= MOST_SPARE_BYTES) spare = bytes.fill(CHAR.blank, 0, this.#at);
    return text;
  }

  /** Makes space for `count` more bytes. */
  #grow(count: number): void {
    if (this.#at + count > MOST_TEXT_BYTES) {
      const message = `The text is longer than ${MOST_TEXT_BYTES} bytes.`;
      throw new DiagnosticError([errorAt('AML_TOO_LONG', {}, message, 'Print the terms in several parts.')]);
    }
    const larger = new Uint8Array(Math.max(this.#at + count, 2 * this.#bytes.length)).fill(CHAR.blank);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }

  word(word: Word): void {
    if (this.#at + MOST_AT_ONCE > this.#bytes.length) this.#grow(MOST_AT_ONCE);
    const bytes = this.#bytes;
    const words = this.#words;
    let from = word >>> 8;
    const end = from + (word & 0xff);
    let at = this.#at;
    while (from < end) bytes[at++] = words[from++] as number;
    this.#at = at;
  }

  /** One character of ASCII. */
  character(code: number): void {
    if (this.#at === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#at++] = code;
  }

  /** A text of ASCII, as all of ASL is. */
  put(text: string): void {
    const { length } = text;
    if (this.#at + length > this.#bytes.length) this.#grow(length);
    const bytes = this.#bytes;
    const start = this.#at;
    for (let index = 0; index < length; index++) bytes[start + index] = text.charCodeAt(index);
    this.#at = start + length;
  }

  /** Begins a line: four blanks for each level. */
  margin(steps: number): void {
    if (this.#at + 4 * steps > this.#bytes.length) this.#grow(4 * steps);
    this.#at += 4 * steps;
  }

  /** A number in hex with this many digits, 1..8. */
  hex(value: number, digits: number): void {
    if (this.#at + MOST_AT_ONCE > this.#bytes.length) this.#grow(MOST_AT_ONCE);
    const bytes = this.#bytes;
    let at = this.#at;
    bytes[at] = CHAR.zero;
    bytes[at + 1] = CHAR.x;
    at += 2;
    for (let shift = 4 * digits - 4; shift >= 0; shift -= 4) bytes[at++] = DIGITS[(value >>> shift) & 15] as number;
    this.#at = at;
  }

  /** A number that is not negative, in decimal. */
  decimal(value: number): void {
    if (value > 9) {
      this.put(String(value));
      return;
    }
    this.character(CHAR.zero + value);
  }

  /** A NameSeg, without its padding unless it would be an ASL keyword then. */
  segment(key: number): void {
    if (this.#at + 4 > this.#bytes.length) this.#grow(4);
    const bytes = this.#bytes;
    const start = this.#at;
    bytes[start] = key >>> 24;
    bytes[start + 1] = key >>> 16;
    bytes[start + 2] = key >>> 8;
    if ((key & 0xff) !== CHAR.underline || isReserved(key)) {
      bytes[start + 3] = key;
      this.#at = start + 4;
      return;
    }
    let at = start + 3;
    while (at > start + 1 && bytes[at - 1] === CHAR.underline) bytes[--at] = CHAR.blank;
    this.#at = at;
  }

  /** A decoded NameString, by its bytes. */
  nameAt(source: Uint8Array, start: number): void {
    let from = start;
    for (; source[from] === PREFIX.root || source[from] === PREFIX.parent; from++)
      this.character(source[from] as number);
    const count = segmentsAt(source, from);
    from += segmentsPrefixBytes(source, from);
    for (let index = 0; index < count; index++, from += 4) {
      if (index > 0) this.character(CHAR.dot);
      this.segment(keyAt(source, from));
    }
  }

  /** A name by its text, each segment padded. */
  name(text: string): void {
    let from = 0;
    for (; text.charCodeAt(from) === PREFIX.root || text.charCodeAt(from) === PREFIX.parent; from++)
      this.character(text.charCodeAt(from));
    for (let at = from; at < text.length; at += 5) {
      if (at > from) this.character(CHAR.dot);
      this.segment(keyInText(text, at));
    }
  }

  /** The bytes up to a NUL as a literal, if none needs an escape. Otherwise writes nothing and returns false. */
  literal(source: Uint8Array, start: number): boolean {
    const end = source.indexOf(0, start);
    if (this.#at + end - start + 2 > this.#bytes.length) this.#grow(end - start + 2);
    const bytes = this.#bytes;
    let at = this.#at;
    bytes[at++] = CHAR.quote;
    for (let from = start; from < end; from++) {
      const code = source[from] as number;
      if (code < CHAR.blank || code > CHAR.tilde || code === CHAR.quote || code === CHAR.backslash) {
        bytes.fill(CHAR.blank, this.#at, at);
        return false;
      }
      bytes[at++] = code;
    }
    bytes[at++] = CHAR.quote;
    this.#at = at;
    return true;
  }
}
