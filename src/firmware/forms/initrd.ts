import { ByteWriter, DiagnosticError, errorAt } from '../../base/index.js';
import { requireTable, withOemRevision } from '../../tables/index.js';
import type { NamedTable } from '../tables/table-identity.js';

/** The folder in an initrd's first, uncompressed archive where Linux looks. Documentation/admin-guide/acpi/initrd_table_override.rst */
const FOLDER = 'kernel/firmware/acpi';
const MOST_OEM_REVISION = 0xffff_ffff;

/** The table with the next OEM revision: Linux replaces a table only with one of a higher revision and the same identity. */
function raised({ name, bytes }: NamedTable): Uint8Array {
  const table = requireTable(bytes, name);
  const { oemRevision } = table.header;
  if (oemRevision < MOST_OEM_REVISION) return withOemRevision(table, oemRevision + 1);
  throw new DiagnosticError([
    errorAt(
      'TABLE_FIELD',
      { file: name, path: 'oemRevision' },
      'The OEM revision is already 0xffffffff, and Linux replaces a table only with one of a higher revision.',
      'Lower the OEM revision of the table in the firmware.',
    ),
  ]);
}

/**
 * An archive to prepend to an initrd. Linux then uses these tables instead of those in the firmware with the same
 * signature, OEM ID and OEM table ID, and loads an SSDT that has no such counterpart. The OEM revision of each is raised
 * by 1. Throws a DiagnosticError for a table that is damaged.
 */
export function initrdOverride(tables: readonly NamedTable[]): Uint8Array {
  return encodeCpio(tables.map((table) => ({ path: `${FOLDER}/${table.name}.aml`, contents: raised(table) })));
}

export interface ArchivedFile {
  /** With `/` between folders, but not at the start. */
  readonly path: string;
  readonly contents: Uint8Array;
  readonly executable?: boolean;
}

/** Modes of a folder and of a file that everyone may read. */
const FOLDER_MODE = 0o040755;
const FILE_MODE = 0o100644;
const PROGRAM_MODE = 0o100755;
const MAGIC = '070701';
const TRAILER = 'TRAILER!!!';
const ALIGNMENT = 4;
/** Archives are padded to whole blocks, so that another may follow. */
const BLOCK_BYTES = 512;

const ascii = (text: string) => new TextEncoder().encode(text);

function fillUp(writer: ByteWriter, multiple: number): void {
  while (writer.length % multiple !== 0) writer.u8(0);
}

/** One entry of the newc format: thirteen numbers of eight hex digits, the name with a NUL, the contents. */
function appendEntry(writer: ByteWriter, inode: number, mode: number, name: string, contents: Uint8Array): void {
  const bytes = ascii(name);
  const links = mode === FOLDER_MODE ? 2 : 1;
  const numbers = [inode, mode, 0, 0, links, 0, contents.length, 0, 0, 0, 0, bytes.length + 1, 0];
  writer.append(ascii(MAGIC + numbers.map((number) => number.toString(16).toUpperCase().padStart(8, '0')).join('')));
  writer.append(bytes);
  writer.u8(0);
  fillUp(writer, ALIGNMENT);
  writer.append(contents);
  fillUp(writer, ALIGNMENT);
}

/** Every folder that contains a path, outermost first. */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/**
 * An uncompressed cpio archive in the newc format, which Linux takes as an initrd. It has no times and no owners, so that
 * the same files give the same bytes. Linux, Documentation/driver-api/early-userspace/buffer-format.rst
 */
export function encodeCpio(files: readonly ArchivedFile[]): Uint8Array {
  const writer = new ByteWriter();
  const nothing = new Uint8Array();
  let inode = 0;
  for (const folder of new Set(files.flatMap(({ path }) => foldersOf(path)))) {
    appendEntry(writer, ++inode, FOLDER_MODE, folder, nothing);
  }
  for (const { path, contents, executable } of files)
    appendEntry(writer, ++inode, executable ? PROGRAM_MODE : FILE_MODE, path, contents);
  appendEntry(writer, 0, 0, TRAILER, nothing);
  fillUp(writer, BLOCK_BYTES);
  return writer.finish();
}
