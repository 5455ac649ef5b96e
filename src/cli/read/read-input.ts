import { DiagnosticError, errorAt, inFile } from '../../base/index.js';
import { readAcpidump } from '../../tables/acpidump.js';
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
      refuse('COMMAND_FILE_IS_FOLDER', path, 'This is a folder, and a file is wanted.', 'Give a file in it.');
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

/** Signatures that a table can begin with whatever their case; a text file never has its length behind them. */
function looksLikeTable(bytes: Uint8Array): boolean {
  if (bytes.length < 36 || !/^[A-Z0-9_]{4}$/.test(latin1(bytes.subarray(0, 4)))) return false;
  return bytes.subarray(4, 36).some((byte) => byte === 0 || byte >= 0x80);
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** Text of a file in which nothing but a platform will do. Throws a DiagnosticError for a table, and for what is no text. */
export async function readPlatformText(path: string, io: Io): Promise<{ file: string; text: string }> {
  const { file, bytes } = await readInput(path, io, 'A platform begins with a key such as functions:.');
  if (looksLikeTable(bytes)) {
    const signature = latin1(bytes.subarray(0, 4));
    refuse(
      'COMMAND_PLATFORM_WANTED',
      file,
      `This is an ACPI table (${signature}), and a platform file is wanted.`,
      'Give the YAML file; tables have their own place in the command.',
    );
  }
  try {
    return { file, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    refuse(
      'COMMAND_PLATFORM_WANTED',
      file,
      'This is no UTF-8 text, and a platform file is wanted.',
      'Give the YAML file.',
    );
  }
}

/** What to do with a text that is given for a table. */
const TABLE_CURES: Readonly<Record<TextKind, string>> = {
  acpidump: 'Take it apart first: acpixtract -a FILE.',
  c: 'Give a table; the header of a driver goes with --driver of vcfg check.',
  rust: 'Give a table.',
  asl: 'Compile it first: iasl FILE.',
  yaml: 'Give a table; a platform goes with --platform.',
};

/** Bytes of a file in which nothing but a table will do. Throws a DiagnosticError for the text files that it often is. */
export async function readTableInput(path: string, io: Io): Promise<Input> {
  const input = await readInput(path, io);
  refuseText(input, textKindOf(input.bytes));
  return input;
}

/** Throws a DiagnosticError where a table is wanted and a text of a known kind is given. */
function refuseText({ file }: Pick<Input, 'file'>, kind: TextKind | undefined): void {
  if (kind === undefined) return;
  const message = `This is ${TEXT_NAMES[kind]}, and a table is wanted.`;
  refuse('COMMAND_TABLE_WANTED', file, message, TABLE_CURES[kind]);
}

/** Tables of one file, and what was wrong with others in it. */
export interface TableInputs {
  readonly inputs: readonly Input[];
  readonly diagnostics: readonly Diagnostic[];
}

const WITHOUT_HEADER: ReadonlySet<string> = new Set(['RSD PTR', 'FACS']);

/** The tables of a text from acpidump, named `FILE#DSDT`, or `FILE#SSDT1` and `FILE#SSDT2`; FACS and RSDP left out. */
function tablesOfDump({ file, bytes }: Input): TableInputs {
  const { tables, diagnostics } = readAcpidump(new TextDecoder('latin1').decode(bytes));
  const count = (wanted: string) => tables.filter(({ signature }) => signature === wanted).length;
  const seen = new Map<string, number>();
  const inputs = tables.map((table) => {
    const { signature } = table;
    const number = (seen.get(signature) ?? 0) + 1;
    seen.set(signature, number);
    return { signature, file: `${file}#${signature}${count(signature) > 1 ? number : ''}`, bytes: table.bytes };
  });
  return {
    inputs: inputs.filter(({ signature }) => !WITHOUT_HEADER.has(signature)).map(({ signature: _, ...input }) => input),
    diagnostics: inFile(file, diagnostics),
  };
}

/** The tables in what was read. Throws a DiagnosticError for a text that holds none. */
export function tablesOfInput(input: Input, kind = textKindOf(input.bytes)): TableInputs {
  if (kind !== 'acpidump') {
    refuseText(input, kind);
    return { inputs: [input], diagnostics: [] };
  }
  const found = tablesOfDump(input);
  if (found.inputs.length > 0 || found.diagnostics.length > 0) return found;
  refuse(
    'COMMAND_NO_TABLES',
    input.file,
    'This text from acpidump holds no table except FACS or the RSDP, which are skipped.',
    'Dump all tables: as root, acpidump -o FILE.',
  );
}

/** The C header of a driver. Throws a DiagnosticError for what is no C. */
export async function readHeaderInput(path: string, io: Io): Promise<Input> {
  const input = await readInput(path, io, 'Generate it: vcfg generate PLATFORM -o FOLDER --format c.');
  const kind = textKindOf(input.bytes);
  const isBinary = input.bytes.includes(0);
  if (!isBinary && (kind === undefined || kind === 'c')) return input;
  const what = isBinary || kind === undefined ? 'no text' : TEXT_NAMES[kind];
  refuse(
    'COMMAND_HEADER_WANTED',
    input.file,
    `This is ${what}, and the C header of a driver is wanted.`,
    'Give the vcfg.h that vcfg generate writes, or one like it.',
  );
}
