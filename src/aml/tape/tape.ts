import { nameTextAt, segmentText } from '../grammar/name-bytes.js';
import { OPCODES, type OpName } from '../grammar/opcodes.js';

/**
 * What a record is of. Below `FIRST_OTHER` it is a term with an opcode, and the number is its row's in OPCODES. Operands
 * that are no terms have records of their own, but for the one that makes up a whole term: the value of a Byte, Word, DWord,
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
  /** Stands for terms that lie elsewhere on the tape: the body of a method that was decoded by itself. */
  Body: FIRST_OTHER + 8,
  /** Holds such terms. */
  Terms: FIRST_OTHER + 9,
  /** Ends what was decoded as one, and says where. */
  End: FIRST_OTHER + 10,
  /** The first kind of FIELD_ELEMENTS, in whose order the others follow. */
  FieldElement: FIRST_OTHER + 11,
} as const;

/** The number of each operation's row. */
export const ROW = Object.fromEntries(OPCODES.map(({ op }, row) => [op, row])) as Readonly<Record<OpName, number>>;

/** Integers of a record. */
export const RECORD = 4;
/** Which of them holds what the record's kind says below. */
export const VALUE = 1;
/** Which of them says where the record behind this one and all that it holds is. */
export const NEXT = 2;
/** Which of them holds the offset of its first byte; -1 if it was not decoded. */
const START = 3;

/** Where in the first integer the width of the PkgLength stands, 0..4, above the code. */
export const LENGTH_SHIFT = 8;
/** Set in the first integer of a name that has a MultiNamePrefix for fewer than three segments. */
export const WIDE_NAME = 1 << 11;

/** The value of what is read from the source where it is wanted. */
export const IN_SOURCE = -1;

/** Whether the value of a name is a NameSeg: its first character is a letter. */
export const isLoneKey = (value: number): boolean => value > 0x40ff_ffff;

const NOTHING = new Uint8Array(0);
const NO_WORDS = new Int32Array(0);

/** The most bytes that are kept of the space of a tape, an encoding or a text, for the next one. */
export const MOST_SPARE_BYTES: number = 1 << 22;
const MOST_SPARE_WORDS = MOST_SPARE_BYTES / Int32Array.BYTES_PER_ELEMENT;

/** Space that the last tape no longer needed. */
let spare: Int32Array = NO_WORDS;

/** Words for so many records: those that the last tape left, if they are enough. */
export function roomFor(records: number): Int32Array {
  const wanted = records * RECORD;
  if (spare.length < wanted) return new Int32Array(wanted);
  const words = spare;
  spare = NO_WORDS;
  return words;
}

/**
 * Terms as integers, which is what bytes are decoded to, and what is printed: a record for each term, followed by those of
 * its operands, in the order of their bytes. It takes a quarter of the room of the terms, and is read from end to end.
 *
 * The value of a record is:
 * - of a name (Path, NameString, NamedField): its NameSeg if it is one alone, the first character highest; else the place
 *   of its text among `values`, or IN_SOURCE;
 * - of a String, QWord, ByteList or Raw: the place of a string, bigint or Uint8Array among `values`, or IN_SOURCE;
 * - of another constant, or a Local or Arg: that number, a DWord signed;
 * - of a term with a PkgLength: the offset behind it, or -1 if it was not decoded;
 * - of an AccessField or ExtendedAccessField: its bytes, the first lowest;
 * - of a Body: the record of its Terms.
 *
 * The second number of a field element is not where the next record is, but its width in bits; what a ConnectField holds
 * comes behind it. All terms of a list come one behind the other, and end where what holds them ends.
 */
export class Tape {
  /** What terms were decoded from; nothing if they were built. */
  readonly source: Uint8Array;
  words: Int32Array;
  /** Records so far. */
  count = 0;
  readonly values: (string | bigint | Uint8Array)[] = [];
  /** At least the bytes that texts and bytes among the values are encoded in. */
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

  /** Adds a record that holds no others so far, and gives its number. */
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

  /** Says that a record holds all behind it. */
  close(record: number): void {
    this.words[record * RECORD + NEXT] = this.count;
  }

  setValue(record: number, value: number): void {
    this.words[record * RECORD + VALUE] = value;
  }

  /** Keeps a value that is no number, and gives its place. */
  keep(value: string | bigint | Uint8Array): number {
    if (typeof value !== 'bigint') this.valueBytes += value.length;
    return this.values.push(value) - 1;
  }

  /** Takes no more room than it needs, and leaves the rest to the next tape. Nothing is added afterwards. */
  trim(): void {
    const { words } = this;
    this.words = words.slice(0, this.count * RECORD);
    if (words.length <= MOST_SPARE_WORDS) spare = words;
  }

  /** Leaves all of its room to the next tape; this one is not used any more. */
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

  /** The record behind one and all that it holds. */
  next(record: number): number {
    return this.words[record * RECORD + NEXT] as number;
  }

  start(record: number): number {
    return this.words[record * RECORD + START] as number;
  }

  /** Where a decoded record ends with all that it holds. */
  end(record: number): number {
    return this.start(this.next(record));
  }

  lengthWidth(record: number): number {
    return ((this.words[record * RECORD] as number) >>> LENGTH_SHIFT) & 7;
  }

  isWideName(record: number): boolean {
    return ((this.words[record * RECORD] as number) & WIDE_NAME) !== 0;
  }

  /** What a name reads, without what may be its arguments. */
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
    let text = '';
    for (let at = this.start(record) + 1; source[at] !== 0; at++) text += String.fromCharCode(source[at] as number);
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

  /** The first of the terms that a list holds, which is the operand at a record; and the record behind the last. */
  list(record: number, end: number): readonly [first: number, end: number] {
    if (record === end || this.code(record) !== CODE.Body) return [record, end];
    const terms = this.value(record);
    return [terms + 1, this.next(terms)];
  }
}
