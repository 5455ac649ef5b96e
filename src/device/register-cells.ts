/** Words in a chunk, unless one function needs more: 64 KiB. */
const CHUNK_WORDS = 0x4000;

/** Words of a function's own in a chunk that it shares with others. */
export interface Cells {
  readonly words: Uint32Array;
  /** Index of the first of its words. */
  readonly start: number;
}

let chunk = new Uint32Array(0);
let used = 0;

/**
 * Zeros for a function's registers, next to those made before. A guest touches the registers of many functions, each
 * seldom: close together they stay in the processor's caches, which scattered objects would not. A chunk goes when the
 * last function with words in it does; words are not given out twice.
 */
export function takeCells(count: number): Cells {
  if (count > chunk.length - used) {
    if (count > CHUNK_WORDS / 4) return { words: new Uint32Array(count), start: 0 };
    chunk = new Uint32Array(CHUNK_WORDS);
    used = 0;
  }
  const start = used;
  used += count;
  return { words: chunk, start };
}
