import { OPERAND_WORDS } from '../keywords.js';
import { OPCODES, type OpcodeRow, type OpName } from '../opcodes.js';
import { FORMS, type Form, PRECEDENCE } from './forms.js';
import { REFUSALS } from './refusals.js';

/** A row of the opcode table with what printing it needs. */
export interface PrintRow extends OpcodeRow {
  readonly op: OpName;
  readonly form: Form;
  /** How tightly its symbol binds; 0 if it has none. */
  readonly precedence: number;
  /** Its symbol between two operands, and before an equals sign: ` + ` and ` += `. */
  readonly operator: string;
  readonly assignment: string;
  readonly words: Readonly<Record<number, readonly (string | undefined)[]>> | undefined;
  /** Why iasl refuses the operands; undefined where it never does. */
  readonly refusal: ((operands: never) => string | undefined) | undefined;
  /** Opens a block that is set off by an empty line. */
  readonly setOff: boolean;
}

function printRow(row: OpcodeRow & { readonly op: OpName }): PrintRow {
  return {
    ...row,
    form: FORMS[row.op],
    precedence: row.symbol === undefined ? 0 : (PRECEDENCE[row.symbol] ?? 0),
    operator: ` ${row.symbol} `,
    assignment: ` ${row.symbol}= `,
    words: OPERAND_WORDS[row.op],
    refusal: REFUSALS[row.op],
    setOff: row.role === 'declaration' && row.package === true,
  };
}

const rows: ReadonlyMap<string, PrintRow> = new Map(OPCODES.map((row) => [row.op, printRow(row)]));

/** The row of an operation; undefined for `Path`, `Null` and `Raw`. */
export function printRowOf(op: string): PrintRow | undefined {
  return rows.get(op);
}

/** True for what is a value and nothing else: a statement only where a call was cut short. */
export function isStrayValue(row: PrintRow | undefined): boolean {
  return row !== undefined && (row.role === 'data' || row.role === 'object');
}

/** Operations whose target iasl takes from an equals sign around them. */
export function takesTarget(op: string): boolean {
  const form = rows.get(op)?.form;
  return form === 'binary' || form === 'divide' || form === 'not' || form === 'index';
}
