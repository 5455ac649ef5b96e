import { dirname } from 'node:path';
import { DiagnosticError, decodeLatin1, errorAt } from '../../base/index.js';
import type { ReadPlatformOptions } from '../../platform/index.js';
import { decodeText, recogniseForeignFile } from '../../tables/index.js';
import {
  holdsTableBytes,
  type InputFile,
  refuseTableText,
  type TablesInFile,
  tablesInFile,
} from '../../tables/text/tables-in-file.js';
import { isPlatformFile, TEXT_NAMES, textKindOf } from '../../tables/text/text-kind.js';
import type { DiagnosticCode } from '../../vocab/index.js';
import { type Io, isSystemError } from '../io.js';
import { unreadableCure } from '../system-error.js';
import { MOST_INPUT_BYTES, noteInput, STANDARD, STANDARD_NAME, tooLarge } from './inputs.js';

export type Input = InputFile;
export type TableInputs = TablesInFile;

function refuse(code: DiagnosticCode, file: string, message: string, cure: string): never {
  throw new DiagnosticError([errorAt(code, { file }, message, cure)]);
}

/** The cures for a file that is given on the command line, and for one that another file includes. */
const CURES = {
  given: {
    missing: 'Check the path. It is relative to the current folder.',
    folder: 'Give a file in it.',
    device: 'Copy its contents to a file, or pipe them to the command and give - for the file.',
    table: 'Give the YAML file; tables are separate arguments of the command.',
    other: 'Give the YAML file.',
  },
  included: {
    missing: 'Check the path. It is relative to the file that includes it.',
    folder: 'Include a file in it.',
    device: 'Copy its contents to a file, and include that.',
    table: 'Include a YAML file; tables are arguments of the command.',
    other: 'Include a YAML file.',
  },
} as const;

/** Reads a file. Throws a DiagnosticError if that fails; its cure is `missingCure` if the file does not exist. */
export function readFile(
  path: string,
  io: Pick<Io, 'files'>,
  how: keyof typeof CURES = 'given',
  missingCure: string = CURES[how].missing,
): Uint8Array {
  const cures = CURES[how];
  try {
    if (io.files.kindOf(path) === 'other') {
      refuse('COMMAND_FILE_UNREADABLE', path, 'This is a device, a pipe or a socket, not a file.', cures.device);
    }
    const bytes = io.files.read(path, MOST_INPUT_BYTES);
    if (bytes.length > MOST_INPUT_BYTES) throw new DiagnosticError([tooLarge(path)]);
    noteInput(path, io.files);
    return bytes;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (
      error.code === 'ENOENT' ||
      error.code === 'ENOTDIR' ||
      error.code === 'ENAMETOOLONG' ||
      error.code === 'ELOOP'
    ) {
      refuse('COMMAND_FILE_MISSING', path, 'The file does not exist.', missingCure);
    }
    if (error.code === 'EISDIR') {
      refuse('COMMAND_FILE_IS_FOLDER', path, 'This is a folder, but a file is needed.', cures.folder);
    }
    const cure = unreadableCure(error, path);
    refuse('COMMAND_FILE_UNREADABLE', path, `The file cannot be read: ${error.code}.`, cure);
  }
}

const WRITTEN_WHOLE = 'Was it written whole? Make or dump it again.';

/**
 * A file's bytes, or those of standard input for `-`. Throws a DiagnosticError if there are none, with `emptyCure`, or no such
 * file, with `missingCure`.
 */
export async function readInput(
  path: string,
  io: Io,
  emptyCure: string = WRITTEN_WHOLE,
  missingCure?: string,
): Promise<Input> {
  const standard = path === STANDARD;
  const file = standard ? STANDARD_NAME : path;
  const bytes = standard ? await io.readStandardInput() : readFile(path, io, 'given', missingCure);
  if (standard) noteInput(path, io.files);
  if (bytes.length === 0) {
    refuse('COMMAND_FILE_EMPTY', file, 'The file is empty.', emptyCure);
  }
  return { file, bytes };
}

