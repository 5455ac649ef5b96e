/** The two sides against each other. What they return is empty where they agree. */

export { type DiffOptions, diffMachines } from './diff/diff-machines.js';
export { type DiffPainter, formatDiff } from './diff/format-diff.js';
export type { ChangeDetail, ChangeKind, FollowedMove, ObjectChange, SetDiff, TableChange } from './diff/set-diff.js';
export type { ConstantKind, HeaderConstant } from './driver-rules/header-constants.js';
export type { HeaderNames } from './driver-rules/header-names.js';
export {
  checkHeaderProbe,
  type HeaderProbe,
  type HeaderProbeCheck,
  headerProbeProgram,
  probeOfPlatform,
} from './driver-rules/header-probe.js';
export { readHeader } from './driver-rules/read-header.js';
export {
  type Cause,
  type Causes,
  countText,
  findCauses,
  formatReport,
  type ReportPainter,
  type SarifLog,
  sarifLog,
  type TextReportOptions,
} from './report/index.js';
export type { SarifOptions } from './report/sarif.js';
export { foundByCaller } from './rules/caller-rules.js';
export { checkBeside } from './rules/check-beside.js';
export {
  type CheckInput,
  type CheckReport,
  type CheckSetOptions,
  checkSet,
} from './rules/check-set.js';
export { type Finding, RULE_FAMILIES, type Rule, type RuleFamily } from './rules/rule.js';
export { RULE_WORDS, RULES, type RuleFilter } from './rules/rules.js';
export { SET_LIMITS, type SetLimits } from './rules/set-limits.js';
export type { Evaluated, EvaluatedNames } from './running/evaluated-names.js';
export { machineRegions } from './running/machine-regions.js';
export type { CheckedMachine } from './subject/checked-machine.js';
export type { CutOff, DriverConstant, DriverFacts, DriverFunctionText } from './subject/driver-facts.js';
export type { Declared, MachineNames } from './subject/machine-names.js';
export { type MemoryKind, type MemoryRange, type ReadMemoryMap, readMemoryMap } from './subject/memory-map.js';
export type { PlacedField, PlacedRegion } from './subject/placed-regions.js';
export type { SubjectTable } from './subject/subject-table.js';
export {
  type OutlinedTable,
  outlineTable,
  outlineTables,
  type Placed,
  type ShownField,
  type ShownObject,
  type ShownRegion,
  type TableOutline,
} from './subject/table-outline.js';
export type { WindowPlace } from './subject/window-place.js';
export { checkTable, checkTableBase, type TableCheckOptions } from './table.js';
export {
  addressMistakes,
  describeDifference,
  type Mistake,
  type MistakeName,
  valueMistakes,
} from './vcfg-rules/explain-difference.js';
export { checkWindow, type GuestArithmetic, type WindowCheck, type WindowCheckOptions } from './window.js';
