import { checkWide, loadDword, storeDword } from '../bus/words.js';

/** Bytes that are allocated together; a power of two. */
export const CHUNK_BYTES = 0x1000;

/**
 * Guest RAM: zeros that take no host memory until they are written. Offsets count from its base. Once it is shared with
 * another thread it is a single buffer, of which the operating system allocates only the pages that are touched.
 */
export class Ram {
  readonly lengthBytes: number;
  readonly #chunks = new Map<number, Uint8Array>();
  #shared: Uint8Array<SharedArrayBuffer> | undefined;
  /** Over the same bytes. */
  #view: DataView<SharedArrayBuffer> | undefined;

  /** Throws a TypeError unless the length is a bigint, and a RangeError unless it is 1..2^53 - 1. */
  constructor(lengthBytes: bigint) {
    checkWide('lengthBytes', lengthBytes);
    this.lengthBytes = Number(lengthBytes);
    if (!Number.isSafeInteger(this.lengthBytes) || this.lengthBytes <= 0)
      throw new RangeError(`lengthBytes is ${lengthBytes}; it must be 1..${Number.MAX_SAFE_INTEGER}.`);
  }

  /** Host memory in use, in bytes; once it is shared, the most that can be in use. */
  get residentBytes(): number {
    return this.#shared?.length ?? this.#chunks.size * CHUNK_BYTES;
  }

  /** The whole RAM as a buffer for other threads, the same one at each call. Throws a RangeError if the engine cannot allocate it. */
  share(): SharedArrayBuffer {
    if (this.#shared === undefined) {
      const shared = new Uint8Array(new SharedArrayBuffer(this.lengthBytes));
      for (const [index, chunk] of this.#chunks) shared.set(chunk, index * CHUNK_BYTES);
      this.#chunks.clear();
      this.#shared = shared;
      this.#view = new DataView(shared.buffer);
    }
    return this.#shared.buffer;
  }

  read(offset: number, data: Uint8Array): void {
    if (this.#shared !== undefined) {
      data.set(this.#shared.subarray(offset, offset + data.length));
      return;
    }
    for (let done = 0; done < data.length; ) {
      const within = (offset + done) % CHUNK_BYTES;
      const count = Math.min(data.length - done, CHUNK_BYTES - within);
      const chunk = this.#chunks.get((offset + done - within) / CHUNK_BYTES);
      if (chunk === undefined) data.fill(0, done, done + count);
      else data.set(chunk.subarray(within, within + count), done);
      done += count;
    }
  }

  write(offset: number, data: Uint8Array): void {
    if (this.#shared !== undefined) {
      this.#shared.set(data, offset);
      return;
    }
    for (let done = 0; done < data.length; ) {
      const within = (offset + done) % CHUNK_BYTES;
      const count = Math.min(data.length - done, CHUNK_BYTES - within);
      const chunk = this.#writable((offset + done - within) / CHUNK_BYTES);
      chunk.set(data.subarray(done, done + count), within);
      done += count;
    }
  }

  /** A little-endian dword within one chunk. At a multiple of 4 it is read whole even while another thread writes it. */
  read32(offset: number): number {
    if (this.#view !== undefined) return this.#view.getUint32(offset, true);
    const within = offset % CHUNK_BYTES;
    const chunk = this.#chunks.get((offset - within) / CHUNK_BYTES);
    return chunk === undefined ? 0 : loadDword(chunk, within);
  }

  /** The counterpart of {@link read32}. */
  write32(offset: number, value: number): void {
    if (this.#view !== undefined) {
      this.#view.setUint32(offset, value, true);
      return;
    }
    const within = offset % CHUNK_BYTES;
    storeDword(this.#writable((offset - within) / CHUNK_BYTES), value, within);
  }

  /** A chunk to write to, which is allocated if it was not. */
  #writable(index: number): Uint8Array {
    const held = this.#chunks.get(index);
    if (held !== undefined) return held;
    const chunk = new Uint8Array(CHUNK_BYTES);
    this.#chunks.set(index, chunk);
    return chunk;
  }

  /** The chunks that were written, in ascending order of their offsets; in shared RAM, those that are not all zeros. */
  get chunks(): { readonly offset: number; readonly bytes: Uint8Array }[] {
    if (this.#shared !== undefined) return filledChunks(this.#shared);
    return [...this.#chunks]
      .map(([index, bytes]) => ({ offset: index * CHUNK_BYTES, bytes }))
      .sort((a, b) => a.offset - b.offset);
  }

  /** Sets all of it to zeros. */
  clear(): void {
    this.#chunks.clear();
    this.#shared?.fill(0);
  }
}

function filledChunks(
  shared: Uint8Array<SharedArrayBuffer>,
): { readonly offset: number; readonly bytes: Uint8Array }[] {
  const words = new Uint32Array(shared.buffer);
  const wordsPerChunk = CHUNK_BYTES / words.BYTES_PER_ELEMENT;
  const chunks: { offset: number; bytes: Uint8Array }[] = [];
  for (let first = 0; first < words.length; first += wordsPerChunk) {
    let index = first;
    while (index < first + wordsPerChunk && words[index] === 0) index++;
    if (index === first + wordsPerChunk) continue;
    const offset = first * words.BYTES_PER_ELEMENT;
    chunks.push({ offset, bytes: shared.slice(offset, offset + CHUNK_BYTES) });
  }
  return chunks;
}
