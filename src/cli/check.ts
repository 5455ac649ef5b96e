import { join } from 'node:path';
import { DiagnosticError, errorAt, formatHex } from '../base/index.js';
import {
  checkHeaderProbe,
  checkTable,
  checkTableBase,
  checkWindow,
  type HeaderProbeCheck,
  headerProbeProgram,
} from '../check/index.js';
import { generateCHeader } from '../guest/codegen/index.js';
import type { Diagnostic, Platform } from '../vocab/index.js';
import { EXIT } from './command.js';
import type { Io } from './io.js';
import { toJson } from './json.js';
import { startProgress } from './progress.js';
import { readInput } from './read-input.js';
import { report } from './report.js';
import { eachTable, findTables, loadTable, noAml, type TablePath } from './table-files.js';
import { outlineOf } from './table-outline.js';
import { usageError } from './usage-error.js';
import { readWindow, type Window } from './window.js';

interface CheckArgs {
  readonly table: readonly string[];
  readonly platform: string | undefined;
  readonly driver: string | undefined;
  readonly base: string | undefined;
  readonly buses: string | undefined;
  readonly exhaustive: boolean;
  readonly json: boolean;
}

/** One thing that was checked: what it was, how much of it, and what was found. */
interface CheckRow {
  readonly what: string;
  readonly checked: string;
  readonly diagnostics: readonly Diagnostic[];
}

function checkWholeWindow({ base, buses }: Pick<Window, 'base' | 'buses'>, io: Io): CheckRow {
  const progress = startProgress(io, 'Addresses');
  const { checked, diagnostics } = checkWindow({ base, buses, onProgress: progress.step });
  progress.finish();
  return { what: `window at ${formatHex(base)}, ${buses} buses`, checked: `${checked} addresses`, diagnostics };
}

/**
 * What can be said of a table depends on what it is compared with: a platform, a base, or nothing. Undefined for one
 * of a folder that holds no AML.
 */
async function checkOneTable(
  { path, inFolder }: TablePath,
  window: Window | undefined,
  io: Io,
): Promise<CheckRow | undefined> {
  const loaded = await loadTable(path, io);
  const { file, table, decoded, headerFindings } = loaded;
  if (decoded === undefined) {
    if (!inFolder) throw new DiagnosticError([noAml(file, table.header.signature)]);
    return undefined;
  }
  const trailing = headerFindings.filter(({ code }) => code === 'TABLE_TRAILING_BYTES');
  if (window === undefined) {
    const { vcfg } = outlineOf(loaded, []);
    const diagnostics = [...trailing, ...checkTableBase(table.bytes, vcfg ?? 0n, { file })];
    return { what: file, checked: vcfg === undefined ? 'VCFG' : `VCFG, which is ${formatHex(vcfg)}`, diagnostics };
  }
  if (window.platform !== undefined) {
    const diagnostics = [...trailing, ...checkTable(table.bytes, window.platform, { file })];
    return { what: file, checked: 'VCFG, devices, regions and fields against the platform', diagnostics };
  }
  const diagnostics = [...trailing, ...checkTableBase(table.bytes, window.base, { file })];
  return { what: file, checked: `VCFG against ${formatHex(window.base)}`, diagnostics };
}

const COMPILER = 'cc';
const COMPILER_FLAGS = ['-std=c99', '-Wall', '-Wextra', '-Werror', '-O2'];

function compileFailed(file: string, message: string): Diagnostic {
  return errorAt('VCFG_HEADER_COMPILE', { file }, message, 'Generate it again: vcfg generate PLATFORM -o FOLDER.');
}

/** A driver that was asked for by name and could not be looked at has not been found good. */
function noCompiler(file: string): Diagnostic {
  return errorAt(
    'COMMAND_NO_COMPILER',
    { file },
    `The driver was not checked: there is no C compiler (${COMPILER}) on PATH.`,
    'Install one (apt-get install gcc), or leave --driver out.',
  );
}

