import { errorAt } from '../../base/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import { firstDifference } from '../first-difference.js';
import type { Io } from '../io.js';
import { readFile } from '../read/read-input.js';

const AGAIN = 'Run the same command without --check, and keep what it writes.';

/** A finding for each file that is not on disk as it is wanted. */
export function compareWithDisk(
  wanted: readonly { readonly path: string; readonly contents: Uint8Array }[],
  io: Io,
): Diagnostic[] {
  return wanted.flatMap(({ path, contents }) => {
    if (io.files.kindOf(path) === undefined) {
      return [errorAt('COMMAND_NOT_UP_TO_DATE', { file: path }, 'There is no such file.', AGAIN)];
    }
    const found = readFile(path, io);
    const offsetBytes = firstDifference(found, contents);
    if (offsetBytes === undefined) return [];
    const lengths = found.length === contents.length ? '' : ` (${found.length} bytes, and ${contents.length} wanted)`;
    const message = `From here on, the file is not what would be generated${lengths}.`;
    return [errorAt('COMMAND_NOT_UP_TO_DATE', { file: path, offsetBytes }, message, AGAIN)];
  });
}
