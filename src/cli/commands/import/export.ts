import { toJson } from '../../../base/json.js';
import { exportRegisters, type RegisterFormat } from '../../../platform/imports/index.js';
import { EXIT } from '../../command.js';
import type { Io } from '../../io.js';
import { loadPlatform } from '../../read/load-platform.js';
import { usageError } from '../../read/usage-error.js';
import { writeOutput } from '../../write/write-file.js';
import { sayLeftOut } from './import.js';

interface ExportArgs {
  readonly platform: string;
  readonly format: string;
  readonly output: string | undefined;
  readonly json: boolean;
}

const STANDARD_OUTPUT = '-';

/** `vcfg export`: the registers of a platform in a format of other tools. */
export async function runExport(args: ExportArgs, io: Io): Promise<number> {
  const { output = STANDARD_OUTPUT } = args;
  if (args.json && args.output === STANDARD_OUTPUT) {
    throw usageError('--json and -o - both want standard output.', 'Give the text a file, or leave --json out.');
  }
  const platform = await loadPlatform(args.platform, io);
  const { text, leftOut } = exportRegisters(platform, args.format as RegisterFormat);
  const written = args.json && args.output === undefined ? { text } : { path: output };
  if ('path' in written) writeOutput(output, text, io);
  const bytes = new TextEncoder().encode(text).length;
  if (args.json) {
    io.stdout.write(`${toJson({ ...written, bytes, leftOut }, 2)}\n`);
    return EXIT.done;
  }
  sayLeftOut(leftOut, io);
  if (output !== STANDARD_OUTPUT) io.stdout.write(`${output}  ${bytes} bytes  ${args.format}\n`);
  return EXIT.done;
}
