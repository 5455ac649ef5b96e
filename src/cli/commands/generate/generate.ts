import { basename, dirname, join, resolve } from 'node:path';
import { DiagnosticError, errorAt } from '../../../base/index.js';
import { toJson } from '../../../base/json.js';
import { NAME_RULES } from '../../../drivers/name-options.js';
import type { GeneratedFile, HeaderOptions } from '../../../firmware/index.js';
import { tableIdentity } from '../../../firmware/tables/table-identity.js';
import { beginsWithSdtHeader } from '../../../tables/read-table.js';
import { decodeSdtHeader } from '../../../tables/sdt-header.js';
import type { Diagnostic, Platform } from '../../../vocab/index.js';
import { EXIT } from '../../command.js';
import { type Io, isSystemError } from '../../io.js';
import { readAddress, readNumber } from '../../read/argument-values.js';
import { requireFunction } from '../../read/find-function.js';
import { MOST_INPUT_BYTES, STANDARD } from '../../read/inputs.js';
import { loadPlatformFiles } from '../../read/load-platform.js';
import { usageError } from '../../read/usage-error.js';
import { compareWithDisk } from '../../write/compare-with-disk.js';
import { report, say } from '../../write/report.js';
import { leftoversOf, refuseClashes, writeFiles } from '../../write/write-file.js';
import type { Onto } from './generate-onto.js';
import { type DriverNaming, IMAGE_FORMAT, OUTPUTS, type OutputRequest } from './outputs.js';

interface GenerateArgs {
  readonly platform: string;
  readonly output: string;
  readonly format: readonly string[];
  readonly image: string | undefined;
  readonly prefix: string | undefined;
  readonly namespace: string | undefined;
  readonly 'rust-module': string | undefined;
  readonly split: boolean;
  readonly onto: readonly string[];
  readonly 'hot-plug': readonly string[];
  readonly 'fixed-width': boolean;
  readonly 'oem-id': string | undefined;
  readonly 'oem-table-id': string | undefined;
  readonly 'oem-revision': string | undefined;
  readonly check: boolean;
  readonly depfile: string | undefined;
  readonly json: boolean;
}

interface PlacedFile extends GeneratedFile {
  readonly path: string;
  readonly contents: Uint8Array;
}

/** The address in `base=0x…`. */
function readImageBase(text: string | undefined, formats: readonly string[]): bigint | undefined {
  if (text === undefined) {
    if (!formats.includes(IMAGE_FORMAT)) return undefined;
    throw usageError('--format image does not say where to place the image.', 'Give --image base=0xe_0000.');
  }
  const address = /^base=(.+)$/s.exec(text)?.[1];
  if (address === undefined) {
    throw usageError(`--image is "${text}"; it has to be base=ADDRESS.`, 'Write --image base=0xe_0000.');
  }
  return readAddress('--image base', address);
}

/** What the command line says of the headers of tables. */
function readHeader(args: GenerateArgs): HeaderOptions {
  const { 'oem-id': oemId, 'oem-table-id': oemTableId, 'oem-revision': revision } = args;
  return {
    ...(oemId !== undefined && { oemId }),
    ...(oemTableId !== undefined && { oemTableId }),
    ...(revision !== undefined && { oemRevision: readNumber('--oem-revision', revision, 0, 0xffff_ffff) }),
  };
}

/** The names of drivers that were chosen. */
function readNames({ prefix, namespace, 'rust-module': module }: GenerateArgs): DriverNaming {
  const given = [
    ['--prefix', 'prefix', prefix, 'is not a prefix of names'],
    ['--namespace', 'namespace', namespace, 'is not a C++ namespace'],
    ['--rust-module', 'rustModule', module, 'is not the name of a Rust module'],
  ] as const;
  for (const [option, rule, text, what] of given) {
    if (text === undefined || NAME_RULES[rule].isAllowed(text)) continue;
    throw usageError(`${option} "${text}" ${what}.`, `Give ${NAME_RULES[rule].needed}.`);
  }
  return {
    ...(prefix !== undefined && { prefix }),
    ...(namespace !== undefined && { namespace }),
    ...(module !== undefined && { module }),
  };
}

