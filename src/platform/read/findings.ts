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

/** The last part of a path: a key, or a list's key with an index. */
export function formatSubject(path: Path): string {
  return formatPath(path.slice(path.findLastIndex((part) => typeof part === 'string'))) || 'The platform';
}

/** Most findings of one file that are reported. */
export const MOST_FINDINGS = 1000;

/** State that several {@link Findings} of one file share. */
interface Gathered {
  readonly list: Diagnostic[];
  /** Capacity of the list; any findings beyond it become {@link Gathered.more}. */
  readonly limit: number;
  more: Diagnostic | undefined;
  /** The files that were read, which is the order of their findings; empty for a value that was not read from text. */
  readonly files: (string | undefined)[];
}

/**
 * Collects the findings of one platform file, each with its place. Beyond a limit, a last one says that there are
 * more.
 */
export class Findings {
  readonly #gathered: Gathered;
  /** Place of a path in the file, or of its nearest existing parent. `ofKey`: of the last key rather than its value. */
  readonly #placeOf: (path: Path, ofKey: boolean) => Place;
  #repeated:
    | {
        readonly isRepeated: (path: Path) => boolean;
        readonly original: (path: Path) => Path;
        readonly seen: Set<string>;
      }
    | undefined;

  constructor(
    placeOf: (path: Path, ofKey: boolean) => Place,
    limit = MOST_FINDINGS,
    gathered: Gathered = { list: [], limit, more: undefined, files: [] },
  ) {
    this.#placeOf = placeOf;
    this.#gathered = gathered;
  }

  get limit(): number {
    return this.#gathered.limit;
  }

  /** The same list, for checks whose paths must first be mapped to those of the file. */
  translated(original: (path: Path) => Path): Findings {
    return new Findings((path, ofKey) => this.#placeOf(original(path), ofKey), this.limit, this.#gathered);
  }

  /** The same list, for checks that reach some paths more than once. A fault there is added the first time only. */
  once(isRepeated: (path: Path) => boolean, original: (path: Path) => Path): Findings {
    const found = this.translated(original);
    found.#repeated = { isRepeated, original, seen: new Set() };
    return found;
  }

  /** The same list, for paths that are located in another way: those of another file, or of several files as one. */
  placedBy(placeOf: (path: Path, ofKey: boolean) => Place): Findings {
    return new Findings(placeOf, this.limit, this.#gathered);
  }

  /** Notes a file that findings may be in. */
  noteFile(file: string | undefined): void {
    this.#gathered.files.push(file);
  }

  /** In the order found; the last one may say that there are more. */
  get list(): readonly Diagnostic[] {
    const { list, more } = this.#gathered;
    return more ? [...list, more] : list;
  }

  get hasErrors(): boolean {
    return this.list.some((found) => found.severity === 'error');
  }

  /** `ofKey`: the place is that of the last key rather than of its value. */
  add(
    code: PlatformCode,
    path: Path,
    message: string,
    cure: string,
    options: { severity?: Severity; ofKey?: boolean; other?: Place } = {},
  ): void {
    const { severity = 'error', ofKey = false, other } = options;
    if (this.#isFull(severity) || this.#isKnown(code, path)) return;
    this.push({
      code,
      severity,
      place: this.#placeOf(path, ofKey),
      message,
      cure,
      ...(other !== undefined && { other }),
    });
  }

  #isKnown(code: PlatformCode, path: Path): boolean {
    if (this.#repeated === undefined || !this.#repeated.isRepeated(path)) return false;
    const { seen, original } = this.#repeated;
    const key = JSON.stringify([code, ...original(path)]);
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  }

  /** Whether another finding of this severity would change nothing. */
  #isFull(severity: Severity): boolean {
    const { list, limit, more } = this.#gathered;
    return list.length >= limit && (more?.severity === 'error' || more?.severity === severity);
  }

  /** Adds a finding whose place is known. */
  push(found: Diagnostic): void {
    const gathered = this.#gathered;
    if (gathered.list.length < gathered.limit) gathered.list.push(found);
    else if (!this.#isFull(found.severity)) {
      const message = `More than ${gathered.limit} findings: this one and all later ones are not shown.`;
      const { severity, place } = found;
      const cure = 'Fix those shown, then read the file again.';
      gathered.more = { code: 'PLATFORM_TOO_LARGE', severity, place, message, cure };
    }
  }

  /** Where a path is in the file. `ofKey`: the last key rather than its value. */
  place(path: Path, ofKey = false): Place {
    return this.#placeOf(path, ofKey);
  }

  /** Another place of the file, for use in a message; with its file if there are several. */
  where(path: Path): string {
    const { file, line, column, path: text = '' } = this.#placeOf(path, false);
    if (line === undefined) return text;
    return this.#gathered.files.length > 1 && file !== undefined ? `${file}:${line}:${column}` : `line ${line}`;
  }

  /** By file, line and column if known, else in the order found; the last one may say that there are more. */
  sorted(): Diagnostic[] {
    const { list, more, files } = this.#gathered;
    const order = new Map(files.map((file, index) => [file, index]));
    const fileOf = ({ place }: Diagnostic) => order.get(place.file) ?? 0;
    const sorted = list.toSorted(
      (a, b) =>
        fileOf(a) - fileOf(b) ||
        (a.place.line ?? 0) - (b.place.line ?? 0) ||
        (a.place.column ?? 0) - (b.place.column ?? 0),
    );
    return more ? [...sorted, more] : sorted;
  }
}

/** Findings for a value that was not read from text: their places are just paths. */
export function findingsWithoutText(): Findings {
  return new Findings((path) => ({ path: formatPath(path) }));
}
