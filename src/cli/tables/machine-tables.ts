import { DiagnosticError, errorAt } from '../../base/index.js';
import type { CheckInput } from '../../check/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import type { Io } from '../io.js';
import { readTableInputs } from '../read/read-input.js';
import { UsageError } from '../read/usage-error.js';
import { clearingProgress, startProgress } from '../write/progress.js';
import { findTables, type TablePath } from './table-files.js';

/** The tables that a command line means, and what was wrong with files that hold none. */
export interface MachineTables {
  readonly tables: readonly CheckInput[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What an error says of what was read. Throws it again if it is of the command line, or of this program. */
export function findingsIn(error: unknown): readonly Diagnostic[] {
  if (error instanceof DiagnosticError && !(error instanceof UsageError)) return error.diagnostics;
  throw error;
}

/**
 * Reads every table that the words of a command line mean: files, folders, patterns, standard input, and the tables of
 * a text from acpidump one by one. What cannot be read is a finding, and the others are given.
 */
export async function readMachineTables(words: readonly string[], io: Io): Promise<MachineTables> {
  const tables: CheckInput[] = [];
  const diagnostics: Diagnostic[] = [];
  let paths: readonly TablePath[] = [];
  try {
    paths = findTables(words, io);
  } catch (error) {
    diagnostics.push(...findingsIn(error));
  }
  const progress = startProgress(io, 'Tables');
  const shown = clearingProgress(io, progress);
  for (const [index, { path }] of paths.entries()) {
    try {
      const read = await readTableInputs(path, shown);
      tables.push(...read.inputs);
      diagnostics.push(...read.diagnostics);
    } catch (error) {
      diagnostics.push(...findingsIn(error));
    }
    progress.step(index + 1, paths.length);
  }
  progress.finish();
  return { tables, diagnostics };
}

/** A finding where none of what was given can hold `VCFG`; none if a table does, or if it has been said why none does. */
export function withoutAml(
  words: readonly string[],
  tables: readonly { readonly decoded: unknown }[],
  diagnostics: readonly Diagnostic[],
): Diagnostic[] {
  if (diagnostics.length > 0 || tables.some(({ decoded }) => decoded !== undefined)) return [];
  const message = 'No table here holds AML, so VCFG was not looked for.';
  return [errorAt('COMMAND_NOT_AML', { file: words.join(' ') }, message, 'Give a DSDT, with its SSDTs.')];
}
