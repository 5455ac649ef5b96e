import { type KindNumber, ROWS } from '../../aml/grammar/compiled-rows.js';
import { OPERAND_WORDS } from '../../aml/grammar/keywords.js';
import { OPCODES, type OpcodeRow, type OpName } from '../../aml/grammar/opcodes.js';
import { type Word, word } from './asl-writer.js';
import { FORMS, type Form, PRECEDENCE } from './forms.js';
import type { UsedAs } from './names.js';
import { NO_VALUES, REFUSALS, type Refusal } from './refusals.js';

/** What printing asks of a row of OPCODES, or of what has no opcode. */
export interface PrintRow {
  readonly op: string;
  /** Undefined for what has no opcode. */
  readonly form: Form | undefined;
  readonly kinds: readonly KindNumber[];
  /** Its name; its name before the parenthesis of its operands. */
  readonly name: Word;
  readonly call: Word;
  /** Its symbol before one operand, between two, and before an equals sign: `!`, ` + ` and ` += `; 0 if it has none. */
  readonly symbol: Word;
  readonly operator: Word;
  readonly assignment: Word;
  /** How tightly its symbol binds; 0 if it has none. */
  readonly precedence: number;
  /** Operands that ASL writes as words: by operand, then by value. */
  readonly words: readonly (readonly (Word | undefined)[] | undefined)[] | undefined;
  /** What a name is that is its first operand, if another table declares it. */
  readonly usedAs: UsedAs;
  /** Why iasl refuses its operands; undefined where it never does. */
  readonly refusal: Refusal | undefined;
  /** Why iasl does not take it as a value; undefined if it does. */
  readonly noValue: string | undefined;
  readonly opcodeBytes: number;
  /** Opens a block that is set off by an empty line. */
  readonly isSetOff: boolean;
  /** Is a value and nothing else: a statement only where a call was cut short. */
  readonly isStrayValue: boolean;
  /** May be where a value is stored. */
  readonly isPlace: boolean;
  /** Its target is taken by iasl from an equals sign around it. */
  readonly takesTarget: boolean;
  /** It opens a scope. */
  readonly isScope: boolean;
  /** It has a field and a bank or an index, whose names are its first two operands. */
  readonly hasSecondField: boolean;
}

const WITHOUT_OPCODE: PrintRow = {
  op: '',
  form: undefined,
  kinds: [],
  name: 0,
  call: 0,
  symbol: 0,
  operator: 0,
  assignment: 0,
  precedence: 0,
  words: undefined,
  usedAs: 'UnknownObj',
  refusal: undefined,
  noValue: undefined,
  opcodeBytes: 0,
  isSetOff: false,
  isStrayValue: false,
  isPlace: true,
  takesTarget: false,
  isScope: false,
  hasSecondField: false,
};

const USED_AS: { readonly [Name in OpName]?: UsedAs } = {
  Scope: 'DeviceObj',
  Field: 'OpRegionObj',
  BankField: 'OpRegionObj',
  IndexField: 'FieldUnitObj',
  Acquire: 'MutexObj',
  Release: 'MutexObj',
};

const TAKE_TARGETS: ReadonlySet<Form> = new Set(['binary', 'divide', 'not', 'index']);

function operandWords(op: OpName, operands: number): PrintRow['words'] {
  const rows = OPERAND_WORDS[op];
  if (rows === undefined) return undefined;
  return Array.from({ length: operands }, (_, index) =>
    rows[index]?.map((text) => (text === undefined ? undefined : word(text))),
  );
}

function printRow(row: OpcodeRow & { readonly op: OpName }, code: number): PrintRow {
  const { op, symbol, role, operands } = row;
  const form = FORMS[op];
  return {
    ...WITHOUT_OPCODE,
    op,
    form,
    kinds: (ROWS[code] as (typeof ROWS)[number]).kinds,
    name: word(op),
    call: word(`${op} (`),
    symbol: symbol === undefined ? 0 : word(symbol),
    operator: symbol === undefined ? 0 : word(` ${symbol} `),
    assignment: symbol === undefined ? 0 : word(` ${symbol}= `),
    precedence: symbol === undefined ? 0 : (PRECEDENCE[symbol] ?? 0),
    words: operandWords(op, operands.length),
    usedAs: USED_AS[op] ?? 'UnknownObj',
    refusal: REFUSALS[op],
    noValue: NO_VALUES[op],
    opcodeBytes: row.code > 0xff ? 2 : 1,
    isSetOff: role === 'declaration' && row.package === true,
    isStrayValue: role === 'data' || role === 'object',
    isPlace: role !== 'data' && role !== 'expression',
    takesTarget: TAKE_TARGETS.has(form),
    isScope: row.declares === 'scope',
    hasSecondField: row.declares === 'fields',
  };
}

/** By the code of records. */
export const PRINT_ROWS: readonly PrintRow[] = [
  ...OPCODES.map(printRow),
  // In the order of CODE.
  { ...WITHOUT_OPCODE, op: 'Path' },
  { ...WITHOUT_OPCODE, op: 'Null' },
  { ...WITHOUT_OPCODE, op: 'Raw' },
];

/** The row of an operation; its record's code is known to be one of a term. */
export const printRowOf = (code: number): PrintRow => PRINT_ROWS[code] as PrintRow;
