import { basename, dirname, join, resolve } from 'node:path';
import { DiagnosticError, errorAt } from '../../base/index.js';
import { type FileSystem, type Io, isSystemError } from '../io.js';
import { inputAt } from '../read/inputs.js';
import { usageError } from '../read/usage-error.js';
import { cureOf } from '../system-error.js';

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

/** Names of temporary files: hidden, beside their target, with the process that made them and 64 random bits. */
const TEMPORARY = /^\.(.+)\.vcfg-(\d+)-[0-9a-f]{16}\.tmp$/;

function temporaryName(target: string, files: FileSystem): string {
  return join(dirname(target), `.${basename(target)}.vcfg-${process.pid}-${files.randomHex()}.tmp`);
}

/** Temporary files for these targets that a killed run left behind: those whose process no longer runs. */
export function leftoversOf(targets: readonly string[], files: FileSystem): string[] {
  const folders = new Set(targets.map((target) => dirname(target)));
  return [...folders].flatMap((folder) =>
    (files.kindOf(folder) === 'folder' ? files.list(folder) : [])
      .filter((name) => {
        const [, target, pid] = TEMPORARY.exec(name) ?? [];
        return target !== undefined && targets.includes(join(folder, target)) && !files.isRunning(Number(pid));
      })
      .map((name) => join(folder, name)),
  );
}

interface Prepared {
  readonly target: string;
  /** The whole contents, beside the target; undefined if the target is a device or pipe, which is written to directly. */
  readonly temporary: string | undefined;
  readonly bytes: Uint8Array;
  /** What the target held; undefined if it was not there, or is a device or pipe. */
  readonly before: Uint8Array | undefined;
}

function prepare({ path, contents }: WantedFile, files: FileSystem, made: string[]): Prepared {
  const bytes = asBytes(contents);
  const kind = files.kindOf(path);
  if (kind === 'folder')
    refuse(path, 'This is a folder, but a file is to be written.', 'Give the name of a file in it.');
  if (kind === 'other') return { target: path, temporary: undefined, bytes, before: undefined };
  const target = kind === undefined ? path : files.resolveLinks(path);
  files.makeFolder(dirname(target));
  const temporary = temporaryName(target, files);
  made.push(temporary);
  files.write(temporary, bytes, 'new');
  if (kind === undefined) return { target, temporary, bytes, before: undefined };
  files.copyMode(target, temporary);
  return { target, temporary, bytes, before: files.read(target) };
}

/** Takes a rename back, as far as the system lets it. A second failure is not reported: it would hide the first. */
function undo({ target, before }: Prepared, files: FileSystem, made: string[]): void {
  try {
    if (before === undefined) {
      files.remove(target);
      return;
    }
    const temporary = temporaryName(target, files);
    made.push(temporary);
    files.write(temporary, before, 'new');
    files.copyMode(target, temporary);
    files.rename(temporary, target);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

/** Removes a file, if the system allows it: as in {@link undo}, the first failure is the one to report. */
function removeQuietly(path: string, files: FileSystem): void {
  try {
    files.remove(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

/** Where a path leads, links followed, whether or not it exists: the same for every spelling of one file. */
function placeOf(path: string, files: FileSystem): string {
  const identity = files.identityOf(path);
  if (identity !== undefined) return identity;
  const whole = resolve(path);
  const missing: string[] = [];
  let folder = whole;
  while (files.kindOf(folder) === undefined && dirname(folder) !== folder) {
    missing.unshift(basename(folder));
    folder = dirname(folder);
  }
  return join(files.kindOf(folder) === undefined ? folder : files.resolveLinks(folder), ...missing);
}

/**
 * Throws a UsageError if one of these paths is a file that the command has read, under whatever name: through a symbolic
 * link, a hard link or another spelling; and a DiagnosticError if two of them are the same file.
 */
export function refuseClashes(paths: readonly string[], io: Io): void {
  const { files } = io;
  const taken = new Set<string>();
  for (const path of paths) {
    if (files.kindOf(path) === 'other') continue;
    const input = inputAt(path, files);
    if (input !== undefined) {
      const what = input === path ? 'This' : `This is ${input}, which`;
      const message = `${path}: ${what} is read by this command, and would be overwritten.`;
      throw usageError(message, 'Write to another file; rename it afterwards if it is to replace the first.');
    }
    const place = placeOf(path, files);
    if (taken.has(place)) refuse(path, 'Two files are to be written here.', 'Give one of them another name.');
    taken.add(place);
  }
}

/**
 * Writes files so that there are either all of them or what was there before: each whole to a temporary name beside its
 * place, and once all are there, renamed; if one of those fails, the renames before it are taken back. A signal to end waits
 * until that is done. Missing folders are made, and what a killed run left behind for the same files is removed. Throws a
 * DiagnosticError if one cannot be written, and a UsageError if one is an input of the command.
 */
export function writeFiles(wanted: readonly WantedFile[], io: Io): void {
  const { files } = io;
  const made: string[] = [];
  const renamed: Prepared[] = [];
  let path = wanted[0]?.path ?? '';
  try {
    refuseClashes(
      wanted.map((file) => file.path),
      io,
    );
    files.deferSignals();
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
    for (const each of leftoversOf(
      renamed.map(({ target }) => target),
      files,
    )) {
      files.remove(each);
    }
  } catch (error) {
    for (const file of renamed.reverse()) undo(file, files, made);
    for (const temporary of made) removeQuietly(temporary, files);
    if (!isSystemError(error)) throw error;
    const cure = cureOf(error, 'Is there room, and are you allowed to write there?');
    refuse(path, `It cannot be written: ${error.code}.`, cure);
  }
}

/** Writes to one file, or to standard output for `-`. */
export function writeOutput(path: string, contents: Uint8Array | string, io: Io): void {
  if (path === '-') io.stdout.write(contents);
  else writeFiles([{ path, contents }], io);
}
