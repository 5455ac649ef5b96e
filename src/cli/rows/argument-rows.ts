import type { ArgumentRow } from '../command.js';

/** Arguments that several commands have. */

export const PLATFORM = {
  type: 'string',
  completes: 'files',
  describe: 'Platform file (YAML); - for standard input',
} as const satisfies ArgumentRow;
export const BASE = {
  type: 'string',
  describe: 'First address of the window, such as 0x2_3000_0000 or "4 GiB"',
} as const satisfies ArgumentRow;
export const BUSES = {
  type: 'string',
  describe: "Buses in the window, 1..256 (default: the platform's, or 256)",
} as const satisfies ArgumentRow;
export const BUSES_OF_TABLES = {
  ...BUSES,
  describe: "Buses in the window, 1..256 (default: the platform's, the tables', or 256)",
} as const satisfies ArgumentRow;
export const JSON_OUTPUT = {
  type: 'boolean',
  describe: 'Print JSON on standard output',
} as const satisfies ArgumentRow;
export const FIXED_WIDTH = {
  type: 'boolean',
  describe: 'Encode VCFG in 8 bytes whatever its value, so that firmware can patch it in place',
} as const satisfies ArgumentRow;
export const ANY_TABLES = {
  type: 'string',
  positional: true,
  array: true,
  completes: 'files',
  describe: 'Tables: files, folders, patterns such as "tables/**/*.aml", text from acpidump; - for standard input',
} as const satisfies ArgumentRow;
export const TABLES = { ...ANY_TABLES, demand: true } as const satisfies ArgumentRow;
export const EXTERNAL = {
  type: 'string',
  array: true,
  alias: 'e',
  completes: 'files',
  describe: 'Another table of the same machine, for the names that it declares; may be repeated',
} as const satisfies ArgumentRow;
