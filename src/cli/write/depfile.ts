import { usageError } from '../read/usage-error.js';

/** Rules for make that say which files are made from which. */

/** What a backslash keeps from meaning something to make, in each place. GNU make manual §4.2, §4.4.3, §10.5.1 */
const QUOTED = { target: /(\\*)([\s#:%*?[])/g, source: /(\\*)([\s#:*?[|])/g } as const;
/** What nothing does: it ends the rule, makes it an assignment, or begins a home folder. */
const UNSAYABLE = /[;=\n]|^~/;

function makePath(path: string, place: keyof typeof QUOTED): string {
  if (UNSAYABLE.test(path)) {
    throw usageError(
      `make has no way to name ${JSON.stringify(path)} in a rule.`,
      'Leave --depfile out, or rename it.',
    );
  }
  // Backslashes in front of a quoted character are doubled; any others are themselves.
  const quote = (_: string, slashes: string, char: string) => `${slashes}${slashes}\\${char}`;
  return path.replaceAll('$', '$$$$').replaceAll(QUOTED[place], quote);
}

/**
 * A Make dependency file: every target depends on the source. The source is a target as well, without a rule, so that make
 * does not stop once it has another name. Throws a UsageError for a path that make cannot name.
 */
export function makeDependencies(targets: readonly string[], source: string): string {
  const all = targets.map((target) => makePath(target, 'target')).join(' \\\n  ');
  return `${all}: ${makePath(source, 'source')}\n\n${makePath(source, 'target')}:\n`;
}
