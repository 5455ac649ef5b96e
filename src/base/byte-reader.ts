import { DiagnosticError, errorAt } from './diagnostics.js';

/** Reads little-endian values from front to back. Every read past the end throws a DiagnosticError that says where. */
export class ByteReader {
  readonly bytes: Uint8Array;
  offset: number;
  readonly end: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  /** Moves past `length` bytes and returns where they began. */
  #take(length: number): number {
    const start = this.offset;
    if (length > this.end - start) {
      throw new DiagnosticError([
        errorAt(
          'BYTES_OUT_OF_BOUNDS',
          { offsetBytes: start },
          `${length} bytes are wanted where ${this.end - start} are left.`,
          'Is the file whole? Dump it again.',
        ),
      ]);
    }
    this.offset = start + length;
    return start;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  /** A view of the next `length` bytes, not a copy. */
  take(length: number): Uint8Array {
    const start = this.#take(length);
    return this.bytes.subarray(start, start + length);
  }
}
