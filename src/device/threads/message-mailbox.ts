const LENGTH = 1;
const HEADER_BYTES = 16;

/** A mailbox for JSON texts, one at a time, in memory that two threads share; either may be up to no good. */
export class MessageMailbox {
  readonly buffer: SharedArrayBuffer;
  /** For mailbox-state. */
  readonly state: Int32Array<SharedArrayBuffer>;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #bytes: Uint8Array<SharedArrayBuffer>;

  /** `source`: how many bytes a message may have; or the buffer of the other end. */
  constructor(source: number | SharedArrayBuffer) {
    this.buffer = typeof source === 'number' ? new SharedArrayBuffer(HEADER_BYTES + source) : source;
    this.#words = new Int32Array(this.buffer, 0, HEADER_BYTES / 4);
    this.state = this.#words.subarray(0, 1);
    this.#bytes = new Uint8Array(this.buffer, HEADER_BYTES);
  }

  /** Writes a message, `null` for undefined. False, and nothing is written, if it is too long. */
  write(message: unknown): boolean {
    const bytes = new TextEncoder().encode(JSON.stringify(message ?? null));
    if (bytes.length > this.#bytes.length) return false;
    this.#bytes.set(bytes);
    this.#words[LENGTH] = bytes.length;
    return true;
  }

  /** The message, copied before it is looked at: no length reaches past the mailbox. Throws a SyntaxError if it is none. */
  read(): unknown {
    return JSON.parse(new TextDecoder().decode(this.#bytes.slice(0, this.#words[LENGTH])));
  }
}
