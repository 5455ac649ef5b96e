import type { ByteWriter } from '../../base/index.js';
import type { FieldKind, FlagPart, FlagsField, MaskField, NumberField, ResourceField } from './field.js';

/** A descriptor's properties under their names, as the codecs see them. */
export type Properties = Record<string, unknown>;

/** The state of decoding one descriptor. */
export interface Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** The descriptor's first byte. */
  readonly start: number;
  /** The byte after its last. */
  readonly end: number;
  at: number;
  /** Where fields begin according to the bytes read so far, counted from `start`. */
  readonly offsets: Record<string, number>;
  /** Lengths of fields according to the bytes read so far. */
  readonly lengths: Record<string, number>;
}

/** What encoding one descriptor needs beside a field's own value. */
export interface Sink {
  readonly out: ByteWriter;
  /** The value of a property, after checking that it is an integer in 0..most; keywords are turned into numbers. */
  number(name: string, value: unknown, most: number, keywords?: Readonly<Record<number, string>>): number;
  long(name: string, value: unknown): bigint;
  text(name: string, value: unknown): string;
  /** Bytes from the descriptor's first to the field of that name. */
  offsetOf(name: string): number;
  /** Refuses the descriptor. */
  refuse(name: string, message: string, cure: string): never;
}

interface Codec<Field> {
  /** The fewest bytes that it takes. */
  readonly least: number;
  /** Bytes that its value takes beyond that. */
  more?(field: Field, from: Properties): number;
  /** Reads the field's value into `into`. Returns what is wrong with the bytes if it cannot. */
  decode(cursor: Cursor, field: Field, into: Properties): string | undefined;
  encode(sink: Sink, field: Field, from: Properties): void;
}

type FieldOf<Kind extends FieldKind> = ResourceField extends infer Field
  ? Field extends ResourceField
    ? Kind extends Field['kind']
      ? Field
      : never
    : never
  : never;

const FEWER = 'ends before all of its contents';

function named(value: number, keywords: Readonly<Record<number, string>> | undefined): number | string {
  return keywords?.[value] ?? value;
}

function numberCodec(least: 1 | 2 | 4): Codec<NumberField> {
  const most = 2 ** (8 * least) - 1;
  const read = least === 1 ? 'getUint8' : least === 2 ? 'getUint16' : 'getUint32';
  const write = least === 1 ? 'u8' : least === 2 ? 'u16' : 'u32';
  return {
    least,
    decode(cursor, { name, keywords }, into) {
      into[name] = named(cursor.view[read](cursor.at, true), keywords);
      cursor.at += least;
      return undefined;
    },
    encode: (sink, { name, keywords }, from) => sink.out[write](sink.number(name, from[name], most, keywords)),
  };
}

/** Bits that one part covers, in place. */
const partMask = ({ low, width }: FlagPart): number => ((1 << width) - 1) << low;
const covered = (field: FlagsField): number => field.parts.reduce((mask, part) => mask | partMask(part), 0);

function flagsCodec(least: 1 | 2): Codec<FlagsField> {
  const most = least === 1 ? 0xff : 0xffff;
  return {
    least,
    decode(cursor, field, into) {
      const value = least === 1 ? cursor.view.getUint8(cursor.at) : cursor.view.getUint16(cursor.at, true);
      cursor.at += least;
      for (const part of field.parts) {
        into[part.name] = named((value & partMask(part)) >>> part.low, part.keywords);
      }
      const rest = value & ~covered(field);
      if (rest !== 0) into.reserved = { ...(into.reserved as object | undefined), [field.name]: rest };
      return undefined;
    },
    encode(sink, field, from) {
      const kept = (from.reserved as Record<string, number> | undefined)?.[field.name] ?? 0;
      const path = `reserved.${field.name}`;
      let value = sink.number(path, kept, most);
      if ((value & covered(field)) !== 0) {
        sink.refuse(
          path,
          `is 0x${value.toString(16)}, which has bits that are not reserved`,
          'Set these bits through their own properties.',
        );
      }
      for (const part of field.parts) {
        value |= sink.number(part.name, from[part.name], (1 << part.width) - 1, part.keywords) << part.low;
      }
      if (least === 1) sink.out.u8(value);
      else sink.out.u16(value);
    },
  };
}

