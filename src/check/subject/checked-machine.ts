import type { McfgAllocation } from '../../tables/index.js';
import type { Diagnostic, Platform } from '../../vocab/index.js';
import type { DriverFacts } from './driver-facts.js';
import type { MachineNames } from './machine-names.js';
import type { MemoryRange } from './memory-map.js';
import type { PlacedField, PlacedRegion } from './placed-regions.js';
import type { SubjectTable } from './subject-table.js';
import type { WindowPlace } from './window-place.js';

/** What rules look at: the tables of one machine, decoded together, and everything else that was given. */
export interface CheckedMachine {
  /** Every table that could be read, in the given order. */
  readonly tables: readonly SubjectTable[];
  /** The tables with AML that an OS would load, in that order: the first DSDT, then all others except further DSDTs. */
  readonly loaded: readonly SubjectTable[];
  /** The first DSDT. */
  readonly dsdt: SubjectTable | undefined;
  /** Errors and warnings of reading and decoding. */
  readonly reading: readonly Diagnostic[];
  /** How wide the OS's integers are, by the DSDT's revision; 64 if no DSDT is given. ACPI 6.5 §20.3 */
  readonly integerBits: 32 | 64;
  readonly names: MachineNames;
  /** In the order of the tables' bytes, those in methods among them. */
  readonly regions: readonly PlacedRegion[];
  readonly fields: readonly PlacedField[];
  /** Where MCFG tables say that ECAM windows are. */
  readonly ecam: readonly McfgAllocation[];
  readonly window: WindowPlace;
  readonly platform: Platform | undefined;
  readonly memoryMap: readonly MemoryRange[];
  readonly driver: DriverFacts | undefined;
  /** Whether `loaded` is the order in which an OS loads them; if not, what rests on the order is a guess. */
  readonly loadOrderKnown: boolean;
  /** Whether rules may run AML, in a sandbox. */
  readonly evaluates: boolean;
}
