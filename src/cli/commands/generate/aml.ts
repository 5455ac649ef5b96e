import { toHex } from '../../../base/index.js';
import { toJson } from '../../../base/json.js';
import { encodeVcfgName, toHexText } from '../../../firmware/index.js';
import { EXIT } from '../../command.js';
import type { Io } from '../../io.js';
import { readAddress, unalignedBase } from '../../read/argument-values.js';
import { usageError } from '../../read/usage-error.js';
import { report } from '../../write/report.js';
import { writeOutput } from '../../write/write-file.js';

interface AmlArgs {
  readonly base: string;
  readonly hex: boolean;
  readonly output: string | undefined;
  readonly 'fixed-width': boolean;
  readonly json: boolean;
}

/** `vcfg aml`: the bytes of `Name (VCFG, X)`; raw, but never onto a terminal. */
export async function runAml(args: AmlArgs, io: Io): Promise<number> {
  if (args.hex && args.output !== undefined && args.output !== '-') {
    throw usageError('--hex and -o are both given.', 'Files get the bytes themselves: leave --hex out.');
  }
  if (args.json && args.output !== undefined) {
    throw usageError('--json and -o are both given.', 'JSON goes to standard output, and holds the bytes as hex.');
  }
  const base = readAddress('--base', args.base);
  await report(io, unalignedBase(args.base));
  const bytes = encodeVcfgName(base, { width: args['fixed-width'] ? 'fixed' : 'shortest' });
  if (args.json) io.stdout.write(`${toJson({ base, bytes: bytes.length, hex: toHex(bytes) })}\n`);
  else if (args.hex) io.stdout.write(`${toHex(bytes)}\n`);
  else if (args.output === undefined && io.stdout.isTerminal) io.stdout.write(toHexText(bytes));
  else writeOutput(args.output ?? '-', bytes, io);
  return EXIT.done;
}
