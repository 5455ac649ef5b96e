import { PAGE_BYTES } from '../../platform/layout.js';

/**
 * Whole pages of memory that host and guest see at once, the guest from another thread if need be. Dwords are
 * little-endian as every register is.
 */
export class SharedMemory {
  /** To hand to another thread; it makes a SharedMemory of its own over the same bytes. */
  readonly buffer: SharedArrayBuffer;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly view: DataView<SharedArrayBuffer>;

  /** `source`: how many bytes, a multiple of 4096; or the buffer of a SharedMemory made elsewhere. */
  constructor(source: number | SharedArrayBuffer) {
    const lengthBytes = typeof source === 'number' ? source : source.byteLength;
    if (!Number.isInteger(lengthBytes) || lengthBytes <= 0 || lengthBytes % PAGE_BYTES !== 0)
      throw new RangeError(`lengthBytes is ${lengthBytes}; it must be a positive multiple of ${PAGE_BYTES}.`);
    this.buffer = typeof source === 'number' ? new SharedArrayBuffer(source) : source;
    this.bytes = new Uint8Array(this.buffer);
    this.view = new DataView(this.buffer);
  }

  get lengthBytes(): number {
    return this.bytes.length;
  }

  /** A dword at an offset that is a multiple of 4. Throws a RangeError past the end. */
  read32(offsetBytes: number): number {
    return this.view.getUint32(offsetBytes, true);
  }

  write32(offsetBytes: number, value: number): void {
    this.view.setUint32(offsetBytes, value, true);
  }
}
