import { DiagnosticError, inFile } from '../../base/index.js';
import { decodeText, readTable, tablesInFile } from '../../tables/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import type { GivenTable } from '../analysis/loaded-tables.js';
import type { PlatformFile } from '../state/session.js';

/** What files of the user's hold. */
export interface ReadFiles {
  readonly tables: readonly GivenTable[];
  readonly platform: PlatformFile | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export interface UserFile {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** The most bytes of one file, as for the command. */
const MOST_FILE_BYTES: number = 64 << 20;

/** Whether a text is a platform: every platform has `functions` at its outermost level. */
export const isPlatformText = (text: string): boolean => /^["']?functions["']?\s*:/m.test(text);

const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

async function unpack(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream('gzip'));
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > MOST_FILE_BYTES) throw new RangeError(`It unpacks to more than ${MOST_FILE_BYTES >> 20} MiB.`);
    parts.push(part.value);
  }
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

function failed(file: string, code: Diagnostic['code'], message: string, cure: string): Diagnostic {
  return { code, severity: 'error', place: { file }, message, cure };
}

/** A platform file's text; undefined for anything else. */
function platformText(bytes: Uint8Array): string | undefined {
  const text = bytes.includes(0) ? undefined : decodeText(bytes);
  return text !== undefined && isPlatformText(text) ? text : undefined;
}

async function readFile({ file, bytes: given }: UserFile): Promise<ReadFiles> {
  const nothing = { tables: [], platform: undefined };
  if (given.length === 0) {
    const found = failed(
      file,
      'COMMAND_FILE_EMPTY',
      'The file is empty.',
      'Was it written whole? Make or dump it again.',
    );
    return { ...nothing, diagnostics: [found] };
  }
  if (given.length > MOST_FILE_BYTES) {
    const message = `It has more than ${MOST_FILE_BYTES >> 20} MiB.`;
    const cure = 'Give a table, a dump or a platform file; a disk image or a device is not one of these.';
    return { ...nothing, diagnostics: [failed(file, 'COMMAND_FILE_TOO_LARGE', message, cure)] };
  }
  let bytes = given;
  try {
    if (isGzip(given)) bytes = await unpack(given);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `This is a gzip file that cannot be unpacked: ${reason}`;
    return { ...nothing, diagnostics: [failed(file, 'COMMAND_TABLE_WANTED', message, 'Make it again.')] };
  }
  const text = platformText(bytes);
  if (text !== undefined) return { tables: [], platform: { file, text }, diagnostics: [] };
  try {
    const { inputs, diagnostics } = tablesInFile({ file, bytes });
    const read = inputs.map((input) => ({ input, ...readTable(input.bytes) }));
    // A table with a wrong checksum or bytes after its end opens all the same: Findings reports it.
    const tables = read.flatMap(({ input, table }) => (table === undefined ? [] : [input]));
    const refused = read.flatMap((each) => (each.table === undefined ? inFile(each.input.file, each.diagnostics) : []));
    return { tables, platform: undefined, diagnostics: [...diagnostics, ...refused] };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { ...nothing, diagnostics: inFile(file, error.diagnostics) };
  }
}

/** Reads files: tables as bytes, hex, base64, gzip or text from acpidump, and a platform file. */
export async function readFiles(files: readonly UserFile[]): Promise<ReadFiles> {
  const read = await Promise.all(files.map(readFile));
  return {
    tables: read.flatMap(({ tables }) => tables),
    platform: read.find(({ platform }) => platform !== undefined)?.platform,
    diagnostics: read.flatMap(({ diagnostics }) => diagnostics),
  };
}
