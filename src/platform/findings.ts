import type { Diagnostic, Place, PlatformCode, Severity } from '../vocab/index.js';

/** Keys and indexes from the top of a platform file. */
export type Path = readonly (string | number)[];

/** A path as it is written in findings: `functions[2].registers[0].name`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const part of path) text += typeof part === 'number' ? `[${part}]` : text === '' ? part : `.${part}`;
  return text;
}

/** The end of a path that names one thing: a key, or a list's key with the index. */
export function formatSubject(path: Path): string {
  return formatPath(path.slice(path.findLastIndex((part) => typeof part === 'string'))) || 'The platform';
}

/** Gathers what is wrong with one platform file, each finding with its place. */
export class Findings {
  readonly list: Diagnostic[];
  /** Place of a path in the file, or of the nearest there is above it. `ofKey`: of the key at its end, not its value. */
  readonly #placeOf: (path: Path, ofKey: boolean) => Place;

  constructor(placeOf: (path: Path, ofKey: boolean) => Place, list: Diagnostic[] = []) {
    this.#placeOf = placeOf;
    this.list = list;
  }

  /** The same list, for checks whose paths are first to be turned into those of the file. */
  translated(original: (path: Path) => Path): Findings {
    return new Findings((path, ofKey) => this.#placeOf(original(path), ofKey), this.list);
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
    const place = this.#placeOf(path, options.ofKey ?? false);
    this.list.push({ code, severity: options.severity ?? 'error', place, message, cure });
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

  /** By line and column where they are known, else in the order found. */
  sorted(): Diagnostic[] {
    return this.list.toSorted(
      (a, b) => (a.place.line ?? 0) - (b.place.line ?? 0) || (a.place.column ?? 0) - (b.place.column ?? 0),
    );
  }
}

/** Findings over a value that was never text: their places are paths alone. */
export function findingsWithoutText(): Findings {
  return new Findings((path) => ({ path: formatPath(path) }));
}
