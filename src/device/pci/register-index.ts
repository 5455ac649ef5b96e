import { readPlain, writePlain } from '../functions/register-words.js';
import { CHUNK_SHIFT, CHUNK_WORDS, type PooledWords } from '../functions/word-pool.js';

interface Chunk {
  readonly words: Uint32Array<ArrayBuffer>;
  /** Its place in the list. */
  readonly slot: number;
  /** How many functions have words in it. */
  users: number;
}

/** No value of a register. */
export const ASK = -1;

const NO_WORDS = new Uint32Array(1);
const FUNCTIONS_PER_BUS = 256;

/**
 * Where the words of each function's registers are. With 65,535 functions, what an access touches does not fit the
 * processor's caches: here it is four bytes a function and the register itself, where the way through the function's
 * object takes twice as many.
 */
export class RegisterIndex {
  /** For each packed BDF the slot of its chunk times the words of a chunk, plus its start; 0 without words. */
  #places = new Int32Array(0);
  /** By slot. The first is never used, so that no place is 0. */
  readonly #chunks: Uint32Array<ArrayBuffer>[] = [NO_WORDS];
  readonly #freeSlots: number[] = [];
  readonly #bySource = new Map<Uint32Array, Chunk>();

  /** Says where the words of a function are, or that it has none. */
  set(packed: number, words: PooledWords | undefined): void {
    if (packed >= this.#places.length) {
      if (words === undefined) return;
      const longer = new Int32Array(Math.ceil((packed + 1) / FUNCTIONS_PER_BUS) * FUNCTIONS_PER_BUS);
      longer.set(this.#places);
      this.#places = longer;
    }
    const before = this.#places[packed] as number;
    if (before !== 0) this.#release(this.#chunks[before >>> CHUNK_SHIFT] as Uint32Array<ArrayBuffer>);
    this.#places[packed] = words === undefined ? 0 : (this.#slotOf(words.chunk) << CHUNK_SHIFT) + words.start;
  }

  #slotOf(words: Uint32Array<ArrayBuffer>): number {
    const known = this.#bySource.get(words);
    const chunk = known ?? { words, slot: this.#freeSlots.pop() ?? this.#chunks.length, users: 0 };
    chunk.users++;
    this.#bySource.set(words, chunk);
    this.#chunks[chunk.slot] = words;
    return chunk.slot;
  }

  #release(words: Uint32Array<ArrayBuffer>): void {
    const chunk = this.#bySource.get(words) as Chunk;
    chunk.users--;
    if (chunk.users > 0) return;
    this.#bySource.delete(words);
    this.#chunks[chunk.slot] = NO_WORDS;
    this.#freeSlots.push(chunk.slot);
  }

  /** Reads a register that needs no more than its words; {@link ASK} if the function must be asked. */
  read(packed: number, register: number): number {
    const place = packed < this.#places.length ? (this.#places[packed] as number) : 0;
    if (place === 0) return ASK;
    const chunk = this.#chunks[place >>> CHUNK_SHIFT] as Uint32Array<ArrayBuffer>;
    return readPlain(chunk, place & (CHUNK_WORDS - 1), register);
  }

  /** Writes a register that needs no more than its words; false if the function must be asked. */
  write(packed: number, register: number, value: number): boolean {
    const place = packed < this.#places.length ? (this.#places[packed] as number) : 0;
    if (place === 0) return false;
    const chunk = this.#chunks[place >>> CHUNK_SHIFT] as Uint32Array<ArrayBuffer>;
    return writePlain(chunk, place & (CHUNK_WORDS - 1), register, value);
  }
}
