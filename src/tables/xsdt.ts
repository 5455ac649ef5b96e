import { ByteWriter, errorAt } from '../base/index.js';
import { appendU64 } from './field-layout.js';
import type { AcpiTable } from './read-table.js';
import { SDT_HEADER_BYTES } from './sdt-header.js';
import { bodyFault, bodyOf, type DecodedTable } from './table-body.js';
import { encodeTable, type TableIdentity } from './write-table.js';

const ENTRY_BYTES = 8;

/** Bytes of an Extended System Description Table that lists so many tables. */
export function xsdtBytes(count: number): number {
  return SDT_HEADER_BYTES + ENTRY_BYTES * count;
}

/** The list of the addresses of all tables but DSDT and FACS, which the FADT names. ACPI 6.5 §5.2.8 */
export function encodeXsdt(identity: Omit<TableIdentity, 'signature'>, addresses: readonly bigint[]): Uint8Array {
  const writer = new ByteWriter(ENTRY_BYTES * addresses.length);
  for (const [index, address] of addresses.entries()) appendU64(writer, `entries[${index}]`, address);
  return encodeTable({ ...identity, signature: 'XSDT' }, writer.finish());
}

/** Reads the addresses; bytes that make up no whole one are a finding. */
export function decodeXsdt(table: AcpiTable): DecodedTable<readonly bigint[]> {
  const fault = bodyFault(table, 'XSDT', SDT_HEADER_BYTES);
  if (fault !== undefined) return { value: undefined, diagnostics: [fault] };
  const body = bodyOf(table);
  const count = Math.floor(body.length / ENTRY_BYTES);
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const value = Array.from({ length: count }, (_, index) => view.getBigUint64(index * ENTRY_BYTES, true));
  const left = body.length - count * ENTRY_BYTES;
  const diagnostics =
    left === 0
      ? []
      : [
          errorAt(
            'TABLE_STRUCTURE',
            { offsetBytes: xsdtBytes(count) },
            `The last ${left} bytes are no whole address of ${ENTRY_BYTES}.`,
            'Each entry is a 64-bit address; a list of 32-bit ones is an RSDT.',
          ),
        ];
  return { value, diagnostics };
}
