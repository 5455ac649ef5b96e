import type { Rule } from './rule.js';

export const DRIVER_RULES: readonly Rule[] = [];
