import { ByteWriter } from '../../base/index.js';

export interface ArchivedFile {
  /** With `/` between folders, without one in front. */
  readonly path: string;
  readonly contents: Uint8Array;
}

/** Modes of a folder and of a file that all may read. */
const FOLDER_MODE = 0o040755;
const FILE_MODE = 0o100644;
const MAGIC = '070701';
const TRAILER = 'TRAILER!!!';
const ALIGNMENT = 4;
/** Archives are filled up to whole blocks, so that another may follow. */
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

/** Every folder that a path lies in, outermost first. */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/**
 * An uncompressed cpio archive of the newc format, as a kernel's initrd has it. It has no times and no owners, so that
 * the same files give the same bytes. Linux, Documentation/driver-api/early-userspace/buffer-format.rst
 */
export function encodeCpio(files: readonly ArchivedFile[]): Uint8Array {
  const writer = new ByteWriter();
  const nothing = new Uint8Array();
  let inode = 0;
  for (const folder of new Set(files.flatMap(({ path }) => foldersOf(path)))) {
    appendEntry(writer, ++inode, FOLDER_MODE, folder, nothing);
  }
  for (const { path, contents } of files) appendEntry(writer, ++inode, FILE_MODE, path, contents);
  appendEntry(writer, 0, 0, TRAILER, nothing);
  fillUp(writer, BLOCK_BYTES);
  return writer.finish();
}
