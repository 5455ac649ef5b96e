import { type KindNumber, ROWS } from '../../aml/grammar/compiled-rows.js';
import { MATCH_OPERATORS, OPERAND_WORDS, REGION_SPACES } from '../../aml/grammar/keywords.js';
import { OPCODES, type OpcodeRow, type OpName } from '../../aml/grammar/opcodes.js';
import { CODE, ROW, type Tape } from '../../aml/tape/tape.js';
import { type Word, word } from './asl-writer.js';
import { FORMS, type Form, PRECEDENCE } from './forms.js';
import type { UsedAs } from './names.js';
import { integerAt, isPlain, isWordConstant, opAt, operandAt } from './operands.js';

/** Why iasl refuses or changes the operands of the term at a record; undefined if it does not. */
type Refusal = (tape: Tape, record: number) => string | undefined;

const REFERENCE_OF_REFERENCE = 'The operand is a reference to a reference; iasl does not accept that.';

/** Whether a value cannot be a reference, judging by its operation. */
function isPlainValue(tape: Tape, record: number): boolean {
  const role = OPCODES[tape.code(record)]?.role;
  return role === 'data' || role === 'expression';
}

const refuseInnerReference: Refusal = (tape, record) =>
  tape.code(record + 1) === ROW.RefOf ? REFERENCE_OF_REFERENCE : undefined;

/** By operation. */
const REFUSALS: { readonly [Name in OpName]?: Refusal } = {
  Name: (tape, record) =>
    tape.code(record + 2) === CODE.Path ? 'The value of a Name is another name; ASL allows only data.' : undefined,
  Mutex: (tape, record) => {
    const level = tape.value(operandAt(tape, record, 1));
    return level > 15 ? `The sync level of a Mutex is ${level}; ASL allows 0 to 15.` : undefined;
  },
  OperationRegion: (tape, record) => {
    const space = tape.value(operandAt(tape, record, 1));
    return space < 0x80 && REGION_SPACES[space] === undefined
      ? `The address space of an OperationRegion is ${space}, for which iasl has no keyword.`
      : undefined;
  },
  Match: (tape, record) => {
    const one = tape.value(operandAt(tape, record, 1));
    const other = tape.value(operandAt(tape, record, 3));
    return Math.max(one, other) >= MATCH_OPERATORS.length ? 'An operator of a Match has no keyword in ASL.' : undefined;
  },
  DerefOf: (tape, record) =>
    isPlainValue(tape, record + 1)
      ? `The operand of DerefOf is ${opAt(tape, record + 1)}; iasl accepts only a reference.`
      : undefined,
  RefOf: refuseInnerReference,
  CondRefOf: refuseInnerReference,
  CopyObject: (tape, record) => {
    const target = operandAt(tape, record, 1);
    return isPlain(tape, target)
      ? undefined
      : `The target of CopyObject is ${opAt(tape, target)}; iasl accepts only a name.`;
  },
  Buffer: (tape, record) => {
    const size = record + 1;
    const { length } = tape.bytes(operandAt(tape, record, 1));
    if (tape.code(size) === ROW.Byte && tape.value(size) >= length) return undefined;
    const value = isWordConstant(tape, size) ? undefined : integerAt(tape, size);
    if (value === undefined || (value >= length && value <= 0xffff_ffffn)) return undefined;
    return `The size of a Buffer of ${length} bytes is ${value}; iasl writes a different size.`;
  },
  Load: (tape, record) =>
    tape.code(operandAt(tape, record, 1)) === CODE.Null ? 'Load has no target; iasl requires one.' : undefined,
  LoadTable: (tape, record) =>
    tape.code(operandAt(tape, record, 3)) === ROW.Zero
      ? 'The root path of a LoadTable is Zero; iasl writes the root instead.'
      : undefined,
  Stall: (tape, record) => {
    const code = tape.code(record + 1);
    return code === ROW.Word || code === ROW.DWord || code === ROW.QWord
      ? 'A Stall is longer than 255 microseconds, the most that iasl accepts.'
      : undefined;
  },
};

/** Operations that have a value, but that iasl accepts only as statements: the finding if the value is used. */
const NO_VALUES: { readonly [Name in OpName]?: string } = {
  Debug: 'The debug object is read; iasl only allows writing it.',
  CopyObject: 'The value of a CopyObject is used; iasl accepts it only as a statement.',
  Load: 'The value of a Load is used; iasl accepts it only as a statement.',
};

/** What the printer needs to know about a row of OPCODES, or a term without an opcode. */
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
  /** The object type of a name that is its first operand, if another table declares it. */
  readonly usedAs: UsedAs;
  /** Why iasl refuses its operands; undefined where it never does. */
  readonly refusal: Refusal | undefined;
  /** Why iasl does not accept it as a value; undefined if it does. */
  readonly noValue: string | undefined;
  readonly opcodeBytes: number;
  /** It opens a block with an empty line around it. */
  readonly isSetOff: boolean;
  /** It is only ever a value: as a statement it is the rest of a call that was cut short. */
  readonly isStrayValue: boolean;
  /** May be where a value is stored. */
  readonly isPlace: boolean;
  /** iasl takes its target from the assignment around it. */
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
