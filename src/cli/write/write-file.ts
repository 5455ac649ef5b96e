import { basename, dirname, join, resolve } from 'node:path';
import { DiagnosticError, errorAt } from '../../base/index.js';
import { type FileSystem, type Io, isSystemError } from '../io.js';

export interface WantedFile {
  readonly path: string;
  readonly contents: Uint8Array | string;
}

function asBytes(contents: Uint8Array | string): Uint8Array {
  return typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
}

function refuse(path: string, reason: string, cure: string): never {
  throw new DiagnosticError([errorAt('COMMAND_CANNOT_WRITE', { file: path }, reason, cure)]);
}

interface Prepared {
  readonly target: string;
  /** The whole contents, beside the target; undefined if the target is no file, and is written to as it is. */
  readonly temporary: string | undefined;
  readonly bytes: Uint8Array;
  /** What the target held; undefined if it was not there, or is no file. */
  readonly before: Uint8Array | undefined;
}

function prepare({ path, contents }: WantedFile, files: FileSystem, made: string[]): Prepared {
  const bytes = asBytes(contents);
  const kind = files.kindOf(path);
  if (kind === 'folder')
    refuse(path, 'This is a folder, and a file is to be written.', 'Give the name of a file in it.');
  if (kind === 'other') return { target: path, temporary: undefined, bytes, before: undefined };
  const target = kind === undefined ? path : files.resolveLinks(path);
  files.makeFolder(dirname(target));
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  made.push(temporary);
  files.write(temporary, bytes);
  if (kind === undefined) return { target, temporary, bytes, before: undefined };
  files.copyMode(target, temporary);
  return { target, temporary, bytes, before: files.read(target) };
}

/** Takes a rename back, as far as the system lets it: whoever is told of the first failure is not helped by a second. */
function undo({ target, temporary, before }: Prepared, files: FileSystem): void {
  try {
    if (before === undefined || temporary === undefined) {
      files.remove(target);
      return;
    }
    files.write(temporary, before);
    files.copyMode(target, temporary);
    files.rename(temporary, target);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

/** Two files of one place would be one of them at the end. */
function refuseSamePlace(wanted: readonly WantedFile[]): void {
  const taken = new Set<string>();
  for (const { path } of wanted) {
    const place = resolve(path);
    if (taken.has(place)) refuse(path, 'Two files are to be written here.', 'Give one of them another name.');
    taken.add(place);
  }
}

/**
 * Writes files so that there are either all of them or what was there before: each whole to a temporary name beside its
 * place, and once all are there, renamed; if one of those fails, the renames before it are taken back. Missing folders are
 * made. Throws a DiagnosticError if one cannot be written.
 */
export function writeFiles(wanted: readonly WantedFile[], io: Io): void {
  const { files } = io;
  refuseSamePlace(wanted);
  const made: string[] = [];
  const renamed: Prepared[] = [];
  let path = '';
  try {
    const prepared = wanted.map((file) => {
      path = file.path;
      return prepare(file, files, made);
    });
    for (const file of prepared) {
      const { target, temporary, bytes } = file;
      path = target;
      if (temporary === undefined) files.write(target, bytes);
      else {
        files.rename(temporary, target);
        renamed.push(file);
      }
    }
  } catch (error) {
    for (const file of renamed.reverse()) undo(file, files);
    for (const temporary of made) files.remove(temporary);
    if (!isSystemError(error)) throw error;
    const cure =
      error.code === 'ENOTDIR' || error.code === 'EEXIST'
        ? 'A file stands where a folder is wanted: give another folder.'
        : 'Is there room, and are you allowed to write there?';
    refuse(path, `It cannot be written: ${error.code}.`, cure);
  }
}

/** Writes to one file, or to standard output for `-`. */
export function writeOutput(path: string, contents: Uint8Array | string, io: Io): void {
  if (path === '-') io.stdout.write(contents);
  else writeFiles([{ path, contents }], io);
}
