/** ACPI tables as binary: the header, its checks, and writing; FADT, MADT, MCFG, XSDT, RSDP and FACS in both directions. */

export { type DumpedTable, isAcpidump, type ReadAcpidump, readAcpidump } from './acpidump.js';
export { decodeDataTable } from './data-tables.js';
export { decodeFacs, encodeFacs, FACS_BYTES, type Facs } from './facs.js';
export {
  BOOT_ARCHITECTURE,
  decodeFadt,
  encodeFadt,
  FADT_BYTES,
  FADT_FLAG,
  FADT_MINOR_REVISION,
  FADT_REVISION,
  type Fadt,
  pointFadt,
} from './fadt.js';
export { GAS_SPACE, type GenericAddress } from './field-layout.js';
export { decodeMadt, encodeMadt, MADT_FLAG, type Madt } from './madt.js';
export { INTERRUPT_FLAG, type MadtStructure, PROCESSOR_FLAG } from './madt-structures.js';
export { decodeMcfg, encodeMcfg, type McfgAllocation, mcfgOffset } from './mcfg.js';
export { type AcpiTable, type ReadTable, readTable, requireTable } from './read-table.js';
export { decodeRsdp, encodeRsdp, RSDP_BYTES, type Rsdp } from './rsdp.js';
export { decodeSdtHeader, holdsAml, SDT_HEADER_BYTES, SDT_OFFSET, type SdtHeader } from './sdt-header.js';
export type { DecodedTable } from './table-body.js';
export { decodeText } from './text/decode-text.js';
export { decodeTableText } from './text/encoded-table.js';
export { type ForeignFile, recogniseForeignFile } from './text/foreign-file.js';
export {
  DSDT_64_BIT_REVISION,
  encodeTable,
  replaceTableBody,
  type TableIdentity,
  withOemRevision,
} from './write-table.js';
export { decodeXsdt, encodeXsdt, xsdtBytes } from './xsdt.js';
