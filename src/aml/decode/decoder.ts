import { findNode } from '../namespace/namespace.js';
import type { Tape } from '../tape/tape.js';
import type { Body, DecoderOptions } from './body.js';
import { type Purpose, TermDecoder } from './term-decoder.js';

/** Decodes a table: its own level first, so that every name it declares is known in the method bodies. */
export class Decoder {
  readonly #decoder: TermDecoder;

  constructor(bytes: Uint8Array, options: DecoderOptions) {
    this.#decoder = new TermDecoder(bytes, options);
  }

  /** The table's own level, then the methods' bodies. */
  get bodies(): Body[] {
    return this.#decoder.bodies;
  }

  /** Argument counts chosen for callees that nothing declares. */
  get guesses(): Map<string, number> {
    return this.#decoder.guesses;
  }

  /** What decoding has cost so far, in bytes of plain AML. */
  get spentBytes(): number {
    return this.#decoder.spentBytes;
  }

  get #table(): Body {
    return this.bodies[0] as Body;
  }

  /** What has been decoded, beginning with the table's own level. */
  get tape(): Tape {
    return this.#decoder.tape;
  }

  /**
   * Decodes the table's own level again, twice if it calls a method before declaring it. Lists the other bodies again.
   */
  decodeTable(patience?: number): boolean {
    this.#restart();
    this.#decoder.early = [];
    if (!this.decodeBody(this.#table, patience)) return false;
    const called = this.#decoder.early.some(({ scope, name }) => (findNode(scope, name)?.argumentCount ?? 0) > 0);
    if (!called) return true;
    this.#restart();
    return this.decodeBody(this.#table, patience);
  }

  #restart(): void {
    this.bodies.length = 1;
    this.tape.count = 0;
  }

  /** Decodes a body onto the tape. Returns false and keeps the old terms if its implausibility reaches `patience`. */
  decodeBody(body: Body, patience?: number): boolean {
    return this.#decode(body, 'keep', patience);
  }

  /** Decodes a body as a trial. Returns false if its implausibility reaches `patience`. */
  tryBody(body: Body, patience?: number): boolean {
    return this.#decode(body, 'try', patience);
  }

  /** The first name in a body that is neither declared nor guessed; undefined if there is none. */
  explore(body: Body): string | undefined {
    this.#decode(body, 'explore');
    return this.#decoder.unguessed;
  }

  #decode(body: Body, purpose: Purpose, patience?: number): boolean {
    if (body !== this.#table) body.scope.keepChildren(body.outerNames);
    return this.#decoder.decode(body, purpose, patience);
  }
}
