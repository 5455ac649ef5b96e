import { DiagnosticError, errorAt } from '../base/index.js';
import { BackWriter } from './back-writer.js';
import { type CompiledRow, ROWS, SHAPE } from './compiled-rows.js';
import type { FieldElementRow } from './field-elements.js';
import { ELEMENT_ROWS, elementRow } from './field-list.js';
import { keyOfText } from './name-bytes.js';
import { PREFIX } from './opcodes.js';
import { MAX_PKG_LENGTH, pkgLengthLimit, pkgLengthWidth } from './pkg-length.js';
import { innerPath } from './record-terms.js';
import { CODE, isLoneKey, LENGTH_SHIFT, NEXT, RECORD, type Tape, VALUE, WIDE_NAME } from './tape.js';

/** How a record is written; one for each code, most codes alike. */
const WRITE = {
  /** Nothing of its own but its opcode; the records behind it are its operands. */
  opcode: 0,
  package: 1,
  ordinal: 2,
  byte: 3,
  word: 4,
  dword: 5,
  qword: 6,
  string: 7,
  name: 8,
  bytes: 9,
  nullName: 10,
  byteData: 11,
  wordData: 12,
  dwordData: 13,
  body: 14,
  element: 15,
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
  [CODE.ByteData, WRITE.byteData],
  [CODE.WordData, WRITE.wordData],
  [CODE.DWordData, WRITE.dwordData],
  [CODE.Body, WRITE.body],
];

/** By code; of two-byte opcodes the first byte, else 0; and the last byte. */
const writes = new Uint8Array(256);
const highBytes = new Uint8Array(256);
const lowBytes = new Uint8Array(256);
for (const row of ROWS) {
  writes[row.code] = row.package ? WRITE.package : BY_SHAPE[row.shape];
  highBytes[row.code] = row.highCode;
  lowBytes[row.code] = row.lowCode;
}
for (const [code, write] of WITHOUT_OPCODE) writes[code] = write;
for (const index of ELEMENT_ROWS.keys()) writes[CODE.FieldElement + index] = WRITE.element;

/** The record that each one ended before, as bytes written: room for the next tape of that size. */
let lengthsBefore = new Int32Array(1 << 12);

/**
 * Writes a tape's records from the last to the first: when a package's length is due, what it holds is written already, so
 * that one pass is enough and nothing is copied.
 */
export class TapeWriter {
  readonly #tape: Tape;
  readonly #out: BackWriter;
  /** For each record, the bytes that were written with it and all behind it. */
  readonly #written: Int32Array;

  constructor(tape: Tape) {
    this.#tape = tape;
    this.#out = new BackWriter(Math.max(tape.source.length, 4 * tape.count) + 64);
    if (lengthsBefore.length <= tape.count) lengthsBefore = new Int32Array(2 * tape.count);
    this.#written = lengthsBefore;
  }

  /** The bytes of the terms from a record up to another one. */
  write(first: number, end: number): Uint8Array {
    this.#range(first, end);
    return this.#out.finish();
  }

