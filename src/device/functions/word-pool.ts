/** Words in a chunk: 64 KiB. */
const CHUNK_WORDS = 0x4000;

/** Words in a chunk that has others' words beside them. */
export interface Words {
  readonly chunk: Uint32Array<ArrayBuffer>;
  /** Index of the first of them. */
  readonly start: number;
}

/**
 * Words for one use of many functions, side by side. A guest touches each function seldom, but all of them: together
 * the words stay in the processor's caches, which an array for each function, scattered over the heap, would not. Words
 * are given out once; a chunk goes when nobody has words in it any more.
 */
export class WordPool {
  #chunk = new Uint32Array(0);
  #used = 0;

  /** So many words of zeros. */
  take(count: number): Words {
    if (count > this.#chunk.length - this.#used) {
      if (count > CHUNK_WORDS / 4) return { chunk: new Uint32Array(count), start: 0 };
      this.#chunk = new Uint32Array(CHUNK_WORDS);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += count;
    return { chunk: this.#chunk, start };
  }

  /** {@link take} as an array of its own. */
  takeArray(count: number): Uint32Array<ArrayBuffer> {
    const { chunk, start } = this.take(count);
    return chunk.subarray(start, start + count);
  }
}
