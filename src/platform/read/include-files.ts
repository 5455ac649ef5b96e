import { DiagnosticError, requireText } from '../../base/index.js';
import type { Place } from '../../vocab/index.js';
import { describeValue } from '../schema/schema-leaves.js';
import { cutShort, type Findings, type Path } from './findings.js';
import { type PlatformLimits, readYaml } from './yaml-source.js';

/** A platform file and the files that it includes, read as one. */

/**
 * Gives the text of a file that a platform file includes. The path starts where that of the platform file does: it is
 * relative to the current folder unless one of them is absolute. Throws an Error, such as a DiagnosticError, if there is no
 * such file; the reader then reports it where the file is included.
 */
export type IncludeReader = (path: string) => string;

/**
 * Says which file a path leads to: the same text for every path of one file, such as its absolute path with links
 * followed. Undefined if there is no such file. The path is as for {@link IncludeReader}.
 */
export type FileIdentifier = (path: string) => string | undefined;

/** How files that a platform file includes are found. */
export interface IncludeSource {
  readonly readInclude?: IncludeReader | undefined;
  readonly identifyFile?: FileIdentifier | undefined;
}

/** A file that includes the one being read. */
interface Includer {
  readonly file: string;
  readonly identity: string;
}

type Values = Readonly<Record<string, unknown>>;

/** One file of a platform. */
interface Source {
  readonly file: string | undefined;
  readonly value: Values;
  readonly findings: Findings;
  /** Its folder, from that of the platform file. */
  readonly folder: string;
}

export interface ReadFiles {
  /** The keys of all files together; undefined if the platform file cannot be read. */
  readonly value: unknown;
  readonly findings: Findings;
  /** Whether a file is missing or cannot be read, so that what is not there may be in it. */
  readonly incomplete: boolean;
  /** Names of the files that were read, the platform file first. */
  readonly files: readonly string[];
}

/** Keys whose entries may come from several files. */
const LISTS = new Set(['functions']);
const MAPPINGS = new Set(['groups', 'templates']);

const ABSOLUTE = /^(?:[/\\]|[A-Za-z]:[/\\]|[a-z][a-z0-9+.-]*:\/\/)/;

/** The folder in a path, with its separator; empty for a mere name. */
function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** A path from a folder, without the `.` and `..` that can be resolved. */
export function joinPath(folder: string, path: string): string {
  if (/^\/(?!\/)/.test(path)) return joinPath('/', path.slice(1));
  if (ABSOLUTE.test(path)) return path;
  let base = folder;
  const parts = path.split(/[/\\]/).filter((part) => part !== '.' && part !== '');
  while (parts[0] === '..') {
    const parent = /^(.*[/\\])?([^/\\]+)[/\\]$/.exec(base);
    if (parent === null || parent[2] === '..' || parent[2] === '.') break;
    base = parent[1] ?? '';
    parts.shift();
  }
  const inner: string[] = [];
  for (const part of parts) {
    if (part === '..' && inner.length > 0 && inner.at(-1) !== '..') inner.pop();
    else inner.push(part);
  }
  return base + inner.join('/') || '.';
}

/** Reads files and those they include, each once. */
class FileReader {
  readonly #limits: PlatformLimits;
  readonly #source: IncludeSource;
  /** Identities of the files that were read or tried. */
  readonly #seen = new Set<string>();
  readonly sources: Source[] = [];
  readonly files: string[] = [];
  incomplete = false;
  #characters = 0;
  #values = 0;

  constructor(limits: PlatformLimits, source: IncludeSource) {
    this.#limits = limits;
    this.#source = source;
  }

