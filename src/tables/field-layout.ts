import {
  type ByteWriter,
  DiagnosticError,
  encodeLatin1,
  errorAt,
  MOST_U64,
  refuseArgument,
  requireObject,
  requireOneOf,
  requireText,
  showArgument,
} from '../base/index.js';

/**
 * Structures of fixed-length fields without gaps, encoded by one list of their fields, and decoded by the parser that
 * binary-parser makes of the same list: parsers.ts.
 */

/** Where a register is: a Generic Address Structure. ACPI 6.5 §5.2.3.2 */
export interface GenericAddress {
  /** 0 memory, 1 I/O ports; {@link GAS_SPACE}. */
  readonly space: number;
  /** 0..255; 255 for a GPE block of 32 bytes or more, whose width does not fit. */
  readonly bitWidth: number;
  readonly bitOffset: number;
  /** 0 undefined, 1 byte, 2 word, 3 dword, 4 qword. */
  readonly accessSize: number;
  readonly address: bigint;
}

export const GAS_SPACE = { systemMemory: 0, systemIo: 1, pciConfig: 2, functionalFixedHardware: 0x7f } as const;

/** Offsets in a Generic Address Structure. ACPI 6.5 §5.2.3.2, table 5.1 */
export const GAS_OFFSET = { space: 0, bitWidth: 1, bitOffset: 2, accessSize: 3, address: 4 } as const;

interface KindValues {
  readonly u8: number;
  readonly u16: number;
  readonly u32: number;
  readonly u64: bigint;
  /** Up to eight characters; NULs at the end are left out. */
  readonly text8: string;
  readonly address: GenericAddress;
}

type FieldKind = keyof KindValues;
export type FieldRow = readonly [name: string, kind: FieldKind];

/** The values of a structure with these fields. */
export type ValuesOf<Rows extends readonly FieldRow[]> = {
  readonly [Row in Rows[number] as Row[0]]: KindValues[Row[1]];
};

export interface FieldLayout<Values> {
  readonly lengthBytes: number;
  /** From the structure's first byte. */
  readonly offsets: { readonly [Name in keyof Values]: number };
  /** Fields that are left out are zero. Throws a DiagnosticError for a value that does not fit. */
  encode(writer: ByteWriter, values: Partial<Values>): void;
  /** Fields past the end of the bytes are zero. */
  decode(bytes: Uint8Array): Values;
}

/** The offset of a field by its name. Throws a TypeError for a name that is not one of a field. */
export function offsetOf(offsets: Readonly<Record<string, number>>, field: unknown): number {
  requireOneOf(field, Object.keys(offsets), 'The field');
  return offsets[field as string] as number;
}

/** Throws a DiagnosticError for a number that is not an integer of 0..most. */
function requireRange(field: string, value: number | bigint, most: number | bigint): void {
  if ((typeof value === 'bigint' || Number.isInteger(value)) && value >= 0 && value <= most) return;
  throw new DiagnosticError([
    errorAt(
      'TABLE_FIELD',
      { path: field },
      `${field} is ${showArgument(value)}, outside 0..${most}.`,
      'Give an integer in that range.',
    ),
  ]);
}

export function appendU8(writer: ByteWriter, field: string, value: number): void {
  requireRange(field, value, 0xff);
  writer.u8(value);
}

function appendU16(writer: ByteWriter, field: string, value: number): void {
  requireRange(field, value, 0xffff);
  writer.u16(value);
}

export function appendU32(writer: ByteWriter, field: string, value: number): void {
  requireRange(field, value, 0xffff_ffff);
  writer.u32(value);
}

export function appendU64(writer: ByteWriter, field: string, value: bigint): void {
  if (typeof value !== 'bigint') refuseArgument(`The field ${field}`, value, 'a bigint');
  requireRange(field, value, MOST_U64);
  writer.u64(value);
}

/**
 * Appends one byte for each character, then `fill` up to the field's length. Throws a DiagnosticError for a text that
 * does not fit.
 */
export function appendText(writer: ByteWriter, field: string, text: string, length: number, fill = 0x20): void {
  requireText(text, `The field ${field}`);
  if (text.length > length || /[^\0-\u00ff]/.test(text)) {
    throw new DiagnosticError([
      errorAt(
        'TABLE_FIELD',
        { path: field },
        `${field} is "${text}"; the field has room for ${length} characters of one byte.`,
        `Give at most ${length} characters of Latin-1.`,
      ),
    ]);
  }
  writer.append(encodeLatin1(text.padEnd(length, String.fromCharCode(fill))));
}

const NO_ADDRESS: GenericAddress = { space: 0, bitWidth: 0, bitOffset: 0, accessSize: 0, address: 0n };

function appendAddress(writer: ByteWriter, field: string, value: GenericAddress): void {
  requireObject(value, `The field ${field}`, '{ space, bitWidth, bitOffset, accessSize, address }');
  appendU8(writer, `${field}.space`, value.space);
  appendU8(writer, `${field}.bitWidth`, value.bitWidth);
  appendU8(writer, `${field}.bitOffset`, value.bitOffset);
  appendU8(writer, `${field}.accessSize`, value.accessSize);
  appendU64(writer, `${field}.address`, value.address);
}

interface KindRow<Value> {
  readonly bytes: number;
  readonly zero: Value;
  readonly append: (writer: ByteWriter, field: string, value: Value) => void;
}

const KINDS: { readonly [Kind in FieldKind]: KindRow<KindValues[Kind]> } = {
  u8: { bytes: 1, zero: 0, append: appendU8 },
  u16: { bytes: 2, zero: 0, append: appendU16 },
  u32: { bytes: 4, zero: 0, append: appendU32 },
  u64: { bytes: 8, zero: 0n, append: appendU64 },
  text8: {
    bytes: 8,
    zero: '',
    append: (writer, field, text) => appendText(writer, field, text, 8, 0),
  },
  address: {
    bytes: 12,
    zero: NO_ADDRESS,
    append: appendAddress,
  },
};

/** Encodes and decodes a structure by one list of its fields and the parser that was made of it. */
export function defineLayout<const Rows extends readonly FieldRow[]>(
  rows: Rows,
  parse: (bytes: Uint8Array) => ValuesOf<Rows>,
): FieldLayout<ValuesOf<Rows>> {
  type Values = ValuesOf<Rows>;
  const offsets: Record<string, number> = {};
  let lengthBytes = 0;
  for (const [name, kind] of rows) {
    offsets[name] = lengthBytes;
    lengthBytes += KINDS[kind].bytes;
  }
  return {
    lengthBytes,
    offsets: offsets as FieldLayout<Values>['offsets'],
    encode(writer, values) {
      requireObject(values, 'values');
      const given = values as Readonly<Record<string, unknown>>;
      for (const [name, kind] of rows) {
        const { append, zero } = KINDS[kind] as KindRow<unknown>;
        append(writer, name, given[name] ?? zero);
      }
    },
    decode(bytes) {
      const whole = new Uint8Array(lengthBytes);
      whole.set(bytes.subarray(0, lengthBytes));
      return parse(whole);
    },
  };
}
