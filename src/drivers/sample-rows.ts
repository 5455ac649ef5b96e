import type { FunctionDescription, Platform, RegisterDescription } from '../vocab/index.js';
import { upperName } from './driver-names.js';
import { commentLines, describe } from './driver-text.js';
import { functionKinds } from './function-kinds.js';

/** Characters of text on a comment's line. */
const COMMENT_CHARACTERS = 84;

type RowKind = 'fields' | 'registers' | 'runs' | 'functions';

/** How a code base writes an array of rows. */
export interface RowStyle {
  readonly indent: string;
  /** Between a macro's name and its arguments. */
  readonly beforeArguments: string;
  /** The array's declaration up to its name, for each kind of row. */
  readonly declare: Readonly<Record<RowKind, string>>;
  /** The name of such an array; `owner` is what the rows belong to, such as `SENS_CTRL`. */
  nameArray(kind: RowKind, owner: string): string;
}

/** Whether there is anything of the function to show. */
export function isShown({ registers, shared }: FunctionDescription): boolean {
  return registers.length > 0 || shared.length > 0;
}

/** Bridges and passed-through functions have drivers of their own, and a sample must not take their place. */
export function hasOwnDriver({ bridge, profile }: FunctionDescription): boolean {
  return bridge !== undefined || profile !== undefined;
}

/**
 * What a sample knows about a platform, as arrays in C: the fields of each register, the registers and the runs of each
 * function, and the functions, with an empty row at the end. They use the names of `vcfg.h`. Rows are macros of the sample:
 * FIELD_ROW (register, field), REGISTER_ROW (function, register, fields), RUN_ROW (function, run), MAILBOX_ROW for the
 * vfio profile, FUNCTION_ROW (function, OWN_DRIVER or NO_DRIVER, registers, runs) and LAST_ROW. A list of rows within
 * another row is ROWS (array) or NO_ROWS.
 */
export function sampleRowLines({ functions }: Platform, style: RowStyle): string[] {
  const kinds = [...functionKinds(functions)].filter(([description]) => isShown(description));
  return [
    ...kinds.flatMap(([description, { first }]) => (first === description ? functionArrays(description, style) : [])),
    ...arrayLines(style, 'functions', '', [
      ...kinds.flatMap(([description, { first }]) => functionRow(description, first, style)),
      'LAST_ROW',
    ]),
  ];
}

function call(style: RowStyle, macro: string, ...parameters: readonly string[]): string {
  return `${macro}${style.beforeArguments}(${parameters.join(', ')})`;
}

function arrayLines(style: RowStyle, kind: RowKind, owner: string, rows: readonly string[]): string[] {
  if (rows.length === 0) return [];
  const lines = rows.map((row) => (row.startsWith('/*') ? `${style.indent}${row}` : `${style.indent}${row},`));
  return [`${style.declare[kind]}${style.nameArray(kind, owner)}[] = {`, ...lines, '};', ''];
}

/** A reference to an array of rows that may be empty, which C does not allow an array to be. */
function rowsOf(style: RowStyle, kind: RowKind, owner: string, count: number): string {
  return count === 0 ? 'NO_ROWS' : call(style, 'ROWS', style.nameArray(kind, owner));
}

/** The mailbox, which has a name in the files of the sample alone, then the platform's own runs. */
function runRows(description: FunctionDescription, style: RowStyle): string[] {
  const own = description.shared.map((run) => call(style, 'RUN_ROW', upperName(description), upperName(run)));
  return description.profile === 'vfio' ? ['MAILBOX_ROW', ...own] : own;
}

function functionArrays(description: FunctionDescription, style: RowStyle): string[] {
  const name = upperName(description);
  const owner = (register: RegisterDescription) => `${name}_${upperName(register)}`;
  return [
    ...description.registers.flatMap((register) =>
      arrayLines(
        style,
        'fields',
        owner(register),
        register.fields.map((field) => call(style, 'FIELD_ROW', owner(register), upperName(field))),
      ),
    ),
    ...arrayLines(
      style,
      'registers',
      name,
      description.registers.map((register) =>
        call(
          style,
          'REGISTER_ROW',
          name,
          upperName(register),
          rowsOf(style, 'fields', owner(register), register.fields.length),
        ),
      ),
    ),
    ...arrayLines(style, 'runs', name, runRows(description, style)),
  ];
}

function functionRow(description: FunctionDescription, first: FunctionDescription, style: RowStyle): string[] {
  const name = upperName(description);
  const words = describe(description);
  return [
    ...commentLines(words === '' ? '' : `${name}, ${words}`, COMMENT_CHARACTERS).map((line) => `/* ${line} */`),
    call(
      style,
      'FUNCTION_ROW',
      name,
      hasOwnDriver(description) ? 'OWN_DRIVER' : 'NO_DRIVER',
      rowsOf(style, 'registers', upperName(first), description.registers.length),
      rowsOf(style, 'runs', upperName(first), runRows(description, style).length),
    ),
  ];
}
