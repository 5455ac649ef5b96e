/** ACPI tables as binary: the header, its checks, and writing. */
export { type AcpiTable, type ReadTable, readTable, requireTable } from './read-table.js';
export { decodeSdtHeader, SDT_HEADER_BYTES, SDT_OFFSET, type SdtHeader } from './sdt-header.js';
export { DSDT_64_BIT_REVISION, encodeTable, type TableIdentity } from './write-table.js';
