import { WINDOW_DECODE } from '../rules/caller-rules.js';
import type { Rule } from '../rules/rule.js';
import { BUS_RULES } from './bus-rules.js';
import { VCFG_NAME_RULES } from './name-rules.js';
import { VCFG_WINDOW_RULES } from './window-rules.js';

/** What can be wrong with `VCFG` and its window. */
export const VCFG_RULES: readonly Rule[] = [...VCFG_NAME_RULES, ...VCFG_WINDOW_RULES, ...BUS_RULES, WINDOW_DECODE];
