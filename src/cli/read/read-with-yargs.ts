import yargs, { type Argv, type Options } from 'yargs';
import { nearestWord } from '../../platform/read/nearest-word.js';
import { type Builder, type Command, completeArgs, type GivenArgs, wordsOf } from '../command.js';
import type { Io } from '../io.js';
import type { ReadCommandLine } from './read-plain.js';
import { usageError } from './usage-error.js';

/** Text that is all the command line asked for: help, the version, a completion script. */
export interface AskedText {
  readonly text: string;
}

const HELP_COLUMNS = 100;

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

/** Stands for a lone `-` while yargs reads, since it takes that for no value at all where a list is wanted. */
const DASH = '\u{f0000}';
const hideDash = (word: string) => (word === '-' ? DASH : word);
const showDash = (text: string) => text.replaceAll(DASH, '-');

function usageOf({ command, builder }: Command): string {
  const words = Object.entries(builder)
    .filter(([, row]) => row.positional)
    .map(([name, row]) => {
      const text = row.array ? `${name}..` : name;
      return row.demand ? `<${text}>` : `[${text}]`;
    });
  return [command, ...words].join(' ');
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

/** The cure for what yargs refuses: the nearest name for each that is not known, else how it is written. */
function cureOf(message: string, argv: readonly string[], commands: readonly Command[]): string {
  const command = commands.find((row) => row.command === argv[0]);
  const unknown = /^Unknown (?:arguments?|commands?): (.*)$/s.exec(message)?.[1]?.split(', ') ?? [];
  if (command === undefined) {
    const meant = nearestWord(argv[0] ?? '', [...commands.map((row) => row.command), 'completion']);
    return meant === undefined ? 'See vcfg --help.' : `Did you mean ${meant}?`;
  }
  const options = Object.entries(command.builder).filter(([, row]) => !row.positional);
  const meant = unknown.flatMap((word) => {
    const no = argv.includes(`--no-${word}`) ? 'no-' : '';
    const name = nearestWord(
      word,
      options.filter(([, row]) => no === '' || row.type === 'boolean').map(([each]) => each),
    );
    return name === undefined ? [] : [`--${no}${name}`];
  });
  if (meant.length > 0) return `Did you mean ${meant.join(', ')}?`;
  const lacking = /^Not enough arguments following: (\S+)/.exec(message)?.[1];
  if (lacking !== undefined) return `Give --${lacking} a value; one that begins with a dash as --${lacking}=-VALUE.`;
  const missing = /^Missing required arguments?: (.*)$/s.exec(message)?.[1]?.split(', ') ?? [];
  const wanted = missing.filter((name) => options.some(([each]) => each === name)).map((name) => `--${name} …`);
  if (wanted.length > 0) return `Write vcfg ${[usageOf(command), ...wanted].join(' ')}.`;
  return `Write vcfg ${usageOf(command)}; vcfg ${command.command} --help says more.`;
}

/** An option that is on or off takes no value: `--check=yes` would be off, as yargs reads it. */
function refuseValues(argv: readonly string[], commands: readonly Command[]): void {
  const builder = commands.find((row) => row.command === argv[0])?.builder ?? {};
  for (const word of argv.slice(1)) {
    if (word === '--') return;
    const [, name = '', value] = /^--([a-z][a-z-]*)=(.*)$/s.exec(word) ?? [];
    if (builder[name]?.type !== 'boolean' || value === 'true' || value === 'false') continue;
    throw usageError(`--${name} takes no value, and is given "${value}".`, `Write --${name}, or --no-${name}.`);
  }
}

/** Reads any command line. Throws a UsageError for one that is wrong; undefined if it names nothing to do. */
export async function readWithYargs(
  argv: readonly string[],
  commands: readonly Command[],
  io: Io,
): Promise<ReadCommandLine | AskedText | undefined> {
  refuseValues(argv, commands);
  let read: { command: Command; given: GivenArgs } | undefined;
  const words = argv.map(hideDash);
  const parser = yargs(words)
    .locale('en')
    .scriptName('vcfg')
    .parserConfiguration(PARSER)
    .usage('$0 <command>\n\nFirmware, drivers and devices for a VCFG window, and the proof that they agree.')
    .wrap(Math.min(io.stdout.columns ?? HELP_COLUMNS, HELP_COLUMNS))
    .version(io.version())
    .help()
    .alias('help', 'h')
    .completion('completion', 'Print a script that completes vcfg in bash or zsh')
    .epilogue('vcfg COMMAND --help shows a command’s options. Exit codes: 0 done, 1 findings or bad data, 2 bad usage.')
    .strict(argv[0] !== 'completion')
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
    const sentence = showDash(failure)
      .replaceAll(/\s*\n\s*/g, ' ')
      .replace(/([^.?])$/, '$1.');
    throw usageError(sentence, cureOf(failure, argv, commands));
  }
  if (read !== undefined) return { command: read.command, args: argsOf(read.command.builder, read.given) };
  return text === '' ? undefined : { text: text.endsWith('\n') ? text : `${text}\n` };
}

/** What yargs found for each row; an option that is no list, but given twice, is a mistake. */
function argsOf(builder: Builder, given: GivenArgs): GivenArgs {
  const shown = Object.entries(builder).map(([name, row]) => {
    const value = given[name];
    if (!row.array && Array.isArray(value)) {
      throw usageError(`--${name} is given ${value.length} times.`, 'Give it once.');
    }
    if (row.commas && Array.isArray(value) && value.length === 0) {
      throw usageError(`--${name} is given without a word.`, 'Give it one, or several with commas between.');
    }
    if (typeof value === 'string') return [name, showDash(value)];
    return [name, Array.isArray(value) ? value.map((each: string) => showDash(each)) : value];
  });
  return completeArgs(builder, Object.fromEntries(shown) as GivenArgs);
}