  #identityOf(path: string): string {
    // A NUL is in no path, so that an identity is never the same as the path of another file.
    const identity = this.#source.identifyFile?.(path);
    return identity === undefined ? path : `\0${identity}`;
  }

  /** Reads a file; `chain` are those that include it, the platform file first. Returns its findings. */
  read(text: string, file: string | undefined, folder: string, chain: readonly Includer[], among?: Findings): Findings {
    const values = this.#limits.values - this.#values;
    const source = readYaml(text, file, { ...this.#limits, values }, { among });
    this.#values += source.values;
    this.#characters += text.length;
    const identity = file === undefined ? undefined : this.#identityOf(file);
    if (file !== undefined) this.files.push(file);
    if (identity !== undefined) this.#seen.add(identity);
    if (source.value === undefined) {
      this.incomplete = true;
      return source.findings;
    }
    const value = source.value as Values;
    const { findings } = source;
    this.sources.push({ file, value, findings, folder });
    const within = file === undefined || identity === undefined ? chain : [...chain, { file, identity }];
    for (const [path, at] of this.#includesOf(value, findings)) this.#include(path, at, file, folder, within, findings);
    return findings;
  }

  /** The paths in a file's `include`, each with its place. */
  #includesOf(value: Values, findings: Findings): (readonly [path: string, at: Path])[] {
    const { include } = value;
    if (include === undefined) return [];
    const list = Array.isArray(include) ? include : [include];
    return list.flatMap((path, index): (readonly [string, Path])[] => {
      const at = Array.isArray(include) ? ['include', index] : ['include'];
      if (typeof path === 'string' && path.trim() !== '' && !path.includes('\0')) return [[path, at]];
      this.incomplete = true;
      const cure = 'Write the path of a file, such as sensors.yaml, or a list of such paths.';
      findings.add(
        'PLATFORM_BAD_TEXT',
        at,
        `include is ${describeValue(path)}, which is not the path of a file.`,
        cure,
      );
      return [];
    });
  }

  #include(
    path: string,
    at: Path,
    from: string | undefined,
    folder: string,
    chain: readonly Includer[],
    findings: Findings,
  ): void {
    const { files, includeDepth, totalLength } = this.#limits;
    const target = joinPath(from === undefined ? '' : folderOf(from), path);
    const shown = cutShort(target);
    const refuse = (code: Parameters<Findings['add']>[0], message: string, cure: string, other?: Place) => {
      this.incomplete = true;
      findings.add(code, at, message, cure, other === undefined ? {} : { other });
    };
    const identity = this.#identityOf(target);
    const first = chain.findIndex((each) => each.identity === identity);
    if (first >= 0) {
      const round = [...chain.slice(first).map((each) => each.file), target].map((each) => cutShort(each)).join(', ');
      refuse('PLATFORM_INCLUDE_CYCLE', `A file includes itself: ${round}.`, 'Remove one of these includes.');
      return;
    }
    if (this.#seen.has(identity)) return;
    const { readInclude } = this.#source;
    if (readInclude === undefined) {
      const cure = 'Pass readInclude to readPlatform, or put the contents of that file here.';
      refuse('PLATFORM_INCLUDE_UNREAD', `${shown} is not read: readPlatform was called without readInclude.`, cure);
      return;
    }
    if (chain.length > includeDepth) {
      const cure = 'Include the innermost file from an outer one.';
      refuse('PLATFORM_TOO_DEEP', `Files include each other more than ${includeDepth} deep.`, cure);
      return;
    }
    if (this.#seen.size >= files) {
      const message = `The platform consists of more than ${files} files.`;
      refuse('PLATFORM_TOO_LARGE', message, 'Merge some of them.');
      return;
    }
    this.#seen.add(identity);
    const text = this.#textOf(readInclude, target, refuse);
    if (text === undefined) return;
    if (this.#characters + text.length > totalLength) {
      const message = `With ${shown} the files of the platform have more than ${totalLength} characters.`;
      refuse('PLATFORM_TOO_LARGE', message, 'Is this a platform file?');
      return;
    }
    this.read(text, target, folderOf(joinPath(folder, path)), chain, findings);
  }

  #textOf(
    read: IncludeReader,
    path: string,
    refuse: (code: 'PLATFORM_INCLUDE_UNREAD', message: string, cure: string, other?: Place) => void,
  ): string | undefined {
    let text: string;
    try {
      text = read(path);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const [found] = error instanceof DiagnosticError ? error.diagnostics : [];
      const { message, cure } = found ?? {
        message: error.message,
        cure: 'Check the path. It is relative to the file that includes it.',
      };
      refuse('PLATFORM_INCLUDE_UNREAD', `${cutShort(path)} cannot be included: ${message}`, cure, found?.place);
      return undefined;
    }
    requireText(text, 'readPlatform: text from readInclude');
    return text;
  }
}

