import { requireBytes, SDT_OFFSET } from '../../base/index.js';
import { isRsdp, RSDP_BYTES } from '../rsdp.js';
import { beginsWithSignature } from '../sdt-header.js';
import { looksLikeTable } from './encoded-table.js';

/** A file that is not a table but is given as one: what it is, and what to do. */
export interface ForeignFile {
  /** Completes "This is …". */
  readonly what: string;
  readonly cure: string;
}

const UNPACK = 'Unpack it, and pass the tables in it.';
const TABLE = 'Give the table itself: on Linux, as root, cp /sys/firmware/acpi/tables/DSDT dsdt.aml.';

/** How files of other kinds begin: latin1 characters, from an offset on. */
const KINDS: readonly (ForeignFile & { readonly start: string; readonly at?: number })[] = [
  { start: '\x1f\x8b', what: 'a gzip file', cure: 'Unpack it first: gunzip FILE.' },
  { start: 'PK\x03\x04', what: 'a zip archive', cure: UNPACK },
  { start: '7z\xbc\xaf\x27\x1c', what: 'a 7z archive', cure: UNPACK },
  { start: '\xfd7zXZ\0', what: 'an xz file', cure: 'Unpack it first: unxz FILE.' },
  { start: 'BZh', what: 'a bzip2 file', cure: 'Unpack it first: bunzip2 FILE.' },
  { start: '\x28\xb5\x2f\xfd', what: 'a Zstandard file', cure: 'Unpack it first: unzstd FILE.' },
  { start: 'ustar', at: 257, what: 'a tar archive', cure: 'Unpack it first: tar -xf FILE.' },
  {
    start: '070701',
    what: 'a cpio archive, such as vcfg writes for an initrd',
    cure: 'Unpack it first: cpio -id < FILE.',
  },
  { start: '070702', what: 'a cpio archive', cure: 'Unpack it first: cpio -id < FILE.' },
  { start: '\x89PNG\r\n', what: 'a PNG picture', cure: TABLE },
  { start: '\xff\xd8\xff', what: 'a JPEG picture', cure: TABLE },
  { start: 'GIF8', what: 'a GIF picture', cure: TABLE },
  { start: '%PDF', what: 'a PDF document', cure: TABLE },
  { start: '\x7fELF', what: 'an ELF program or object', cure: 'Give the table that it was made from.' },
  { start: 'MZ', what: 'a PE program, such as a UEFI driver', cure: 'Give the table that it was made from.' },
  {
    start: '_FVH',
    at: 40,
    what: 'a UEFI firmware volume',
    cure: 'Take the tables out of it, or dump them from the running machine.',
  },
  {
    start: 'version https://git-lfs',
    what: 'a pointer of Git LFS',
    cure: 'Fetch the actual file: git lfs pull.',
  },
  { start: '<!DOCTYPE', what: 'a web page', cure: 'Download the file itself, not the page that shows it.' },
  { start: '<!doctype', what: 'a web page', cure: 'Download the file itself, not the page that shows it.' },
  { start: '<html', what: 'a web page', cure: 'Download the file itself, not the page that shows it.' },
  { start: '<?xml', what: 'an XML file', cure: TABLE },
];

const COPY_BINARY = 'Copy it again as a binary file, not through an editor, a clipboard or a transfer of text.';

/** How a program that treated a table as text damaged it; undefined for an intact one. */
function damageOf(bytes: Uint8Array): ForeignFile | undefined {
  const says = new DataView(bytes.buffer, bytes.byteOffset).getUint32(SDT_OFFSET.length, true);
  if (says === bytes.length || !beginsWithSignature(bytes)) return undefined;
  if (bytes.includes(0) && bytes.some((byte) => byte >= 0x80)) {
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      const what = text.includes('\ufffd')
        ? 'a table that was saved as UTF-8 text: its bytes from 0x80 on are lost'
        : 'a table that was saved as UTF-8 text: its bytes from 0x80 on have become two';
      return { what, cure: COPY_BINARY };
    } catch {
      // Not UTF-8: what is wrong is something else.
    }
  }
  if (!looksLikeTable(bytes)) return undefined;
  let ends = 0;
  for (let at = 1; at < bytes.length; at++) if (bytes[at] === 0x0a && bytes[at - 1] === 0x0d) ends++;
  if (ends === 0 || bytes.length - ends !== says) return undefined;
  return {
    what: 'a table in which each byte 0x0a has become 0x0d 0x0a, as a transfer of text makes it',
    cure: COPY_BINARY,
  };
}

/** What kind of file this is, if it is a known kind that is not a table; otherwise undefined. */
export function recogniseForeignFile(bytes: Uint8Array): ForeignFile | undefined {
  requireBytes(bytes, 'recogniseForeignFile: bytes');
  const start = Array.from(bytes.subarray(0, 264), (byte) => String.fromCharCode(byte)).join('');
  const isText = start.trimStart();
  const kind = KINDS.find((each) => (each.start.startsWith('<') ? isText : start).startsWith(each.start, each.at ?? 0));
  if (kind !== undefined) return { what: kind.what, cure: kind.cure };
  // An image of tables continues after its RSDP.
  if (isRsdp(bytes) && bytes.length > RSDP_BYTES) {
    return {
      what: 'an image of a machine’s tables, such as vcfg writes with --image',
      cure: 'Give the tables themselves, such as dsdt.aml, which vcfg generate writes beside it.',
    };
  }
  return bytes.length < 8 ? undefined : damageOf(bytes);
}
