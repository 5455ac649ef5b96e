import { createNamespace, type DecodedAml, decodeAml, type NamespaceNode } from '../aml/index.js';
import { DiagnosticError, errorAt, inFile } from '../base/index.js';
import { type AcpiTable, holdsAml, readTable, SDT_HEADER_BYTES } from '../tables/index.js';
import type { Diagnostic } from '../vocab/index.js';
import { expandPattern, isPattern, tablesIn } from './glob.js';
import type { Io } from './io.js';
import { clearingProgress, startProgress } from './progress.js';
import { readTableInput, STANDARD } from './read-input.js';
import { report, say } from './report.js';

/** A table that a command line names, by itself or by its folder. */
export interface TablePath {
  readonly path: string;
  /** It was found in a folder, not asked for by name. */
  readonly inFolder: boolean;
}

/** What tables such as BERT point to, which the kernel shows under their names in a folder of its own. */
const KERNEL_DATA = /(?:^|[\\/])data[\\/][A-Z][A-Z0-9]{3}$/;

/** Every table that the words of a command line mean, each once, in their order. */
export function findTables(words: readonly string[], io: Io): TablePath[] {
  const { files } = io;
  const found = words.flatMap((word): TablePath[] => {
    if (word === STANDARD) return [{ path: word, inFolder: false }];
    const kind = files.kindOf(word);
    if (kind === 'folder') {
      const paths = tablesIn(word, files).filter((path) => !KERNEL_DATA.test(path));
      return paths.map((path) => ({ path, inFolder: true }));
    }
    if (kind !== undefined || !isPattern(word)) return [{ path: word, inFolder: false }];
    const matches = expandPattern(word, files);
    return (matches.length > 0 ? matches : [word]).map((path) => ({ path, inFolder: false }));
  });
  if (found.length === 0) {
    throw new DiagnosticError([
      errorAt(
        'COMMAND_NO_TABLES',
        { file: words.join(' ') },
        'There is no table here.',
        'Tables are the files *.aml and *.dat, and those named as a signature, such as DSDT or SSDT3.',
      ),
    ]);
  }
  const seen = new Set<string>();
  return found.filter(({ path }) => !seen.has(path) && seen.add(path));
}

export interface LoadedTable {
  readonly file: string;
  readonly table: AcpiTable;
  /** Undefined if a table of this signature holds no AML. */
  readonly decoded: DecodedAml | undefined;
  /** Of length, checksum and what follows the table. */
  readonly headerFindings: readonly Diagnostic[];
  readonly amlFindings: readonly Diagnostic[];
}

/** Reads and decodes a table. Throws a DiagnosticError if its header cannot be believed. */
export async function loadTable(path: string, io: Io, namespace?: NamespaceNode): Promise<LoadedTable> {
  const { file, bytes } = await readTableInput(path, io);
  const { table, diagnostics } = readTable(bytes);
  if (table === undefined) throw new DiagnosticError(inFile(file, diagnostics));
  const decoded = holdsAml(table.header)
    ? decodeAml(table.bytes, { offset: SDT_HEADER_BYTES, ...(namespace && { namespace }) })
    : undefined;
  const headerFindings = inFile(file, diagnostics);
  return { file, table, decoded, headerFindings, amlFindings: inFile(file, decoded?.diagnostics ?? []) };
}

/** Everything that was found in a table. */
export function findingsOf({ headerFindings, amlFindings }: LoadedTable): Diagnostic[] {
  return [...headerFindings, ...amlFindings];
}

/** Tables given for the names that they declare, decoded one after the other. */
export async function loadExternals(paths: readonly string[], io: Io): Promise<LoadedTable[]> {
  const loaded: LoadedTable[] = [];
  for (const { path } of paths.length === 0 ? [] : findTables(paths, io)) loaded.push(await loadTable(path, io));
  return loaded;
}

/** A namespace that holds what other tables declare; each table that is decoded into it needs its own. */
export function namespaceOf(externals: readonly LoadedTable[]): NamespaceNode {
  const namespace = createNamespace();
  for (const { table } of externals) {
    decodeAml(table.bytes, { offset: SDT_HEADER_BYTES, namespace, methodBodies: 'skip' });
  }
  return namespace;
}

/** What became of a run over many tables. */
export interface TableRun {
  readonly tables: number;
  /** Tables that could not be read, or are not as they should be. */
  readonly bad: number;
}

/**
 * Works on one table after the other, with progress on a terminal. What `one` throws as a DiagnosticError is said, and
 * the next table's turn comes; `one` resolves to whether its table was good, or undefined if it is not to be counted.
 */
export async function eachTable(
  paths: readonly TablePath[],
  io: Io,
  one: (path: TablePath, io: Io) => Promise<boolean | undefined>,
): Promise<TableRun> {
  const progress = startProgress(io, 'Tables');
  const shown = clearingProgress(io, progress);
  let tables = 0;
  let bad = 0;
  for (const [index, path] of paths.entries()) {
    try {
      const good = await one(path, shown);
      if (good !== undefined) tables++;
      if (good === false) bad++;
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      await report(shown, error.diagnostics);
      tables++;
      bad++;
    }
    progress.step(index + 1, paths.length);
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
  return errorAt(
    'COMMAND_NOT_AML',
    { file },
    `A table of signature ${signature} holds no AML.`,
    'Give a DSDT or an SSDT.',
  );
}
