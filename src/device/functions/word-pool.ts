import { checkInstance, checkObject } from '../check-arguments.js';

/** The words of a chunk as a power of two: 64 KiB. */
export const CHUNK_SHIFT = 14;
export const CHUNK_WORDS = 1 << CHUNK_SHIFT;

/** Words in a chunk that others use too. */
export interface PooledWords {
  readonly chunk: Uint32Array<ArrayBuffer>;
  /** Index of the first word. */
  readonly start: number;
}

/** Throws a TypeError or RangeError for words that a PCI root cannot access. */
export function checkPooledWords(words: PooledWords): void {
  checkObject('registerWords()', words, 'PooledWords');
  const { chunk, start } = words;
  checkInstance('registerWords().chunk', chunk, Uint32Array, 'a Uint32Array');
  const most = Math.min(chunk.length, CHUNK_WORDS) - 1;
  if (!Number.isInteger(start) || start < 0 || start > most)
    throw new RangeError(`registerWords().start is ${start}; it must be an integer from 0 to ${most}.`);
}

/**
 * Words that many functions use for the same purpose, side by side. A guest accesses each function rarely, but all of
 * them: side by side their words stay in the processor's caches, which arrays scattered over the heap would not. Words are
 * never taken back; a chunk is collected once nobody uses any of its words.
 */
export class WordPool {
  #chunk: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  #used = 0;

  /** Takes `count` words, all zeros. */
  take(count: number): PooledWords {
    if (count > this.#chunk.length - this.#used) {
      if (count > CHUNK_WORDS / 4) return { chunk: new Uint32Array(count), start: 0 };
      this.#chunk = new Uint32Array(CHUNK_WORDS);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += count;
    return { chunk: this.#chunk, start };
  }

  /** {@link take} as a separate array. */
  takeArray(count: number): Uint32Array<ArrayBuffer> {
    const { chunk, start } = this.take(count);
    return chunk.subarray(start, start + count);
  }
}
