import { DiagnosticError, toJson } from '../base/index.js';
import { GuestError } from '../guest/guest-error.js';
import { type Args, type Builder, EXIT, HELP_COLUMNS } from './command.js';
import { COMMANDS } from './commands.js';
import { type Io, isSystemError, type Output } from './io.js';
import { readPlain } from './read/read-plain.js';
import { UsageError } from './read/usage-error.js';
import { systemErrorFinding } from './system-error.js';
import { report } from './write/report.js';

/**
 * What a command line prints that asks for the version or for help alone, without loading yargs: the build has had yargs
 * write it. Undefined for any other command line, and on a narrow terminal.
 */
function writtenText(argv: readonly string[], io: Io): string | undefined {
  const [first = '', second] = argv;
  if (argv.length === 1 && first === '--version') return `${io.version()}\n`;
  const isHelp = (word: string | undefined) => word === '--help' || word === '-h';
  const isOfCommand = argv.length === 2 && isHelp(second) && COMMANDS.some(({ command }) => command === first);
  if (!isOfCommand && !(argv.length === 1 && isHelp(first))) return undefined;
  if ((io.stdout.columns ?? HELP_COLUMNS) < HELP_COLUMNS) return undefined;
  return io.writtenHelp?.(isOfCommand ? first : '');
}

async function readAndRun(argv: readonly string[], io: Io): Promise<number> {
  const written = writtenText(argv, io);
  if (written !== undefined) {
    io.stdout.write(written);
    return EXIT.done;
  }
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

/** What the scripts of `vcfg completion` call: the words of a command line follow, `vcfg` first. */
const COMPLETIONS = '--get-yargs-completions';

/** The io with its standard output watched: a failure is only written as JSON where nothing was. */
function countingOutput(io: Io): { readonly io: Io; readonly wasWritten: () => boolean } {
  let written = false;
  const stdout: Output = {
    write(data) {
      written = true;
      io.stdout.write(data);
    },
    get isTerminal() {
      return io.stdout.isTerminal;
    },
    get columns() {
      return io.stdout.columns;
    },
  };
  return { io: { ...io, stdout }, wasWritten: () => written };
}

/** Whether a command line asks for JSON, even if it cannot be read. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  const options = end < 0 ? argv : argv.slice(0, end);
  return options.some(
    (word, index) =>
      word === '--json' ||
      word === '--format=json' ||
      (word === 'json' && options[index - 1] === '--format' && options[0] === 'check'),
  );
}

function failureJson(error: unknown): string {
  if (error instanceof DiagnosticError || error instanceof GuestError) {
    return toJson({ diagnostics: error.diagnostics }, 2);
  }
  return toJson({ diagnostics: [], error: error instanceof Error ? error.message : String(error) }, 2);
}

/** Reads the words after `vcfg`, runs what they say, and gives the exit code. Never rejects. */
export async function runCommandLine(argv: readonly string[], io: Io): Promise<number> {
  const counted = countingOutput(io);
  try {
    if (argv[0] === COMPLETIONS) {
      const { complete } = await import('./read/complete.js');
      for (const each of await complete(argv.slice(2), COMMANDS, io)) io.stdout.write(`${each}\n`);
      return EXIT.done;
    }
    return await readAndRun(argv, counted.io);
  } catch (error) {
    if (wantsJson(argv) && !counted.wasWritten()) io.stdout.write(`${failureJson(error)}\n`);
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
