/** ACPI tables as binary: the header, its checks, and writing; RSDP, MCFG and FACS. */

export { type DumpedTable, isAcpidump, type ReadAcpidump, readAcpidump } from './acpidump.js';
export { encodeFacs } from './facs.js';
export { encodeMcfg, type McfgAllocation } from './mcfg.js';
export { type AcpiTable, type ReadTable, readTable, requireTable } from './read-table.js';
export { encodeRsdp } from './rsdp.js';
export { decodeSdtHeader, SDT_HEADER_BYTES, SDT_OFFSET, type SdtHeader } from './sdt-header.js';
export { DSDT_64_BIT_REVISION, encodeTable, replaceTableBody, type TableIdentity } from './write-table.js';
