import { RULE_WORDS, type RuleFilter } from '../../check/rules/rules.js';
import { nearestWord } from '../../platform/read/nearest-word.js';
import { usageError } from '../usage-error.js';

function requireKnown(word: string): string {
  if (RULE_WORDS.has(word)) return word;
  const meant = nearestWord(word, [...RULE_WORDS]);
  const cure = meant === undefined ? 'docs/check-rules.md has all codes and families.' : `Did you mean ${meant}?`;
  throw usageError(`"${word}" is no rule and no family of rules.`, cure);
}

/** Which rules `--rule` means: codes and families; one with `-` before it is left out. */
export function readRuleWords(words: readonly string[]): RuleFilter {
  const only = words.filter((word) => !word.startsWith('-')).map(requireKnown);
  const except = words.filter((word) => word.startsWith('-')).map((word) => requireKnown(word.slice(1)));
  return { ...(only.length > 0 && { only }), ...(except.length > 0 && { except }) };
}
