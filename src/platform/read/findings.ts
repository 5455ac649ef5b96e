import type { Diagnostic, Place, PlatformCode, Severity } from '../../vocab/index.js';

/** Most characters of a word of the file in the path of a finding. */
const MOST_SHOWN = 80;

/** A word of the file as findings show it: a long one is cut. */
export function cutShort(text: string, most: number = MOST_SHOWN): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** Keys and indexes from the top of a platform file. */
export type Path = readonly (string | number)[];

/** A path as it is written in findings: `functions[2].registers[0].name`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? cutShort(part) : `.${cutShort(part)}`;
  }
  return text;
}

/** The end of a path that names one thing: a key, or a list's key with the index. */
export function formatSubject(path: Path): string {
  return formatPath(path.slice(path.findLastIndex((part) => typeof part === 'string'))) || 'The platform';
}

/** The most findings of one file that are told. */
export const MOST_FINDINGS = 1000;

/** What several {@link Findings} of one file have in common. */
interface Gathered {
  readonly list: Diagnostic[];
  /** The most that the list takes; {@link Gathered.more} stands for the others. */
  readonly limit: number;
  more: Diagnostic | undefined;
}

/** Gathers what is wrong with one platform file, each finding with its place. Past a limit, one says that there are more. */
export class Findings {
  readonly #gathered: Gathered;
  /** Place of a path in the file, or of the nearest there is above it. `ofKey`: of the key at its end, not its value. */
  readonly #placeOf: (path: Path, ofKey: boolean) => Place;

  constructor(
    placeOf: (path: Path, ofKey: boolean) => Place,
    limit = MOST_FINDINGS,
    gathered: Gathered = { list: [], limit, more: undefined },
  ) {
    this.#placeOf = placeOf;
    this.#gathered = gathered;
  }

  get limit(): number {
    return this.#gathered.limit;
  }

  /** The same list, for checks whose paths are first to be turned into those of the file. */
  translated(original: (path: Path) => Path): Findings {
    return new Findings((path, ofKey) => this.#placeOf(original(path), ofKey), this.limit, this.#gathered);
  }

  /** In the order found; at the end, that there are more. */
  get list(): readonly Diagnostic[] {
    const { list, more } = this.#gathered;
    return more ? [...list, more] : list;
  }

  get hasErrors(): boolean {
    return this.list.some((found) => found.severity === 'error');
  }

  /** `ofKey`: the place is the key at the path's end, not its value. */
  add(
    code: PlatformCode,
    path: Path,
    message: string,
    cure: string,
    options: { severity?: Severity; ofKey?: boolean } = {},
  ): void {
    const { severity = 'error', ofKey = false } = options;
    if (this.#isFull(severity)) return;
    this.push({ code, severity, place: this.#placeOf(path, ofKey), message, cure });
  }

  /** Whether a finding of this severity would change nothing. */
  #isFull(severity: Severity): boolean {
    const { list, limit, more } = this.#gathered;
    return list.length >= limit && (more?.severity === 'error' || more?.severity === severity);
  }

  /** A finding whose place is known. */
  push(found: Diagnostic): void {
    const gathered = this.#gathered;
    if (gathered.list.length < gathered.limit) gathered.list.push(found);
    else if (!this.#isFull(found.severity)) {
      const message = `More than ${gathered.limit} findings: this one and those after it are not told.`;
      const { severity, place } = found;
      const cure = 'Mend what is told, and read the file again.';
      gathered.more = { code: 'PLATFORM_TOO_LARGE', severity, place, message, cure };
    }
  }

  /** Where a path is in the file. `ofKey`: the key at its end, not its value. */
  place(path: Path, ofKey = false): Place {
    return this.#placeOf(path, ofKey);
  }

  /** Another place of the file, for use in a message. */
  where(path: Path): string {
    const { line, path: text = '' } = this.#placeOf(path, false);
    return line === undefined ? text : `line ${line}`;
  }

  /** By line and column where they are known, else in the order found; at the end, that there are more. */
  sorted(): Diagnostic[] {
    const { list, more } = this.#gathered;
    const sorted = list.toSorted(
      (a, b) => (a.place.line ?? 0) - (b.place.line ?? 0) || (a.place.column ?? 0) - (b.place.column ?? 0),
    );
    return more ? [...sorted, more] : sorted;
  }
}

/** Findings over a value that was never text: their places are paths alone. */
export function findingsWithoutText(): Findings {
  return new Findings((path) => ({ path: formatPath(path) }));
}