function probe(
  file: string,
  header: Uint8Array,
  platform: Platform,
  folder: string,
  io: Io,
): HeaderProbeCheck | undefined {
  const source = join(folder, 'probe.c');
  const program = join(folder, 'probe');
  io.files.write(join(folder, 'vcfg.h'), header);
  io.files.write(source, new TextEncoder().encode(headerProbeProgram(platform)));
  const compiled = io.runProgram(COMPILER, [...COMPILER_FLAGS, '-o', program, source]);
  if (compiled === undefined) return undefined;
  const failed = (message: string) => ({ checked: 0, diagnostics: [compileFailed(file, message)] });
  if (compiled.status !== 0) {
    const first = compiled.stderr.split('\n').find((line) => line.includes('error')) ?? compiled.stderr.split('\n')[0];
    return failed(`It does not compile as C99 with what the platform needs of it: ${first?.replaceAll(folder, '')}.`);
  }
  const finished = io.runProgram(program, []);
  if (finished?.status !== 0) return failed(`A program that uses it ended with status ${finished?.status}.`);
  return checkHeaderProbe(finished.stdout, platform, file);
}

/** Compiles the C driver and compares what it computes; says so instead where there is no compiler. */
async function checkDriver(given: string | undefined, platform: Platform, io: Io): Promise<CheckRow> {
  const generated = 'vcfg.h as generated';
  const { file, bytes } =
    given === undefined
      ? { file: generated, bytes: new TextEncoder().encode(generateCHeader(platform)) }
      : await readInput(given, io);
  const folder = io.files.makeScratchFolder();
  try {
    const result = probe(file, bytes, platform, folder, io);
    if (result === undefined) {
      const missing = given === undefined ? [] : [noCompiler(file)];
      return { what: file, checked: `skipped: no C compiler (${COMPILER}) on PATH`, diagnostics: missing };
    }
    return {
      what: file,
      checked: `${result.checked} values, compiled by ${COMPILER} and run`,
      diagnostics: result.diagnostics,
    };
  } finally {
    io.files.removeFolder(folder);
  }
}

async function checkTables(
  words: readonly string[],
  window: Window | undefined,
  io: Io,
): Promise<[CheckRow[], number]> {
  const rows: CheckRow[] = [];
  const run = await eachTable(words.length === 0 ? [] : findTables(words, io), io, async (path) => {
    const row = await checkOneTable(path, window, io);
    if (row !== undefined) rows.push(row);
    return row && true;
  });
  if (words.length > 0 && run.tables === 0) {
    const file = words.join(' ');
    const message = 'No table here holds AML, so none was checked.';
    const nothing = errorAt('COMMAND_NOT_AML', { file }, message, 'Give a DSDT or an SSDT.');
    rows.push({ what: file, checked: 'nothing', diagnostics: [nothing] });
  }
  return [rows, run.bad];
}

/** What everything is checked against; undefined if the tables are all that is given. */
async function readWanted(args: CheckArgs, io: Io): Promise<Window | undefined> {
  if (args.driver !== undefined && args.platform === undefined) {
    throw usageError('--driver is given without --platform.', 'Give the platform file that the driver was made from.');
  }
  if (args.base !== undefined || args.platform !== undefined) return readWindow(args, io);
  if (args.table.length > 0) return undefined;
  throw usageError('Nothing is given to check.', 'Give tables, --platform, or --base for the window alone.');
}

/** `vcfg check`: whatever is given, against everything else that is given. */
export async function runCheck(args: CheckArgs, io: Io): Promise<number> {
  const window = await readWanted(args, io);
  const isWhole = window !== undefined && (window.platform !== undefined || args.table.length === 0);
  const rows = isWhole && args.exhaustive ? [checkWholeWindow(window, io)] : [];
  const [tables, unread] = await checkTables(args.table, window, io);
  rows.push(...tables);
  if (window?.platform) rows.push(await checkDriver(args.driver, window.platform, io));
  const diagnostics = rows.flatMap((row) => row.diagnostics);
  const findings = diagnostics.filter(({ severity }) => severity !== 'note').length + unread;
  if (args.json) {
    io.stdout.write(`${toJson({ checks: rows, findings }, 2)}\n`);
  } else {
    for (const row of rows) {
      io.stdout.write(`${row.what}: ${row.checked}\n`);
      await report(io, row.diagnostics);
    }
    io.stdout.write(`${findings} ${findings === 1 ? 'finding' : 'findings'}\n`);
  }
  return findings === 0 ? EXIT.done : EXIT.findings;
}
