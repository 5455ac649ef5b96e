/** A text of ASCII that is written often: where its bytes are in the pool, above eight bits for how many they are. */
export type Word = number;

let pool = new Uint8Array(1 << 12);
let used = 0;

/** Puts a text of at most 255 characters of ASCII into the pool. */
export function word(text: string): Word {
  while (used + text.length > pool.length) {
    const larger = new Uint8Array(2 * pool.length);
    larger.set(pool);
    pool = larger;
  }
  const start = used;
  for (let at = 0; at < text.length; at++) pool[used++] = text.charCodeAt(at);
  return (start << 8) | text.length;
}

/** The bytes of all words so far. */
export const wordBytes = (): Uint8Array => pool;