  #range(first: number, end: number): void {
    const { words } = this.#tape;
    const out = this.#out;
    const written = this.#written;
    written[end] = out.length;
    for (let record = end - 1; record >= first; record--) {
      const at = record * RECORD;
      const head = words[at] as number;
      const value = words[at + VALUE] as number;
      const code = head & 0xff;
      switch (writes[code]) {
        case WRITE.opcode:
          out.opcode(lowBytes[code] as number, highBytes[code] as number);
          break;
        case WRITE.package: {
          const bodyBytes = out.length - (written[words[at + NEXT] as number] as number);
          this.#packageLength(bodyBytes, (head >>> LENGTH_SHIFT) & 7, record);
          out.opcode(lowBytes[code] as number, highBytes[code] as number);
          break;
        }
        case WRITE.name:
          if (isLoneKey(value) && (head & WIDE_NAME) === 0) out.segment(value);
          else this.#name(this.#tape.name(record), (head & WIDE_NAME) !== 0);
          break;
        case WRITE.ordinal:
          out.u8((lowBytes[code] as number) + value);
          break;
        case WRITE.byte:
          out.u8(value);
          out.u8(lowBytes[code] as number);
          break;
        case WRITE.word:
          out.u16(value);
          out.u8(lowBytes[code] as number);
          break;
        case WRITE.dword:
          out.u32(value);
          out.u8(lowBytes[code] as number);
          break;
        case WRITE.qword:
          out.u64(this.#tape.qword(record));
          out.u8(lowBytes[code] as number);
          break;
        case WRITE.string:
          out.text(this.#tape.text(record));
          out.u8(lowBytes[code] as number);
          break;
        case WRITE.bytes:
          out.bytes(this.#tape.bytes(record));
          break;
        case WRITE.nullName:
          out.u8(PREFIX.nullName);
          break;
        case WRITE.byteData:
          out.u8(value);
          break;
        case WRITE.wordData:
          out.u16(value);
          break;
        case WRITE.dwordData:
          out.u32(value);
          break;
        case WRITE.body:
          this.#range(value + 1, words[value * RECORD + NEXT] as number);
          break;
        case WRITE.element:
          this.#element(ELEMENT_ROWS[elementRow(code)] as FieldElementRow, value, words[at + NEXT] as number, head);
      }
      written[record] = out.length;
    }
  }

  #packageLength(bodyBytes: number, width: number, record: number): void {
    const out = this.#out;
    const wanted = width !== 0 && bodyBytes + width <= pkgLengthLimit(width) ? width : pkgLengthWidth(bodyBytes);
    if (bodyBytes + wanted > MAX_PKG_LENGTH) this.#refuseLength(bodyBytes, record);
    out.length28(bodyBytes + wanted, wanted);
  }

  #name(name: string, wide: boolean): void {
    const out = this.#out;
    let begin = 0;
    while (name.charCodeAt(begin) === PREFIX.parent || name.charCodeAt(begin) === PREFIX.root) begin++;
    const count = begin === name.length ? 0 : (name.length - begin + 1) / 5;
    for (let at = name.length - 4; at >= begin; at -= 5) out.segment(keyOfText(name.slice(at, at + 4)));
    if (count === 0) {
      out.u8(PREFIX.nullName);
    } else if (count > 2 || wide) {
      out.u8(count);
      out.u8(PREFIX.multi);
    } else if (count === 2) {
      out.u8(PREFIX.dual);
    }
    for (let at = begin - 1; at >= 0; at--) out.u8(name.charCodeAt(at));
  }

  #element({ code, operands }: FieldElementRow, value: number, bits: number, head: number): void {
    const out = this.#out;
    for (let index = operands.length - 1; index >= 0; index--) {
      switch (operands[index] as FieldElementRow['operands'][number]) {
        case 'NameSeg':
          out.segment(value);
          break;
        case 'BitLength': {
          // iasl writes it in as many bytes as a PkgLength that counts itself would take.
          const width = (head >>> LENGTH_SHIFT) & 7;
          out.length28(bits, width !== 0 && bits <= pkgLengthLimit(width) ? width : pkgLengthWidth(bits));
          break;
        }
        case 'ByteData':
          out.u8(value >>> (8 * index));
      }
    }
    if (code !== undefined) out.u8(code);
  }

  #refuseLength(bodyBytes: number, record: number): never {
    const tape = this.#tape;
    let path = '';
    for (let at = 0; at <= record; ) {
      const row = ROWS[tape.code(at)];
      if (tape.next(at) <= record && tape.code(at) < CODE.FieldElement) {
        at = tape.next(at);
        continue;
      }
      if (row !== undefined && row.nameOperand >= 0) path = innerPath(path, tape.name(nameRecord(tape, row, at)));
      at++;
    }
    throw new DiagnosticError([
      errorAt(
        'AML_TOO_LONG',
        { path },
        `A package of ${bodyBytes} bytes is over the ${MAX_PKG_LENGTH} that its length can say.`,
        'Split it.',
      ),
    ]);
  }
}

/** The record of the name that a term declares. */
function nameRecord(tape: Tape, { nameOperand }: CompiledRow, record: number): number {
  let at = record + 1;
  for (let operand = 0; operand < nameOperand; operand++) at = tape.next(at);
  return at;
}
