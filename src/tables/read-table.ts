import {
  checksum,
  DiagnosticError,
  errorAt,
  formatHex,
  inFile,
  requireBytes,
  SDT_HEADER_BYTES,
  SDT_OFFSET,
} from '../base/index.js';
import type { Diagnostic } from '../vocab/index.js';
import type { AcpiTable, DecodedTable } from './acpi-table.js';
import { requireAcpiTable } from './acpi-table.js';
import { decodeFacs, FACS_BYTES, facsOffset, isFacs } from './facs.js';
import { decodeFadt } from './fadt.js';
import { decodeMadt } from './madt.js';
import { decodeMcfg } from './mcfg.js';
import { decodeRsdp, isRsdp, rsdpLength, rsdpOffset } from './rsdp.js';
import { decodeSdtHeader, type SdtHeader } from './sdt-header.js';
import { decodeRsdt, decodeXsdt } from './xsdt.js';

export interface ReadTable {
  /** Undefined if the bytes are not a table. */
  readonly table: AcpiTable | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

const DUMP_AGAIN = 'Dump it again, whole: as root, cp /sys/firmware/acpi/tables/DSDT dsdt.aml.';

const NOT_COMPILED =
  'Is this a compiled table (.aml, .dat)? ASL must be compiled first; text from acpidump has a line such as DSDT @ 0x0 above each table.';

/**
 * Printable ASCII, which includes `ASF!`: systems compare signatures and do not restrict their characters. ACPI 6.5
 * §5.2.6
 */
const SIGNATURE = /^[\x20-\x7e]{4}$/;

/** Whether a header is text. In that of a table shorter than 16 MiB, the length contains a zero byte. */
const isText = (header: Uint8Array) =>
  header.every((byte) => (byte >= 0x20 && byte <= 0x7e) || byte === 0x09 || byte === 0x0a || byte === 0x0d);

/** A finding if the bytes do not begin with a signature, or are text. */
function signatureFault(bytes: Uint8Array, { signature }: SdtHeader): Diagnostic | undefined {
  const place = { offsetBytes: 0 };
  if (!SIGNATURE.test(signature)) {
    const found = [...bytes.subarray(0, 4)].map((byte) => formatHex(byte, 2)).join(' ');
    const message = `The first four bytes are ${found}, which is not a table signature.`;
    return errorAt('TABLE_SIGNATURE', place, message, NOT_COMPILED);
  }
  if (!isText(bytes.subarray(0, SDT_HEADER_BYTES))) return undefined;
  return errorAt('TABLE_SIGNATURE', place, `This is text that begins "${signature}", not a table.`, NOT_COMPILED);
}

/** A header for the RSDP and the FACS: the fields that they do not have are empty. */
const bareHeader = (header: Pick<SdtHeader, 'signature' | 'length'> & Partial<SdtHeader>): SdtHeader => ({
  revision: 0,
  checksum: 0,
  oemId: '',
  oemTableId: '',
  oemRevision: 0,
  creatorId: '',
  creatorRevision: 0,
  ...header,
});

/** The table in its file. A finding if the file ends before the table, or continues after it. */
function readBytes(header: SdtHeader, bytes: Uint8Array, lengthOffset: number, least: number): ReadTable {
  const { length } = header;
  if (length < least || length > bytes.length) {
    const message = `The header gives the table ${length} bytes, and the file has ${bytes.length}.`;
    const found = errorAt('TABLE_LENGTH', { offsetBytes: lengthOffset }, message, DUMP_AGAIN);
    return { table: undefined, diagnostics: [found] };
  }
  const table = { header, bytes: bytes.subarray(0, length) };
  if (length === bytes.length) return { table, diagnostics: [] };
  const message = `The header gives the table ${length} bytes, and ${bytes.length - length} more follow.`;
  const cure = 'Put one table into each file. If the bytes belong to this table, correct the length in its header.';
  return { table, diagnostics: [errorAt('TABLE_TRAILING_BYTES', { offsetBytes: length }, message, cure)] };
}

/** Whether a table begins with the common header: all do, except the RSDP and the FACS. ACPI 6.5 §5.2.5.3, §5.2.10 */
export function beginsWithSdtHeader(bytes: Uint8Array): boolean {
  requireBytes(bytes, 'beginsWithSdtHeader: bytes');
  return !isRsdp(bytes) && !isFacs(bytes);
}

/** A FACS: a signature and a length, and no checksum. ACPI 6.5 §5.2.10 */
function readFacs(bytes: Uint8Array): ReadTable {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(facsOffset('length'), true);
  const header = bareHeader({ signature: 'FACS', length, revision: decodeFacs(bytes).value?.version ?? 0 });
  return readBytes(header, bytes, facsOffset('length'), FACS_BYTES);
}

/** An RSDP, its two checksums checked. ACPI 6.5 §5.2.5.3 */
function readRsdp(bytes: Uint8Array): ReadTable {
  const { value, diagnostics } = decodeRsdp(bytes);
  if (value === undefined) return { table: undefined, diagnostics };
  const { revision, oemId } = value;
  const header = bareHeader({ signature: 'RSDP', length: rsdpLength(bytes), revision, oemId });
  const read = readBytes(header, bytes, rsdpOffset('length'), 0);
  return { ...read, diagnostics: [...read.diagnostics, ...diagnostics] };
}

/**
 * Reads one table: one that begins with the common header, a FACS, or an RSDP. A wrong length or checksum is an error;
 * the table is still returned if its header is plausible, so that its contents can be examined.
 */
export function readTable(bytes: Uint8Array): ReadTable {
  requireBytes(bytes, 'readTable: bytes');
  const refuse = (found: Diagnostic): ReadTable => ({ table: undefined, diagnostics: [found] });
  if (isRsdp(bytes)) return readRsdp(bytes);
  if (bytes.length < SDT_HEADER_BYTES) {
    const what = bytes.length === 0 ? 'The file is empty' : `There are ${bytes.length} bytes`;
    const message = `${what}; a table begins with a header of ${SDT_HEADER_BYTES}.`;
    return refuse(errorAt('TABLE_TRUNCATED', { offsetBytes: 0 }, message, DUMP_AGAIN));
  }
  const header = decodeSdtHeader(bytes);
  const fault = signatureFault(bytes, header);
  if (fault !== undefined) return refuse(fault);
  if (header.signature === 'FACS') return readFacs(bytes);
  const { table, diagnostics } = readBytes(header, bytes, SDT_OFFSET.length, SDT_HEADER_BYTES);
  const off = table === undefined ? 0 : checksum(table.bytes);
  if (off === 0) return { table, diagnostics };
  const right = (header.checksum + off) & 0xff;
  const found = errorAt(
    'TABLE_CHECKSUM',
    { offsetBytes: SDT_OFFSET.checksum },
    `The checksum is ${formatHex(header.checksum, 2)}, and ${formatHex(right, 2)} would make the sum zero.`,
    'The table was changed or damaged after it was made. Dump it again, or set that byte if the change was meant.',
  );
  return { table, diagnostics: [...diagnostics, found] };
}

/** Reads a table that must be valid. Throws a DiagnosticError with every finding of {@link readTable}. */
export function requireTable(bytes: Uint8Array, file?: string): AcpiTable {
  const { table, diagnostics } = readTable(bytes);
  if (table !== undefined && diagnostics.length === 0) return table;
  throw new DiagnosticError(file === undefined ? diagnostics : inFile(file, diagnostics));
}

/** The tables without AML that can be decoded, by signature. */
const DECODERS: Readonly<Record<string, (table: AcpiTable) => DecodedTable<unknown>>> = {
  FACP: decodeFadt,
  APIC: decodeMadt,
  MCFG: decodeMcfg,
  XSDT: decodeXsdt,
  RSDT: decodeRsdt,
  FACS: ({ bytes }) => decodeFacs(bytes),
  // Its checksums are checked when it is read, as those of other tables are.
  RSDP: ({ bytes }) => ({ value: decodeRsdp(bytes).value, diagnostics: [] }),
};

/** The contents of a table without AML: an object of fields, or a list. Undefined for a signature without a decoder. */
export function decodeDataTable(table: AcpiTable): DecodedTable<unknown> | undefined {
  requireAcpiTable(table);
  return DECODERS[table.header.signature]?.(table);
}
