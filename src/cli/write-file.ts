import { basename, dirname, join } from 'node:path';
import { DiagnosticError, errorAt } from '../base/index.js';
import type { FileSystem, Io } from './io.js';
import { isSystemError } from './system-error.js';

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
}

function prepare({ path, contents }: WantedFile, files: FileSystem, made: string[]): Prepared {
  const bytes = asBytes(contents);
  const kind = files.kindOf(path);
  if (kind === 'folder')
    refuse(path, 'This is a folder, and a file is to be written.', 'Give the name of a file in it.');
  if (kind === 'other') return { target: path, temporary: undefined, bytes };
  const target = kind === undefined ? path : files.resolveLinks(path);
  files.makeFolder(dirname(target));
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  made.push(temporary);
  files.write(temporary, bytes);
  if (kind !== undefined) files.copyMode(target, temporary);
  return { target, temporary, bytes };
}

/**
 * Writes files so that there is either all of each or what was there before: each whole to a temporary name beside its
 * place, and once all are there, renamed. Missing folders are made. Throws a DiagnosticError if one cannot be written.
 */
export function writeFiles(wanted: readonly WantedFile[], io: Io): void {
  const { files } = io;
  const made: string[] = [];
  let path = '';
  try {
    const prepared = wanted.map((file) => {
      path = file.path;
      return prepare(file, files, made);
    });
    for (const { target, temporary, bytes } of prepared) {
      path = target;
      if (temporary === undefined) files.write(target, bytes);
      else files.rename(temporary, target);
    }
  } catch (error) {
    for (const temporary of made) files.remove(temporary);
    if (!isSystemError(error)) throw error;
    refuse(path, `It cannot be written: ${error.code}.`, 'Is there room, and are you allowed to write there?');
  }
}

/** Writes to one file, or to standard output for `-`. */
export function writeOutput(path: string, contents: Uint8Array | string, io: Io): void {
  if (path === '-') io.stdout.write(contents);
  else writeFiles([{ path, contents }], io);
}
