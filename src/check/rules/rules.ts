import { BYTE_RULES, MEANING_RULES, TABLE_RULES } from '../aml-rules/index.js';
import { BAR_RULES } from '../bar-rules/bar-rules.js';
import { DRIVER_RULES } from '../driver-rules/driver-rules.js';
import { PROOF_RULES } from '../running/running-rules.js';
import { BUS_RULES } from '../vcfg-rules/bus-rules.js';
import { FIELD_RULES } from '../vcfg-rules/field-rules.js';
import { VCFG_NAME_RULES } from '../vcfg-rules/name-rules.js';
import { VCFG_WINDOW_RULES } from '../vcfg-rules/window-rules.js';
import { foundByCaller, WINDOW_DECODE } from './caller-rules.js';
import { type Finding, RULE_FAMILIES, type Rule } from './rule.js';

/** Findings of one rule over this number are counted and not given: bytes that were made to be wrong have no end. */
export const MOST_FINDINGS = 1000;

/** A rule that gives up to {@link MOST_FINDINGS}; the last says how many more there are. */
function bounded(rule: Rule): Rule {
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

/**
 * Every rule, each with a limit to its findings. Causes come before consequences: what could not be decoded comes before
 * what is missing.
 */
export const RULES: readonly Rule[] = [
  ...TABLE_RULES,
  ...BYTE_RULES,
  ...VCFG_NAME_RULES,
  ...VCFG_WINDOW_RULES,
  ...BUS_RULES,
  ...BAR_RULES,
  WINDOW_DECODE,
  ...FIELD_RULES,
  ...PROOF_RULES,
  ...MEANING_RULES,
  ...DRIVER_RULES,
].map((rule) => (rule.find === foundByCaller ? rule : bounded(rule)));

/** Which rules are run, by codes and families: all, or those of `only`, and none of those of `except`. */
export interface RuleFilter {
  readonly only?: readonly string[];
  readonly except?: readonly string[];
}

/** The words of a {@link RuleFilter}: every family and every code. */
export const RULE_WORDS: ReadonlySet<string> = new Set([...RULE_FAMILIES, ...RULES.map(({ code }) => code)]);

/** Whether a filter lets a rule through. */
export function isAsked({ code, family }: Pick<Rule, 'code' | 'family'>, { only, except }: RuleFilter): boolean {
  const named = (words: readonly string[]) => words.includes(code) || words.includes(family);
  return (only === undefined || named(only)) && !(except !== undefined && named(except));
}
