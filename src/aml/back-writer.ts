/** Collects bytes from the last to the first. Multi-byte values still come out little-endian. */
export class BackWriter {
  #bytes: Uint8Array;
  #at: number;

  constructor(capacity = 4096) {
    this.#bytes = new Uint8Array(capacity);
    this.#at = capacity;
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
    this.u32(Number(value >> 32n));
    this.u32(Number(value & 0xffff_ffffn));
  }

  bytes(values: Uint8Array): void {
    if (this.#at < values.length) this.#grow(values.length);
    this.#at -= values.length;
    this.#bytes.set(values, this.#at);
  }

  /** The four characters of a NameSeg, which stand in `text` from `from` on. */
  segment(text: string, from: number): void {
    if (this.#at < 4) this.#grow(4);
    const bytes = this.#bytes;
    this.#at -= 4;
    const at = this.#at;
    bytes[at] = text.charCodeAt(from);
    bytes[at + 1] = text.charCodeAt(from + 1);
    bytes[at + 2] = text.charCodeAt(from + 2);
    bytes[at + 3] = text.charCodeAt(from + 3);
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

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(this.#at);
  }
}
