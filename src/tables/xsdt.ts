import { ByteWriter, errorAt, requireArray, requireOneOf, requireWithin, SDT_HEADER_BYTES } from '../base/index.js';
import { type AcpiTable, bodyFault, bodyOf, type DecodedTable } from './acpi-table.js';
import { appendU64 } from './field-layout.js';
import { encodeTable, type TableIdentity } from './write-table.js';

const ENTRY_BYTES = 8;
const RSDT_ENTRY_BYTES = 4;
/** More entries than a table with a length of 32 bits can have. */
const MOST_ENTRIES = 2 ** 30;

/** Bytes of an Extended System Description Table that lists `count` tables. */
export function xsdtBytes(count: number): number {
  requireWithin(count, 0, MOST_ENTRIES, 'xsdtBytes: count');
  return SDT_HEADER_BYTES + ENTRY_BYTES * count;
}

/** The addresses of all tables except DSDT and FACS, to which the FADT points. ACPI 6.5 §5.2.8 */
export function encodeXsdt(identity: Omit<TableIdentity, 'signature'>, addresses: readonly bigint[]): Uint8Array {
  requireArray(addresses, 'encodeXsdt: addresses', 'an array of bigints');
  const writer = new ByteWriter(ENTRY_BYTES * addresses.length);
  for (const [index, address] of addresses.entries()) appendU64(writer, `entries[${index}]`, address);
  return encodeTable({ ...identity, signature: 'XSDT' }, writer.finish());
}

/** Offset of an entry of a root table of that signature. */
export function rootEntryOffset(signature: string, index: number): number {
  requireOneOf(signature, ['XSDT', 'RSDT'], 'The signature of a root table');
  requireWithin(index, 0, MOST_ENTRIES, 'rootEntryOffset: index');
  return SDT_HEADER_BYTES + (signature === 'RSDT' ? RSDT_ENTRY_BYTES : ENTRY_BYTES) * index;
}

/** Reads the addresses of an XSDT, or of an RSDT; bytes left over after the last whole entry are a finding. */
function decodeRoot(
  table: AcpiTable,
  signature: 'XSDT' | 'RSDT',
  addressAt: (view: DataView, at: number) => bigint,
): DecodedTable<readonly bigint[]> {
  const fault = bodyFault(table, signature, SDT_HEADER_BYTES);
  if (fault !== undefined) return { value: undefined, diagnostics: [fault] };
  const body = bodyOf(table);
  const entryBytes = signature === 'RSDT' ? RSDT_ENTRY_BYTES : ENTRY_BYTES;
  const count = Math.floor(body.length / entryBytes);
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const value = Array.from({ length: count }, (_, index) => addressAt(view, index * entryBytes));
  const left = body.length - count * entryBytes;
  if (left === 0) return { value, diagnostics: [] };
  const found = errorAt(
    'TABLE_STRUCTURE',
    { offsetBytes: rootEntryOffset(signature, count) },
    `The last ${left} bytes are less than one address of ${entryBytes} bytes.`,
    'Each entry of an XSDT is a 64-bit address, each of an RSDT a 32-bit one.',
  );
  return { value, diagnostics: [found] };
}

/** Reads the addresses that an XSDT lists. */
export function decodeXsdt(table: AcpiTable): DecodedTable<readonly bigint[]> {
  return decodeRoot(table, 'XSDT', (view, at) => view.getBigUint64(at, true));
}

/** Reads the addresses that an RSDT lists: the XSDT of ACPI 1.0. ACPI 6.5 §5.2.7 */
export function decodeRsdt(table: AcpiTable): DecodedTable<readonly bigint[]> {
  return decodeRoot(table, 'RSDT', (view, at) => BigInt(view.getUint32(at, true)));
}
