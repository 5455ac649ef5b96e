import { DiagnosticError, errorAt } from '../base/index.js';
import type { DiagnosticCode } from '../vocab/index.js';
import type { Io } from './io.js';
import { isSystemError } from './system-error.js';

/** What the command line writes for standard input, and what findings call it. */
export const STANDARD = '-';
const STANDARD_NAME = '<stdin>';

export interface Input {
  /** Name for findings. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

function refuse(code: DiagnosticCode, file: string, message: string, cure: string): never {
  throw new DiagnosticError([errorAt(code, { file }, message, cure)]);
}

function readFile(path: string, io: Io): Uint8Array {
  try {
    return io.files.read(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
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

/** A file's bytes, or those of standard input for `-`. Throws a DiagnosticError if there are none. */
export async function readInput(path: string, io: Io): Promise<Input> {
  const standard = path === STANDARD;
  const file = standard ? STANDARD_NAME : path;
  const bytes = standard ? await io.readStandardInput() : readFile(path, io);
  if (bytes.length === 0) {
    refuse('COMMAND_FILE_EMPTY', file, 'The file is empty.', 'Was it written whole? Make or dump it again.');
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
  const { file, bytes } = await readInput(path, io);
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

/** What people hand in for a table by mistake, by what it begins with. */
const NO_TABLES: readonly (readonly [pattern: RegExp, what: string, cure: string])[] = [
  [/^\s*(?:\/\*|\/\/|DefinitionBlock\b|#pragma\b)/, 'ASL source', 'Compile it first: iasl FILE.'],
  [/^[A-Z0-9_]{4} @ 0x/, 'text from acpidump', 'Take it apart first: acpixtract -a FILE.'],
  [
    /^\s*(?:#|---|%YAML|[A-Za-z_][\w-]*:\s|- |\{)/,
    'a text file, a platform perhaps',
    'Give a table; a platform goes with --platform.',
  ],
];

/** Bytes of a file in which nothing but a table will do. Throws a DiagnosticError for the text files that it often is. */
export async function readTableInput(path: string, io: Io): Promise<Input> {
  const input = await readInput(path, io);
  const start = input.bytes.subarray(0, 512);
  if (start.some((byte) => byte === 0)) return input;
  const text = latin1(start);
  for (const [pattern, what, cure] of NO_TABLES) {
    if (pattern.test(text)) refuse('COMMAND_TABLE_WANTED', input.file, `This is ${what}, and a table is wanted.`, cure);
  }
  return input;
}
