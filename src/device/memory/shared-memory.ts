import { PAGE_BYTES } from '../../platform/layout.js';

/**
 * Whole pages of memory that host and guest share, the guest possibly in another thread. Dwords are little-endian, as
 * all registers are.
 */
export class SharedMemory {
  /** For another thread, which creates its own SharedMemory over the same bytes. */
  readonly buffer: SharedArrayBuffer;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly view: DataView<SharedArrayBuffer>;

  /** `source`: a number of bytes, a positive multiple of 4096; or the buffer of another SharedMemory. */
  constructor(source: number | SharedArrayBuffer) {
    const lengthBytes = source instanceof SharedArrayBuffer ? source.byteLength : source;
    if (!Number.isSafeInteger(lengthBytes) || lengthBytes <= 0 || lengthBytes % PAGE_BYTES !== 0)
      throw new RangeError(`lengthBytes is ${String(lengthBytes)}; it must be a positive multiple of ${PAGE_BYTES}.`);
    this.buffer = source instanceof SharedArrayBuffer ? source : new SharedArrayBuffer(source);
    this.bytes = new Uint8Array(this.buffer);
    this.view = new DataView(this.buffer);
  }

  get lengthBytes(): number {
    return this.bytes.length;
  }

  /** A dword at a byte offset. Throws a RangeError if it does not lie within the memory. */
  read32(offsetBytes: number): number {
    this.#check(offsetBytes);
    return this.view.getUint32(offsetBytes, true);
  }

  /** The counterpart of {@link read32}. */
  write32(offsetBytes: number, value: number): void {
    this.#check(offsetBytes);
    this.view.setUint32(offsetBytes, value, true);
  }

  #check(offsetBytes: number): void {
    if (!Number.isInteger(offsetBytes) || offsetBytes < 0 || offsetBytes > this.bytes.length - 4)
      throw new RangeError(`offsetBytes is ${String(offsetBytes)}; it must be 0..${this.bytes.length - 4}.`);
  }
}

/** Maps pages of host memory into guest-physical memory, so that accesses to them never leave the guest. */
export interface PageMapper {
  /** Maps the whole memory. With `readOnly`, writes still leave the guest. Throws a DiagnosticError if the place is taken. */
  map(base: bigint, memory: SharedMemory, readOnly: boolean): void;
  /** Unmaps what was mapped at `base`. */
  unmap(base: bigint): void;
}
