/** Bytes that come into being together; a power of two. */
export const CHUNK_BYTES = 0x1000;

/**
 * Guest RAM: zeros that take no room of the host until they are written. Offsets are from its base. Once it is shared
 * with another thread it is one buffer, whose untouched pages the operating system leaves out.
 */
export class Ram {
  readonly lengthBytes: number;
  readonly #chunks = new Map<number, Uint8Array>();
  #shared: Uint8Array<SharedArrayBuffer> | undefined;

  /** Throws a RangeError unless the length is 1..2^53 - 1. */
  constructor(lengthBytes: bigint) {
    this.lengthBytes = Number(lengthBytes);
    if (!Number.isSafeInteger(this.lengthBytes) || this.lengthBytes <= 0)
      throw new RangeError(`lengthBytes is ${lengthBytes}; it must be 1..${Number.MAX_SAFE_INTEGER}.`);
  }

  /** Bytes of the host in use; once it is shared, the most that can be. */
  get residentBytes(): number {
    return this.#shared?.length ?? this.#chunks.size * CHUNK_BYTES;
  }

  /** The whole RAM as a buffer for other threads, the same at each call. Throws a RangeError if the engine has no room. */
  share(): SharedArrayBuffer {
    if (this.#shared === undefined) {
      const shared = new Uint8Array(new SharedArrayBuffer(this.lengthBytes));
      for (const [index, chunk] of this.#chunks) shared.set(chunk, index * CHUNK_BYTES);
      this.#chunks.clear();
      this.#shared = shared;
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
      const index = (offset + done - within) / CHUNK_BYTES;
      let chunk = this.#chunks.get(index);
      if (chunk === undefined) {
        chunk = new Uint8Array(CHUNK_BYTES);
        this.#chunks.set(index, chunk);
      }
      chunk.set(data.subarray(done, done + count), within);
      done += count;
    }
  }

  /** The chunks that were written, by their offset, in ascending order; of shared RAM those that are not all zeros. */
  get chunks(): { readonly offset: number; readonly bytes: Uint8Array }[] {
    if (this.#shared !== undefined) return filledChunks(this.#shared);
    return [...this.#chunks]
      .map(([index, bytes]) => ({ offset: index * CHUNK_BYTES, bytes }))
      .sort((a, b) => a.offset - b.offset);
  }

  /** Makes all of it zeros. */
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
