import { nameTextAt, segmentText } from '../grammar/name-bytes.js';
import { OPCODES, type OpName } from '../grammar/opcodes.js';

/**
 * What a record describes. Below `FIRST_OTHER` it is a term with an opcode, and the number is its row in OPCODES.
 * Operands that are not terms have records of their own, except a term's only value: the value of a Byte, Word, DWord,
 * QWord or String, and the number of a Local or Arg.
 */
const FIRST_OTHER = OPCODES.length;
export const CODE = {
  Path: FIRST_OTHER,
  Null: FIRST_OTHER + 1,
  Raw: FIRST_OTHER + 2,
  NameString: FIRST_OTHER + 3,
  ByteData: FIRST_OTHER + 4,
  WordData: FIRST_OTHER + 5,
  DWordData: FIRST_OTHER + 6,
  ByteList: FIRST_OTHER + 7,
  /** Refers to terms elsewhere on the tape: the body of a method that was decoded separately. */
  Body: FIRST_OTHER + 8,
  /** Contains such terms. */
  Terms: FIRST_OTHER + 9,
  /** Marks the end of a body, with its offset. */
  End: FIRST_OTHER + 10,
  /** The first kind of FIELD_ELEMENTS; the others follow in its order. */
  FieldElement: FIRST_OTHER + 11,
} as const;

/** The number of each operation's row. */
export const ROW = Object.fromEntries(OPCODES.map(({ op }, row) => [op, row])) as Readonly<Record<OpName, number>>;

/** Integers of a record. */
export const RECORD = 4;
/** Which of them is the record's value: see {@link Tape}. */
export const VALUE = 1;
/** Which of them is the number of the record after this one and all its contents. */
export const NEXT = 2;
/** Which of them is the offset of its first byte; -1 if it was not decoded. */
const START = 3;

/** Position of the PkgLength's width, 0..4, in the first integer, above the code. */
export const LENGTH_SHIFT = 8;
/** Set in the first integer of a name that has a MultiNamePrefix for fewer than three segments. */
export const WIDE_NAME = 1 << 11;

/** The value of a record whose contents are read from the source on demand. */
export const IN_SOURCE = -1;

/** Whether the value of a name is a NameSeg: its first character is a letter. */
export const isLoneKey = (value: number): boolean => value > 0x40ff_ffff;

const NOTHING = new Uint8Array(0);
const NO_WORDS = new Int32Array(0);

/** The largest buffer of a tape, an encoding or a text that is kept for the next one. */
export const MOST_SPARE_BYTES: number = 1 << 22;
const MOST_SPARE_WORDS = MOST_SPARE_BYTES / Int32Array.BYTES_PER_ELEMENT;

/** A tape that uses at least this share of its buffer keeps the buffer: fresh memory for a copy costs more. */
const LEAST_USED = 0.7;

/** Longer texts that are put together from parts stay in parts, which take more memory. */
const MOST_JOINED = 12;
const PART_BYTES = 4096;

/** The NUL-terminated text at an offset. */
function textAt(source: Uint8Array, start: number): string {
  let end = start;
  while (source[end] !== 0) end++;
  let text = '';
  let at = start;
  if (end - start > MOST_JOINED) {
    for (; at < end; at += PART_BYTES)
      text += String.fromCharCode(...source.subarray(at, Math.min(at + PART_BYTES, end)));
    return text;
  }
  for (; at + 4 <= end; at += 4)
    text += String.fromCharCode(
      source[at] as number,
      source[at + 1] as number,
      source[at + 2] as number,
      source[at + 3] as number,
    );
  for (; at < end; at++) text += String.fromCharCode(source[at] as number);
  return text;
}

/** The buffer that the last tape released. */
let spare: Int32Array = NO_WORDS;

/** Space for `records` records; reuses the previous tape's buffer if it is large enough. */
export function roomFor(records: number): Int32Array {
  const wanted = records * RECORD;
  if (spare.length < wanted) return new Int32Array(wanted);
  const words = spare;
  spare = NO_WORDS;
  return words;
}

/**
 * Terms as integers: what bytes are decoded to, and what is printed. Each term has a record, followed by those of
 * its operands, in the order of their bytes. It takes a quarter of the memory of terms, and is read sequentially.
 *
 * The value of a record is:
 * - of a name (Path, NameString, NamedField): the NameSeg if it is a single one, the first character highest; else the index
 *   of its text among `values`, or IN_SOURCE;
 * - of a String, QWord, ByteList or Raw: the index of a string, bigint or Uint8Array among `values`, or IN_SOURCE;
 * - of another constant, or a Local or Arg: its number, a DWord as signed;
 * - of a term with a PkgLength: the offset after it, or -1 if it was not decoded;
 * - of an AccessField or ExtendedAccessField: its bytes, the first lowest;
 * - of a Body: the record of its Terms.
 *
 * In a field element, NEXT is not the next record but the width in bits; the contents of a ConnectField
 * follow it. The terms of a list follow one another, and end where their container ends.
 */
