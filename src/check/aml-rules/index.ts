import type { Rule } from '../rules/rule.js';
import { BYTE_RULES } from '../table-rules/byte-rules.js';
import { CONTAINER_RULES } from '../table-rules/container-rules.js';
import { FADT_RULES } from '../table-rules/fadt-rules.js';
import { MADT_RULES } from '../table-rules/madt-rules.js';
import { MCFG_RULES } from '../table-rules/mcfg-rules.js';
import { ROOT_RULES } from '../table-rules/root-rules.js';
import { DATA_RULES } from './data-rules.js';
import { DEVICE_RULES } from './device-rules.js';
import { ECAM_RULES } from './ecam-rules.js';
import { EVENT_RULES } from './event-rules.js';
import { FLOW_RULES } from './flow-rules.js';
import { METHOD_RULES } from './method-rules.js';
import { NAME_RULES } from './name-rules.js';
import { OPERAND_RULES } from './operand-rules.js';
import { PARTNER_RULES } from './partner-rules.js';
import { PREDEFINED_RULES } from './predefined-rules.js';
import { RESOURCE_RULES } from './resource-rules.js';
import { ROUTING_RULES } from './routing-rules.js';

export { BYTE_RULES };

/** What is wrong with AML whatever it is for, where its bytes are understood. */
export const MEANING_RULES: readonly Rule[] = [
  ...NAME_RULES,
  ...METHOD_RULES,
  ...FLOW_RULES,
  ...OPERAND_RULES,
  ...PREDEFINED_RULES,
  ...PARTNER_RULES,
  ...DATA_RULES,
  ...DEVICE_RULES,
  ...RESOURCE_RULES,
  ...ROUTING_RULES,
  ...EVENT_RULES,
  ...ECAM_RULES,
];

/** What is wrong with AML whatever it is for. */
export const AML_RULES: readonly Rule[] = [...BYTE_RULES, ...MEANING_RULES];

/** What is wrong with a table as a container, and with the tables that hold data. */
export const TABLE_RULES: readonly Rule[] = [
  ...CONTAINER_RULES,
  ...ROOT_RULES,
  ...FADT_RULES,
  ...MADT_RULES,
  ...MCFG_RULES,
];
