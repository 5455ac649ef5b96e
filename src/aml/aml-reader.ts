import { CUT_OFF, DecodeFault } from './decode-fault.js';
import { type LoneName, loneNameAt } from './name-bytes.js';
import { PREFIX } from './opcodes.js';

/** Reads what terms are made of. Each read is told where its package ends, and throws a DecodeFault rather than pass it. */
export class AmlReader {
  readonly bytes: Uint8Array;
  /** Offset of the byte that is read next. */
  at = 0;
  /** Bytes that the last PkgLength was written in, 1..4. */
  lengthWidth = 0;
  /** Whether the last name had a MultiNamePrefix for fewer than three segments. */
  wideName = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Moves past `length` bytes, and gives where they begin. */
  take(length: number, end: number): number {
    const { at } = this;
    if (at + length > end) {
      throw new DecodeFault('AML_TRUNCATED', at, `${length} bytes are wanted where ${end - at} are left.`, CUT_OFF);
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

  u64(at: number): bigint {
    return BigInt(this.u32(at)) | (BigInt(this.u32(at + 4)) << 32n);
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
      throw new DecodeFault('AML_PKG_LENGTH', at, 'A PkgLength has its reserved bits 4 and 5 set.', CUT_OFF);
    this.take(more, end);
    let length = lead & 0x0f;
    for (let index = 0; index < more; index++) length |= this.u8(at + 1 + index) << (4 + 8 * index);
    return length;
  }

  /** Reads a PkgLength, and gives the offset behind its package. */
  packageEnd(end: number): number {
    const start = this.at;
    const length = this.packageLength(end);
    if (length >= this.lengthWidth && start + length <= end) return start + length;
    const why =
      length < this.lengthWidth ? 'is shorter than itself' : `ends ${start + length - end} bytes past what holds it`;
    throw new DecodeFault('AML_PKG_LENGTH', start, `A package of ${length} bytes ${why}.`, CUT_OFF);
  }

  /** Bytes up to a NUL, as text of one character a byte. */
  string(end: number): string {
    const { bytes, at } = this;
    let text = '';
    for (let stop = at; stop < end; stop++) {
      const byte = bytes[stop] as number;
      if (byte === 0) {
        this.at = stop + 1;
        return text;
      }
      text += String.fromCharCode(byte);
    }
    throw new DecodeFault('AML_UNTERMINATED_STRING', at, 'A string has no NUL before its package ends.', CUT_OFF);
  }

  /** A NameString as text: its prefixes, then its segments with dots between. ACPI 6.5 §20.2.2 */
  name(end: number): string {
    this.wideName = false;
    const lead = this.at < end ? this.u8(this.at) : -1;
    switch (lead) {
      case PREFIX.root:
        this.at++;
        return `\\${this.#path(end)}`;
      case PREFIX.parent: {
        const start = this.at;
        while (this.at < end && this.u8(this.at) === PREFIX.parent) this.at++;
        return '^'.repeat(this.at - start) + this.#path(end);
      }
      default:
        return this.#path(end);
    }
  }

  #path(end: number): string {
    const lead = this.at < end ? this.u8(this.at) : -1;
    switch (lead) {
      case PREFIX.nullName:
        this.at++;
        return '';
      case PREFIX.dual:
        this.at++;
        return `${this.segment(end)}.${this.segment(end)}`;
      case PREFIX.multi: {
        const count = this.u8(this.take(2, end) + 1);
        if (count === 0)
          throw new DecodeFault('AML_BAD_NAME', this.at - 1, 'A name of several segments has a count of 0.', CUT_OFF);
        let name = this.segment(end);
        for (let index = 1; index < count; index++) name += `.${this.segment(end)}`;
        this.wideName = count < 3;
        return name;
      }
      default:
        return this.segment(end);
    }
  }

  segment(end: number): string {
    return this.loneName(end)[0];
  }

  /** A NameSeg as the operands of a Path. */
  loneName(end: number): LoneName {
    const at = this.take(4, end);
    const name = loneNameAt(this.bytes, at);
    if (name !== undefined) return name;
    throw new DecodeFault(
      'AML_BAD_NAME',
      at,
      `${[0, 1, 2, 3].map((index) => this.hex(at + index)).join(' ')} is no NameSeg.`,
      'A NameSeg is four of A-Z, 0-9 and _, and does not begin with a digit.',
    );
  }
}
