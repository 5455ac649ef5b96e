import type { AcpiTable, DecodedTable } from './acpi-table.js';
import { decodeFacs } from './facs.js';
import { decodeFadt } from './fadt.js';
import { decodeMadt } from './madt.js';
import { decodeMcfg } from './mcfg.js';
import { decodeRsdp } from './rsdp.js';
import { decodeRsdt, decodeXsdt } from './xsdt.js';

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
  return DECODERS[table.header.signature]?.(table);
}
