import { basename, join, sep } from 'node:path';
import type { FileSystem } from '../io.js';
import { usageError } from '../read/usage-error.js';
import { compareLoadOrder } from './load-order.js';

/** Whether a path is a pattern. Most shells expand patterns themselves; those of Windows do not. */
export function isPattern(path: string): boolean {
  return /[*?[{]/.test(path);
}

/** One character of a name that a pattern allows; undefined for `*`, any number of them. */
type Allowed = ((char: string) => boolean) | undefined;

const isLeadingWildcard = (segment: string) => /^[*?[]/.test(segment);

/** `[a-z_]` or `[!a-z]`. A range that runs backwards holds nothing, as in shells. */
function classOf(text: string): Allowed {
  const isNegated = /^\[[!^]/.test(text);
  const inside = text.slice(isNegated ? 2 : 1, -1);
  const ranges = [...inside.matchAll(/(.)-(.)|./gsu)].map(([whole, from = whole, to = whole]) => [from, to] as const);
  return (char) => ranges.some(([from, to]) => char >= from && char <= to) !== isNegated;
}

/** The parts of one segment of a pattern. A bracket that nothing closes is itself. */
function partsOf(segment: string): Allowed[] {
  return (segment.match(/\*+|\[[!^]?[^\]]+\]|[\s\S]/gu) ?? []).map((part): Allowed => {
    if (part.startsWith('*')) return undefined;
    if (part === '?') return () => true;
    return part.length > 2 && part.startsWith('[') ? classOf(part) : (char) => char === part;
  });
}

/**
 * Whether a name matches. Only the last `*` is ever tried again, so that the time grows with the name's length times the
 * pattern's, whatever the pattern. A leading dot has to be written to be matched.
 */
function matcherOf(segment: string): (name: string) => boolean {
  const parts = partsOf(segment);
  return (name) => {
    if (name.startsWith('.') && isLeadingWildcard(segment)) return false;
    const chars = [...name];
    let [at, part] = [0, 0];
    let again: { at: number; part: number } | undefined;
    while (at < chars.length) {
      const allowed = parts[part];
      if (part < parts.length && allowed === undefined) {
        again = { at, part };
        part++;
      } else if (allowed?.(chars[at] as string)) {
        at++;
        part++;
      } else if (again !== undefined) {
        again.at++;
        ({ at, part } = again);
        part++;
      } else return false;
    }
    return parts.slice(part).every((allowed) => allowed === undefined);
  };
}

function listSorted(folder: string, files: FileSystem): string[] {
  return [...files.list(folder === '' ? '.' : folder)].sort();
}

/** Every folder from here down, this one first; links that lead back are followed once. */
function foldersBelow(folder: string, files: FileSystem, seen = new Set<string>()): string[] {
  const real = files.resolveLinks(folder === '' ? '.' : folder);
  if (seen.has(real)) return [];
  seen.add(real);
  const inner = listSorted(folder, files)
    .map((name) => join(folder, name))
    .filter((path) => files.kindOf(path) === 'folder');
  return [folder, ...inner.flatMap((path) => foldersBelow(path, files, seen))];
}

/** Patterns that braces may multiply to. */
const MOST_ALTERNATIVES = 1000;

/** The patterns that one with `{a,b}` stands for. */
function alternatives(pattern: string): string[] {
  let patterns = [pattern];
  for (;;) {
    let changed = false;
    patterns = patterns.flatMap((each) => {
      const [whole, before, inside, after] = /^(.*?)\{([^{}]*)\}(.*)$/s.exec(each) ?? [];
      if (whole === undefined) return [each];
      changed = true;
      return (inside as string).split(',').map((one) => `${before}${one}${after}`);
    });
    if (!changed) return patterns;
    if (patterns.length > MOST_ALTERNATIVES) {
      throw usageError(
        `"${pattern}" stands for more than ${MOST_ALTERNATIVES} patterns.`,
        'Use fewer braces, or * instead.',
      );
    }
  }
}

/**
 * Files that a pattern matches: `*`, `?` and `[a-z]` within a name, `{a,b}`, and `**` for any folders. Sorted by folder, and
 * within one in load order as far as the names tell. Throws a UsageError for braces that multiply without end.
 */
export function expandPattern(pattern: string, files: FileSystem): string[] {
  const found = new Set(alternatives(pattern).flatMap((each) => expandOne(each, files)));
  const folderOf = (path: string) => path.slice(0, path.length - basename(path).length);
  return [...found].sort((a, b) => {
    const [left, right] = [folderOf(a), folderOf(b)];
    return left === right ? compareLoadOrder(basename(a), basename(b)) : left < right ? -1 : 1;
  });
}

function expandOne(pattern: string, files: FileSystem): string[] {
  const segments = pattern.split(sep === '\\' ? /[\\/]/ : '/');
  let folders = [segments[0] === '' ? sep : ''];
  for (const segment of segments.slice(0, -1)) {
    if (segment === '') continue;
    if (segment === '**') folders = [...new Set(folders.flatMap((folder) => foldersBelow(folder, files)))];
    else folders = folders.flatMap((folder) => matchesIn(folder, segment, 'folder', files));
  }
  const last = segments.at(-1) as string;
  if (last === '**')
    return folders
      .flatMap((folder) => foldersBelow(folder, files))
      .flatMap((folder) => matchesIn(folder, '*', 'file', files));
  return folders.flatMap((folder) => matchesIn(folder, last, 'file', files));
}

function matchesIn(folder: string, segment: string, kind: 'file' | 'folder', files: FileSystem): string[] {
  if (!isPattern(segment)) {
    const path = join(folder, segment);
    return files.kindOf(path) === kind ? [path] : [];
  }
  const matches = matcherOf(segment);
  return listSorted(folder, files)
    .filter(matches)
    .map((name) => join(folder, name))
    .filter((path) => files.kindOf(path) === kind);
}

/** Names that the kernel gives to tables: a signature and, of several, a number. */
const KERNEL_NAME = /^[A-Z][A-Z0-9_]{2}[A-Z0-9_!]\d{0,4}$/;

/**
 * Files of a folder and its subfolders that are tables by their names: `*.aml`, `*.dat`, or as the kernel names them.
 * Those of a folder are in load order as far as their names tell, and come before those of its subfolders.
 */
export function tablesIn(folder: string, files: FileSystem): string[] {
  return foldersBelow(folder, files)
    .flatMap((each) => [...files.list(each)].sort(compareLoadOrder).map((name) => [each, name] as const))
    .filter(([, name]) => /\.(?:aml|dat)$/i.test(name) || KERNEL_NAME.test(name))
    .map(([each, name]) => join(each, name))
    .filter((path) => files.kindOf(path) === 'file');
}
