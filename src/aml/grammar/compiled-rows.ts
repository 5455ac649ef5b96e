import { type Declares, type LoneKind, OPCODES, type OpcodeRow, type OperandKind, PREFIX } from './opcodes.js';

/** Operand kinds as small integers, for the switches of code that walks operands. */
export const KIND = {
  TermArg: 0,
  Data: 1,
  SuperName: 2,
  Reference: 3,
  Target: 4,
  NameString: 5,
  ByteData: 6,
  WordData: 7,
  DWordData: 8,
  QWordData: 9,
  Ordinal: 10,
  AsciiString: 11,
  TermList: 12,
  FieldList: 13,
  Elements: 14,
  ByteList: 15,
} as const satisfies Record<OperandKind, number>;
export type KindNumber = (typeof KIND)[OperandKind];
/** Kinds that a switch over operands never sees: the terms that have them have a shape of their own. */
export type LoneKindNumber = (typeof KIND)[LoneKind];

/** Kinds whose operands are terms: those with the lowest numbers. */
export type TermKindNumber = (typeof KIND)['TermArg' | 'Data' | 'SuperName' | 'Reference' | 'Target'];
export const isTermKind = (kind: KindNumber): kind is TermKindNumber => kind <= KIND.Target;

/** How the decoder uses a row's role. */
export const VALUE_USE = 0;
const DATA = 1;
const OBJECT = 2;
export const STATEMENT_USE = 3;

const USE_OF_ROLE = {
  data: DATA,
  object: OBJECT,
  expression: VALUE_USE,
  reference: VALUE_USE,
  statement: STATEMENT_USE,
  declaration: STATEMENT_USE,
} as const;

/** Rows without operands, and rows with one value, which the tape's record itself holds: most terms are of these. */
export const SHAPE = { general: 0, bare: 1, ordinal: 2, byte: 3, word: 4, dword: 5, qword: 6, string: 7 } as const;

export interface CompiledRow {
  readonly op: string;
  /** Its place in OPCODES. */
  readonly code: number;
  readonly kinds: readonly KindNumber[];
  readonly shape: (typeof SHAPE)[keyof typeof SHAPE];
  /** The opcode's last byte, the lowest if the row covers several. */
  readonly lowCode: number;
  /** The byte before it; 0 if the opcode has one byte. */
  readonly highCode: number;
  /** Bytes of the opcode. */
  readonly width: number;
  /** How many opcodes the row covers. */
  readonly span: number;
  readonly package: boolean;
  readonly declares: Declares | undefined;
  readonly use: number;
  /** Whether it may be a SuperName. */
  readonly isPlace: boolean;
  /** Which operand is the name that is declared; -1 if none is. */
  readonly nameOperand: number;
  readonly hasTarget: boolean;
}

const VALUE_SHAPES: { readonly [K in OperandKind]?: CompiledRow['shape'] } = {
  Ordinal: SHAPE.ordinal,
  ByteData: SHAPE.byte,
  WordData: SHAPE.word,
  DWordData: SHAPE.dword,
  QWordData: SHAPE.qword,
  AsciiString: SHAPE.string,
};

function shapeOf([first, ...others]: readonly OperandKind[]): CompiledRow['shape'] {
  if (first === undefined) return SHAPE.bare;
  return (others.length === 0 ? VALUE_SHAPES[first] : undefined) ?? SHAPE.general;
}

function compile(row: OpcodeRow, code: number): CompiledRow {
  const names = row.operands.flatMap((kind, index) => (kind === 'NameString' ? [index] : []));
  return {
    op: row.op,
    code,
    kinds: row.operands.map((kind) => KIND[kind]),
    shape: shapeOf(row.operands),
    lowCode: row.code & 0xff,
    highCode: row.code >>> 8,
    width: row.code > 0xff ? 2 : 1,
    span: row.span ?? 1,
    package: row.package ?? false,
    declares: row.declares,
    use: USE_OF_ROLE[row.role],
    isPlace: row.role === 'object' || row.role === 'reference',
    nameOperand: row.declares === undefined ? -1 : row.declares === 'alias' ? (names[1] as number) : (names[0] ?? -1),
    hasTarget: row.operands.includes('Target'),
  };
}

const plain: (CompiledRow | undefined)[] = new Array(256).fill(undefined);
const extended: (CompiledRow | undefined)[] = new Array(256).fill(undefined);
const negated: (CompiledRow | undefined)[] = new Array(256).fill(undefined);
/** The rows in the order of OPCODES. */
export const ROWS: readonly CompiledRow[] = (OPCODES as readonly OpcodeRow[]).map(compile);

/** The rows by name. A hash table of our own, since every encoded term is looked up in it. */
const NAME_PLACES = 1 << 9;
const byName: (CompiledRow | undefined)[] = new Array(NAME_PLACES).fill(undefined);

/** The first place to look for a name; if taken, the next ones follow. Chosen so that few names collide. */
const placeOf = (op: string): number =>
  (op.charCodeAt(1) * 26 + op.charCodeAt(op.length - 1) + op.length * 17) & (NAME_PLACES - 1);

for (const row of ROWS) {
  let place = placeOf(row.op);
  while (byName[place] !== undefined) place = (place + 1) & (NAME_PLACES - 1);
  byName[place] = row;
}

for (const compiled of ROWS) {
  const page = compiled.highCode === PREFIX.extended ? extended : compiled.highCode === PREFIX.not ? negated : plain;
  for (let index = 0; index < compiled.span; index++) page[compiled.lowCode + index] = compiled;
}

/** The row of the opcode at an offset; undefined if there is none. */
export function rowAt(bytes: Uint8Array, at: number, end: number): CompiledRow | undefined {
  const byte = bytes[at] as number;
  if (byte === PREFIX.extended) return at + 1 < end ? extended[bytes[at + 1] as number] : undefined;
  if (byte === PREFIX.not && at + 1 < end) {
    const row = negated[bytes[at + 1] as number];
    if (row !== undefined) return row;
  }
  return plain[byte];
}

/** The row of an operation; undefined for `Path`, `Null` and `Raw`, which have no opcode. */
export function rowOf(op: string): CompiledRow | undefined {
  if (typeof op !== 'string') return undefined; // JavaScript callers may pass a string for a term.
  let place = placeOf(op);
  for (;;) {
    const row = byName[place];
    if (row === undefined || row.op === op) return row;
    place = (place + 1) & (NAME_PLACES - 1);
  }
}
