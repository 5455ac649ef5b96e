/** Bytes that come into being together; a power of two. */
export const CHUNK_BYTES = 0x1000;

/** Guest RAM: zeros that take no room of the host until they are written. Offsets are from its base. */
export class Ram {
  readonly lengthBytes: number;
  readonly #chunks = new Map<number, Uint8Array>();

  /** Throws a RangeError unless the length is 1..2^53 - 1. */
  constructor(lengthBytes: bigint) {
    this.lengthBytes = Number(lengthBytes);
    if (!Number.isSafeInteger(this.lengthBytes) || this.lengthBytes <= 0)
      throw new RangeError(`lengthBytes is ${lengthBytes}; it must be 1..${Number.MAX_SAFE_INTEGER}.`);
  }

  /** Bytes of the host in use. */
  get residentBytes(): number {
    return this.#chunks.size * CHUNK_BYTES;
  }

  read(offset: number, data: Uint8Array): void {
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

  /** The chunks that were written, by their offset, in ascending order. */
  get chunks(): { readonly offset: number; readonly bytes: Uint8Array }[] {
    return [...this.#chunks]
      .map(([index, bytes]) => ({ offset: index * CHUNK_BYTES, bytes }))
      .sort((a, b) => a.offset - b.offset);
  }

  /** Makes all of it zeros. */
  clear(): void {
    this.#chunks.clear();
  }
}