async function generateAll(
  platform: Platform,
  args: GenerateArgs,
  identity: HeaderOptions,
  imageBase: bigint | undefined,
  onto: Onto | undefined,
): Promise<{ files: GeneratedFile[]; diagnostics: Diagnostic[] }> {
  const hotPlug = args['hot-plug'].map((text) => requireFunction(text, platform));
  let tables: ReturnType<OutputRequest['tables']> | undefined;
  const diagnostics: Diagnostic[] = [];
  const makeTables = async (from = platform) => {
    const { generateTableSet } = await import('../../../firmware/index.js');
    return generateTableSet(from, {
      vcfgWidth: args['fixed-width'] ? 'fixed' : 'shortest',
      split: args.split ? 'crosvm' : 'one',
      hotPlug,
      identity,
      ...(onto && { onto: onto.tables, evaluate: onto.evaluate }),
    });
  };
  // In a machine that has tables, base, paths and events are those that fit there, for drivers and maps too.
  const placed =
    onto && (await (await import('./generate-onto.js')).generateOnto(platform, onto, args.platform, makeTables));
  if (placed !== undefined) {
    tables = Promise.resolve(placed);
    diagnostics.push(...placed.diagnostics);
  }
  const request: OutputRequest = {
    platform: placed?.platform ?? platform,
    imageBase,
    names: readNames(args),
    tables: () => {
      tables ??= makeTables();
      return tables;
    },
  };
  const isChosen = (format: string, standard: boolean) =>
    args.format.includes(format) ||
    (args.format.length === 0 && standard) ||
    (format === IMAGE_FORMAT && imageBase !== undefined);
  const files: GeneratedFile[] = [];
  // Only what was asked for: names that collide in one language must not keep the others from being made.
  for (const { format, standard, generate } of OUTPUTS) {
    if (!isChosen(format, standard)) continue;
    const output = await generate(request);
    files.push(...output.files);
    diagnostics.push(...output.diagnostics);
  }
  return { files, diagnostics };
}

function place(files: readonly GeneratedFile[], args: GenerateArgs, sources: readonly string[]): PlacedFile[] {
  const bytesOf = (contents: Uint8Array | string) =>
    typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
  const placed = files.map((file) => ({
    ...file,
    path: join(args.output, file.name),
    what: file.what.replace(`file=${file.name}`, () => `file=${join(args.output, file.name)}`),
    contents: bytesOf(file.contents),
  }));
  const { depfile } = args;
  if (depfile === undefined) return placed;
  const contents = bytesOf(
    makeDependencies(
      placed.map(({ path }) => path),
      sources,
    ),
  );
  return [...placed, { name: depfile, path: depfile, contents, what: 'what make has to know' }];
}

function requireSource(args: GenerateArgs): void {
  if (args.depfile === undefined || ![args.platform, ...args.onto].includes(STANDARD)) return;
  throw usageError('--depfile names what is read, and standard input has no name.', 'Give the file by its name.');
}

/** A finding for what a killed run left behind. */
function leftover(file: string): Diagnostic {
  const message =
    'A run of vcfg generate that was killed left this file behind: others may be of that run or the one before.';
  return errorAt(
    'COMMAND_NOT_UP_TO_DATE',
    { file },
    message,
    'Run the same command without --check, which removes it.',
  );
}

/** Made beside the other tables, and not loaded with them. */
const QEMU_TABLE = 'vcfg-qemu.aml';

/** Whether a file is a table of ours. One that cannot be read is not: nobody can load it either. */
function isGenerated(path: string, files: Io['files']): boolean {
  try {
    const bytes = files.read(path, MOST_INPUT_BYTES);
    return beginsWithSdtHeader(bytes) && decodeSdtHeader(bytes).creatorId === tableIdentity('', 0).creatorId;
  } catch (error) {
    if (isSystemError(error)) return false;
    throw error;
  }
}

/** Generated tables beside those of this run, which whoever takes the whole folder would load too. `sources` are read, not left over. */
function tablesOfOtherRuns(paths: readonly string[], sources: readonly string[], { files }: Io): string[] {
  const isTable = (path: string) => path.endsWith('.aml') && basename(path) !== QEMU_TABLE;
  const known = new Set([...paths, ...sources].map((path) => resolve(path)));
  return [...new Set(paths.filter(isTable).map((path) => dirname(path)))].flatMap((folder) =>
    (files.kindOf(folder) === 'folder' ? files.list(folder) : [])
      .map((name) => join(folder, name))
      .filter((path) => isTable(path) && !known.has(resolve(path)) && files.kindOf(path) === 'file')
      .filter((path) => isGenerated(path, files)),
  );
}

