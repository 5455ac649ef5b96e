import { asl, type Op } from '../../aml/index.js';
import { SLEEP_TYPES } from '../../platform/power-ports.js';

/** What PM1a and PM1b control take for a sleep state, and two reserved values. ACPI 6.5 §7.4.2 */
function sleepState(name: string, type: number): Op<'Name'> {
  return asl.Name(name, asl.Package([type, type, 0, 0]));
}

/** The sleep states there are: S1, in which the machine waits, and S5, in which it is off. */
export function sleepStates(): Op<'Name'>[] {
  return [sleepState('_S1', SLEEP_TYPES.s1), sleepState('_S5', SLEEP_TYPES.s5)];
}
