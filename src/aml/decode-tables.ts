import { type Declares, OPCODES, type OpcodeRow, type OperandKind, PREFIX } from './opcodes.js';

/** Operand kinds as small integers, for the decoder's switch. */
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

/** What the decoder asks of a row's role. */
export const VALUE = 0;
export const DATA = 1;
export const OBJECT = 2;
export const STATEMENT = 3;

const USE = {
  data: DATA,
  object: OBJECT,
  expression: VALUE,
  reference: VALUE,
  statement: STATEMENT,
  declaration: STATEMENT,
} as const;

export interface CompiledRow {
  readonly op: string;
  readonly kinds: readonly number[];
  /** Bytes of the opcode. */
  readonly width: number;
  /** The opcode's last byte, the lowest if the row covers several. */
  readonly lowCode: number;
  readonly package: boolean;
  readonly declares: Declares | undefined;
  readonly use: number;
  /** Which operand is the name that is declared; -1 if none is. */
  readonly nameOperand: number;
}

function compile(row: OpcodeRow): CompiledRow {
  const names = row.operands.flatMap((kind, index) => (kind === 'NameString' ? [index] : []));
  return {
    op: row.op,
    kinds: row.operands.map((kind) => KIND[kind]),
    width: row.code > 0xff ? 2 : 1,
    lowCode: row.code & 0xff,
    package: row.package ?? false,
    declares: row.declares,
    use: USE[row.role],
    nameOperand: row.declares === undefined ? -1 : row.declares === 'alias' ? (names[1] as number) : (names[0] ?? -1),
  };
}

const plain: (CompiledRow | undefined)[] = new Array(256).fill(undefined);
const extended: (CompiledRow | undefined)[] = new Array(256).fill(undefined);
const negated: (CompiledRow | undefined)[] = new Array(256).fill(undefined);

for (const row of OPCODES as readonly OpcodeRow[]) {
  const table = row.code >>> 8 === PREFIX.extended ? extended : row.code >>> 8 === PREFIX.not ? negated : plain;
  const compiled = compile(row);
  for (let index = 0; index < (row.span ?? 1); index++) table[(row.code & 0xff) + index] = compiled;
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

/** 1 for each byte that a NameString can begin with, but for the null name. */
export const NAME_LEAD: Uint8Array = new Uint8Array(256);
const SEGMENT_LEAD = new Uint8Array(256);
const SEGMENT_REST = new Uint8Array(256);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789') {
  const code = char.charCodeAt(0);
  SEGMENT_REST[code] = 1;
  if (code > 0x39) SEGMENT_LEAD[code] = NAME_LEAD[code] = 1;
}
for (const code of [PREFIX.root, PREFIX.parent, PREFIX.dual, PREFIX.multi]) NAME_LEAD[code] = 1;

/** NameSegs seen before, so that each is one string however often it stands in tables. */
const CACHE_BITS = 13;
const cachedKeys = new Int32Array(1 << CACHE_BITS);
const cachedSegments: (string | undefined)[] = new Array(1 << CACHE_BITS).fill(undefined);

/** The NameSeg in the four bytes at an offset; undefined if they are none. */
export function segmentAt(bytes: Uint8Array, at: number): string | undefined {
  const a = bytes[at] as number;
  const b = bytes[at + 1] as number;
  const c = bytes[at + 2] as number;
  const d = bytes[at + 3] as number;
  const key = (a << 24) | (b << 16) | (c << 8) | d;
  const slot = Math.imul(key, 0x9e3779b1) >>> (32 - CACHE_BITS);
  if (cachedKeys[slot] === key && cachedSegments[slot] !== undefined) return cachedSegments[slot];
  if (SEGMENT_LEAD[a] !== 1 || SEGMENT_REST[b] !== 1 || SEGMENT_REST[c] !== 1 || SEGMENT_REST[d] !== 1)
    return undefined;
  const segment = String.fromCharCode(a, b, c, d);
  cachedKeys[slot] = key;
  cachedSegments[slot] = segment;
  return segment;
}
