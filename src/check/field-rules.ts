import type { Rule } from './rule.js';

export const FIELD_RULES: readonly Rule[] = [];
