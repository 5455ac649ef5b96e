import type { Rule } from './rule.js';

export const VCFG_RULES: readonly Rule[] = [];
