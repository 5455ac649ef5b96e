/** Room that a finished writer leaves for the next one; more is given back. */
const MOST_KEPT_BYTES = 1 << 20;
let kept: Uint8Array | undefined;
/** Takes a bigint apart without making others. */
const QWORD = new DataView(new ArrayBuffer(8));
const NOTHING = new Uint8Array(0);

/** Collects bytes from the last to the first. Multi-byte values still come out little-endian. */
export class BackWriter {
  #bytes: Uint8Array;
  #at: number;

  /** With room for so many bytes; it grows as needed. */
  constructor(capacity = 4096) {
    const reused = kept !== undefined && kept.length >= capacity ? kept : undefined;
    if (reused !== undefined) kept = undefined;
    this.#bytes = reused ?? new Uint8Array(capacity);
    this.#at = this.#bytes.length;
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#bytes.length - this.#at;
  }

  #grow(wanted: number): void {
    const used = this.length;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, used + wanted));
    larger.set(this.#bytes.subarray(this.#at), larger.length - used);
    this.#bytes = larger;
    this.#at = larger.length - used;
  }

  u8(value: number): void {
    if (this.#at < 1) this.#grow(1);
    this.#bytes[--this.#at] = value;
  }

  u16(value: number): void {
    if (this.#at < 2) this.#grow(2);
    this.#at -= 2;
    this.#bytes[this.#at] = value;
    this.#bytes[this.#at + 1] = value >>> 8;
  }

  u32(value: number): void {
    if (this.#at < 4) this.#grow(4);
    const bytes = this.#bytes;
    this.#at -= 4;
    const at = this.#at;
    bytes[at] = value;
    bytes[at + 1] = value >>> 8;
    bytes[at + 2] = value >>> 16;
    bytes[at + 3] = value >>> 24;
  }

  u64(value: bigint): void {
    QWORD.setBigUint64(0, value, true);
    this.u32(QWORD.getUint32(4, true));
    this.u32(QWORD.getUint32(0, true));
  }

  bytes(values: Uint8Array): void {
    if (this.#at < values.length) this.#grow(values.length);
    this.#at -= values.length;
    this.#bytes.set(values, this.#at);
  }

  /** The four characters of a NameSeg, by its key. */
  segment(key: number): void {
    if (this.#at < 4) this.#grow(4);
    const bytes = this.#bytes;
    this.#at -= 4;
    const at = this.#at;
    bytes[at] = key >>> 24;
    bytes[at + 1] = key >>> 16;
    bytes[at + 2] = key >>> 8;
    bytes[at + 3] = key;
  }

  /** The last byte of an opcode and, unless it is 0, the one before it. */
  opcode(low: number, high: number): void {
    this.u8(low);
    if (high !== 0) this.u8(high);
  }

  /** Text of one byte a character, and the NUL behind it. */
  text(value: string): void {
    this.u8(0);
    for (let at = value.length - 1; at >= 0; at--) this.u8(value.charCodeAt(at));
  }

  /** A PkgLength of 1..4 bytes that says `value`, which fits. ACPI 6.5 §20.2.4 */
  length28(value: number, width: number): void {
    if (width === 1) {
      this.u8(value);
      return;
    }
    for (let index = width - 2; index >= 0; index--) this.u8((value >>> (4 + 8 * index)) & 0xff);
    this.u8(((width - 1) << 6) | (value & 0x0f));
  }

  /** A copy of what was written. The writer takes nothing more. */
  finish(): Uint8Array {
    const written = this.#bytes.slice(this.#at);
    if (this.#bytes.length <= MOST_KEPT_BYTES) kept = this.#bytes;
    this.#bytes = NOTHING;
    this.#at = 0;
    return written;
  }
}
