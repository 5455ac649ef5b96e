import yargs, { type Argv, type Options } from 'yargs';
import { type Builder, type Command, completeArgs, type GivenArgs, HELP_COLUMNS, wordsOf } from '../command.js';
import type { Io } from '../io.js';
import type { ReadCommandLine } from './read-plain.js';
import { refusal, usageOf } from './refusal.js';
import { usageError } from './usage-error.js';

/** Text that is all that the command line asked for: help, or the version. */
export interface AskedText {
  readonly text: string;
}

/** Numbers stay text: each command reads its own, and `_` and 64 bits are allowed. */
const PARSER = {
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'dot-notation': false,
  'camel-case-expansion': false,
  'duplicate-arguments-array': true,
  'greedy-arrays': false,
  'strip-aliased': true,
} as const;

/** Replaces a lone `-` while yargs reads: it does not accept `-` as a value in a list. */
const DASH = '\u{f0000}';
const hideDash = (word: string) => (word === '-' ? DASH : word);
/** Stands in front of words after `--` while yargs reads, which would take some of them for options. */
const PLAIN = '\u{f0001}';
const showDash = (text: string) => text.replaceAll(PLAIN, '').replaceAll(DASH, '-');

/** `-Idir` as `--include=dir`: yargs would read the letters as options of their own. */
function splitShortOptions(argv: readonly string[], commands: readonly Command[]): readonly string[] {
  const builder = commands.find((row) => row.command === argv[0])?.builder ?? {};
  const names = new Map(
    Object.entries(builder).flatMap(([name, { alias, type }]) =>
      alias !== undefined && type === 'string' ? [[alias, name] as const] : [],
    ),
  );
  const end = argv.indexOf('--');
  return argv.map((word, index) => {
    const name = /^-[A-Za-z]./s.test(word) ? names.get(word.charAt(1)) : undefined;
    if (name === undefined || (end >= 0 && index > end)) return word;
    return `--${name}=${word.slice(2).replace(/^=/, '')}`;
  });
}

/** The words with everything after the first `--` marked as no option. */
function hideWords(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  return argv.flatMap((word, index) => {
    if (end < 0 || index < end) return [hideDash(word)];
    return index === end ? [] : [word === '-' ? DASH : `${PLAIN}${word}`];
  });
}

function addRows(parser: Argv, builder: Builder): Argv {
  for (const [name, row] of Object.entries(builder)) {
    const { type, describe, choices, array } = row;
    const shared = { type, describe, ...(choices && { choices }), ...(array && { array }) };
    if (row.positional) {
      parser.positional(name, shared);
      continue;
    }
    const option: Options = {
      ...shared,
      ...(row.commas && { coerce: (given: string[]) => given.flatMap((text) => wordsOf(row, text)) }),
      requiresArg: type === 'string',
      ...(row.alias && { alias: row.alias }),
      ...(row.demand && { demandOption: true }),
      ...(row.default === true && { default: true }),
    };
    parser.option(name, option);
  }
  return parser;
}

/** A boolean option takes no value: yargs would read `--check=yes` as off. */
function refuseValues(argv: readonly string[], commands: readonly Command[]): void {
  const builder = commands.find((row) => row.command === argv[0])?.builder ?? {};
  for (const word of argv.slice(1)) {
    if (word === '--') return;
    const [, name = '', value] = /^--([a-z][a-z-]*)=(.*)$/s.exec(word) ?? [];
    if (builder[name]?.type !== 'boolean' || value === 'true' || value === 'false') continue;
    throw usageError(`--${name} takes no value, and is given "${value}".`, `Write --${name}, or --no-${name}.`);
  }
}

/** Reads any command line. Throws a UsageError for one that is wrong; undefined if it does not say what to do. */
export async function readWithYargs(
  argv: readonly string[],
  commands: readonly Command[],
  io: Io,
): Promise<ReadCommandLine | AskedText | undefined> {
  if (argv[0] === '--') return readWithYargs([argv[1] ?? '', '--', ...argv.slice(2)], commands, io);
  refuseValues(argv, commands);
  let read: { command: Command; given: GivenArgs } | undefined;
  const words = hideWords(splitShortOptions(argv, commands));
  const parser = yargs(words)
    .locale('en')
    .scriptName('vcfg')
    .parserConfiguration(PARSER)
    .usage('$0 <command>\n\nFirmware, drivers and devices for a VCFG window, and the proof that they agree.')
    .wrap(Math.min(io.stdout.columns ?? HELP_COLUMNS, HELP_COLUMNS))
    .version(io.version())
    .help()
    .alias('help', 'h')
    .epilogue('vcfg COMMAND --help shows a command’s options. Exit codes: 0 done, 1 findings or bad data, 2 bad usage.')
    .strict()
    .exitProcess(false);
  for (const row of commands) {
    for (const [line, what] of row.examples.slice(0, 1)) parser.example(`$0 ${line}`, what);
    parser.command(
      usageOf(row),
      row.describe,
      (inner) => {
        for (const [line, what] of row.examples) inner.example(`$0 ${line}`, what);
        return addRows(inner as Argv, row.builder);
      },
      (args) => {
        read = { command: row, given: args as GivenArgs };
      },
    );
  }
  let text = '';
  let failure: string | undefined;
  parser.fail((message, error) => {
    failure ??= message ?? error?.message;
  });
  await parser.parseAsync(words, {}, (_error: unknown, _args: unknown, output: string) => {
    text = output;
  });
  if (failure !== undefined) {
    throw refusal(showDash(failure), argv, commands);
  }
  if (read !== undefined) return { command: read.command, args: argsOf(read.command.builder, read.given) };
  return text === '' ? undefined : { text: text.endsWith('\n') ? text : `${text}\n` };
}

/** The value that yargs found for each row. Throws a UsageError for an option that is repeated and not a list. */
function argsOf(builder: Builder, given: GivenArgs): GivenArgs {
  const shown = Object.entries(builder).map(([name, row]) => {
    const value = given[name];
    if (!row.array && Array.isArray(value)) {
      throw usageError(`--${name} is given ${value.length} times.`, 'Give it once.');
    }
    const texts = Array.isArray(value) ? (value as string[]) : [value];
    if (row.completes === 'files' && texts.some((text) => text === '' || text === PLAIN)) {
      throw usageError(`${row.positional ? name : `--${name}`} is given an empty name.`, 'Give the name of a file.');
    }
    if (row.commas && Array.isArray(value) && value.length === 0) {
      throw usageError(`--${name} is given without a word.`, 'Give one, or several separated by commas.');
    }
    if (typeof value === 'string') return [name, showDash(value)];
    return [name, Array.isArray(value) ? value.map((each: string) => showDash(each)) : value];
  });
  return completeArgs(builder, Object.fromEntries(shown) as GivenArgs);
}