function otherRun(paths: readonly string[]): Diagnostic {
  const [first = '', ...rest] = paths;
  const more = rest.length === 0 ? '' : ` The same is true of ${rest.join(', ')}.`;
  return {
    code: 'COMMAND_NOT_UP_TO_DATE',
    severity: 'warning',
    place: { file: first },
    message: `Another run of vcfg generate wrote this table, and this run did not: the folder holds tables of both.${more}`,
    cure: 'Remove it, or give each run a folder of its own with -o.',
  };
}

/** Says what was found beside the tables of a machine, errors by that name, and how many of each severity. */
async function reportBeside(diagnostics: readonly Diagnostic[], io: Io): Promise<void> {
  if (diagnostics.length === 0) return;
  await report(io, diagnostics, { labelsErrors: true });
  const { countText } = await import('../../../check/report/index.js');
  say(io, countText(diagnostics));
}

/**
 * `vcfg generate`: everything is made before anything is written; with `--check`, nothing is written. Files are written in
 * spite of errors among the findings, for a person to look at; the exit code then says that there are some.
 */
export async function runGenerate(args: GenerateArgs, io: Io): Promise<number> {
  requireSource(args);
  const identity = readHeader(args);
  const imageBase = readImageBase(args.image, args.format);
  readNames(args);
  const { platform, files: sources } = await loadPlatformFiles(args.platform, io, {
    ...(args.onto.length > 0 && { hasOwnTables: true }),
  });
  const onto = args.onto.length === 0 ? undefined : await (await import('./generate-onto.js')).readOnto(args.onto, io);
  const made = await generateAll(platform, args, identity, imageBase, onto);
  // A text from acpidump holds several tables, each named by the file and its own name.
  const tables = onto?.inputs.map(({ file }) => file.replace(/#[A-Z0-9]+$/, '')) ?? [];
  const files = place(made.files, args, [...new Set([...sources, ...tables])]);
  const paths = files.map(({ path }) => path);
  refuseClashes(paths, io);
  const stale = args.check ? [...compareWithDisk(files, io), ...leftoversOf(paths, io.files).map(leftover)] : [];
  if (!args.check) writeFiles(files, io);
  const others = tablesOfOtherRuns(paths, tables, io);
  if (others.length > 0) made.diagnostics.push(otherRun(others));
  if (args.json) {
    const rows = files.map(({ path, contents, what, tables }) => ({ path, bytes: contents.length, what, tables }));
    io.stdout.write(`${toJson({ files: rows, diagnostics: [...made.diagnostics, ...stale] }, 2)}\n`);
  } else if (!args.check) {
    for (const { path, contents, what } of files) io.stdout.write(`${path}  ${contents.length} bytes  ${what}\n`);
  }
  if (args.check && stale.length === 0)
    say(io, files.length === 1 ? '1 file is up to date' : `${files.length} files are up to date`);
  // After the list of files, so that it is not taken for the end of a run without errors.
  await (onto === undefined ? report(io, made.diagnostics) : reportBeside(made.diagnostics, io));
  if (stale.length > 0) throw new DiagnosticError(stale);
  return made.diagnostics.some(({ severity }) => severity === 'error') ? EXIT.findings : EXIT.done;
}

/** Rules for make that say which files are made from which. */

/** What a backslash keeps from meaning something to make, in each place. GNU make manual §4.2, §4.4.3, §10.5.1 */
const QUOTED = { target: /(\\*)([\s#:%*?[])/g, source: /(\\*)([\s#:*?[|])/g } as const;
/** What nothing does: it ends the rule, makes it an assignment, or begins a home folder. */
const UNSAYABLE = /[;=\n]|^~/;

function makePath(path: string, place: keyof typeof QUOTED): string {
  if (UNSAYABLE.test(path)) {
    throw usageError(
      `make has no way to name ${JSON.stringify(path)} in a rule.`,
      'Leave --depfile out, or rename it.',
    );
  }
  // Backslashes in front of a quoted character are doubled; any others are themselves.
  const quote = (_: string, slashes: string, char: string) => `${slashes}${slashes}\\${char}`;
  return path.replaceAll('$', '$$$$').replaceAll(QUOTED[place], quote);
}

/**
 * A Make dependency file: every target depends on the sources. Each source is a target as well, without a rule, so that
 * make does not stop once it has another name. Throws a UsageError for a path that make cannot name.
 */
function makeDependencies(targets: readonly string[], sources: readonly string[]): string {
  const all = targets.map((target) => makePath(target, 'target')).join(' \\\n  ');
  const from = sources.map((source) => makePath(source, 'source')).join(' ');
  return `${all}: ${from}\n\n${sources.map((source) => `${makePath(source, 'target')}:\n`).join('')}`;
}
