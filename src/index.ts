/**
 * The package's own entry: what most programs need, from reading a platform to checking tables. Each room has more under
 * its own name: `acpi-vcfg/aml`, `acpi-vcfg/device` and so on. The types that all rooms share are exported here.
 */
export { asl, type DecodedAml, decodeAml, displayName, encodeAml, type Term } from './aml/index.js';
export { type AslHeader, type PrintedAsl, type PrintOptions, printAsl } from './asl/index.js';
export {
  comparePciAddress,
  DiagnosticError,
  formatDiagnostic,
  formatHex,
  formatPciAddress,
  parseInteger,
  parsePciAddress,
} from './base/index.js';
export {
  type CheckInput,
  type CheckReport,
  type CheckSetOptions,
  checkSet,
  checkTable,
  checkWindow,
  diffMachines,
  findCauses,
  formatDiff,
  formatReport,
  readHeader,
  sarifLog,
} from './check/index.js';
export { Machine, type MachineOptions, type RegisterHooks } from './device/index.js';
export { generateCHeader, generateRustModule, generateTypeScriptDriver } from './drivers/index.js';
export {
  type DecodedAmlTable,
  decodeTable,
  decodeTables,
  generateDsdt,
  generateTableSet,
  injectVcfg,
  vcfgName,
} from './firmware/index.js';
export { locate, openFunction, registerAddress } from './guest/index.js';
export {
  type PlatformResult,
  platformFromObject,
  platformJsonSchema,
  readPlatform,
  requirePlatform,
} from './platform/index.js';
export { type AcpiTable, encodeTable, readTable, requireTable, type SdtHeader } from './tables/index.js';
export type * from './vocab/index.js';
