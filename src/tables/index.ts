/**
 * ACPI tables as binary: the header, its checks, and writing; FADT, MADT, MCFG, XSDT, RSDP and FACS in both directions.
 */

export { SDT_HEADER_BYTES, SDT_OFFSET } from '../base/table-header.js';
export type { AcpiTable, DecodedTable } from './acpi-table.js';
export { type DumpedTable, isAcpidump, type ReadAcpidump, readAcpidump } from './acpidump.js';
export { decodeFacs, encodeFacs, FACS_BYTES, type Facs, facsOffset } from './facs.js';
export {
  BOOT_ARCHITECTURE,
  decodeFadt,
  encodeFadt,
  FADT_BYTES,
  FADT_FLAG,
  FADT_MINOR_REVISION,
  FADT_REVISION,
  type Fadt,
  fadtOffset,
  pointFadt,
} from './fadt.js';
export type { FieldRow, ValuesOf } from './field-layout.js';
export { GAS_OFFSET, GAS_SPACE, type GenericAddress } from './field-layout.js';
export {
  decodeMadt,
  encodeMadt,
  MADT_FLAG,
  type Madt,
  madtOffset,
  madtStructures,
  type PlacedMadtStructure,
} from './madt.js';
export {
  INTERRUPT_FLAG,
  leastStructureBytes,
  type MadtStructure,
  madtFieldOffset,
  PROCESSOR_FLAG,
} from './madt-structures.js';
export { decodeMcfg, encodeMcfg, MCFG_RESERVED_BYTES, type McfgAllocation, mcfgOffset } from './mcfg.js';
export { beginsWithSdtHeader, decodeDataTable, type ReadTable, readTable, requireTable } from './read-table.js';
export { decodeRsdp, encodeRsdp, RSDP_BYTES, type Rsdp, rsdpOffset } from './rsdp.js';
export { beginsWithSignature, decodeSdtHeader, hasSdtHeader, holdsAml, type SdtHeader } from './sdt-header.js';
export { decodeTableText, decodeText } from './text/encoded-table.js';
export { type ForeignFile, recogniseForeignFile } from './text/foreign-file.js';
export { type InputFile, type TablesInFile, tablesInFile } from './text/tables-in-file.js';
export {
  DSDT_64_BIT_REVISION,
  encodeTable,
  replaceTableBody,
  type TableIdentity,
  withOemRevision,
} from './write-table.js';
export { decodeRsdt, decodeXsdt, encodeXsdt, rootEntryOffset, xsdtBytes } from './xsdt.js';
