/** The generator: makes tables and AML from a platform, and puts `VCFG` into existing tables. */

export { SHARED_REGION, TRAPPED_REGION, VCFG_NAME } from '../platform/names/generated-names.js';
export { type DecodedAmlTable, decodeTable, decodeTables, type TableDecodeOptions } from './decode-table.js';
export { type DsdtOptions, dsdtTerms, generateDsdt } from './dsdt/dsdt.js';
export { functionRegions, type RegionOptions } from './dsdt/function-regions.js';
export { encodeVcfgName, type VcfgNameOptions, vcfgName } from './dsdt/vcfg-name.js';
export { type ArchivedFile, encodeCpio, initrdOverride } from './forms/initrd.js';
export { toCArray, toEdk2Module, toEdk2Source, toHexText } from './forms/output-formats.js';
export {
  FIRMWARE_OUTPUTS,
  type FirmwareFormat,
  type GeneratedFile,
  type GeneratedOutput,
  generateFirmwareFiles,
  imageOutput,
} from './forms/outputs.js';
export { generateWindowSsdt } from './forms/qemu-table.js';
export type { Evaluate, ExistingTable } from './onto/existing-machine.js';
export { type InjectedPlatform, type InjectPlatformOptions, injectPlatform } from './onto/inject-platform.js';
export { type Injected, type InjectOptions, injectVcfg } from './patch/inject-vcfg.js';
export { type MergedTable, type PatchedTable, patchTable, type TablePatch } from './patch/patch-table.js';
export type { Rename } from './patch/rename-objects.js';
export {
  type FirmwareTables,
  type FirmwareTablesOptions,
  firmwareTables,
  hotPlugTable,
} from './tables/firmware-tables.js';
export { generateFadt, generateMadt, generateMcfg } from './tables/fixed-tables.js';
export {
  type ImageOptions,
  type PlacedTable,
  platformImage,
  type TableImage,
  type TakenRange,
  tableImage,
} from './tables/image.js';
export type { HeaderOptions, NamedTable } from './tables/table-identity.js';
export { generateTableSet, type TableSet, type TableSetOptions } from './tables/table-set.js';
