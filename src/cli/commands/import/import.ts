import { dirname, isAbsolute, join } from 'node:path';
import { DiagnosticError, errorAt, formatPciAddress } from '../../../base/index.js';
import { toJson } from '../../../base/json.js';
import {
  type ImportOptions,
  importRegisters,
  type LeftOut,
  type RegisterFormat,
} from '../../../platform/imports/index.js';
import { decodeText, recogniseForeignFile } from '../../../tables/index.js';
import type { Platform } from '../../../vocab/index.js';
import { EXIT } from '../../command.js';
import type { Io } from '../../io.js';
import { readNumber, readPciAddress } from '../../read/argument-values.js';
import { readFile, readInput } from '../../read/read-input.js';
import { usageError } from '../../read/usage-error.js';
import { counted, report, say } from '../../write/report.js';
import { writeOutput } from '../../write/write-file.js';

interface ImportArgs {
  readonly file: string;
  readonly format: string | undefined;
  readonly peripheral: readonly string[];
  readonly bdf: string | undefined;
  readonly offset: string | undefined;
  readonly include: readonly string[];
  readonly output: string | undefined;
  readonly json: boolean;
}

const STANDARD_OUTPUT = '-';
/** Places of one kind of what was left out that are said; `--json` has the others. */
const PLACES_SAID = 3;

function requireText(file: string, bytes: Uint8Array): string {
  const text = decodeText(bytes);
  if (text !== undefined) return text;
  const what = recogniseForeignFile(bytes)?.what ?? 'not UTF-8 text';
  const message = `This is ${what}, but a register description is needed.`;
  throw new DiagnosticError([
    errorAt('IMPORT_FORMAT', { file }, message, 'Give a CMSIS-SVD, SystemRDL or IP-XACT file.'),
  ]);
}

/** Files that a SystemRDL file includes: beside the file that includes them, or in one of the folders. */
function includeFrom(folders: readonly string[], io: Io): NonNullable<ImportOptions['include']> {
  return (path, from) => {
    const beside = from === undefined ? [] : [dirname(from)];
    const paths = isAbsolute(path) ? [path] : [...beside, ...folders].map((folder) => join(folder, path));
    const file = paths.find((each) => io.files.kindOf(each) === 'file');
    return file === undefined ? undefined : { file, text: requireText(file, readFile(file, io)) };
  };
}

function readOffset(text: string | undefined): number {
  if (text === undefined) return 0;
  const offset = readNumber('--offset', text, 0, 0xffff_fffc);
  if (offset % 4 === 0) return offset;
  throw usageError(`--offset is ${text}, which is not a multiple of 4.`, 'Give the offset of a dword, such as 0x1000.');
}

/** One kind of what was left out, on one line. */
function leftOutLine({ what, why, count, places }: LeftOut): string {
  const shown = places
    .slice(0, PLACES_SAID)
    .map(({ line, path }) => [line === undefined ? undefined : `line ${line}`, path].filter(Boolean).join(' '));
  const more = count > shown.length ? ', …' : '';
  return `${count} × ${what} (${shown.join(', ')}${more}). ${why}`;
}

/** Says what was not carried over, a line for each kind. */
export function sayLeftOut(leftOut: readonly LeftOut[], io: Io): void {
  if (leftOut.length === 0) return;
  say(io, 'Not carried over:');
  for (const each of leftOut) say(io, `  ${leftOutLine(each)}`);
}

function summaryOf(platform: Platform): string {
  const registers = platform.functions.flatMap((each) => each.registers);
  const fields = registers.reduce((sum, each) => sum + each.fields.length, 0);
  return `${counted(platform.functions.length, 'function')}, ${counted(registers.length, 'dword')}, ${counted(fields, 'field')}`;
}

/** `vcfg import`: a platform file of a register description. Written only if it can be read again. */
export async function runImport(args: ImportArgs, io: Io): Promise<number> {
  const { output = STANDARD_OUTPUT } = args;
  if (args.json && args.output === STANDARD_OUTPUT) {
    throw usageError('--json and -o - both want standard output.', 'Give the platform a file, or leave --json out.');
  }
  const address = args.bdf === undefined ? undefined : readPciAddress(args.bdf);
  const offset = readOffset(args.offset);
  const { file, bytes } = await readInput(args.file, io, 'Give a CMSIS-SVD, SystemRDL or IP-XACT file.');
  const { text, platform, diagnostics, leftOut } = await importRegisters(requireText(file, bytes), {
    file,
    peripherals: args.peripheral,
    offset,
    include: includeFrom(args.include, io),
    ...(args.format !== undefined && { format: args.format as RegisterFormat }),
    ...(address && { address }),
  });
  if (text === undefined || platform === undefined) {
    sayLeftOut(leftOut, io);
    throw new DiagnosticError(diagnostics);
  }
  const written = args.json && args.output === undefined ? { text } : { path: output };
  if ('path' in written) writeOutput(output, text, io);
  await report(io, diagnostics);
  if (args.json) {
    const functions = platform.functions.map(({ address: at, name, longName, registers }) => ({
      address: formatPciAddress(at),
      name,
      ...(longName !== undefined && { longName }),
      dwords: registers.length,
    }));
    io.stdout.write(`${toJson({ ...written, functions, leftOut, diagnostics }, 2)}\n`);
    return EXIT.done;
  }
  sayLeftOut(leftOut, io);
  const line = `${output}  ${new TextEncoder().encode(text).length} bytes  ${summaryOf(platform)}`;
  if (output === STANDARD_OUTPUT) say(io, line);
  else io.stdout.write(`${line}\n`);
  return EXIT.done;
}
