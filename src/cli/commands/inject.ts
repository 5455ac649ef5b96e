import { declarations, decodeAml, integerValue } from '../../aml/index.js';
import { formatHex } from '../../base/index.js';
import { toJson } from '../../base/json.js';
import { type Injected, initrdOverride, injectPlatform, injectVcfg } from '../../firmware/index.js';
import { requireTable, SDT_HEADER_BYTES } from '../../tables/index.js';
import { EXIT } from '../command.js';
import type { Io } from '../io.js';
import { readTableInput } from '../read/read-input.js';
import { usageError } from '../read/usage-error.js';
import { readWindow } from '../read/window.js';
import { report, say } from '../write/report.js';
import { writeOutput } from '../write/write-file.js';

interface InjectArgs {
  readonly table: string;
  readonly base: string | undefined;
  readonly platform: string | undefined;
  readonly all: boolean;
  readonly output: string;
  readonly initrd: boolean;
  readonly 'fixed-width': boolean;
  readonly json: boolean;
}

/** The table in an archive to put in front of an initrd, under the name of its signature. */
function inInitrd(bytes: Uint8Array): Uint8Array {
  return initrdOverride([{ name: requireTable(bytes).header.signature.toLowerCase(), bytes }]);
}

/** The values that `\VCFG` has in a table; undefined for one that is not a constant. */
function valuesBefore(bytes: Uint8Array): (bigint | undefined)[] {
  return declarations(decodeAml(requireTable(bytes).bytes, { offset: SDT_HEADER_BYTES }).terms)
    .filter(({ path }) => path === '\\VCFG')
    .map(({ term }) => (term.op === 'Name' ? integerValue(term.operands[1]) : undefined));
}

function howText(before: readonly (bigint | undefined)[]): string {
  if (before.length === 0) return 'put in front';
  const values = before.map((value) => (value === undefined ? 'a value that is not a constant' : formatHex(value)));
  return `replaced (was ${values.join(', ')})`;
}

/** `vcfg inject`: an existing table with `VCFG` in it. Written only once all of it is made. */
export async function runInject(args: InjectArgs, io: Io): Promise<number> {
  if (args.json && args.output === '-') {
    throw usageError('--json and -o - both want standard output.', 'Give the table a file, or leave --json out.');
  }
  const { base, platform } = await readWindow({ ...args, buses: undefined }, io);
  if (args.all && platform === undefined) {
    throw usageError(
      '--all is given without --platform.',
      'Give the platform whose devices, regions and methods to add.',
    );
  }
  const { file, bytes } = await readTableInput(args.table, io);
  const width = args['fixed-width'] ? 'fixed' : 'shortest';
  const injected: Injected =
    args.all && platform !== undefined
      ? injectPlatform(bytes, platform, { file, width })
      : injectVcfg(bytes, base, { file, width });
  const contents = args.initrd ? inInitrd(injected.bytes) : injected.bytes;
  writeOutput(args.output, contents, io);
  const { replaced } = injected;
  const before = replaced === 0 ? [] : valuesBefore(bytes);
  // Of a base on the command line that was said when it was read, with what was perhaps meant.
  const diagnostics = injected.diagnostics.filter(
    ({ code }) => args.base === undefined || code !== 'FIRMWARE_BASE_UNALIGNED',
  );
  await report(io, diagnostics);
  if (args.json) {
    io.stdout.write(
      `${toJson({ path: args.output, bytes: contents.length, base, replaced, before, diagnostics }, 2)}\n`,
    );
    return EXIT.done;
  }
  const line = `${args.output}  ${contents.length} bytes  \\VCFG ${howText(before)}: ${formatHex(base)}`;
  if (args.output === '-') say(io, line);
  else io.stdout.write(`${line}\n`);
  return EXIT.done;
}
