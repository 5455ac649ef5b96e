import type { Rule } from '../rule.js';

/** What is wrong with AML whatever it is for. */
export const AML_RULES: readonly Rule[] = [];

/** What is wrong with a table as a container: header, checksum, and that it is there once. */
export const TABLE_RULES: readonly Rule[] = [];
