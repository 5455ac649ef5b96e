/** The two sides against each other. What they return is empty where they agree. */
export { foundByCaller } from './caller-rules.js';
export {
  type CheckInput,
  type CheckReport,
  type CheckSetOptions,
  checkSet,
} from './check-set.js';
export { type DiffOptions, diffMachines } from './diff/diff-machines.js';
export { type DiffPainter, formatDiff } from './diff/format-diff.js';
export type { ChangeDetail, ChangeKind, FollowedMove, ObjectChange, SetDiff, TableChange } from './diff/set-diff.js';
export type { DriverConstant, DriverFacts } from './driver-facts.js';
export {
  addressMistakes,
  describeDifference,
  type Mistake,
  type MistakeName,
  valueMistakes,
} from './explain-difference.js';
export type { HeaderConstant } from './header-constants.js';
export {
  checkHeaderProbe,
  type HeaderProbe,
  type HeaderProbeCheck,
  headerProbeProgram,
  probeOfPlatform,
} from './header-probe.js';
export { type MemoryKind, type MemoryRange, type ReadMemoryMap, readMemoryMap } from './memory-map.js';
export { readHeader } from './read-header.js';
export {
  countText,
  formatReport,
  type ReportPainter,
  type SarifLog,
  sarifLog,
  type TextReportOptions,
} from './report/index.js';
export { type Finding, RULE_FAMILIES, type Rule, type RuleFamily } from './rule.js';
export { RULE_WORDS, RULES, type RuleFilter } from './rules.js';
export type { SubjectTable } from './subject.js';
export { checkTable, checkTableBase, type TableCheckOptions } from './table.js';
export { checkWindow, type GuestArithmetic, type WindowCheck, type WindowCheckOptions } from './window.js';
