/** Runs AML as ACPICA does: loads tables, evaluates objects, serves regions with handlers. */
export {
  AcpiNamespace,
  EvaluationError,
  type NamespaceObject,
  type NamespaceOptions,
  type TableInput,
} from './acpi-namespace.js';
export { parseAmlArgument } from './argument-text.js';
export {
  REGION_SPACES,
  type RegionHandler,
  type RegionInfo,
  type RegionSpace,
  type RegionTransfer,
  SimulatedMemory,
} from './fields/region.js';
export type { Initialization } from './load/initialize.js';
export { DEFAULT_INTERFACES } from './load/predefined.js';
export type { TableSource } from './load/table.js';
export { DEFAULT_LIMITS, type InterpreterHost, type InterpreterLimits, type Semantics } from './objects/machine.js';
export type { AmlArgument, AmlReference, AmlValue } from './values.js';
