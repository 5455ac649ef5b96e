import { basename, dirname, join } from 'node:path';
import { createNamespace, type DecodedAml, decodeAml, type NamespaceNode } from '../../aml/index.js';
import { DiagnosticError, errorAt, inFile } from '../../base/index.js';
import { type AcpiTable, holdsAml, readTable, SDT_HEADER_BYTES } from '../../tables/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import type { Io } from '../io.js';
import { type Input, readInput, refuseText, STANDARD, tableInputsOf } from '../read/read-input.js';
import { textKindOf } from '../read/text-kind.js';
import { clearingProgress, startProgress } from '../write/progress.js';
import { report, say } from '../write/report.js';
import { expandPattern, isPattern, tablesIn } from './glob.js';

/** A table that a command line names, by itself or by its folder. */
export interface TablePath {
  readonly path: string;
  /** It was found in a folder, not asked for by name. */
  readonly inFolder: boolean;
}

/** What tables such as BERT point to, which the kernel shows under their names in a folder of its own. */
const KERNEL_DATA = 'data';

/** The tables of a folder, without such data: that of a folder below it, beside tables. */
function tablesOf(folder: string, files: Io['files']): string[] {
  const paths = tablesIn(folder, files);
  const named = dirname(join(folder, 'DSDT'));
  const holders = new Set(paths.map((path) => dirname(path)));
  return paths.filter((path) => {
    const holder = dirname(path);
    const isData = basename(holder) === KERNEL_DATA && /^[A-Z][A-Z0-9]{3}$/.test(basename(path));
    return !isData || holder === named || !holders.has(dirname(holder));
  });
}

/** Every table that the words of a command line mean, each once, in their order. */
export function findTables(words: readonly string[], io: Io): TablePath[] {
  const { files } = io;
  const found = words.flatMap((word): TablePath[] => {
    if (word === STANDARD) return [{ path: word, inFolder: false }];
    const kind = files.kindOf(word);
    if (kind === 'folder') {
      return tablesOf(word, files).map((path) => ({ path, inFolder: true }));
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

/** A table that was read: a file of its own, or one of several in a text from acpidump. */
export interface TableInput extends Input {
  /** Of the file that it is in. */
  readonly path: string;
  /** What it is called beside its file: `SSDT2` of a text from acpidump; undefined if it is the file. */
  readonly part: string | undefined;
  /** It was asked for by its own name: neither found in a folder nor in a text of several. */
  readonly byName: boolean;
}

/** The tables of a file, and what is wrong with others in it. Throws a DiagnosticError for a text that holds none. */
async function readTables({ path, inFolder }: TablePath, io: Io) {
  const input = await readInput(path, io);
  const kind = textKindOf(input.bytes);
  if (kind !== 'acpidump') {
    refuseText(input, kind);
    return { inputs: [{ ...input, path, part: undefined, byName: !inFolder }], diagnostics: [] };
  }
  const { inputs, diagnostics } = tableInputsOf(input, kind);
  if (inputs.length === 0 && diagnostics.length === 0) {
    throw new DiagnosticError([
      errorAt(
        'COMMAND_NO_TABLES',
        { file: input.file },
        'In this text from acpidump there is no table but FACS or the RSDP, which are passed over.',
        'Dump all tables: as root, acpidump -o FILE.',
      ),
    ]);
  }
  const partOf = (file: string) => file.slice(input.file.length + 1);
  return {
    inputs: inputs.map((each): TableInput => ({ ...each, path, part: partOf(each.file), byName: false })),
    diagnostics,
  };
}

/** Decodes a table that was read. Throws a DiagnosticError if its header cannot be believed. */
export function loadTable({ file, bytes }: Input, namespace?: NamespaceNode): LoadedTable {
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
  for (const path of paths.length === 0 ? [] : findTables(paths, io)) {
    const { inputs, diagnostics } = await readTables(path, io);
    if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
    loaded.push(...inputs.map((input) => loadTable(input)));
  }
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
 * Works on one table after the other, with progress on a terminal; those of a text from acpidump each by itself. What
 * `one` throws as a DiagnosticError is said, and the next table's turn comes; `one` resolves to whether its table was
 * good, or undefined if it is not to be counted. What cannot be read counts as a bad table.
 */
export async function eachTable(
  paths: readonly TablePath[],
  io: Io,
  one: (table: TableInput, io: Io) => Promise<boolean | undefined>,
): Promise<TableRun> {
  const progress = startProgress(io, 'Tables');
  const shown = clearingProgress(io, progress);
  let tables = 0;
  let bad = 0;
  const count = async (work: () => Promise<boolean | undefined>) => {
    let good: boolean | undefined = false;
    try {
      good = await work();
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      await report(shown, error.diagnostics);
    }
    if (good !== undefined) tables++;
    if (good === false) bad++;
  };
  const fail = async (found: Diagnostic): Promise<boolean> => {
    throw new DiagnosticError([found]);
  };
  for (const [index, path] of paths.entries()) {
    await count(async () => {
      const { inputs, diagnostics } = await readTables(path, shown);
      for (const input of inputs) await count(() => one(input, shown));
      for (const found of diagnostics) await count(() => fail(found));
      return undefined;
    });
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
