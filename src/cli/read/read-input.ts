import { DiagnosticError, decodeLatin1, errorAt, inFile, SDT_HEADER_BYTES, SDT_OFFSET } from '../../base/index.js';
import {
  beginsWithSdtHeader,
  beginsWithSignature,
  decodeTableText,
  decodeText,
  readAcpidump,
  recogniseForeignFile,
} from '../../tables/index.js';
import type { Diagnostic, DiagnosticCode } from '../../vocab/index.js';
import { type Io, isSystemError } from '../io.js';
import { MOST_INPUT_BYTES, noteInput, STANDARD, STANDARD_NAME, tooLarge } from './inputs.js';
import { TEXT_NAMES, type TextKind, textKindOf } from './text-kind.js';

export interface Input {
  /** Name for findings. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

function refuse(code: DiagnosticCode, file: string, message: string, cure: string): never {
  throw new DiagnosticError([errorAt(code, { file }, message, cure)]);
}

/** A file's bytes. Throws a DiagnosticError if the system does not give them. */
export function readFile(path: string, io: Io): Uint8Array {
  try {
    if (io.files.kindOf(path) === 'other') {
      refuse(
        'COMMAND_FILE_UNREADABLE',
        path,
        'This is a device, a pipe or a socket, not a file.',
        'Copy its contents to a file, or pipe them to the command and give - for the file.',
      );
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
      refuse(
        'COMMAND_FILE_MISSING',
        path,
        'There is no such file.',
        'Is the path right, seen from the current folder?',
      );
    }
    if (error.code === 'EISDIR') {
      refuse('COMMAND_FILE_IS_FOLDER', path, 'This is a folder, but a file is needed.', 'Give a file in it.');
    }
    refuse('COMMAND_FILE_UNREADABLE', path, `The file cannot be read: ${error.code}.`, 'Are you allowed to read it?');
  }
}

const WRITTEN_WHOLE = 'Was it written whole? Make or dump it again.';

/** A file's bytes, or those of standard input for `-`. Throws a DiagnosticError if there are none, with that cure. */
export async function readInput(path: string, io: Io, emptyCure = WRITTEN_WHOLE): Promise<Input> {
  const standard = path === STANDARD;
  const file = standard ? STANDARD_NAME : path;
  const bytes = standard ? await io.readStandardInput() : readFile(path, io);
  if (standard) noteInput(path, io.files);
  if (bytes.length === 0) {
    refuse('COMMAND_FILE_EMPTY', file, 'The file is empty.', emptyCure);
  }
  return { file, bytes };
}

/** Whether these are a table's bytes: a text has no zeros, and nothing from 0x80 on, in its header. */
function isTable(bytes: Uint8Array): boolean {
  if (bytes.length < SDT_HEADER_BYTES || !beginsWithSignature(bytes)) return false;
  return bytes.subarray(SDT_OFFSET.length, SDT_HEADER_BYTES).some((byte) => byte === 0 || byte >= 0x80);
}

/** Text of a file in which only a platform makes sense. Throws a DiagnosticError for a table, and for anything but text. */
export async function readPlatformText(path: string, io: Io): Promise<{ file: string; text: string }> {
  const { file, bytes } = await readInput(path, io, 'A platform begins with a key such as functions:.');
  if (isTable(bytes)) {
    const signature = decodeLatin1(bytes.subarray(0, 4));
    refuse(
      'COMMAND_PLATFORM_WANTED',
      file,
      `This is an ACPI table (${signature}), but a platform file is needed.`,
      'Give the YAML file; tables are separate arguments of the command.',
    );
  }
  const text = decodeText(bytes);
  if (text !== undefined) return { file, text };
  const what = recogniseForeignFile(bytes)?.what ?? 'not UTF-8 text';
  refuse('COMMAND_PLATFORM_WANTED', file, `This is ${what}, but a platform file is needed.`, 'Give the YAML file.');
}

/** What to do with a text that is given for a table. */
const TABLE_CURES: Readonly<Record<TextKind, string>> = {
  acpidump: 'Take it apart first: acpixtract -a FILE.',
  c: 'Give a table; the header of a driver goes with --driver of vcfg check.',
  rust: 'Give a table.',
  asl: 'Compile it first: iasl FILE.',
  yaml: 'Give a table; a platform goes with --platform.',
};

/** One table. Throws a DiagnosticError for the files that people often give for one, and for a text of several tables. */
export async function readTableInput(path: string, io: Io): Promise<Input> {
  const input = await readInput(path, io);
  const { inputs, kind } = tablesOfInput(input);
  if (kind !== undefined) refuseText(input, kind);
  return inputs[0] as Input;
}

/** Throws a DiagnosticError where a table is needed and a text of a known kind is given. */
function refuseText({ file }: Pick<Input, 'file'>, kind: TextKind): void {
  refuse('COMMAND_TABLE_WANTED', file, `This is ${TEXT_NAMES[kind]}, but a table is needed.`, TABLE_CURES[kind]);
}

/** Tables of one file, and what was wrong with others in it. */
export interface TableInputs {
  readonly inputs: readonly Input[];
  readonly diagnostics: readonly Diagnostic[];
  /** The kind of text that holds several tables; undefined for a single table. */
  readonly kind?: 'acpidump';
}

/** The tables of a text from acpidump, named `FILE#DSDT`, or `FILE#SSDT1` and `FILE#SSDT2`; FACS and RSDP left out. */
function tablesOfDump({ file, bytes }: Input): TableInputs {
  const { tables, diagnostics } = readAcpidump(decodeLatin1(bytes));
  const count = (wanted: string) => tables.filter(({ signature }) => signature === wanted).length;
  const seen = new Map<string, number>();
  const inputs = tables.map((table) => {
    const { signature } = table;
    const number = (seen.get(signature) ?? 0) + 1;
    seen.set(signature, number);
    return { signature, file: `${file}#${signature}${count(signature) > 1 ? number : ''}`, bytes: table.bytes };
  });
  return {
    inputs: inputs.filter(({ bytes }) => beginsWithSdtHeader(bytes)).map(({ signature: _, ...input }) => input),
    diagnostics: inFile(file, diagnostics),
  };
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

/** A text without its byte order mark, as UTF-8, whatever it was: PowerShell writes UTF-16. */
function normalText(bytes: Uint8Array): Uint8Array {
  const text = decodeText(bytes);
  return text === undefined ? bytes : new TextEncoder().encode(text);
}

/** The table that a text holds in hex or base64; undefined for bytes, and for any other text. */
export function tableInText(bytes: Uint8Array): Uint8Array | undefined {
  const text = isTable(bytes) ? undefined : decodeText(bytes);
  return text === undefined ? undefined : decodeTableText(text);
}

/**
 * The tables in what was read: one, or those of a text from acpidump; as bytes, in hex or base64, packed by gzip or not.
 * Throws a DiagnosticError for anything else, by what it is.
 */
export function tablesOfInput(given: Input): TableInputs {
  const input = isGzip(given.bytes) ? unpack(given) : given;
  const foreign = recogniseForeignFile(input.bytes);
  if (foreign !== undefined) {
    refuse('COMMAND_TABLE_WANTED', input.file, `This is ${foreign.what}, but a table is needed.`, foreign.cure);
  }
  if (isTable(input.bytes)) return { inputs: [input], diagnostics: [] };
  const { file } = input;
  const bytes = normalText(input.bytes);
  const kind = textKindOf(bytes);
  if (kind === 'acpidump') {
    const found = tablesOfDump({ file, bytes });
    if (found.inputs.length > 0 || found.diagnostics.length > 0) return { ...found, kind };
    refuse(
      'COMMAND_NO_TABLES',
      file,
      'This text from acpidump holds no table except FACS or the RSDP, which are skipped.',
      'Dump all tables: as root, acpidump -o FILE.',
    );
  }
  const table = tableInText(bytes);
  if (table !== undefined) return { inputs: [{ file, bytes: table }], diagnostics: [] };
  if (kind !== undefined) refuseText(input, kind);
  return { inputs: [input], diagnostics: [] };
}

/** The C header of a driver. Throws a DiagnosticError for what is no C. */
export async function readHeaderInput(path: string, io: Io): Promise<Input> {
  const input = await readInput(path, io, 'Generate it: vcfg generate PLATFORM -o FOLDER --format c.');
  const kind = textKindOf(input.bytes);
  const isBinary = input.bytes.includes(0);
  if (!isBinary && (kind === undefined || kind === 'c')) return input;
  const what = isBinary || kind === undefined ? 'not text' : TEXT_NAMES[kind];
  refuse(
    'COMMAND_HEADER_WANTED',
    input.file,
    `This is ${what}, but the C header of a driver is needed.`,
    'Give the vcfg.h that vcfg generate writes, or one like it.',
  );
}
