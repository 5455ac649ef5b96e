import { nearestWord } from '../../platform/read/nearest-word.js';
import type { ArgumentRow, Command } from '../command.js';
import { type UsageError, usageError } from './usage-error.js';

/** What a command line that yargs refuses is answered with: what is wrong in our own words, and how to write it. */

/** How a command is written: `address <function> <register>`. */
export function usageOf({ command, builder }: Command): string {
  const words = Object.entries(builder)
    .filter(([, row]) => row.positional)
    .map(([name, row]) => {
      const text = row.array ? `${name}..` : name;
      return row.demand ? `<${text}>` : `[${text}]`;
    });
  return [command, ...words].join(' ');
}

type Rows = readonly (readonly [name: string, row: ArgumentRow])[];

const listed = (names: readonly string[], last = 'and') =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${last} ${names.at(-1)}`;

function unknownCommand(word: string, commands: readonly Command[]): UsageError {
  const names = commands.map((row) => row.command);
  const meant = nearestWord(word, names);
  const cure = meant === undefined ? 'See vcfg --help.' : `Did you mean ${meant}?`;
  return word.startsWith('-')
    ? usageError('There is no command.', 'Write vcfg COMMAND and then its options; see vcfg --help.')
    : usageError(`There is no command ${word}.`, cure);
}

/** An option as the command line has it: `-o`, or `--output`. */
function asWritten(name: string, argv: readonly string[]): string {
  const isWritten = (dashes: string) =>
    argv.some((word) => word === dashes + name || word.startsWith(`${dashes + name}=`));
  if (isWritten('--no-')) return `--no-${name}`;
  if (isWritten('--')) return `--${name}`;
  return name.length === 1 ? `-${name}` : `--${name}`;
}

function unknownArguments(unknown: readonly string[], argv: readonly string[], command: Command): UsageError {
  const rows: Rows = Object.entries(command.builder);
  const list = rows.find(
    ([name, row]) => row.commas && argv.includes(`--${name}`) && unknown.every((word) => row.choices?.includes(word)),
  );
  const options = rows.filter(([, row]) => !row.positional);
  const isWord = (name: string) => argv.includes(name);
  const words = unknown.filter(isWord);
  const given = unknown.filter((name) => !isWord(name)).map((name) => asWritten(name, argv));
  const what = [
    ...(given.length === 0 ? [] : [`vcfg ${command.command} has no option ${listed(given, 'or')}.`]),
    ...(words.length === 0 ? [] : [`${listed(words)} ${words.length === 1 ? 'is a word' : 'are words'} too many.`]),
  ].join(' ');
  if (list !== undefined) {
    const first = argv[argv.indexOf(`--${list[0]}`) + 1];
    return usageError(what, `Separate several with commas: --${list[0]} ${[first, ...unknown].join(',')}.`);
  }
  const meant = unknown.flatMap((word) => {
    const no = argv.includes(`--no-${word}`) ? 'no-' : '';
    const able = options.filter(([, row]) => no === '' || row.type === 'boolean');
    const name = nearestWord(
      word,
      able.map(([each]) => each),
    );
    return name === undefined ? [] : [`--${no}${name}`];
  });
  return usageError(what, meant.length > 0 ? `Did you mean ${meant.join(', ')}?` : howToWrite(command));
}

function howToWrite(command: Command): string {
  const options = Object.entries(command.builder).filter(([, row]) => row.demand && !row.positional);
  const line = [usageOf(command), ...options.map(([name]) => `--${name} …`)].join(' ');
  return `Write vcfg ${line}; vcfg ${command.command} --help says more.`;
}

/** The values that an option or argument does not take. */
function badValue(name: string, given: readonly string[], row: ArgumentRow | undefined): UsageError {
  const choices = row?.choices ?? [];
  const wrong = given.filter((word) => !choices.includes(word));
  const shown = wrong.map((word) => `"${word}"`);
  const meant = wrong.map((word) => nearestWord(word, choices)).find((word) => word !== undefined);
  const cure = `Write ${choices.length > 1 ? 'one of ' : ''}${choices.join(', ')}.`;
  return usageError(
    `${row?.positional ? name : `--${name}`} is ${listed(shown)}, which is unknown.`,
    meant === undefined ? cure : `Did you mean ${meant}? ${cure}`,
  );
}

/** The words that the command line gives by position, as far as its options can be told. */
function positionCount(argv: readonly string[], { builder }: Command): number {
  const end = argv.indexOf('--');
  const words = argv.slice(1, end < 0 ? undefined : end);
  const takesNext = (word: string) => {
    const name = word.replace(/^--?/, '');
    const [, row] = Object.entries(builder).find(([each, { alias }]) => each === name || alias === name) ?? [];
    return row?.type === 'string';
  };
  const isOption = (word: string | undefined) => word?.startsWith('-') === true && word !== '-';
  const given = words.filter((word, at) => {
    const before = words[at - 1];
    return !isOption(word) && !(isOption(before) && takesNext(before as string));
  });
  return given.length + (end < 0 ? 0 : argv.length - end - 1);
}

/** What arguments by position are called whose names say too little. */
const CALLED: Readonly<Record<string, string>> = {
  platform: 'platform file',
  word: 'table and no path',
  before: 'table or platform',
  after: 'second table or platform',
};

function missingWords(argv: readonly string[], command: Command): UsageError {
  const demanded = Object.entries(command.builder).filter(([, row]) => row.positional && row.demand);
  const names = demanded.map(([name]) => name);
  const missing = names.slice(positionCount(argv, command));
  const wanted = (missing.length > 0 ? missing : names).map((name) => CALLED[name] ?? name);
  return usageError(`No ${wanted.join(' and no ')} is given.`, howToWrite(command));
}

const valuesIn = (text: string) => [...text.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map((match) => match[1] as string);

/** What a failure message of yargs means, in our own words. */
export function refusal(message: string, argv: readonly string[], commands: readonly Command[]): UsageError {
  const command = commands.find((row) => row.command === argv[0]);
  if (command === undefined) return unknownCommand(argv[0] ?? '', commands);
  const rows: Rows = Object.entries(command.builder);
  const unknown = /^Unknown (?:arguments?|commands?): (.*)$/s.exec(message)?.[1]?.split(', ');
  if (unknown !== undefined) return unknownArguments([...new Set(unknown)], argv, command);
  const incomplete = /^Not enough arguments following: (\S+)/.exec(message)?.[1];
  if (incomplete !== undefined) {
    const [name = incomplete] = rows.find(([each, { alias }]) => each === incomplete || alias === incomplete) ?? [];
    const cure = `Give it one; write one that begins with a dash as --${name}=-VALUE.`;
    return usageError(`${asWritten(incomplete, argv)} has no value.`, cure);
  }
  const [, name = '', given = ''] = /Argument: (\S+), Given: (.*), Choices: /s.exec(message) ?? [];
  if (name !== '') return badValue(name, valuesIn(given), command.builder[name]);
  const missing = /^Missing required arguments?: (.*)$/s.exec(message)?.[1]?.split(', ');
  if (missing !== undefined) {
    const wanted = missing.filter((each) => rows.some(([known, row]) => known === each && !row.positional));
    const options = wanted.map((each) => `--${each}`);
    if (wanted.length > 0)
      return usageError(`${listed(options)} ${wanted.length > 1 ? 'are' : 'is'} missing.`, howToWrite(command));
  }
  if (missing !== undefined || message.startsWith('Not enough non-option arguments'))
    return missingWords(argv, command);
  const sentence = message.replaceAll(/\s*\n\s*/g, ' ').replace(/([^.?])$/, '$1.');
  return usageError(sentence, howToWrite(command));
}
