import { basename, dirname, join } from 'node:path';
import { DiagnosticError, decodeLatin1, errorAt } from '../../base/index.js';
import type { CheckInput } from '../../check/index.js';
import { beginsWithSdtHeader } from '../../tables/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import type { Io } from '../io.js';
import { STANDARD } from '../read/inputs.js';
import { type Input, readInput, tablesOfInput } from '../read/read-input.js';
import { UsageError } from '../read/usage-error.js';
import { clearingProgress, startProgress } from '../write/progress.js';
import { expandPattern, isPattern, tablesIn } from './glob.js';
import { isLoadOrderKnown, type NamedTable } from './load-order.js';

/** A file of tables that a command line names, by itself or by its folder. */
export interface TablePath {
  readonly path: string;
  /** The folder that it was found in, as given; undefined if the file was asked for by name. */
  readonly folder?: string;
  /** The pattern that it matched, as given. */
  readonly pattern?: string;
}

/** What tables such as BERT point to, which the kernel shows under their names in a folder of its own. */
const KERNEL_DATA = 'data';

/** The tables of a folder. Files of a subfolder `data` beside tables are left out: they are what tables point to. */
function tablesOfFolder(folder: string, files: Io['files']): string[] {
  const paths = tablesIn(folder, files);
  const named = dirname(join(folder, 'DSDT'));
  const holders = new Set(paths.map((path) => dirname(path)));
  return paths.filter((path) => {
    const holder = dirname(path);
    const isData = basename(holder) === KERNEL_DATA && /^[A-Z][A-Z0-9]{3}$/.test(basename(path));
    return !isData || holder === named || !holders.has(dirname(holder));
  });
}

/** Every file of tables that the words of a command line mean, each once, in their order. */
export function findTables(words: readonly string[], io: Io): TablePath[] {
  const { files } = io;
  const found = words.flatMap((word): TablePath[] => {
    if (word === STANDARD) return [{ path: word }];
    const kind = files.kindOf(word);
    if (kind === 'folder') return tablesOfFolder(word, files).map((path) => ({ path, folder: word }));
    if (kind !== undefined || !isPattern(word)) return [{ path: word }];
    const matches = expandPattern(word, files);
    return matches.length > 0 ? matches.map((path) => ({ path, pattern: word })) : [{ path: word }];
  });
  if (found.length === 0) {
    throw new DiagnosticError([
      errorAt(
        'COMMAND_NO_TABLES',
        { file: words.join(' ') },
        'There are no tables here.',
        'Tables are files named *.aml or *.dat, or named after a signature, such as DSDT or SSDT3.',
      ),
    ]);
  }
  const seen = new Set<string>();
  return found.filter(({ path }) => !seen.has(path) && seen.add(path));
}

/** A table that was read: a file of its own, or one of several in a text from acpidump. */
export interface TableInput extends Input, TablePath {
  /** What it is called beside its file: `SSDT2` of a text from acpidump; undefined if it is the file. */
  readonly part: string | undefined;
}

/** Whether it was asked for by its own name, not found in a folder or in a text of several. */
export function isByName({ folder, part }: TableInput): boolean {
  return folder === undefined && part === undefined;
}

/** A table of a command line, or why there is none. */
export type ReadTable = { readonly input: TableInput } | { readonly findings: readonly Diagnostic[] };

/** What an error says of what was read. Throws it again if it is of the command line, or of this program. */
export function findingsIn(error: unknown): readonly Diagnostic[] {
  if (error instanceof DiagnosticError && !(error instanceof UsageError)) return error.diagnostics;
  throw error;
}

async function readPath(path: TablePath, io: Io): Promise<ReadTable[]> {
  try {
    const input = await readInput(path.path, io);
    const { inputs, diagnostics } = tablesOfInput(input);
    const partOf = (file: string) => (file === input.file ? undefined : file.slice(input.file.length + 1));
    return [
      ...inputs.map((each): ReadTable => ({ input: { ...path, ...each, part: partOf(each.file) } })),
      ...diagnostics.map((found): ReadTable => ({ findings: [found] })),
    ];
  } catch (error) {
    return [{ findings: findingsIn(error) }];
  }
}

/** Reads every table of these files, those of a text from acpidump one by one, with progress on a terminal. */
export async function readTablePaths(paths: readonly TablePath[], io: Io): Promise<ReadTable[]> {
  const progress = startProgress(io, 'Reading');
  const shown = clearingProgress(io, progress);
  const read: ReadTable[] = [];
  for (const [index, path] of paths.entries()) {
    read.push(...(await readPath(path, shown)));
    progress.step(index + 1, paths.length);
  }
  progress.finish();
  return read;
}

/** Whether a table begins with the header that all but FACS and RSDP have; the others are not compared. */
export function hasHeader({ bytes }: Pick<Input, 'bytes'>): boolean {
  return beginsWithSdtHeader(bytes);
}

/** The signature that a table has, or seems to have. */
export function signatureOf({ bytes }: Pick<Input, 'bytes'>): string {
  return decodeLatin1(bytes.subarray(0, 4));
}

/** Whether these tables are in the order in which an OS loads them: as given, or as the names of a folder's files tell. */
function isInLoadOrder(inputs: readonly TableInput[]): boolean {
  const found = new Map<string, NamedTable[]>();
  for (const each of inputs) {
    const from = each.folder ?? each.pattern;
    if (from === undefined || each.part !== undefined) continue;
    const named = { name: basename(each.path), signature: signatureOf(each) };
    found.set(from, [...(found.get(from) ?? []), named]);
  }
  return [...found.values()].every(isLoadOrderKnown);
}

/** The tables of one machine that a command line means, and what was wrong with files that hold none. */
export interface MachineTables {
  readonly tables: readonly CheckInput[];
  readonly diagnostics: readonly Diagnostic[];
  /** Whether the tables are in the order in which an OS loads them, as far as a file's name can tell. */
  readonly loadOrderKnown: boolean;
}

/**
 * Reads the tables of one machine; FACS and RSDP only if `every` table is asked for. What cannot be read is a finding, and
 * the others are given.
 */
export async function readMachineTables(words: readonly string[], io: Io, every = false): Promise<MachineTables> {
  let paths: readonly TablePath[];
  try {
    paths = findTables(words, io);
  } catch (error) {
    return { tables: [], diagnostics: findingsIn(error), loadOrderKnown: true };
  }
  const read = await readTablePaths(paths, io);
  const inputs = read
    .flatMap((each) => ('input' in each ? [each.input] : []))
    .filter((input) => every || hasHeader(input));
  return {
    tables: inputs.map(({ file, bytes }) => ({ file, bytes })),
    diagnostics: read.flatMap((each) => ('findings' in each ? each.findings : [])),
    loadOrderKnown: isInLoadOrder(inputs.filter(hasHeader)),
  };
}