export class Tape {
  /** The bytes that the terms were decoded from; empty if they were built. */
  readonly source: Uint8Array;
  words: Int32Array;
  /** Records so far. */
  count = 0;
  readonly values: (string | bigint | Uint8Array)[] = [];
  /** An upper bound of the encoded bytes of the texts and byte lists among the values. */
  valueBytes = 0;

  /** With room for records; it grows as needed. */
  constructor(source: Uint8Array = NOTHING, words = roomFor(256)) {
    this.source = source;
    this.words = words;
  }

  /** Another tape of the same records and values. */
  copy(): Tape {
    const copy = new Tape(this.source, this.words.slice(0, this.count * RECORD));
    copy.count = this.count;
    for (const value of this.values) copy.keep(value);
    return copy;
  }

  #grow(): void {
    const larger = new Int32Array(this.words.length * 2);
    larger.set(this.words);
    this.words = larger;
  }

  /** Adds a record without contents, and returns its number. */
  add(head: number, value: number, start: number): number {
    const { count } = this;
    const at = count * RECORD;
    if (at === this.words.length) this.#grow();
    const { words } = this;
    words[at] = head;
    words[at + VALUE] = value;
    words[at + NEXT] = count + 1;
    words[at + START] = start;
    this.count = count + 1;
    return count;
  }

  /** Makes all records after this one its contents. */
  close(record: number): void {
    this.words[record * RECORD + NEXT] = this.count;
  }

  setValue(record: number, value: number): void {
    this.words[record * RECORD + VALUE] = value;
  }

  /** Stores a value that is not a number, and returns its index. */
  keep(value: string | bigint | Uint8Array): number {
    if (typeof value !== 'bigint') this.valueBytes += value.length;
    return this.values.push(value) - 1;
  }

  /**
   * Shrinks to the space in use, and leaves the old buffer to the next tape. Does nothing if most of the buffer is in use.
   * Nothing is added afterwards.
   */
  trim(): void {
    const { words } = this;
    const used = this.count * RECORD;
    if (used >= words.length * LEAST_USED) return;
    this.words = words.slice(0, used);
    if (words.length <= MOST_SPARE_WORDS) spare = words;
  }

  /** Keeps its buffer for the next tape. This one must not be used any more. */
  release(): void {
    if (this.words.length <= MOST_SPARE_WORDS) spare = this.words;
    this.words = NO_WORDS;
  }

  code(record: number): number {
    return (this.words[record * RECORD] as number) & 0xff;
  }

  value(record: number): number {
    return this.words[record * RECORD + VALUE] as number;
  }

  /** The record after this one and all its contents. */
  next(record: number): number {
    return this.words[record * RECORD + NEXT] as number;
  }

  start(record: number): number {
    return this.words[record * RECORD + START] as number;
  }

  /** The offset after a decoded record and all its contents. */
  end(record: number): number {
    return this.start(this.next(record));
  }

  lengthWidth(record: number): number {
    return ((this.words[record * RECORD] as number) >>> LENGTH_SHIFT) & 7;
  }

  isWideName(record: number): boolean {
    return ((this.words[record * RECORD] as number) & WIDE_NAME) !== 0;
  }

  /** The text of a name, without its arguments. */
  name(record: number): string {
    const value = this.value(record);
    if (isLoneKey(value)) return segmentText(value);
    if (value !== IN_SOURCE) return this.values[value] as string;
    const text = nameTextAt(this.source, this.start(record));
    this.setValue(record, this.keep(text));
    return text;
  }

  /** The text of a String. */
  text(record: number): string {
    const value = this.value(record);
    if (value !== IN_SOURCE) return this.values[value] as string;
    const { source } = this;
    const text = textAt(source, this.start(record) + 1);
    this.setValue(record, this.keep(text));
    return text;
  }

  /** The bytes of a ByteList or of a Raw term. */
  bytes(record: number): Uint8Array {
    const value = this.value(record);
    if (value !== IN_SOURCE) return this.values[value] as Uint8Array;
    return this.source.subarray(this.start(record), this.start(record + 1));
  }

  /** The value of a QWord. */
  qword(record: number): bigint {
    const value = this.value(record);
    if (value !== IN_SOURCE) return this.values[value] as bigint;
    const at = this.start(record) + 1;
    return BigInt(this.#u32(at)) | (BigInt(this.#u32(at + 4)) << 32n);
  }

  #u32(at: number): number {
    const { source } = this;
    return (
      ((source[at] as number) |
        ((source[at + 1] as number) << 8) |
        ((source[at + 2] as number) << 16) |
        ((source[at + 3] as number) << 24)) >>>
      0
    );
  }

  /** The first term of the list that is the operand at a record, and the record after the last term. */
  list(record: number, end: number): readonly [first: number, end: number] {
    if (record === end || this.code(record) !== CODE.Body) return [record, end];
    const terms = this.value(record);
    return [terms + 1, this.next(terms)];
  }
}
