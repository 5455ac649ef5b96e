import { join, sep } from 'node:path';
import type { FileSystem } from '../io.js';

/** Whether a path is a pattern: shells expand most themselves, those of Windows none. */
export function isPattern(path: string): boolean {
  return /[*?[{]/.test(path);
}

/** One segment of a pattern as a regular expression. A leading dot has to be written to be matched. */
function segmentPattern(segment: string): RegExp {
  const body = segment.replaceAll(/\*|\?|\[!?[^\]]+\]|./gs, (part) => {
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.length > 1 && part.startsWith('[')) return part.replace('[!', '[^').replaceAll('\\', '\\\\');
    return literally(part);
  });
  return new RegExp(`^${/^[*?[]/.test(segment) ? '(?!\\.)' : ''}${body}$`, 's');
}

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
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

/** The patterns that one with `{a,b}` stands for. */
function alternatives(pattern: string): string[] {
  const [whole, before, inside, after] = /^(.*?)\{([^{}]*)\}(.*)$/s.exec(pattern) ?? [];
  if (whole === undefined) return [pattern];
  return (inside as string).split(',').flatMap((each) => alternatives(`${before}${each}${after}`));
}

/** Files that a pattern matches, sorted: `*`, `?` and `[a-z]` within a name, `{a,b}`, and `**` for any folders. */
export function expandPattern(pattern: string, files: FileSystem): string[] {
  return [...new Set(alternatives(pattern).flatMap((each) => expandOne(each, files)))].sort();
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
  const wanted = segmentPattern(segment);
  return listSorted(folder, files)
    .filter((name) => wanted.test(name))
    .map((name) => join(folder, name))
    .filter((path) => files.kindOf(path) === kind);
}

/** Files of a folder and those below it that are tables by their names: `*.aml`, `*.dat`, or as the kernel has them. */
export function tablesIn(folder: string, files: FileSystem): string[] {
  return foldersBelow(folder, files)
    .flatMap((each) => listSorted(each, files).map((name) => [each, name] as const))
    .filter(([, name]) => /\.(?:aml|dat)$/i.test(name) || /^[A-Z][A-Z0-9]{3}\d{0,3}$/.test(name))
    .map(([each, name]) => join(each, name))
    .filter((path) => files.kindOf(path) === 'file');
}
