import { DiagnosticError, inFile } from '../../base/index.js';
import { decodeText, readTable, tablesInFile } from '../../tables/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import type { GivenTable } from '../analysis/loaded-tables.js';
import { type IncludedFile, isPlatformText, type PlatformFile } from '../state/session.js';
import type { Gathered, GatherQuestion } from './platform-files.js';

/** What files of the user's hold. */
export interface ReadFiles {
  readonly tables: readonly GivenTable[];
  /** The platform that is open with them. */
  readonly platform: PlatformFile | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

type OneFile = Omit<ReadFiles, 'platform'>;

export interface UserFile {
  readonly file: string;
  /** Other paths that lead to it. */
  readonly alsoAt?: readonly string[] | undefined;
  readonly bytes: Uint8Array;
}

/** The most bytes of one file, as for the command. */
const MOST_FILE_BYTES: number = 64 << 20;
/** The most bytes of a platform file; one of its own limits, on characters, is lower. */
const MOST_PLATFORM_BYTES: number = 16 << 20;

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

/** The text of a file that may be a platform or part of one; undefined for anything else. */
function platformText({ file, bytes }: UserFile): string | undefined {
  if (bytes.length > MOST_PLATFORM_BYTES || bytes.includes(0)) return undefined;
  const text = decodeText(bytes);
  return text !== undefined && (isPlatformText(text) || /\.(?:ya?ml|json)$/i.test(file)) ? text : undefined;
}

/** A file's bytes, unpacked; the finding if there is nothing in them that could be read. */
async function unpackFile(given: UserFile): Promise<UserFile | Diagnostic> {
  const { file, bytes } = given;
  if (bytes.length === 0)
    return failed(file, 'COMMAND_FILE_EMPTY', 'The file is empty.', 'Was it written whole? Make or dump it again.');
  if (bytes.length > MOST_FILE_BYTES) {
    const message = `It has more than ${MOST_FILE_BYTES >> 20} MiB.`;
    const cure = 'Give a table, a dump or a platform file; a disk image or a device is not one of these.';
    return failed(file, 'COMMAND_FILE_TOO_LARGE', message, cure);
  }
  try {
    return isGzip(bytes) ? { ...given, bytes: await unpack(bytes) } : given;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `This is a gzip file that cannot be unpacked: ${reason}`;
    return failed(file, 'COMMAND_TABLE_WANTED', message, 'Make it again.');
  }
}

/** What to do with a text that is not part of the platform that is open now. */
function unusedText({ file, text }: IncludedFile, platform: PlatformFile | undefined): Diagnostic {
  if (platform !== undefined && isPlatformText(text)) {
    const message = `This is another platform, beside ${platform.file}: one is open at a time.`;
    return failed(file, 'COMMAND_TABLE_WANTED', message, 'Open it by itself; it then takes the place of the other.');
  }
  const message = 'This is not a platform, as it has no functions, and no open platform includes it.';
  return failed(file, 'COMMAND_PLATFORM_WANTED', message, 'Open it together with the platform file that includes it.');
}

function readTables({ file, bytes }: UserFile): OneFile {
  try {
    const { inputs, diagnostics } = tablesInFile({ file, bytes });
    const read = inputs.map((input) => ({ input, ...readTable(input.bytes) }));
    // A table with a wrong checksum or bytes after its end opens all the same: Findings reports it.
    const tables = read.flatMap(({ input, table }) => (table === undefined ? [] : [input]));
    const refused = read.flatMap((each) => (each.table === undefined ? inFile(each.input.file, each.diagnostics) : []));
    return { tables, diagnostics: [...diagnostics, ...refused] };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { tables: [], diagnostics: inFile(file, error.diagnostics) };
  }
}

/**
 * Reads files: tables as bytes, hex, base64, gzip or text from acpidump, and a platform file with those that it includes.
 * `open` is the platform that stays open if they hold none, and to which they may belong; `gather` finds out.
 */
export async function readFiles(
  given: readonly UserFile[],
  open: PlatformFile | undefined,
  gather: (question: GatherQuestion) => Gathered | Promise<Gathered>,
): Promise<ReadFiles> {
  const unpacked = await Promise.all(given.map(unpackFile));
  const files = unpacked.filter((each) => 'bytes' in each);
  const texts = files.flatMap((each) => {
    const text = platformText(each);
    const { file, alsoAt } = each;
    return text === undefined ? [] : [{ file, text, ...(alsoAt !== undefined && { alsoAt }) }];
  });
  const { platform, parts } = texts.length === 0 ? { platform: open, parts: [] } : await gather({ texts, open });
  const unused = texts.filter(({ file }) => !parts.includes(file));
  const names = new Set(texts.map(({ file }) => file));
  const read = files.filter(({ file }) => !names.has(file)).map(readTables);
  return {
    tables: read.flatMap(({ tables }) => tables),
    platform,
    diagnostics: [
      ...unpacked.flatMap((each) => ('bytes' in each ? [] : [each])),
      ...unused.map((each) => unusedText(each, platform)),
      ...read.flatMap(({ diagnostics }) => diagnostics),
    ],
  };
}
