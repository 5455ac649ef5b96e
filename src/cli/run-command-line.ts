import { DiagnosticError } from '../base/index.js';
import { GuestError } from '../guest/guest-error.js';
import { type Args, type Builder, EXIT } from './command.js';
import { COMMANDS } from './commands.js';
import { type Io, isSystemError } from './io.js';
import { readPlain } from './read/read-plain.js';
import { UsageError } from './read/usage-error.js';
import { systemErrorFinding } from './system-error.js';
import { report } from './write/report.js';

async function readAndRun(argv: readonly string[], io: Io): Promise<number> {
  const plain = readPlain(argv, COMMANDS);
  if (plain !== undefined) return plain.command.run(plain.args as Args<Builder>, io);
  const { readWithYargs } = await import('./read/read-with-yargs.js');
  const asked = argv.length === 0 ? undefined : await readWithYargs(argv, COMMANDS, io);
  if (asked === undefined) {
    const help = await readWithYargs(['--help'], COMMANDS, io);
    if (help !== undefined && 'text' in help) io.stderr.write(help.text);
    return EXIT.usage;
  }
  if ('text' in asked) {
    io.stdout.write(asked.text);
    return EXIT.done;
  }
  return asked.command.run(asked.args as Args<Builder>, io);
}

/** Reads the words after `vcfg`, runs what they say, and gives the exit code. Never rejects. */
export async function runCommandLine(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await readAndRun(argv, io);
  } catch (error) {
    if (error instanceof DiagnosticError || error instanceof GuestError) {
      await report(io, error.diagnostics);
      return error instanceof UsageError ? EXIT.usage : EXIT.findings;
    }
    if (isSystemError(error)) {
      await report(io, [systemErrorFinding(error)]);
      return EXIT.findings;
    }
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.stderr.write(
      `${trace}\n\nThis is a fault of vcfg ${io.version()}, not of your data. Please report it with the lines above,\n` +
        `the command line (vcfg ${argv.join(' ')}) and, if you may, the files it was given.\n`,
    );
    return EXIT.bug;
  }
}
