import type { Finding, Rule } from '../rules/rule.js';

/** Findings of one rule over this number are counted and not given: bytes that were made to be wrong have no end. */
export const MOST_FINDINGS = 1000;

/** A rule that gives up to {@link MOST_FINDINGS}; the last says how many more there are. */
export function bounded(rule: Rule): Rule {
  return {
    ...rule,
    *find(subject) {
      let given: Finding | undefined;
      let count = 0;
      for (const finding of rule.find(subject)) {
        count++;
        if (count > MOST_FINDINGS) continue;
        if (given !== undefined) yield given;
        given = finding;
      }
      if (given === undefined) return;
      const more = count - MOST_FINDINGS;
      yield more <= 0 ? given : { ...given, message: `${given.message} ${more} more like it are left out.` };
    },
  };
}
