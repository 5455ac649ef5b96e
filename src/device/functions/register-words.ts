import { isClearedByRead, isSeenByRead, leftByRead, leftByWrite, seenByRead } from './register-access.js';
import { type PooledWords, WordPool } from './word-pool.js';

/** Words for each register: what its access does, or 0 if it is not described; and its value. */
const WORDS = 2;
/** Set beside the bits of its access if the register has hooks. */
export const HOOKED = 0x100;
/** Likewise, if a write of it does more than its access says, or its bits do not all do the same. */
export const MIXED = 0x200;

/** A register with an access of 1..MOST_PLAIN is plain: its words alone decide how it answers. */
const MOST_PLAIN = HOOKED - 1;

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

/** What {@link readPlain} gives for a register that is not plain. */
export const NOT_PLAIN = -1;

/**
 * Carries out a read of a plain register, and returns its value; {@link NOT_PLAIN} for a register that is not described, is mixed or has
 * hooks. Stores only what changes, so that reading many functions leaves the processor's caches clean.
 */
export function readPlain(chunk: Uint32Array, start: number, index: number): number {
  if (index >>> 0 >= (chunk[start] as number)) return NOT_PLAIN;
  const at = start + 1 + index * WORDS;
  const access = chunk[at] as number;
  if ((access - 1) >>> 0 >= MOST_PLAIN) return NOT_PLAIN;
  const value = chunk[at + 1] as number;
  if (isClearedByRead(access)) chunk[at + 1] = 0;
  return isSeenByRead(access) ? value : 0;
}

/** Carries out a write of a plain register; returns false where {@link readPlain} returns {@link NOT_PLAIN}. */
export function writePlain(chunk: Uint32Array, start: number, index: number, written: number): boolean {
  if (index >>> 0 >= (chunk[start] as number)) return false;
  const at = start + 1 + index * WORDS;
  const access = chunk[at] as number;
  if ((access - 1) >>> 0 >= MOST_PLAIN) return false;
  chunk[at + 1] = leftByWrite(access, chunk[at + 1] as number, written);
  return true;
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
