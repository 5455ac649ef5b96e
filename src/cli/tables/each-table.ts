import { DiagnosticError, errorAt, inFile } from '../../base/index.js';
import { type AcpiTable, readTable } from '../../tables/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import type { Io, TableWorkName } from '../io.js';
import { clearingProgress, startProgress } from '../write/progress.js';
import { report, say } from '../write/report.js';
import { amlTable, type LoadedTable, loadMember, type Member, machinesOf, othersOf } from './machines.js';
import { findingsIn, findTables, hasHeader, readTablePaths, type TableInput, type TablePath } from './read-tables.js';
import { spreadWork } from './spread-work.js';
import { type TableJob, tableJob } from './table-job.js';

/** Tables given for the names that they declare. Throws a DiagnosticError if one cannot be read. */
async function readExternals(words: readonly string[], io: Io): Promise<AcpiTable[]> {
  if (words.length === 0) return [];
  const read = await readTablePaths(findTables(words, io), io);
  const findings = read.flatMap((each) => ('findings' in each ? each.findings : []));
  const inputs = read.flatMap((each) => ('input' in each ? [each.input] : [])).filter(hasHeader);
  const unreadable = inputs.flatMap(({ file, bytes }) => {
    const { table, diagnostics } = readTable(bytes);
    return table === undefined ? inFile(file, diagnostics) : [];
  });
  if (findings.length + unreadable.length > 0) throw new DiagnosticError([...findings, ...unreadable]);
  return inputs.flatMap((each) => amlTable(each) ?? []);
}

/** What became of a run over many tables. */
export interface TableRun {
  readonly tables: number;
  /** Tables that could not be read, or are not as they should be. */
  readonly bad: number;
}

/** A table whose turn it is. */
interface TableTurn {
  readonly input: TableInput;
  /** Decodes it, with what the others of its machine declare. Throws a DiagnosticError if its header cannot be right. */
  readonly load: () => LoadedTable;
  /** Every other table of its machine that holds AML, those of `-e` first. */
  readonly others: () => readonly LoadedTable[];
}

/** What a command does with a table. It has no effects, and its result can be cloned: any thread may do it. */
export type TableWork<Result, Settings> = (turn: TableTurn, settings: Settings) => Result;

/** What became of the work on a table: its result, or why there is none. */
export type Outcome<Result> = { readonly result: Result } | { readonly findings: readonly Diagnostic[] };

/** Does the work on a table. What it throws as a DiagnosticError is its outcome. */
export function workOn<Result, Settings>(
  input: TableInput,
  member: Member,
  work: TableWork<Result, Settings>,
  settings: Settings,
): Outcome<Result> {
  try {
    return { result: work({ input, load: () => loadMember(input, member), others: () => othersOf(member) }, settings) };
  } catch (error) {
    return { findings: findingsIn(error) };
  }
}

/** Work on every table of a command line. */
export interface EachTable<Result, Settings> {
  readonly io: Io;
  /** Tables that are given for the names they declare. */
  readonly external?: readonly string[];
  /** What the thread for it is told to do. */
  readonly name: TableWorkName;
  readonly work: TableWork<Result, Settings>;
  readonly settings: Settings;
  /**
   * Takes the result for each table in order, and resolves to whether the table was good, or undefined if it does not
   * count. What it throws as a DiagnosticError is reported.
   */
  readonly take: (result: Result, input: TableInput, io: Io) => Promise<boolean | undefined>;
}

/**
 * Works on every table, on all cores if there are many, with progress on a terminal; those of a text from acpidump each by
 * itself. Results are taken in the order of the tables. What cannot be read counts as a bad table.
 */
export async function eachTable<Result, Settings>(
  paths: readonly TablePath[],
  each: EachTable<Result, Settings>,
): Promise<TableRun> {
  const { external = [], io, name, work, settings } = each;
  const externals = await readExternals(external, io);
  const read = await readTablePaths(paths, io);
  const inputs = read.flatMap((one) => ('input' in one ? [one.input] : []));
  const members = machinesOf(inputs, externals);
  const progress = startProgress(io, 'Tables');
  const shown = clearingProgress(io, progress);
  let tables = 0;
  let bad = 0;
  const take = async (outcome: Outcome<Result>, input: TableInput | undefined) => {
    let good: boolean | undefined = false;
    try {
      if ('findings' in outcome) throw new DiagnosticError(outcome.findings);
      good = await each.take(outcome.result, input as TableInput, shown);
    } catch (error) {
      await report(shown, findingsIn(error));
    }
    if (good !== undefined) tables++;
    if (good === false) bad++;
  };
  let next = 0;
  /** Takes what could not be read, up to the next table. */
  const takeUnread = async () => {
    for (let one = read[next]; one !== undefined && 'findings' in one; one = read[++next]) await take(one, undefined);
  };
  await spreadWork<TableInput, TableJob, Outcome<Result>>({
    io,
    name,
    settings,
    items: inputs,
    bytesOf: ({ bytes }) => bytes.length,
    jobOf: (batch) => tableJob(batch, members),
    doHere: (input) => workOn(input, members.get(input) as Member, work, settings),
    take: async (outcome, input) => {
      await takeUnread();
      await take(outcome, input);
      progress.step(++next, read.length);
    },
  });
  await takeUnread();
  progress.finish();
  return { tables, bad };
}

/** The line that closes a run over more tables than one. */
export function saySummary(run: TableRun, io: Io): void {
  if (run.tables !== 1) say(io, `${run.tables} tables, ${run.bad} bad`);
}

/** A finding for a table that was asked for by name and has no AML in it. */
export function noAml(file: string, signature: string): Diagnostic {
  const message = `This is a ${signature} table, which does not contain AML.`;
  return errorAt('COMMAND_NOT_AML', { file }, message, 'Give a DSDT or an SSDT.');
}
