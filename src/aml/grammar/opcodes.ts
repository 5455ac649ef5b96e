/**
 * What follows an opcode, in order. ACPI 6.5 §20.2
 *
 * - `TermArg`: an expression that gives data; `Data`: a DataRefObject, whose names are never calls.
 * - `SuperName`: a place; a method that returns a reference may be called there. `Reference`: a place, never called.
 * - `Target`: a SuperName, or nothing, which is encoded as the byte 0.
 * - `NameString`: a name that is declared or used as a name, as text.
 * - `ByteData`, `WordData`, `DWordData`: little-endian numbers.
 * - `TermList`, `FieldList`, `Elements` (of a package) and `ByteList` fill the package to its end.
 * - {@link LoneKind}: kinds that are always the only operand.
 */
export type OperandKind =
  | LoneKind
  | 'TermArg'
  | 'Data'
  | 'SuperName'
  | 'Reference'
  | 'Target'
  | 'NameString'
  | 'ByteData'
  | 'WordData'
  | 'DWordData'
  | 'TermList'
  | 'FieldList'
  | 'Elements'
  | 'ByteList';

/**
 * The only operand of its row.
 *
 * - `QWordData`: a little-endian number. `AsciiString`: bytes up to a NUL, as text of one character a byte.
 * - `Ordinal`: a number that is part of the opcode byte itself, as in Local0 to Local7.
 */
export type LoneKind = 'QWordData' | 'AsciiString' | 'Ordinal';

/**
 * Where a term may stand. `data`: DataObject; `object`: Local, Arg and Debug; `expression` gives a value and may stand
 * alone; `reference`: an expression that is also a SuperName; `statement`: in a TermList only; `declaration`: likewise,
 * and it makes or opens a named object.
 */
export type Role = 'data' | 'object' | 'expression' | 'reference' | 'statement' | 'declaration';

/** What a declaration puts into the namespace under its name operand. */
export type Declares = 'scope' | 'object' | 'method' | 'external' | 'alias' | 'fields';

export interface OpcodeRow {
  /** ASL's name for it. */
  readonly op: string;
  /** One byte, or two with the first in the high byte. */
  readonly code: number;
  readonly role: Role;
  readonly operands: readonly OperandKind[];
  /** A PkgLength follows the opcode. */
  readonly package?: true;
  readonly declares?: Declares;
  /** How many opcodes the row covers, counted up from `code` (default: 1). */
  readonly span?: number;
  /** ASL 2.0's operator. ACPI 6.5 §19.6 */
  readonly symbol?: string;
  /** Where its encoding is in ACPI 6.5, chapter 20 unless it says otherwise. */
  readonly section: string;
}

interface SoundRow extends OpcodeRow {
  readonly operands: readonly [LoneKind] | readonly Exclude<OperandKind, LoneKind>[];
}

const TERM = 'TermArg';
const binary = [TERM, TERM, 'Target'] as const;
const unary = [TERM, 'Target'] as const;
const logical = [TERM, TERM] as const;
const bufferField = [TERM, TERM, 'NameString'] as const;

