import type { Diagnostic, ImportCode, Place, Severity } from '../../../vocab/index.js';
import { LEFT_OUT, type LeftOutKind } from './left-out.js';

/** What an import did not carry over, of one kind. */
export interface LeftOut {
  /** Stable word for the kind, such as `write-constraint`. */
  readonly kind: LeftOutKind;
  /** What it is. */
  readonly what: string;
  /** Why, and what can be done. */
  readonly why: string;
  readonly count: number;
  /** Where: the first {@link MOST_PLACES} of them. */
  readonly places: readonly Place[];
}

/** Places of one kind that are kept. */
const MOST_PLACES = 1000;

/** Findings of one file that are kept. */
const MOST_FINDINGS = 200;

/** Gathers what is wrong with a register description and what is not carried over. */
export class ImportLog {
  readonly #file: string | undefined;
  readonly #found: Diagnostic[] = [];
  readonly #left = new Map<LeftOutKind, { count: number; places: Place[] }>();
  #errors = 0;

  constructor(file: string | undefined) {
    this.#file = file;
  }

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  /** In the order of the file. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#found.toSorted((a, b) => (a.place.line ?? 0) - (b.place.line ?? 0));
  }

  /** By count, the largest first. */
  get leftOut(): readonly LeftOut[] {
    return [...this.#left]
      .map(([kind, { count, places }]) => ({ kind, ...LEFT_OUT[kind], count, places }))
      .sort((a, b) => b.count - a.count);
  }

  #inFile(place: Place): Place {
    return this.#file === undefined || place.file !== undefined ? place : { file: this.#file, ...place };
  }

  /** A finding; beyond a limit they are counted and no longer kept. */
  add(severity: Severity, code: ImportCode, place: Place, message: string, cure: string): void {
    if (severity === 'error') this.#errors++;
    if (this.#found.length < MOST_FINDINGS) {
      this.#found.push({ code, severity, place: this.#inFile(place), message, cure });
    }
  }

  error(code: ImportCode, place: Place, message: string, cure: string): void {
    this.add('error', code, place, message, cure);
  }

  /** Notes that something is not carried over. */
  leave(kind: LeftOutKind, place: Place, count = 1): void {
    const left = this.#left.get(kind) ?? { count: 0, places: [] };
    this.#left.set(kind, left);
    left.count += count;
    if (left.places.length < MOST_PLACES) left.places.push(this.#inFile(place));
  }
}
