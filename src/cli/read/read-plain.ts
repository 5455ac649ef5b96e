import { type Command, completeArgs, type GivenArgs, wordsOf } from '../command.js';

export interface ReadCommandLine {
  readonly command: Command;
  readonly args: GivenArgs;
}

/**
 * Reads a command line in which everything is as it should be, without loading yargs, which takes longer than starting
 * Node.js does. Undefined for anything else, help and mistakes included: yargs reads those. Where this gives an answer,
 * yargs gives the same; a property test holds them to it.
 */
export function readPlain(argv: readonly string[], commands: readonly Command[]): ReadCommandLine | undefined {
  const command = commands.find((row) => row.command === argv[0]);
  if (command === undefined) return undefined;
  const rows = Object.entries(command.builder);
  const positionals = rows.filter(([, row]) => row.positional);
  const given: Record<string, string | boolean | string[]> = {};
  const add = (name: string, value: string): boolean => {
    const row = command.builder[name];
    const words = row === undefined ? [value] : wordsOf(row, value);
    if (words.length === 0) return false;
    if (row?.choices && !words.every((word) => row.choices?.includes(word))) return false;
    const before = given[name];
    if (row?.array) given[name] = Array.isArray(before) ? [...before, ...words] : [...words];
    else if (before === undefined) given[name] = value;
    else return false;
    return true;
  };
  let position = 0;
  for (let index = 1; index < argv.length; index++) {
    const word = argv[index] as string;
    if (word === '') return undefined;
    if (!word.startsWith('-') || word === '-') {
      const name = positionals[position]?.[0];
      if (name === undefined || !add(name, word)) return undefined;
      if (!command.builder[name]?.array) position++;
      continue;
    }
    const [, dashes, key, value] = /^(--?)([a-z][a-z-]*)(?:=(.+))?$/s.exec(word) ?? [];
    if (key === undefined) return undefined;
    const option = rows.find(([name, row]) => !row.positional && (dashes === '--' ? name === key : row.alias === key));
    if (option === undefined || (dashes === '-' && value !== undefined)) return undefined;
    const [name, row] = option;
    if (row.type === 'boolean') {
      // yargs takes a following `true` or `false` for the value.
      const next = argv[index + 1];
      if (value !== undefined || given[name] !== undefined || next === 'true' || next === 'false') return undefined;
      given[name] = true;
      continue;
    }
    const text = value ?? argv[++index];
    if (text === undefined || text === '' || (text.startsWith('-') && text !== '-') || !add(name, text))
      return undefined;
  }
  for (const [name, row] of rows) if (row.demand && given[name] === undefined) return undefined;
  return { command, args: completeArgs(command.builder, given) };
}
