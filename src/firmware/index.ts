/** The generator: a platform to tables and AML, and `VCFG` into a table that is there already. */

export { SHARED_REGION, TRAPPED_REGION } from '../platform/generated-names.js';
export { type DsdtOptions, dsdtTerms, generateDsdt } from './dsdt.js';
export {
  type FirmwareTables,
  type FirmwareTablesOptions,
  firmwareTables,
  hotPlugTable,
} from './firmware-tables.js';
export { generateFadt, generateMadt, generateMcfg } from './fixed-tables.js';
export { functionRegions, type RegionOptions } from './function-regions.js';
export { generateFirmwareFiles } from './generate.js';
export {
  type ImageOptions,
  type PlacedTable,
  platformImage,
  type TableImage,
  type TakenRange,
  tableImage,
} from './image.js';
export { initrdOverride } from './initrd.js';
export { type Injected, type InjectOptions, injectVcfg } from './inject.js';
export { toCArray, toEdk2Module, toEdk2Source, toHexText } from './output-formats.js';
export {
  FIRMWARE_OUTPUTS,
  type FirmwareFormat,
  type GeneratedFile,
  type GeneratedOutput,
  imageOutput,
} from './outputs.js';
export { generateWindowSsdt } from './qemu-table.js';
export type { HeaderOptions } from './table-identity.js';
export { generateTableSet, type NamedTable, type TableSet } from './table-set.js';
export { encodeVcfgName, VCFG, type VcfgNameOptions, vcfgName } from './vcfg-name.js';
