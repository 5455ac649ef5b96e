import type { Diagnostic, DiagnosticCode, Platform } from '../../vocab/index.js';
import { type CheckInput, checkSet, requireInputs } from './check-set.js';

/** Placed at any board device, so perhaps at the new one, but it is up to the machine's tables, of which some may not be given. */
const OF_MACHINE: DiagnosticCode = 'AML_ECAM_NOT_RESERVED';

/**
 * What in a machine's own tables is in the way of a window, and what is wrong with tables that are added to them. Errors and
 * warnings only: notes about a machine's own tables are its maker's affair. `added` is what `generateTableSet` gave with
 * `onto`, and `platform` is the set's. Throws a TypeError for a list that is not one of tables.
 */
export function checkBeside(
  own: readonly CheckInput[],
  added: readonly CheckInput[],
  platform: Platform,
): readonly Diagnostic[] {
  requireInputs(own);
  requireInputs(added);
  const names = new Set(added.map(({ file }) => file));
  return checkSet([...own, ...added], { platform }).findings.filter(
    ({ place, code, severity }) =>
      severity !== 'note' && code !== OF_MACHINE && (code.startsWith('VCFG_') || names.has(place.file ?? '')),
  );
}
