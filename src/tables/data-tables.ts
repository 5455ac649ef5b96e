import { decodeFadt } from './fadt.js';
import { decodeMadt } from './madt.js';
import { decodeMcfg } from './mcfg.js';
import type { AcpiTable } from './read-table.js';
import type { DecodedTable } from './table-body.js';
import { decodeXsdt } from './xsdt.js';

/** Tables without AML that can be read, by their signatures. */
const DECODERS: Readonly<Record<string, (table: AcpiTable) => DecodedTable<unknown>>> = {
  FACP: decodeFadt,
  APIC: decodeMadt,
  MCFG: decodeMcfg,
  XSDT: decodeXsdt,
};

/** What a table of data says: an object of fields, or a list. Undefined for a signature that is not known here. */
export function decodeDataTable(table: AcpiTable): DecodedTable<unknown> | undefined {
  return DECODERS[table.header.signature]?.(table);
}
