import type { IncomingMessage } from 'node:http';

const MOST_SCRIPT_BYTES = 256 << 10;
const MOST_SCRIPTS = 16;

/**
 * Scripts that the page sent, served from its own origin: its policy lets a worker run nothing else. The oldest is dropped
 * when there are too many.
 */
export class ScriptShelf {
  readonly #scripts = new Map<string, Uint8Array>();
  #last = 0;

  get(name: string): Uint8Array | undefined {
    return this.#scripts.get(name);
  }

  /** Takes the body of a request. Returns the name that it is served by; undefined if it is too long. */
  async take(request: IncomingMessage): Promise<string | undefined> {
    const parts: Buffer[] = [];
    let length = 0;
    for await (const part of request) {
      length += (part as Buffer).length;
      if (length > MOST_SCRIPT_BYTES) return undefined;
      parts.push(part as Buffer);
    }
    const name = `scripts/${++this.#last}.js`;
    this.#scripts.set(name, Buffer.concat(parts));
    const [oldest] = this.#scripts.keys();
    if (this.#scripts.size > MOST_SCRIPTS && oldest !== undefined) this.#scripts.delete(oldest);
    return name;
  }
}