/** Every AML opcode of ACPI 6.5, and those that older tables hold. No other file knows an opcode byte. */
export const OPCODES = [
  // Data objects
  { op: 'Zero', code: 0x00, role: 'data', operands: [], section: '20.2.3' },
  { op: 'One', code: 0x01, role: 'data', operands: [], section: '20.2.3' },
  { op: 'Ones', code: 0xff, role: 'data', operands: [], section: '20.2.3' },
  { op: 'Byte', code: 0x0a, role: 'data', operands: ['ByteData'], section: '20.2.3' },
  { op: 'Word', code: 0x0b, role: 'data', operands: ['WordData'], section: '20.2.3' },
  { op: 'DWord', code: 0x0c, role: 'data', operands: ['DWordData'], section: '20.2.3' },
  { op: 'QWord', code: 0x0e, role: 'data', operands: ['QWordData'], section: '20.2.3' },
  { op: 'String', code: 0x0d, role: 'data', operands: ['AsciiString'], section: '20.2.3' },
  { op: 'Buffer', code: 0x11, role: 'data', operands: [TERM, 'ByteList'], package: true, section: '20.2.5.4' },
  { op: 'Package', code: 0x12, role: 'data', operands: ['ByteData', 'Elements'], package: true, section: '20.2.5.4' },
  { op: 'VarPackage', code: 0x13, role: 'data', operands: [TERM, 'Elements'], package: true, section: '20.2.5.4' },
  { op: 'Revision', code: 0x5b30, role: 'data', operands: [], section: '20.2.3' },

  // Locals, arguments, the debug object
  { op: 'Local', code: 0x60, span: 8, role: 'object', operands: ['Ordinal'], section: '20.2.6.2' },
  { op: 'Arg', code: 0x68, span: 7, role: 'object', operands: ['Ordinal'], section: '20.2.6.1' },
  { op: 'Debug', code: 0x5b31, role: 'object', operands: [], section: '20.2.6.3' },

  // Namespace modifiers
  {
    op: 'Alias',
    code: 0x06,
    role: 'declaration',
    operands: ['NameString', 'NameString'],
    declares: 'alias',
    section: '20.2.5.1',
  },
  {
    op: 'Name',
    code: 0x08,
    role: 'declaration',
    operands: ['NameString', 'Data'],
    declares: 'object',
    section: '20.2.5.1',
  },
  {
    op: 'Scope',
    code: 0x10,
    role: 'declaration',
    operands: ['NameString', 'TermList'],
    package: true,
    declares: 'scope',
    section: '20.2.5.1',
  },

  // Named objects
  {
    op: 'Method',
    code: 0x14,
    role: 'declaration',
    operands: ['NameString', 'ByteData', 'TermList'],
    package: true,
    declares: 'method',
    section: '20.2.5.2',
  },
  {
    op: 'External',
    code: 0x15,
    role: 'declaration',
    operands: ['NameString', 'ByteData', 'ByteData'],
    declares: 'external',
    section: '20.2.5.2',
  },
  {
    op: 'CreateDWordField',
    code: 0x8a,
    role: 'declaration',
    operands: bufferField,
    declares: 'object',
    section: '20.2.5.2',
  },
  {
    op: 'CreateWordField',
    code: 0x8b,
    role: 'declaration',
    operands: bufferField,
    declares: 'object',
    section: '20.2.5.2',
  },
  {
    op: 'CreateByteField',
    code: 0x8c,
    role: 'declaration',
    operands: bufferField,
    declares: 'object',
    section: '20.2.5.2',
  },
  {
    op: 'CreateBitField',
    code: 0x8d,
    role: 'declaration',
    operands: bufferField,
    declares: 'object',
    section: '20.2.5.2',
  },
  {
    op: 'CreateQWordField',
    code: 0x8f,
    role: 'declaration',
    operands: bufferField,
    declares: 'object',
    section: '20.2.5.2',
  },
  {
    op: 'CreateField',
    code: 0x5b13,
    role: 'declaration',
    operands: [TERM, TERM, TERM, 'NameString'],
    declares: 'object',
    section: '20.2.5.2',
  },
  {
    op: 'Mutex',
    code: 0x5b01,
    role: 'declaration',
    operands: ['NameString', 'ByteData'],
    declares: 'object',
    section: '20.2.5.2',
  },
  { op: 'Event', code: 0x5b02, role: 'declaration', operands: ['NameString'], declares: 'object', section: '20.2.5.2' },
  {
    op: 'OperationRegion',
    code: 0x5b80,
    role: 'declaration',
    operands: ['NameString', 'ByteData', TERM, TERM],
    declares: 'object',
    section: '20.2.5.2',
  },
  {
    op: 'Field',
    code: 0x5b81,
    role: 'declaration',
    operands: ['NameString', 'ByteData', 'FieldList'],
    package: true,
    declares: 'fields',
    section: '20.2.5.2',
  },
  {
    op: 'Device',
    code: 0x5b82,
    role: 'declaration',
    operands: ['NameString', 'TermList'],
    package: true,
    declares: 'scope',
    section: '20.2.5.2',
  },
  {
    op: 'Processor',
    code: 0x5b83,
    role: 'declaration',
    operands: ['NameString', 'ByteData', 'DWordData', 'ByteData', 'TermList'],
    package: true,
    declares: 'scope',
    section: 'ACPI 6.3 §20.2.5.2',
  },
  {
    op: 'PowerResource',
    code: 0x5b84,
    role: 'declaration',
    operands: ['NameString', 'ByteData', 'WordData', 'TermList'],
    package: true,
    declares: 'scope',
    section: '20.2.5.2',
  },
  {
    op: 'ThermalZone',
    code: 0x5b85,
    role: 'declaration',
    operands: ['NameString', 'TermList'],
    package: true,
    declares: 'scope',
    section: '20.2.5.2',
  },
  {
    op: 'IndexField',
    code: 0x5b86,
    role: 'declaration',
    operands: ['NameString', 'NameString', 'ByteData', 'FieldList'],
    package: true,
    declares: 'fields',
    section: '20.2.5.2',
  },
  {
    op: 'BankField',
    code: 0x5b87,
    role: 'declaration',
    operands: ['NameString', 'NameString', TERM, 'ByteData', 'FieldList'],
    package: true,
    declares: 'fields',
    section: '20.2.5.2',
  },
  {
    op: 'DataTableRegion',
    code: 0x5b88,
    role: 'declaration',
    operands: ['NameString', TERM, TERM, TERM],
    declares: 'object',
    section: '20.2.5.2',
  },

  // Statements
  { op: 'If', code: 0xa0, role: 'statement', operands: [TERM, 'TermList'], package: true, section: '20.2.5.3' },
  { op: 'Else', code: 0xa1, role: 'statement', operands: ['TermList'], package: true, section: '20.2.5.3' },
  { op: 'While', code: 0xa2, role: 'statement', operands: [TERM, 'TermList'], package: true, section: '20.2.5.3' },
  { op: 'Noop', code: 0xa3, role: 'statement', operands: [], section: '20.2.5.3' },
  { op: 'Return', code: 0xa4, role: 'statement', operands: [TERM], section: '20.2.5.3' },
  { op: 'Break', code: 0xa5, role: 'statement', operands: [], section: '20.2.5.3' },
  { op: 'Continue', code: 0x9f, role: 'statement', operands: [], section: '20.2.5.3' },
  { op: 'BreakPoint', code: 0xcc, role: 'statement', operands: [], section: '20.2.5.3' },
  { op: 'Notify', code: 0x86, role: 'statement', operands: ['SuperName', TERM], section: '20.2.5.3' },
  { op: 'Stall', code: 0x5b21, role: 'statement', operands: [TERM], section: '20.2.5.3' },
  { op: 'Sleep', code: 0x5b22, role: 'statement', operands: [TERM], section: '20.2.5.3' },
  { op: 'Signal', code: 0x5b24, role: 'statement', operands: ['SuperName'], section: '20.2.5.3' },
  { op: 'Reset', code: 0x5b26, role: 'statement', operands: ['SuperName'], section: '20.2.5.3' },
  { op: 'Release', code: 0x5b27, role: 'statement', operands: ['SuperName'], section: '20.2.5.3' },
  { op: 'Unload', code: 0x5b2a, role: 'statement', operands: ['SuperName'], section: 'ACPI 6.3 §20.2.5.3' },
  { op: 'Fatal', code: 0x5b32, role: 'statement', operands: ['ByteData', 'DWordData', TERM], section: '20.2.5.3' },

  // Expressions
  { op: 'Store', code: 0x70, role: 'expression', operands: [TERM, 'SuperName'], symbol: '=', section: '20.2.5.4' },
  { op: 'RefOf', code: 0x71, role: 'reference', operands: ['Reference'], section: '20.2.5.4' },
  { op: 'Add', code: 0x72, role: 'expression', operands: binary, symbol: '+', section: '20.2.5.4' },
  { op: 'Concatenate', code: 0x73, role: 'expression', operands: binary, section: '20.2.5.4' },
  { op: 'Subtract', code: 0x74, role: 'expression', operands: binary, symbol: '-', section: '20.2.5.4' },
  { op: 'Increment', code: 0x75, role: 'expression', operands: ['SuperName'], symbol: '++', section: '20.2.5.4' },
  { op: 'Decrement', code: 0x76, role: 'expression', operands: ['SuperName'], symbol: '--', section: '20.2.5.4' },
  { op: 'Multiply', code: 0x77, role: 'expression', operands: binary, symbol: '*', section: '20.2.5.4' },
  {
    op: 'Divide',
    code: 0x78,
    role: 'expression',
    operands: [TERM, TERM, 'Target', 'Target'],
    symbol: '/',
    section: '20.2.5.4',
  },
  { op: 'ShiftLeft', code: 0x79, role: 'expression', operands: binary, symbol: '<<', section: '20.2.5.4' },
  { op: 'ShiftRight', code: 0x7a, role: 'expression', operands: binary, symbol: '>>', section: '20.2.5.4' },
  { op: 'And', code: 0x7b, role: 'expression', operands: binary, symbol: '&', section: '20.2.5.4' },
  { op: 'NAnd', code: 0x7c, role: 'expression', operands: binary, section: '20.2.5.4' },
  { op: 'Or', code: 0x7d, role: 'expression', operands: binary, symbol: '|', section: '20.2.5.4' },
  { op: 'NOr', code: 0x7e, role: 'expression', operands: binary, section: '20.2.5.4' },
  { op: 'Xor', code: 0x7f, role: 'expression', operands: binary, symbol: '^', section: '20.2.5.4' },
  { op: 'Not', code: 0x80, role: 'expression', operands: unary, symbol: '~', section: '20.2.5.4' },
  { op: 'FindSetLeftBit', code: 0x81, role: 'expression', operands: unary, section: '20.2.5.4' },
  { op: 'FindSetRightBit', code: 0x82, role: 'expression', operands: unary, section: '20.2.5.4' },
  { op: 'DerefOf', code: 0x83, role: 'reference', operands: [TERM], section: '20.2.5.4' },
  { op: 'ConcatenateResTemplate', code: 0x84, role: 'expression', operands: binary, section: '20.2.5.4' },
  { op: 'Mod', code: 0x85, role: 'expression', operands: binary, symbol: '%', section: '20.2.5.4' },
  { op: 'SizeOf', code: 0x87, role: 'expression', operands: ['SuperName'], section: '20.2.5.4' },
  { op: 'Index', code: 0x88, role: 'reference', operands: binary, symbol: '[]', section: '20.2.5.4' },
  {
    op: 'Match',
    code: 0x89,
    role: 'expression',
    operands: [TERM, 'ByteData', TERM, 'ByteData', TERM, TERM],
    section: '20.2.5.4',
  },
  { op: 'ObjectType', code: 0x8e, role: 'expression', operands: ['Reference'], section: '20.2.5.4' },
  { op: 'LAnd', code: 0x90, role: 'expression', operands: logical, symbol: '&&', section: '20.2.5.4' },
  { op: 'LOr', code: 0x91, role: 'expression', operands: logical, symbol: '||', section: '20.2.5.4' },
  { op: 'LNot', code: 0x92, role: 'expression', operands: [TERM], symbol: '!', section: '20.2.5.4' },
  { op: 'LNotEqual', code: 0x9293, role: 'expression', operands: logical, symbol: '!=', section: '20.2.5.4' },
  { op: 'LLessEqual', code: 0x9294, role: 'expression', operands: logical, symbol: '<=', section: '20.2.5.4' },
  { op: 'LGreaterEqual', code: 0x9295, role: 'expression', operands: logical, symbol: '>=', section: '20.2.5.4' },
  { op: 'LEqual', code: 0x93, role: 'expression', operands: logical, symbol: '==', section: '20.2.5.4' },
  { op: 'LGreater', code: 0x94, role: 'expression', operands: logical, symbol: '>', section: '20.2.5.4' },
  { op: 'LLess', code: 0x95, role: 'expression', operands: logical, symbol: '<', section: '20.2.5.4' },
  { op: 'ToBuffer', code: 0x96, role: 'expression', operands: unary, section: '20.2.5.4' },
  { op: 'ToDecimalString', code: 0x97, role: 'expression', operands: unary, section: '20.2.5.4' },
  { op: 'ToHexString', code: 0x98, role: 'expression', operands: unary, section: '20.2.5.4' },
  { op: 'ToInteger', code: 0x99, role: 'expression', operands: unary, section: '20.2.5.4' },
  { op: 'ToString', code: 0x9c, role: 'expression', operands: binary, section: '20.2.5.4' },
  { op: 'CopyObject', code: 0x9d, role: 'expression', operands: [TERM, 'SuperName'], section: '20.2.5.4' },
  { op: 'Mid', code: 0x9e, role: 'expression', operands: [TERM, TERM, TERM, 'Target'], section: '20.2.5.4' },
  { op: 'CondRefOf', code: 0x5b12, role: 'expression', operands: ['Reference', 'Target'], section: '20.2.5.4' },
  {
    op: 'LoadTable',
    code: 0x5b1f,
    role: 'expression',
    operands: [TERM, TERM, TERM, TERM, TERM, TERM],
    section: '20.2.5.4',
  },
  { op: 'Load', code: 0x5b20, role: 'expression', operands: ['NameString', 'Target'], section: '20.2.5.4' },
  { op: 'Acquire', code: 0x5b23, role: 'expression', operands: ['SuperName', 'WordData'], section: '20.2.5.4' },
  { op: 'Wait', code: 0x5b25, role: 'expression', operands: ['SuperName', TERM], section: '20.2.5.4' },
  { op: 'FromBCD', code: 0x5b28, role: 'expression', operands: unary, section: '20.2.5.4' },
  { op: 'ToBCD', code: 0x5b29, role: 'expression', operands: unary, section: '20.2.5.4' },
  { op: 'Timer', code: 0x5b33, role: 'expression', operands: [], section: '20.2.5.4' },
] as const satisfies readonly SoundRow[];

/** The bytes that begin names and mark two-byte opcodes. ACPI 6.5 §20.2.1, §20.2.2 */
export const PREFIX = {
  extended: 0x5b,
  not: 0x92,
  root: 0x5c,
  parent: 0x5e,
  dual: 0x2e,
  multi: 0x2f,
  nullName: 0x00,
} as const;

export type OpName = (typeof OPCODES)[number]['op'];

const byName: ReadonlyMap<string, OpcodeRow> = new Map(OPCODES.map((row) => [row.op, row]));

/** The row of an operation; undefined for `Path`, `Null` and `Raw`, which have no opcode. */
export function opcodeRow(op: string): OpcodeRow | undefined {
  return byName.get(op);
}
