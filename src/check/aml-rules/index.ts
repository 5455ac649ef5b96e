import type { Finding, Rule } from '../rule.js';
import { BYTE_RULES } from './byte-rules.js';
import { DATA_RULES } from './data-rules.js';
import { DEVICE_RULES } from './device-rules.js';
import { ECAM_RULES } from './ecam-rules.js';
import { EVENT_RULES } from './event-rules.js';
import { FLOW_RULES } from './flow-rules.js';
import { METHOD_RULES } from './method-rules.js';
import { NAME_RULES } from './name-rules.js';
import { PREDEFINED_RULES } from './predefined-rules.js';
import { RESOURCE_RULES } from './resource-rules.js';
import { ROUTING_RULES } from './routing-rules.js';
import { CONTAINER_RULES } from './table-rules.js';

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

/** What is wrong with AML whatever it is for. */
export const AML_RULES: readonly Rule[] = [
  ...BYTE_RULES,
  ...NAME_RULES,
  ...METHOD_RULES,
  ...FLOW_RULES,
  ...PREDEFINED_RULES,
  ...DATA_RULES,
  ...DEVICE_RULES,
  ...RESOURCE_RULES,
  ...ROUTING_RULES,
  ...EVENT_RULES,
  ...ECAM_RULES,
].map(bounded);

/** What is wrong with a table as a container: header, checksum, and that it is there once. */
export const TABLE_RULES: readonly Rule[] = CONTAINER_RULES.map(bounded);
