import { join } from 'node:path';
import { readPlatform } from '../../platform/index.js';
import type { Platform } from '../../vocab/index.js';
import type { ArgumentRow, Command } from '../command.js';
import type { Io } from '../io.js';
import { includesFrom } from './read-input.js';

/** The words before the one that is completed, read as far as they go. */
interface Written {
  readonly command: Command;
  /** Values of options and positional arguments, by their names. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** What the word that is completed is a value of; undefined if nothing more can be given. */
  readonly next: readonly [name: string, row: ArgumentRow] | undefined;
  readonly endsOptions: boolean;
}

function readWritten(command: Command, words: readonly string[]): Written {
  const rows = Object.entries(command.builder);
  const positionals = rows.filter(([, row]) => row.positional);
  const values = new Map<string, string[]>();
  let [position, endsOptions] = [0, false];
  let next: readonly [string, ArgumentRow] | undefined;
  const add = (name: string, value: string) => values.set(name, [...(values.get(name) ?? []), value]);
  for (const word of words) {
    const [, name, , value] = /^--?([a-z][a-z-]*)(=(.*))?$/is.exec(word) ?? [];
    if (next !== undefined && word !== '=') {
      add(next[0], word);
      next = undefined;
    } else if (word === '--') endsOptions = true;
    else if (!endsOptions && name !== undefined) {
      const option = rows.find(([each, row]) => each === name || row.alias === name);
      if (option?.[1].type !== 'string') continue;
      if (value === undefined) next = option;
      else add(option[0], value);
    } else if (word !== '=') {
      const row = positionals[position];
      if (row === undefined) continue;
      add(row[0], word);
      if (!row[1].array) position++;
    }
  }
  return { command, values, next: next ?? positionals[position], endsOptions };
}

/** The platform that a command line names, if it can be read. */
function platformOf({ values }: Written, io: Io): Platform | undefined {
  const path = values.get('platform')?.[0];
  if (path === undefined || io.files.kindOf(path) !== 'file') return undefined;
  return readPlatform(new TextDecoder().decode(io.files.read(path)), { file: path, ...includesFrom(io) }).platform;
}

function filesLike(current: string, io: Io): string[] {
  const folder = current.slice(0, current.lastIndexOf('/') + 1);
  const start = current.slice(folder.length);
  const from = folder.startsWith('~/') ? join(io.env.HOME ?? '~', folder.slice(2)) : folder;
  return io.files
    .list(from === '' ? '.' : from)
    .filter((name) => name.startsWith(start) && (start !== '' || !name.startsWith('.')))
    .sort()
    .map((name) => `${folder}${name}${io.files.kindOf(join(from, name)) === 'folder' ? '/' : ''}`);
}

async function valuesOf(row: ArgumentRow, current: string, written: Written, io: Io): Promise<readonly string[]> {
  if (row.choices !== undefined) return row.choices;
  const platform = () => platformOf(written, io);
  switch (row.completes) {
    case 'files':
      return filesLike(current, io);
    case 'functions':
      return (platform()?.functions ?? []).map(({ name }) => name);
    case 'registers': {
      const named = written.values.get('function')?.[0];
      const found = platform()?.functions.find(({ name }) => name === named);
      return [...(found?.registers ?? []), ...(found?.shared ?? [])].map(({ name }) => name);
    }
    case 'rules': {
      const { RULE_WORDS } = await import('../../check/rules/rules.js');
      return current.startsWith('-') ? [...RULE_WORDS].map((word) => `-${word}`) : [...RULE_WORDS];
    }
    default:
      return [];
  }
}

/** The options that can still be given. */
function optionsOf({ command, values }: Written): string[] {
  return Object.entries(command.builder).flatMap(([name, row]) => {
    if (row.positional || (values.has(name) && !row.array)) return [];
    return row.default === true ? [`--no-${name}`] : [`--${name}`];
  });
}

async function completeWord(words: readonly string[], commands: readonly Command[], io: Io): Promise<string[]> {
  const current = words.at(-1) ?? '';
  const [first, ...rest] = words.slice(0, -1);
  const like = (candidates: readonly string[], prefix = '', start = current) =>
    candidates.filter((each) => each.startsWith(start)).map((each) => `${prefix}${each}`);
  if (first === undefined) return like([...commands.map(({ command }) => command), '--help', '--version']);
  const command = commands.find((each) => each.command === first);
  if (command === undefined) return [];
  const written = readWritten(command, rest);
  const [, option, text = ''] = /^--([a-z][a-z-]*)=(.*)$/s.exec(current) ?? [];
  const isOption = !written.endsOptions && current.startsWith('-') && current !== '-';
  if (isOption && option === undefined && written.next?.[1].positional !== undefined) {
    return like([...optionsOf(written), '--help']);
  }
  if (isOption && option === undefined && written.next === undefined) return like([...optionsOf(written), '--help']);
  const row = option === undefined ? written.next?.[1] : command.builder[option];
  if (row === undefined) return [];
  const value = option === undefined ? (current === '=' ? '' : current) : text;
  const prefix = option === undefined ? '' : `--${option}=`;
  const done = row.commas ? value.slice(0, value.lastIndexOf(',') + 1) : '';
  const start = value.slice(done.length);
  return like(await valuesOf(row, start, written, io), `${prefix}${done}`, start);
}

/**
 * The words that can stand for the last of these, which is the one that the cursor is in; those of a command line after
 * `vcfg`. What cannot be read, such as a platform with mistakes, gives none: a shell is no place for diagnostics.
 */
export async function complete(words: readonly string[], commands: readonly Command[], io: Io): Promise<string[]> {
  try {
    return await completeWord(words, commands, io);
  } catch {
    return [];
  }
}
