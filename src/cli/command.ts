import type { Io } from './io.js';

/** One option or positional argument of a command. */
export interface ArgumentRow {
  readonly type: 'string' | 'boolean';
  readonly describe: string;
  /** Given by position, in the order of the rows. Only the last may be an array. */
  readonly positional?: true;
  /** May be repeated. */
  readonly array?: true;
  /** Required. */
  readonly demand?: true;
  /** One letter: `o` for `-o`. */
  readonly alias?: string;
  readonly choices?: readonly string[];
  /** Of an array: a word may hold several values, separated by commas. */
  readonly commas?: true;
  /** What a shell completes it with, choices apart; a path cannot be empty. */
  readonly completes?: 'files' | 'functions' | 'registers' | 'rules';
  /** Of a boolean; false by default. `--no-NAME` turns it off. */
  readonly default?: boolean;
}

export type Builder = Readonly<Record<string, ArgumentRow>>;

type Value<Row extends ArgumentRow> = Row['type'] extends 'boolean'
  ? boolean
  : Row extends { readonly array: true }
    ? readonly string[]
    : Row extends { readonly demand: true }
      ? string
      : string | undefined;

/** The values of a command's arguments, typed by its rows. */
export type Args<B extends Builder> = { readonly [Name in keyof B]: Value<B[Name]> };

/** As given, before defaults. */
export type GivenArgs = Record<string, string | boolean | readonly string[] | undefined>;

/** Exit codes: 0 done, 1 findings or bad data, 2 bad usage, 70 a bug in this program. */
export const EXIT = { done: 0, findings: 1, usage: 2, bug: 70 } as const;

/** How wide help is on a terminal that is wide enough, and anywhere else. */
export const HELP_COLUMNS = 100;

export interface Command<B extends Builder = Builder> {
  /** The word after `vcfg`. */
  readonly command: string;
  readonly describe: string;
  readonly builder: B;
  /** Command lines that `--help` shows, each with its purpose. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** Loads the command's code and runs it. Resolves to an exit code; throws a DiagnosticError for bad data. */
  run(args: Args<B>, io: Io): Promise<number>;
}

/** A command with the types of its arguments taken from its rows. */
export function defineCommand<const B extends Builder>(command: Command<B>): Command {
  return command as unknown as Command;
}

/** The values in one word of a command line: the word itself, or those between its commas. */
export function wordsOf({ commas }: ArgumentRow, text: string): readonly string[] {
  return commas ? text.split(',').filter((word) => word !== '') : [text];
}

/** The arguments with a value for each row: if not given, arrays are empty and booleans have their default. */
export function completeArgs(builder: Builder, given: GivenArgs): GivenArgs {
  return Object.fromEntries(
    Object.entries(builder).map(([name, row]) => {
      const value = given[name];
      if (value !== undefined) return [name, value];
      return [name, row.array ? [] : row.type === 'boolean' ? (row.default ?? false) : undefined];
    }),
  );
}
