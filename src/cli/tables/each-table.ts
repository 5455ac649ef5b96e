import { dirname } from 'node:path';
import { createNamespace, type DecodedAml, type NamespaceNode } from '../../aml/index.js';
import { DiagnosticError, errorAt, inFile } from '../../base/index.js';
import { SET_LIMITS } from '../../check/rules/set-limits.js';
import { decodeTable } from '../../firmware/decode-table.js';
import { type AcpiTable, holdsAml, readTable } from '../../tables/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import type { Io } from '../io.js';
import type { Input } from '../read/read-input.js';
import { clearingProgress, startProgress } from '../write/progress.js';
import { report, say } from '../write/report.js';
import {
  findingsIn,
  findTables,
  hasHeader,
  readTablePaths,
  signatureOf,
  type TableInput,
  type TablePath,
} from './read-tables.js';

/** A table with what it says. */
export interface LoadedTable {
  readonly file: string;
  readonly table: AcpiTable;
  /** Undefined if a table of this signature holds no AML. */
  readonly decoded: DecodedAml | undefined;
  /** Of length, checksum and what follows the table. */
  readonly headerFindings: readonly Diagnostic[];
  readonly amlFindings: readonly Diagnostic[];
}

/** Everything that was found in a table. */
export function findingsOf({ headerFindings, amlFindings }: LoadedTable): Diagnostic[] {
  return [...headerFindings, ...amlFindings];
}

/** Decodes a table that was read. Throws a DiagnosticError if its header cannot be right. */
function loadTable({ file, bytes }: Input, namespace: NamespaceNode): LoadedTable {
  const { table, diagnostics } = readTable(bytes);
  if (table === undefined) throw new DiagnosticError(inFile(file, diagnostics));
  const decoded = holdsAml(table.header) ? decodeTable(table, { namespace }) : undefined;
  const headerFindings = inFile(file, diagnostics);
  return { file, table, decoded, headerFindings, amlFindings: inFile(file, decoded?.diagnostics ?? []) };
}

/** The tables with AML among these, as bytes whose header can be right. */
function amlOf(inputs: readonly Input[]): AcpiTable[] {
  return inputs.flatMap(({ bytes }) => {
    const { table } = readTable(bytes);
    return table !== undefined && holdsAml(table.header) ? [table] : [];
  });
}

/** A namespace that holds what tables declare. */
function namespaceOf(tables: readonly AcpiTable[]): NamespaceNode {
  const namespace = createNamespace();
  for (const table of tables) decodeTable(table, { namespace, methodBodies: 'skip', guessBudgetBytes: 0 });
  return namespace;
}

/** Tables of one machine, which resolve each other's names. */
interface Machine {
  /** Those given for their names alone first, then the DSDT, then the others. */
  readonly tables: readonly AcpiTable[];
  namespace?: NamespaceNode;
  decoded?: ReadonlyMap<AcpiTable, LoadedTable>;
}

const isDsdt = (input: Input) => signatureOf(input) === 'DSDT';

/** Whether tables can be one machine's, which has one DSDT. Beyond the limits of a set, each is taken by itself. */
function canBeOneMachine(inputs: readonly TableInput[]): boolean {
  const { tables, bytes } = SET_LIMITS;
  const size = inputs.reduce((sum, each) => sum + each.bytes.length, 0);
  return inputs.filter(isDsdt).length <= 1 && inputs.length <= tables && size <= bytes;
}

/**
 * The machine of each table: all that are given are one machine's if there is one DSDT among them, else those of each folder
 * or text, and where a folder holds several DSDTs, each table is a machine of its own.
 */
function machinesOf(inputs: readonly TableInput[], externals: readonly AcpiTable[]): Map<TableInput, Machine> {
  const machines = new Map<TableInput, Machine>();
  const pool = (group: readonly TableInput[]) => {
    const own = amlOf([...group.filter(isDsdt), ...group.filter((each) => !isDsdt(each))]);
    const machine: Machine = { tables: [...externals, ...own] };
    for (const each of group) machines.set(each, machine);
  };
  if (canBeOneMachine(inputs)) {
    pool(inputs);
    return machines;
  }
  const groups = new Map<string, TableInput[]>();
  for (const each of inputs) {
    const place = each.part === undefined ? dirname(each.path) : each.path;
    groups.set(place, [...(groups.get(place) ?? []), each]);
  }
  for (const group of groups.values()) {
    if (canBeOneMachine(group)) pool(group);
    else for (const each of group) pool([each]);
  }
  return machines;
}

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
  return amlOf(inputs);
}

const isOf = ({ bytes }: Input, table: AcpiTable) =>
  table.bytes.buffer === bytes.buffer && table.bytes.byteOffset === bytes.byteOffset;

/** The namespace for a table: its machine's, or an empty one if there is no other table. */
function namespaceFor(input: Input, machine: Machine): NamespaceNode {
  if (machine.tables.every((table) => isOf(input, table))) return createNamespace();
  machine.namespace ??= namespaceOf(machine.tables);
  return machine.namespace;
}

/** The other tables of a table's machine, decoded. */
function othersOf(input: Input, machine: Machine): LoadedTable[] {
  if (machine.tables.every((table) => isOf(input, table))) return [];
  machine.decoded ??= new Map(
    machine.tables.map((table) => [table, loadTable({ file: '', bytes: table.bytes }, namespaceFor(input, machine))]),
  );
  return [...machine.decoded].filter(([table]) => !isOf(input, table)).map(([, loaded]) => loaded);
}

/** What became of a run over many tables. */
export interface TableRun {
  readonly tables: number;
  /** Tables that could not be read, or are not as they should be. */
  readonly bad: number;
}

/** A table whose turn it is. */
export interface TableTurn {
  readonly input: TableInput;
  /** Decodes it, with what the others of its machine declare. Throws a DiagnosticError if its header cannot be right. */
  readonly load: () => LoadedTable;
  /** Every other table of its machine that holds AML, those of `-e` first. */
  readonly others: () => readonly LoadedTable[];
  readonly io: Io;
}

/**
 * Works on one table after the other, with progress on a terminal; those of a text from acpidump each by itself. What
 * `one` throws as a DiagnosticError is reported, and the next table's turn comes; `one` resolves to whether its table was
 * good, or undefined if it does not count. What cannot be read counts as a bad table.
 */
export async function eachTable(
  paths: readonly TablePath[],
  options: { readonly external?: readonly string[]; readonly io: Io },
  one: (turn: TableTurn) => Promise<boolean | undefined>,
): Promise<TableRun> {
  const { external = [], io } = options;
  const externals = await readExternals(external, io);
  const read = await readTablePaths(paths, io);
  const machines = machinesOf(
    read.flatMap((each) => ('input' in each ? [each.input] : [])),
    externals,
  );
  const progress = startProgress(io, 'Tables');
  const shown = clearingProgress(io, progress);
  let tables = 0;
  let bad = 0;
  const runOne = async (each: (typeof read)[number]): Promise<boolean | undefined> => {
    if ('findings' in each) throw new DiagnosticError(each.findings);
    const { input } = each;
    const machine = machines.get(input) as Machine;
    const load = () => loadTable(input, namespaceFor(input, machine));
    return one({ input, load, others: () => othersOf(input, machine), io: shown });
  };
  for (const [index, each] of read.entries()) {
    let good: boolean | undefined = false;
    try {
      good = await runOne(each);
    } catch (error) {
      await report(shown, findingsIn(error));
    }
    if (good !== undefined) tables++;
    if (good === false) bad++;
    progress.step(index + 1, read.length);
  }
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
