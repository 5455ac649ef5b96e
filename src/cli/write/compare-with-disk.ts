import { errorAt } from '../../base/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import type { Io } from '../io.js';
import { readFile } from '../read/read-input.js';

const AGAIN = 'Run the same command without --check, and commit what it writes.';

/** Offset of the first byte that differs, which may be the end of the shorter; undefined if none does. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number | undefined {
  const common = Math.min(a.length, b.length);
  for (let at = 0; at < common; at++) if (a[at] !== b[at]) return at;
  return a.length === b.length ? undefined : common;
}

/** A finding for each file that is not on disk as it is wanted. */
export function compareWithDisk(
  wanted: readonly { readonly path: string; readonly contents: Uint8Array }[],
  io: Io,
): Diagnostic[] {
  return wanted.flatMap(({ path, contents }) => {
    if (io.files.kindOf(path) === undefined) {
      return [errorAt('COMMAND_NOT_UP_TO_DATE', { file: path }, 'The file does not exist.', AGAIN)];
    }
    const found = readFile(path, io);
    const offsetBytes = firstDifference(found, contents);
    if (offsetBytes === undefined) return [];
    const lengths = found.length === contents.length ? '' : ` (${found.length} bytes, and ${contents.length} wanted)`;
    const message = `From here on, the file is not what would be generated${lengths}.`;
    return [errorAt('COMMAND_NOT_UP_TO_DATE', { file: path, offsetBytes }, message, AGAIN)];
  });
}
