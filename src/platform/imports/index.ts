/** Register descriptions of other tools, CMSIS-SVD and SystemRDL: import to and export from a platform. */

export { type ExportResult, exportRegisters } from './export-registers.js';
export {
  type ImportOptions,
  type ImportResult,
  importRegisters,
  type RegisterFormat,
} from './import-registers.js';
export type { LeftOut } from './model/import-log.js';
export type { LeftOutKind } from './model/left-out.js';
export { DEFAULT_IMPORT_LIMITS, type ImportLimits } from './model/limits.js';
export type { IncludeResolver } from './systemrdl/preprocess.js';