/** Text of a file in which only a platform makes sense. Throws a DiagnosticError for a table, and for anything but text. */
export async function readPlatformText(path: string, io: Io): Promise<{ file: string; text: string }> {
  const input = await readInput(path, io, 'A platform begins with a key such as functions:.');
  return { file: input.file, text: platformTextOf(input) };
}

/** Gives the text of the files that a platform file includes. */
function includeReader(io: Pick<Io, 'files'>): (path: string) => string {
  return (path) => platformTextOf({ file: path, bytes: readFile(path, io, 'included') }, 'included');
}

/** How {@link readPlatform} gets the files that a platform file includes. */
export function includesFrom(
  io: Pick<Io, 'files'>,
): Required<Pick<ReadPlatformOptions, 'readInclude' | 'identifyFile'>> {
  return { readInclude: includeReader(io), identifyFile: (path) => io.files.identityOf(path) };
}

function platformTextOf({ file, bytes }: Input, how: keyof typeof CURES = 'given'): string {
  if (holdsTableBytes(bytes)) {
    const signature = decodeLatin1(bytes.subarray(0, 4));
    refuse(
      'COMMAND_PLATFORM_WANTED',
      file,
      `This is an ACPI table (${signature}), but a platform file is needed.`,
      CURES[how].table,
    );
  }
  const text = decodeText(bytes);
  if (text !== undefined) return text;
  const what = recogniseForeignFile(bytes)?.what ?? 'not UTF-8 text';
  refuse('COMMAND_PLATFORM_WANTED', file, `This is ${what}, but a platform file is needed.`, CURES[how].other);
}

/** One table. Throws a DiagnosticError for the files that people often give for one, and for a text of several tables. */
export async function readTableInput(path: string, io: Io): Promise<Input> {
  const input = await readInput(path, io);
  const { inputs, kind } = tablesOfInput(input);
  if (kind !== undefined) refuseTableText(input.file, kind);
  return inputs[0] as Input;
}

const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** What a gzip file holds. Throws a DiagnosticError if it is damaged, or holds more than any input may. */
function unpack({ file, bytes }: Input): Input {
  // Not imported above: few inputs are packed, and every command would wait for the module.
  const { gunzipSync } = process.getBuiltinModule('node:zlib');
  try {
    return { file, bytes: gunzipSync(bytes, { maxOutputLength: MOST_INPUT_BYTES }) };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'ERR_BUFFER_TOO_LARGE') throw new DiagnosticError([tooLarge(file)]);
    refuse(
      'COMMAND_TABLE_WANTED',
      file,
      `This is a gzip file that cannot be unpacked: ${error.code}.`,
      'Make it again.',
    );
  }
}

/** The tables in what was read, packed by gzip or not: see {@link tablesInFile}. */
export function tablesOfInput(given: Input): TableInputs {
  return tablesInFile(isGzip(given.bytes) ? unpack(given) : given);
}

/** The C header of a driver; `platform` is the file that could generate it. Throws a DiagnosticError for anything but C. */
export async function readHeaderInput(path: string, platform: string | undefined, io: Io): Promise<Input> {
  const command = `vcfg generate ${platform ?? 'PLATFORM'} -o ${dirname(path)} --format c`;
  const without = platform === undefined ? '' : ' Without --driver, the header that the platform gives is checked.';
  const missing = `Check the path, or make it: ${command}.${without}`;
  const input = await readInput(path, io, `Generate it: ${command}.`, missing);
  const kind = textKindOf(input.bytes);
  const isBinary = input.bytes.includes(0);
  if (!isBinary && (kind === undefined || kind === 'c')) return input;
  const isPlatform = isPlatformFile(input.bytes);
  const what = isBinary || kind === undefined ? 'not text' : isPlatform ? 'a platform file' : TEXT_NAMES[kind];
  refuse(
    'COMMAND_HEADER_WANTED',
    input.file,
    `This is ${what}, but the C header of a driver is needed.`,
    'Give the vcfg.h that vcfg generate writes, or one like it.',
  );
}