/** The keys of several files, and where each is. */
class MergedKeys {
  readonly #keys = new Map<string, unknown>();
  readonly #sourceOf = new Map<string, Source>();
  readonly #entrySource = new Map<string, Source>();
  readonly #entries: { source: Source; index: number }[] = [];

  add(source: Source): void {
    for (const [key, value] of Object.entries(source.value)) {
      if (key === 'include') continue;
      const earlier = this.#sourceOf.get(key);
      const isList = LISTS.has(key) && Array.isArray(value);
      const isMapping = MAPPINGS.has(key) && typeof value === 'object' && value !== null && !Array.isArray(value);
      if (isList) this.#entries.push(...value.map((_, index) => ({ source, index })));
      if (earlier === undefined) {
        this.#sourceOf.set(key, source);
        this.#keys.set(key, isMapping ? this.#named({}, key, value as Values, source) : value);
        continue;
      }
      const before = this.#keys.get(key);
      if (isList && Array.isArray(before)) this.#keys.set(key, [...before, ...value]);
      else if (isMapping && typeof before === 'object' && before !== null && !Array.isArray(before))
        this.#keys.set(key, this.#named(before as Values, key, value as Values, source));
      else this.#refuse([key], key, source, earlier);
    }
  }

  #named(before: Values, key: string, added: Values, source: Source): Values {
    const all = new Map(Object.entries(before));
    for (const [name, value] of Object.entries(added)) {
      const earlier = this.#entrySource.get(`${key}.${name}`);
      if (earlier !== undefined) {
        this.#refuse([key, name], `${key}.${cutShort(name)}`, source, earlier);
        continue;
      }
      this.#entrySource.set(`${key}.${name}`, source);
      all.set(name, value);
    }
    return Object.fromEntries(all);
  }

  #refuse(path: Path, shown: string, source: Source, earlier: Source): void {
    const other = earlier.findings.place(path, true);
    const first = `${other.file ?? 'the first file'}:${other.line}:${other.column}`;
    const message = `The key ${shown} is given twice; the first is at ${first}.`;
    source.findings.add('PLATFORM_DUPLICATE_KEY', path, message, 'Remove one of them.', { ofKey: true, other });
  }

  value(): Values {
    const found = this.#sourceOf.get('device');
    const device = this.#keys.get('device');
    // A path is relative to the file that holds it.
    if (found !== undefined && typeof device === 'string') this.#keys.set('device', joinDevice(found.folder, device));
    return Object.fromEntries(this.#keys);
  }

  placeOf(path: Path, ofKey: boolean, root: Source): Place {
    const [key = '', entry, ...rest] = path;
    if (LISTS.has(`${key}`) && typeof entry === 'number') {
      const found = this.#entries[entry];
      if (found !== undefined) return found.source.findings.place([key, found.index, ...rest], ofKey);
    }
    const source = this.#entrySource.get(`${key}.${entry}`) ?? this.#sourceOf.get(`${key}`) ?? root;
    return source.findings.place(path, ofKey);
  }
}

function joinDevice(folder: string, device: string): string {
  return folder === '' ? device : joinPath(folder, device);
}

/** Parses a platform file and those it includes, within limits. */
export function readFiles(
  text: string,
  file: string | undefined,
  limits: PlatformLimits,
  source: IncludeSource,
): ReadFiles {
  const reader = new FileReader(limits, source);
  const own = reader.read(text, file, '', []);
  const { sources, incomplete, files } = reader;
  const [root] = sources;
  // The platform file itself could not be parsed.
  if (root === undefined) return { value: undefined, findings: own, incomplete, files };
  if (sources.length === 1 && root.value.include === undefined)
    return { value: root.value, findings: own, incomplete, files };
  const merged = new MergedKeys();
  for (const source of sources) merged.add(source);
  const findings = own.placedBy((path, ofKey) => merged.placeOf(path, ofKey, root));
  return { value: merged.value(), findings, incomplete, files };
}
