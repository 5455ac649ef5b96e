import type { DiagnosticCode } from '../../vocab/index.js';
import { isSegmentKey, keyAt } from '../grammar/name-bytes.js';
import { PREFIX } from '../grammar/opcodes.js';
import { IN_SOURCE } from '../tape/tape.js';
import { DecodeFault, tooShort } from './decode-fault.js';

const countOf = (bytes: number): string => (bytes === 1 ? '1 byte is' : `${bytes} bytes are`);

/**
 * Reads the parts of terms. Each read is told where its package ends, and throws a DecodeFault instead of reading past
 * it.
 */
export class AmlReader {
  readonly bytes: Uint8Array;
  /** Offset of the next byte to read. */
  at = 0;
  /** Bytes that the last PkgLength occupied, 1..4. */
  lengthWidth = 0;
  /** Whether the last name had a MultiNamePrefix for fewer than three segments. */
  wideName = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** A fault in what ends at `end`. */
  #fault(code: DiagnosticCode, at: number, message: string, end: number): DecodeFault {
    return new DecodeFault(code, at, message, tooShort(this.bytes, end));
  }

  /** Moves past `length` bytes and returns where they begin. */
  take(length: number, end: number): number {
    const { at } = this;
    if (at + length > end) {
      const left = Math.max(end - at, 0);
      const message = `${countOf(length)} needed, and ${left} ${left === 1 ? 'is' : 'are'} left.`;
      throw this.#fault('AML_TRUNCATED', at, message, end);
    }
    this.at = at + length;
    return at;
  }

  u8(at: number): number {
    return this.bytes[at] as number;
  }

  u16(at: number): number {
    return this.u8(at) | (this.u8(at + 1) << 8);
  }

  u32(at: number): number {
    return (this.u16(at) | (this.u16(at + 2) << 16)) >>> 0;
  }

  /** Two hex digits of a byte, for messages. */
  hex(at: number): string {
    return (this.bytes[at] ?? 0).toString(16).padStart(2, '0');
  }

  /** A PkgLength's value. ACPI 6.5 §20.2.4 */
  packageLength(end: number): number {
    const at = this.take(1, end);
    const lead = this.u8(at);
    const more = lead >>> 6;
    this.lengthWidth = more + 1;
    if (more === 0) return lead;
    if ((lead & 0x30) !== 0)
      throw this.#fault('AML_PKG_LENGTH', at, 'The reserved bits 4 and 5 of a PkgLength are not 0.', end);
    this.take(more, end);
    let length = lead & 0x0f;
    for (let index = 0; index < more; index++) length |= this.u8(at + 1 + index) << (4 + 8 * index);
    return length;
  }

  /** Reads a PkgLength and returns the offset after its package. */
  packageEnd(end: number): number {
    const start = this.at;
    const length = this.packageLength(end);
    if (length >= this.lengthWidth && start + length <= end) return start + length;
    const why =
      length < this.lengthWidth
        ? 'is shorter than itself'
        : `ends ${start + length - end} bytes after the end of what holds it`;
    throw this.#fault('AML_PKG_LENGTH', start, `A package of ${length} bytes ${why}.`, end);
  }

  /** Moves past a NUL-terminated string. */
  passString(end: number): void {
    const { bytes, at } = this;
    for (let stop = at; stop < end; stop++) {
      if (bytes[stop] === 0) {
        this.at = stop + 1;
        return;
      }
    }
    throw this.#fault('AML_UNTERMINATED_STRING', at, 'A string has no NUL before its package ends.', end);
  }

  /** Moves past a NameString. Returns the key of a single NameSeg, and {@link IN_SOURCE} for any other name. */
  name(end: number): number {
    this.wideName = false;
    const { bytes, at } = this;
    if (at + 4 <= end) {
      const key = keyAt(bytes, at);
      if (isSegmentKey(key)) {
        this.at = at + 4;
        return key;
      }
    }
    let stop = at;
    if (stop < end && bytes[stop] === PREFIX.root) stop++;
    else while (stop < end && bytes[stop] === PREFIX.parent) stop++;
    this.at = stop;
    const lead = stop < end ? bytes[stop] : -1;
    switch (lead) {
      case PREFIX.nullName:
        this.at++;
        break;
      case PREFIX.dual:
        this.at++;
        this.segment(end);
        this.segment(end);
        break;
      case PREFIX.multi: {
        const count = this.u8(this.take(2, end) + 1);
        if (count === 0)
          throw this.#fault('AML_BAD_NAME', this.at - 1, 'A MultiNamePrefix has a count of 0 segments.', end);
        for (let index = 0; index < count; index++) this.segment(end);
        this.wideName = count < 3;
        break;
      }
      default:
        this.segment(end);
    }
    return IN_SOURCE;
  }

  /** Moves past a NameSeg and returns its key. */
  segment(end: number): number {
    const at = this.take(4, end);
    const key = keyAt(this.bytes, at);
    if (isSegmentKey(key)) return key;
    throw new DecodeFault(
      'AML_BAD_NAME',
      at,
      `${[0, 1, 2, 3].map((index) => this.hex(at + index)).join(' ')} is not a NameSeg.`,
      'A NameSeg has four characters A-Z, 0-9 or _, and the first is not a digit.',
    );
  }
}
