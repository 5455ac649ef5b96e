import {
  DiagnosticError,
  decodeLatin1,
  errorAt,
  inFile,
  requireBytes,
  requireObject,
  requireOneOf,
  requireText,
  SDT_HEADER_BYTES,
  SDT_OFFSET,
} from '../../base/index.js';
import type { Diagnostic, DiagnosticCode } from '../../vocab/index.js';
import { readAcpidump } from '../acpidump.js';
import { beginsWithSdtHeader } from '../read-table.js';
import { beginsWithSignature } from '../sdt-header.js';
import { decodeTableText, decodeText } from './encoded-table.js';
import { recogniseForeignFile } from './foreign-file.js';
import { isPlatformFile, TEXT_NAMES, type TextKind, textKindOf } from './text-kind.js';

/** A file as somebody gave it. */
export interface InputFile {
  /** Name for findings. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

function refuse(code: DiagnosticCode, file: string, message: string, cure: string): never {
  throw new DiagnosticError([errorAt(code, { file }, message, cure)]);
}

/** Whether these are a table's bytes: a text has no zeros, and nothing from 0x80 on, in its header. */
export function holdsTableBytes(bytes: Uint8Array): boolean {
  requireBytes(bytes, 'holdsTableBytes: bytes');
  if (bytes.length < SDT_HEADER_BYTES || !beginsWithSignature(bytes)) return false;
  return bytes.subarray(SDT_OFFSET.length, SDT_HEADER_BYTES).some((byte) => byte === 0 || byte >= 0x80);
}

/** What to do with a text that is given for a table. */
const TABLE_CURES: Readonly<Record<TextKind, string>> = {
  acpidump: 'Take it apart first: acpixtract -a FILE.',
  c: 'Give a table; the header of a driver goes with --driver of vcfg check.',
  rust: 'Give a table.',
  asl: 'Compile it first: iasl FILE.',
  yaml: 'Give a table.',
};
const PLATFORM_CURE =
  'Generate tables from it: vcfg generate FILE -o FOLDER. Together with tables, vcfg check, evaluate, run, inject and explore take it with --platform.';

/** Throws a DiagnosticError where a table is needed and a text of a known kind is given. */
export function refuseTableText(file: string, kind: TextKind): never {
  requireText(file, 'refuseTableText: file');
  requireOneOf(kind, Object.keys(TEXT_NAMES), 'refuseTableText: kind');
  refuse('COMMAND_TABLE_WANTED', file, `This is ${TEXT_NAMES[kind]}, but a table is needed.`, TABLE_CURES[kind]);
}

/** Tables of one file, and what was wrong with others in it. */
export interface TablesInFile {
  readonly inputs: readonly InputFile[];
  readonly diagnostics: readonly Diagnostic[];
  /** The kind of text that holds several tables; undefined for a single table. */
  readonly kind?: 'acpidump';
}

/** The tables of a text from acpidump, named `FILE#DSDT`, or `FILE#SSDT1` and `FILE#SSDT2`; FACS and RSDP left out. */
function tablesOfDump({ file, bytes }: InputFile): TablesInFile {
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

/** A text without its byte order mark, as UTF-8, whatever it was: PowerShell writes UTF-16. */
function normalText(bytes: Uint8Array): Uint8Array {
  const text = decodeText(bytes);
  return text === undefined ? bytes : new TextEncoder().encode(text);
}

/** The table that a text holds in hex or base64; undefined for bytes, and for any other text. */
export function tableInText(bytes: Uint8Array): Uint8Array | undefined {
  requireBytes(bytes, 'tableInText: bytes');
  const text = holdsTableBytes(bytes) ? undefined : decodeText(bytes);
  return text === undefined ? undefined : decodeTableText(text);
}

/**
 * The tables in what was read: one, or those of a text from acpidump; as bytes, in hex or base64.
 * Throws a DiagnosticError for anything else, by what it is.
 */
export function tablesInFile(given: InputFile): TablesInFile {
  requireObject(given, 'tablesInFile: given', '{ file, bytes }');
  requireText(given.file, 'tablesInFile: file');
  requireBytes(given.bytes, 'tablesInFile: bytes');
  const input = given;
  const foreign = recogniseForeignFile(input.bytes);
  if (foreign !== undefined) {
    refuse('COMMAND_TABLE_WANTED', input.file, `This is ${foreign.what}, but a table is needed.`, foreign.cure);
  }
  if (holdsTableBytes(input.bytes)) return { inputs: [input], diagnostics: [] };
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
  if (isPlatformFile(bytes)) {
    refuse('COMMAND_TABLE_WANTED', input.file, 'This is a platform file, but a table is needed.', PLATFORM_CURE);
  }
  if (kind !== undefined) refuseTableText(input.file, kind);
  return { inputs: [input], diagnostics: [] };
}
