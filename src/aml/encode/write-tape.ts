import { type CompiledRow, ROWS, SHAPE } from '../grammar/compiled-rows.js';
import type { FieldElementRow } from '../grammar/field-elements.js';
import { PREFIX } from '../grammar/opcodes.js';
import { MAX_BODY_BYTES, putPackageLength } from '../grammar/pkg-length.js';
import { ELEMENT_ROWS, elementRow, putElement } from '../tape/field-list.js';
import {
  CODE,
  isLoneKey,
  LENGTH_SHIFT,
  MOST_SPARE_BYTES,
  NEXT,
  RECORD,
  type Tape,
  VALUE,
  WIDE_NAME,
} from '../tape/tape.js';
import { putDWord, putKey, putName, putQWord, putText, putWord } from './put-bytes.js';
import { innerPath, refuseLength } from './term-checks.js';

/** How a record is written, by its code. */
const WRITE = {
  /** Only its opcode; the records after it are its operands. */
  opcode: 0,
  package: 1,
  name: 2,
  /** Its number is part of its opcode. */
  ordinal: 3,
  byte: 4,
  word: 5,
  dword: 6,
  qword: 7,
  string: 8,
  nullName: 9,
  bytes: 10,
  body: 11,
  element: 12,
} as const;

const BY_SHAPE = {
  [SHAPE.general]: WRITE.opcode,
  [SHAPE.bare]: WRITE.opcode,
  [SHAPE.ordinal]: WRITE.ordinal,
  [SHAPE.byte]: WRITE.byte,
  [SHAPE.word]: WRITE.word,
  [SHAPE.dword]: WRITE.dword,
  [SHAPE.qword]: WRITE.qword,
  [SHAPE.string]: WRITE.string,
} as const;

const WITHOUT_OPCODE: readonly (readonly [code: number, write: number])[] = [
  [CODE.Path, WRITE.name],
  [CODE.NameString, WRITE.name],
  [CODE.Null, WRITE.nullName],
  [CODE.Raw, WRITE.bytes],
  [CODE.ByteList, WRITE.bytes],
  [CODE.ByteData, WRITE.byte],
  [CODE.WordData, WRITE.word],
  [CODE.DWordData, WRITE.dword],
  [CODE.Body, WRITE.body],
];

/** Not an opcode. */
const NONE = -1;

/** By code: how to write the record, the opcode's last byte, and the first byte of a two-byte opcode. */
const writes = new Uint8Array(256);
const lowBytes = new Int16Array(256).fill(NONE);
const highBytes = new Int16Array(256).fill(NONE);
for (const row of ROWS) {
  writes[row.code] = row.package ? WRITE.package : BY_SHAPE[row.shape];
  lowBytes[row.code] = row.lowCode;
  if (row.width === 2) highBytes[row.code] = row.highCode;
}
for (const [code, write] of WITHOUT_OPCODE) writes[code] = write;
for (const index of ELEMENT_ROWS.keys()) writes[CODE.FieldElement + index] = WRITE.element;

/** The most bytes that a record becomes, not counting its value in the tape's `values`. */
const RECORD_BYTES = 12;

/** Buffers of the last call, reused by the next one. */
let spareBytes: Uint8Array = new Uint8Array(0);
let spareStarts: Int32Array = new Int32Array(0);

interface Writing {
  readonly tape: Tape;
  /** Filled from its end. */
  readonly bytes: Uint8Array;
  /** For each record, the offset of its first byte. */
  readonly starts: Int32Array;
}

/**
 * The bytes of the terms from record `first` up to `end`. Records are written backwards: when a package's
 * length is due, its contents have already been written, so one pass suffices and nothing is moved.
 */
export function writeTape(tape: Tape, first: number, end: number): Uint8Array {
  const mostBytes = RECORD_BYTES * tape.count + tape.source.length + tape.valueBytes;
  const bytes = spareBytes.length >= mostBytes ? spareBytes : new Uint8Array(mostBytes);
  const starts = spareStarts.length > tape.count ? spareStarts : new Int32Array(tape.count + 1);
  const at = writeRange({ tape, bytes, starts }, first, end, bytes.length);
  if (bytes.length <= MOST_SPARE_BYTES) {
    spareBytes = bytes;
    spareStarts = starts;
  }
  return bytes.slice(at);
}

/** Writes a range of records so that they end at an offset, and returns where they begin. */
function writeRange(writing: Writing, first: number, end: number, before: number): number {
  const { tape, bytes, starts } = writing;
  const { words } = tape;
  let at = before;
  starts[end] = at;
  for (let record = end - 1; record >= first; record--) {
    const place = record * RECORD;
    const head = words[place] as number;
    const value = words[place + VALUE] as number;
    const code = head & 0xff;
    let low = lowBytes[code] as number;
    switch (writes[code]) {
      case WRITE.opcode:
        break;
      case WRITE.package: {
        const bodyBytes = (starts[words[place + NEXT] as number] as number) - at;
        if (bodyBytes > MAX_BODY_BYTES) refuseLength(bodyBytes, pathOf(tape, record));
        at = putPackageLength(bytes, at, bodyBytes, (head >>> LENGTH_SHIFT) & 7);
        break;
      }
      case WRITE.name:
        if (isLoneKey(value) && (head & WIDE_NAME) === 0) at = putKey(bytes, at, value);
        else at = putName(bytes, at, tape.name(record), (head & WIDE_NAME) !== 0);
        break;
      case WRITE.ordinal:
        low += value;
        break;
      case WRITE.byte:
        bytes[--at] = value;
        break;
      case WRITE.word:
        at = putWord(bytes, at, value);
        break;
      case WRITE.dword:
        at = putDWord(bytes, at, value);
        break;
      case WRITE.qword:
        at = putQWord(bytes, at, tape.qword(record));
        break;
      case WRITE.string:
        at = putText(bytes, at, tape.text(record));
        break;
      case WRITE.nullName:
        bytes[--at] = PREFIX.nullName;
        break;
      case WRITE.bytes: {
        const held = tape.bytes(record);
        at -= held.length;
        bytes.set(held, at);
        break;
      }
      case WRITE.body:
        at = writeRange(writing, value + 1, words[value * RECORD + NEXT] as number, at);
        break;
      case WRITE.element:
        at = putElement(
          bytes,
          at,
          ELEMENT_ROWS[elementRow(code)] as FieldElementRow,
          value,
          words[place + NEXT] as number,
          (head >>> LENGTH_SHIFT) & 7,
        );
    }
    if (low >= 0) {
      bytes[--at] = low;
      const high = highBytes[code] as number;
      if (high >= 0) bytes[--at] = high;
    }
    starts[record] = at;
  }
  return at;
}

/** Where a record is, for messages. */
function pathOf(tape: Tape, record: number): string {
  let path = '';
  for (let at = 0; at <= record; ) {
    const row = ROWS[tape.code(at)];
    const isHolder = row !== undefined && tape.next(at) > record;
    if (isHolder && row.nameOperand >= 0) path = innerPath(path, tape.name(declaredName(tape, row, at)));
    at = isHolder || row === undefined ? at + 1 : tape.next(at);
  }
  return path;
}

/** The record of the name that a term declares. */
function declaredName(tape: Tape, { nameOperand }: CompiledRow, record: number): number {
  let at = record + 1;
  for (let operand = 0; operand < nameOperand; operand++) at = tape.next(at);
  return at;
}