function maskCodec(least: 1 | 2): Codec<MaskField> {
  const most = 8 * least - 1;
  return {
    least,
    decode(cursor, { name }, into) {
      const mask = least === 1 ? cursor.view.getUint8(cursor.at) : cursor.view.getUint16(cursor.at, true);
      cursor.at += least;
      const numbers: number[] = [];
      for (let bit = 0; bit <= most; bit++) if ((mask & (1 << bit)) !== 0) numbers.push(bit);
      into[name] = numbers;
      return undefined;
    },
    encode(sink, { name }, from) {
      let mask = 0;
      for (const bit of listOf(sink, name, from)) mask |= 1 << sink.number(name, bit, most);
      if (least === 1) sink.out.u8(mask);
      else sink.out.u16(mask);
    },
  };
}

function listOf(sink: Sink, name: string, from: Properties): readonly unknown[] {
  const list = from[name];
  return Array.isArray(list) ? list : sink.refuse(name, `is ${String(list)}, which is no list`, 'Give numbers.');
}

function bytesOf(sink: Sink, name: string, from: Properties): Uint8Array {
  const bytes = from[name];
  if (bytes instanceof Uint8Array) return bytes;
  return sink.refuse(name, `is ${String(bytes)}, which is not a Uint8Array`, 'Give a Uint8Array.');
}

const countOf = (from: Properties, name: string): number =>
  (from[name] as { length?: number } | undefined)?.length ?? 0;

/** Whether a field begins at the offset that the bytes before it gave. */
function misplaced(cursor: Cursor, name: string): string | undefined {
  const said = cursor.offsets[name];
  if (said === undefined || said === cursor.at - cursor.start) return undefined;
  return `has ${name} at ${said} where ${cursor.at - cursor.start} is expected`;
}

/** Text up to a NUL; undefined if there is no NUL before the descriptor ends. */
function decodeText(cursor: Cursor): string | undefined {
  let stop = cursor.at;
  while (stop < cursor.end && cursor.bytes[stop] !== 0) stop++;
  if (stop === cursor.end) return undefined;
  let text = '';
  for (let at = cursor.at; at < stop; at++) text += String.fromCharCode(cursor.bytes[at] as number);
  cursor.at = stop + 1;
  return text;
}

function encodeText(sink: Sink, name: string, value: unknown): void {
  const text = sink.text(name, value);
  for (let at = 0; at < text.length; at++) sink.out.u8(text.charCodeAt(at));
  sink.out.u8(0);
}

