import { formatHex } from '../base/index.js';
import { injectVcfg } from '../firmware/index.js';
import { EXIT } from './command.js';
import type { Io } from './io.js';
import { toJson } from './json.js';
import { readTableInput } from './read-input.js';
import { report, say } from './report.js';
import { usageError } from './usage-error.js';
import { readWindow } from './window.js';
import { writeOutput } from './write-file.js';

interface InjectArgs {
  readonly table: string;
  readonly base: string | undefined;
  readonly platform: string | undefined;
  readonly output: string;
  readonly 'fixed-width': boolean;
  readonly json: boolean;
}

/** `vcfg inject`: an existing table with `VCFG` in it. Written only once all of it is made. */
export async function runInject(args: InjectArgs, io: Io): Promise<number> {
  if (args.json && args.output === '-') {
    throw usageError('--json and -o - both want standard output.', 'Give the table a file, or leave --json out.');
  }
  const { base } = await readWindow({ ...args, buses: undefined }, io);
  const { file, bytes } = await readTableInput(args.table, io);
  const width = args['fixed-width'] ? 'fixed' : 'shortest';
  const injected = injectVcfg(bytes, base, { file, width });
  writeOutput(args.output, injected.bytes, io);
  const { replaced } = injected;
  // Of a base on the command line that was said when it was read, with what was perhaps meant.
  const diagnostics = injected.diagnostics.filter(
    ({ code }) => args.base === undefined || code !== 'FIRMWARE_BASE_UNALIGNED',
  );
  await report(io, diagnostics);
  if (args.json) {
    io.stdout.write(`${toJson({ path: args.output, bytes: injected.bytes.length, base, replaced, diagnostics }, 2)}\n`);
    return EXIT.done;
  }
  const how = replaced === 0 ? 'put in front' : replaced === 1 ? 'replaced' : `replaced (there were ${replaced})`;
  const line = `${args.output}  ${injected.bytes.length} bytes  \\VCFG ${how}: ${formatHex(base)}`;
  if (args.output === '-') say(io, line);
  else io.stdout.write(`${line}\n`);
  return EXIT.done;
}
