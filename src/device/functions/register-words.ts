import { leftByRead, leftByWrite, seenByRead } from './register-access.js';
import { type PooledWords, WordPool } from './word-pool.js';

/** Words for each register: what its access does, or 0 if it is not described; and its value. */
const WORDS = 2;
/** Set beside the bits of its access if the register has hooks. */
export const HOOKED = 0x100;
/** Likewise, if a write of it does more than its access says, or its bits do not all do the same. */
export const MIXED = 0x200;

const POOL = new WordPool();

/** The words of a function's registers: the first is one more than the highest index, the others are the registers'. */
export function takeRegisterWords(count: number): PooledWords {
  const words = POOL.take(1 + count * WORDS);
  words.chunk[words.start] = count;
  return words;
}

/** Where the words of a register are, the value after the access; -1 for one past the highest index. */
export function wordsAt(chunk: Uint32Array, start: number, index: number): number {
  return index >>> 0 < (chunk[start] as number) ? start + 1 + index * WORDS : -1;
}

/**
 * {@link wordsAt} of a register that {@link readWords} and {@link writeWords} answer alone; -1 for one that is not
 * described, and for one whose access needs more than its words.
 */
export function plainWordsAt(chunk: Uint32Array, start: number, index: number): number {
  const at = wordsAt(chunk, start, index);
  return at >= 0 && ((chunk[at] as number) - 1) >>> 0 < HOOKED - 1 ? at : -1;
}

/** What a read of a register gives, which it also carries out. */
export function readWords(chunk: Uint32Array, at: number): number {
  const access = chunk[at] as number;
  const value = chunk[at + 1] as number;
  chunk[at + 1] = leftByRead(access, value);
  return seenByRead(access, value);
}

/** Carries out a write of a register. */
export function writeWords(chunk: Uint32Array, at: number, written: number): void {
  chunk[at + 1] = leftByWrite(chunk[at] as number, chunk[at + 1] as number, written);
}