const CODECS: { readonly [Kind in FieldKind]: Codec<FieldOf<Kind>> } = {
  u8: numberCodec(1),
  u16: numberCodec(2),
  u32: numberCodec(4),

  u64: {
    least: 8,
    decode(cursor, { name }, into) {
      into[name] = cursor.view.getBigUint64(cursor.at, true);
      cursor.at += 8;
      return undefined;
    },
    encode: (sink, { name }, from) => sink.out.u64(sink.long(name, from[name])),
  },

  constant: {
    least: 1,
    decode(cursor) {
      cursor.at++;
      return undefined;
    },
    encode: (sink, { value }) => sink.out.u8(value),
  },

  flags8: flagsCodec(1),
  flags16: flagsCodec(2),
  mask8: maskCodec(1),
  mask16: maskCodec(2),

  offset16: {
    least: 2,
    decode(cursor, { of }) {
      cursor.offsets[of] = cursor.view.getUint16(cursor.at, true);
      cursor.at += 2;
      return undefined;
    },
    encode: (sink, { of }) => sink.out.u16(sink.number(`offset of ${of}`, sink.offsetOf(of), 0xffff)),
  },

  length16: {
    least: 2,
    decode(cursor, { of, plus }) {
      const length = cursor.view.getUint16(cursor.at, true) - plus;
      cursor.at += 2;
      cursor.lengths[of] = length;
      return length < 0 ? `says ${length + plus} bytes of type data where ${plus} belong to it alone` : undefined;
    },
    encode: (sink, { of, plus }, from) =>
      sink.out.u16(sink.number(`length of ${of}`, countOf(from, of) + plus, 0xffff)),
  },

  dwords: {
    least: 1,
    more: ({ name }, from) => 4 * countOf(from, name),
    decode(cursor, { name }, into) {
      const count = cursor.view.getUint8(cursor.at++);
      if (cursor.at + 4 * count > cursor.end) return `${FEWER}: ${count} ${name}`;
      into[name] = Array.from({ length: count }, (_, index) => cursor.view.getUint32(cursor.at + 4 * index, true));
      cursor.at += 4 * count;
      return undefined;
    },
    encode(sink, { name }, from) {
      const list = listOf(sink, name, from);
      sink.out.u8(sink.number(`number of ${name}`, list.length, 0xff));
      for (const value of list) sink.out.u32(sink.number(name, value, 0xffff_ffff));
    },
  },

  words: {
    least: 0,
    more: ({ name }, from) => 2 * countOf(from, name),
    decode(cursor, { name, until }, into) {
      const wrong = misplaced(cursor, name);
      if (wrong !== undefined) return wrong;
      const end = cursor.start + (cursor.offsets[until] ?? 0);
      const bytes = end - cursor.at;
      if (bytes < 0 || bytes % 2 !== 0 || end > cursor.end) return `has ${name} of ${bytes} bytes`;
      into[name] = Array.from({ length: bytes / 2 }, (_, index) => cursor.view.getUint16(cursor.at + 2 * index, true));
      cursor.at = end;
      return undefined;
    },
    encode(sink, { name }, from) {
      for (const value of listOf(sink, name, from)) sink.out.u16(sink.number(name, value, 0xffff));
    },
  },

  string: {
    least: 1,
    more: ({ name }, from) => countOf(from, name),
    decode(cursor, { name }, into) {
      const wrong = misplaced(cursor, name);
      if (wrong !== undefined) return wrong;
      const text = decodeText(cursor);
      if (text === undefined) return `has no NUL behind ${name}`;
      into[name] = text;
      return undefined;
    },
    encode: (sink, { name }, from) => encodeText(sink, name, from[name]),
  },

  bytes: {
    least: 0,
    more: ({ name }, from) => countOf(from, name),
    decode(cursor, { name }, into) {
      const wrong = misplaced(cursor, name);
      if (wrong !== undefined) return wrong;
      const length = cursor.lengths[name] ?? cursor.end - cursor.at;
      if (cursor.at + length > cursor.end) return `${FEWER}: ${length} bytes of ${name}`;
      into[name] = cursor.bytes.slice(cursor.at, cursor.at + length);
      cursor.at += length;
      return undefined;
    },
    encode: (sink, { name }, from) => sink.out.append(bytesOf(sink, name, from)),
  },

  source: {
    least: 0,
    more: (_, { resourceSourceIndex, resourceSource }) =>
      (resourceSourceIndex === undefined ? 0 : 1) +
      (resourceSource === undefined ? 0 : (resourceSource as string).length + 1),
    decode(cursor, _, into) {
      if (cursor.at === cursor.end) return undefined;
      into.resourceSourceIndex = cursor.view.getUint8(cursor.at++);
      const text = decodeText(cursor);
      if (text !== undefined) into.resourceSource = text;
      return undefined;
    },
    encode(sink, _, { resourceSourceIndex, resourceSource }) {
      if (resourceSourceIndex !== undefined) {
        sink.out.u8(sink.number('resourceSourceIndex', resourceSourceIndex, 0xff));
      } else if (resourceSource !== undefined) {
        sink.refuse('resourceSource', 'is given without a resourceSourceIndex', 'Give that too; it is usually 0.');
      }
      if (resourceSource !== undefined) encodeText(sink, 'resourceSource', resourceSource);
    },
  },
};

/** The codec of a field; it takes fields of that kind only. */
export function codecOf(field: ResourceField): Codec<ResourceField> {
  return CODECS[field.kind] as Codec<ResourceField>;
}
