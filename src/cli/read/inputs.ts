import { errorAt } from '../../base/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import type { FileSystem } from '../io.js';

/** What the command line writes for standard input, and what findings call it. */
export const STANDARD = '-';
export const STANDARD_NAME = '<stdin>';

/** Bytes of one input. The largest dumps of whole machines have some 20 MiB. */
export const MOST_INPUT_BYTES: number = 64 << 20;

/** A finding for an input that is larger than any table, dump or platform, or that has no end. */
export function tooLarge(file: string): Diagnostic {
  return errorAt(
    'COMMAND_FILE_TOO_LARGE',
    { file },
    `It has more than ${MOST_INPUT_BYTES >> 20} MiB.`,
    'Give a table, a dump or a platform file; a disk image or a device is not one of these.',
  );
}

/** The files that each run has read, by what the system knows them by, with the names under which they were given. */
const READ = new WeakMap<FileSystem, Map<string, string>>();

/** Notes that a file is an input of the command, so that nothing is written over it. */
export function noteInput(path: string, files: FileSystem): void {
  const identity = files.identityOf(path);
  if (identity === undefined) return;
  const inputs = READ.get(files) ?? new Map<string, string>();
  READ.set(files, inputs);
  if (!inputs.has(identity)) inputs.set(identity, path === STANDARD ? STANDARD_NAME : path);
}

/** The input that a path leads to, under the name by which it was read; undefined if it is none. */
export function inputAt(path: string, files: FileSystem): string | undefined {
  const identity = files.identityOf(path);
  return identity === undefined ? undefined : READ.get(files)?.get(identity);
}
