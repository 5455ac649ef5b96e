import type { Place } from '../../../vocab/index.js';

/**
 * Line and column of offsets that only grow. Each line end is looked for once: a file of 30 MB on one line has a million
 * places.
 */
export class PlaceFinder {
  readonly #text: string;
  readonly #file: string | undefined;
  #line: number;
  #lineStart: number;
  /** Where the next line ends. */
  #lineEnd: number;

  /** `start`: where the text begins in the file. */
  constructor(text: string, file: string | undefined, start: Place = {}) {
    this.#text = text;
    this.#file = file;
    this.#line = start.line ?? 1;
    this.#lineStart = 1 - (start.column ?? 1);
    this.#lineEnd = text.indexOf('\n');
  }

  at(offset: number): Place & { readonly line: number; readonly column: number } {
    while (this.#lineEnd >= 0 && this.#lineEnd < offset) {
      this.#line++;
      this.#lineStart = this.#lineEnd + 1;
      this.#lineEnd = this.#text.indexOf('\n', this.#lineStart);
    }
    return {
      ...(this.#file !== undefined && { file: this.#file }),
      line: this.#line,
      column: offset - this.#lineStart + 1,
    };
  }
}
