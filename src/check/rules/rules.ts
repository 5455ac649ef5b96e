import { bounded } from '../aml-rules/bounded.js';
import { BYTE_RULES, MEANING_RULES, TABLE_RULES } from '../aml-rules/index.js';
import { DRIVER_RULES } from '../driver-rules/driver-rules.js';
import { FIELD_RULES } from '../vcfg-rules/field-rules.js';
import { VCFG_RULES } from '../vcfg-rules/vcfg-rules.js';
import { foundByCaller } from './caller-rules.js';
import { RULE_FAMILIES, type Rule } from './rule.js';

/** Every rule, each with a limit to its findings, in the order in which a reader looks for causes: what is not understood comes before what is missing. */
export const RULES: readonly Rule[] = [
  ...TABLE_RULES,
  ...BYTE_RULES,
  ...VCFG_RULES,
  ...FIELD_RULES,
  ...MEANING_RULES,
  ...DRIVER_RULES,
].map((rule) => (rule.find === foundByCaller ? rule : bounded(rule)));

/** Which rules are asked, by codes and families: all but those of `except`, or those of `only` without these. */
export interface RuleFilter {
  readonly only?: readonly string[];
  readonly except?: readonly string[];
}

/** Words that mean rules in a {@link RuleFilter}: every family and every code. */
export const RULE_WORDS: ReadonlySet<string> = new Set([...RULE_FAMILIES, ...RULES.map(({ code }) => code)]);

/** Whether a filter lets a rule through. */
export function isAsked({ code, family }: Pick<Rule, 'code' | 'family'>, { only, except }: RuleFilter): boolean {
  const named = (words: readonly string[]) => words.includes(code) || words.includes(family);
  return (only === undefined || named(only)) && !(except !== undefined && named(except));
}
