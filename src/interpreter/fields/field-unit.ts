import { MOST_U64 } from '../../base/index.js';
import { bytesOfInteger, bytesOfText, integerInBytes } from '../objects/convert.js';
import { AmlFault, fail } from '../objects/fault.js';
import { type Arithmetic, fromBigInt } from '../objects/integers.js';
import type { Machine } from '../objects/machine.js';
import { AmlBuffer, type AmlInteger, AmlString, TYPE, typeName, type Value } from '../objects/objects.js';
import { type RegionObject, type RegionPlace, spaceName } from './region.js';

/** What happens to the bits beside a field that is written. ACPI 6.5 §19.6.48 */
const UPDATE = { preserve: 0, ones: 1, zeros: 2 } as const;

/** Bytes of an access by AccessType: AnyAcc, ByteAcc, WordAcc, DWordAcc, QWordAcc, BufferAcc. */
const ACCESS_BYTES: readonly number[] = [1, 1, 2, 4, 8, 1];

/** The low bits of an access byte: the type; the high two: which kind of attribute follows. ACPI 6.5 §20.2.5.2 */
const ACCESS_TYPE = 0xf;
const ATTRIBUTE_KIND = 0xc0;
/** Attributes of AccessAs with a length: AttribBytes, AttribRawBytes, AttribRawProcessBytes. ACPI 6.5 §19.6.48 */
const LENGTH_ATTRIBUTES: ReadonlyMap<number, number> = new Map([
  [0x40, 0x0b],
  [0x80, 0x0e],
  [0xc0, 0x0f],
]);

/** Where the next unit of a field list begins, and how it is accessed. */
export class FieldList {
  flags: number;
  bit = 0;
  /** Units since the last Connection. */
  pin = 0;
  attribute = 0;
  accessLength = 0;
  connection: Uint8Array | string | undefined;

  constructor(flags: number) {
    this.flags = flags;
  }

  pass(bits: number): void {
    this.bit += bits;
  }

  /** AccessAs; of its extended form with the length that it gives. */
  accessAs(access: number, attribute: number, length: number | undefined): void {
    this.flags = (this.flags & ~ACCESS_TYPE) | (access & ACCESS_TYPE);
    this.attribute = attribute;
    this.accessLength = length ?? 0;
    if (length !== undefined || (access & ATTRIBUTE_KIND) === 0) return;
    this.accessLength = attribute;
    this.attribute = LENGTH_ATTRIBUTES.get(access & ATTRIBUTE_KIND) as number;
  }

  connect(connection: Uint8Array | string | undefined): void {
    this.connection = connection;
    this.pin = 0;
  }

  passUnit(bits: number): void {
    this.bit += bits;
    this.pin++;
  }
}

/** Where the bits of a field unit are kept. */
export type FieldStorage =
  | { readonly kind: 'region'; readonly region: RegionObject }
  | { readonly kind: 'bank'; readonly region: RegionObject; readonly bank: FieldObject; readonly value: AmlInteger }
  | { readonly kind: 'index'; readonly index: FieldObject; readonly data: FieldObject };

/** A field unit of Field, BankField or IndexField. */
export class FieldObject {
  readonly type = TYPE.fieldUnit;
  readonly storage: FieldStorage;
  readonly bits: number;
  readonly accessType: number;
  readonly attribute: number;
  readonly accessLength: number;
  readonly connection: Uint8Array | string | undefined;
  /** Bytes of each access. */
  readonly accessBytes: number;
  /** Offset of the first access in the region, in the index register for IndexField. */
  readonly baseBytes: number;
  /** First bit of the field in the first access. */
  readonly startBit: number;
  readonly updateRule: number;
  /** Whether the global lock is held while it is accessed. */
  readonly isLocked: boolean;
  /** Accesses that cover it. */
  readonly datums: number;
  /** Of an IndexField: whether the data register has more bits than one access. */
  readonly isRegisterWider: boolean;
  /** Which pin of a GPIO connection it is. */
  readonly pin: number;
  /** The first access's address, once the region is known. */
  address: bigint | undefined;
  place: RegionPlace | undefined;

  /** The next unit of a field list. */
  constructor(storage: FieldStorage, list: FieldList, bits: number) {
    this.storage = storage;
    this.bits = bits;
    this.accessType = list.flags & ACCESS_TYPE;
    this.attribute = list.attribute;
    this.accessLength = list.accessLength;
    this.connection = list.connection;
    this.pin = list.pin;
    this.updateRule = (list.flags >> 5) & 3;
    this.isLocked = (list.flags & 0x10) !== 0;
    this.accessBytes = ACCESS_BYTES[this.accessType] ?? 1;
    this.isRegisterWider = storage.kind === 'index' && storage.data.bits > 8 * this.accessBytes;
    const byte = Math.floor(list.bit / 8);
    this.baseBytes = byte - (byte % this.accessBytes);
    this.startBit = list.bit - 8 * this.baseBytes;
    this.datums = Math.ceil((bits + this.startBit) / (8 * this.accessBytes));
  }
}

/** A field of a buffer: CreateField and the like. */
export class BufferFieldObject {
  readonly type = TYPE.bufferField;
  readonly buffer: AmlBuffer;
  readonly bit: number;
  readonly bits: number;
  /** Made by CreateField: it reads as a Buffer whatever its width. Deviates: ACPICA does. */
  readonly isBuffer: boolean;

  constructor(buffer: AmlBuffer, bit: number, bits: number, isBuffer: boolean) {
    this.buffer = buffer;
    this.bit = bit;
    this.bits = bits;
    this.isBuffer = isBuffer;
  }
}

/** A field that a table makes of a buffer that is not there yet: made when it is first used. */
export class DeferredBufferField {
  readonly type = TYPE.bufferField;
  readonly make: () => BufferFieldObject;

  constructor(make: () => BufferFieldObject) {
    this.make = make;
  }
}

const spaceFault = (field: FieldObject, thrown: unknown, path: string): never => {
  if (thrown instanceof AmlFault) throw thrown;
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  const { storage } = field;
  const space = storage.kind === 'index' ? 'index' : spaceName(storage.region.space);
  return fail('AE_ERROR', `The handler of ${space} failed an access to ${path}: ${why}`);
};

/** Reads or writes the accesses of one field. */
function datumPlace(field: FieldObject, region: RegionObject): RegionPlace {
  const { place } = region;
  field.place = place;
  field.address = place.offset + BigInt(field.baseBytes);
  return place;
}

function checkRange(field: FieldObject, place: RegionPlace, offset: number): void {
  const end = field.baseBytes + offset + field.accessBytes;
  if (end > place.length)
    fail(
      'AE_AML_REGION_LIMIT',
      `The access to bytes ${field.baseBytes + offset} to ${end - 1} is past the end of ${place.info.path}, which has ${place.lengthBytes}.`,
    );
}

function registerOverflow(register: FieldObject, value: number | bigint): void {
  if (register.bits < 53 && BigInt(value) >= 1n << BigInt(register.bits))
    fail(
      'AE_AML_REGISTER_LIMIT',
      `${value} does not fit into the ${register.bits} bits of the index or bank register.`,
    );
}

const INTEGER_64 = { bytes: 8 } as const;

function readDatum(field: FieldObject, offset: number): number | bigint {
  const { storage } = field;
  if (storage.kind === 'index') {
    selectIndex(field, storage.index, offset);
    const value = readBytes(storage.data);
    return integerInBytes(value, INTEGER_64);
  }
  if (storage.kind === 'bank') {
    registerOverflow(storage.bank, storage.value);
    writeBytes(storage.bank, bytesOfInteger(storage.value, 8));
  }
  const place = field.place !== undefined ? field.place : datumPlace(field, storage.region);
  checkRange(field, place, offset);
  const address = offset === 0 ? (field.address as bigint) : (field.address as bigint) + BigInt(offset);
  try {
    return place.handler.read(address, field.accessBytes, place.info);
  } catch (thrown) {
    return spaceFault(field, thrown, place.info.path);
  }
}

function selectIndex(field: FieldObject, index: FieldObject, offset: number): void {
  // Deviates: ACPICA checks the field's first index only, and cuts the others to the register.
  registerOverflow(index, field.baseBytes);
  writeBytes(index, bytesOfInteger(field.baseBytes + offset, 4));
}

function writeDatum(field: FieldObject, offset: number, value: number | bigint): void {
  const { storage } = field;
  if (storage.kind === 'index') {
    selectIndex(field, storage.index, offset);
    writeBytes(storage.data, bytesOfInteger(typeof value === 'bigint' ? fromBigInt(value) : value, 8));
    return;
  }
  if (storage.kind === 'bank') {
    registerOverflow(storage.bank, storage.value);
    writeBytes(storage.bank, bytesOfInteger(storage.value, 8));
  }
  const place = field.place !== undefined ? field.place : datumPlace(field, storage.region);
  checkRange(field, place, offset);
  const address = offset === 0 ? (field.address as bigint) : (field.address as bigint) + BigInt(offset);
  try {
    place.handler.write(address, field.accessBytes, value, place.info);
  } catch (thrown) {
    spaceFault(field, thrown, place.info.path);
  }
}

function putDatum(bytes: Uint8Array, at: number, width: number, datum: number | bigint): void {
  if (typeof datum === 'number') {
    let rest = datum;
    for (let byte = 0; byte < width; byte++) {
      bytes[at + byte] = rest & 0xff;
      rest = width > 4 ? Math.floor(rest / 256) : rest >>> 8;
    }
    return;
  }
  let rest = datum;
  for (let byte = 0; byte < width; byte++) {
    bytes[at + byte] = Number(rest & 0xffn);
    rest >>= 8n;
  }
}

/** `bits` bits of `bytes` from bit `start` on, as bytes of their own. */
function extractBits(bytes: Uint8Array, start: number, bits: number): Uint8Array {
  const result = new Uint8Array(Math.ceil(bits / 8));
  const first = start >> 3;
  const shift = start & 7;
  for (let at = 0; at < result.length; at++) {
    const low = bytes[first + at] as number;
    const high = bytes[first + at + 1] ?? 0;
    result[at] = shift === 0 ? low : (low >> shift) | (high << (8 - shift));
  }
  const tail = bits & 7;
  if (tail !== 0) result[result.length - 1] = (result[result.length - 1] as number) & ((1 << tail) - 1);
  return result;
}

/** Accesses between two looks at the limits, and what they cost as bytes. */
const ACCESSES = 64;
const ACCESSES_COST = 64 * ACCESSES;

/** All bits of a field, by as many accesses as cover it. */
function readBytes(field: FieldObject, work?: Machine['work']): Uint8Array {
  const { accessBytes, datums } = field;
  const raw = new Uint8Array(datums * accessBytes);
  for (let datum = 0; datum < datums; datum++) {
    if (datum % ACCESSES === ACCESSES - 1) work?.(ACCESSES_COST);
    putDatum(raw, datum * accessBytes, accessBytes, readDatum(field, datum * accessBytes));
  }
  return extractBits(raw, field.startBit, field.bits);
}

/** The value of a field unit: an Integer if it fits into one. */
export function readField(field: FieldObject, { arithmetic, work, spend }: Machine): AmlInteger | AmlBuffer {
  const { bits, accessBytes, datums } = field;
  if (field.isRegisterWider && datums === 1) {
    const raw = BigInt(readDatum(field, 0));
    // Deviates: ACPICA gives the whole data register where the field is one whole access.
    if (field.startBit === 0 && bits === 8 * accessBytes) return arithmetic.cut(raw);
    return fromBigInt((raw >> BigInt(field.startBit)) & ((1n << BigInt(bits)) - 1n));
  }
  if (datums === 1 && accessBytes <= 4) {
    const raw = Number(readDatum(field, 0));
    if (bits === 32) return raw;
    return (raw >>> field.startBit) & (2 ** bits - 1);
  }
  if (bits > 64) spend(bits / 8);
  const bytes = readBytes(field, work);
  return bits <= 8 * arithmetic.bytes ? integerInBytes(bytes, arithmetic) : new AmlBuffer(bytes);
}

/** Writes one access, the bits outside of `mask` by the field's update rule. */
function writeDatumByRule(field: FieldObject, offset: number, value: bigint, mask: bigint, whole: bigint): void {
  let merged = value;
  // Deviates: ACPICA gives all bits of the data register to the rule, not only those of the access.
  const { isRegisterWider } = field;
  const bits = isRegisterWider ? MOST_U64 : whole;
  if (mask !== whole || (isRegisterWider && field.updateRule === UPDATE.ones)) {
    if (field.updateRule === UPDATE.preserve) merged |= BigInt(readDatum(field, offset)) & ~mask & bits;
    else if (field.updateRule === UPDATE.ones) merged |= ~mask & bits;
    else if (field.updateRule !== UPDATE.zeros)
      fail('AE_AML_OPERAND_VALUE', `${field.updateRule} is not an update rule.`);
  }
  writeDatum(field, offset, field.accessBytes > 4 || isRegisterWider ? merged : Number(merged));
}

/** The same, of an access of up to four bytes. */
function writeNarrow(field: FieldObject, value: number): void {
  const { bits, startBit, accessBytes } = field;
  const whole = accessBytes === 4 ? 0xffff_ffff : 2 ** (8 * accessBytes) - 1;
  const mask = bits === 32 ? 0xffff_ffff : ((2 ** bits - 1) << startBit) >>> 0;
  let merged = ((value << startBit) & mask) >>> 0;
  if (mask !== whole) {
    if (field.updateRule === UPDATE.preserve) merged = (merged | (Number(readDatum(field, 0)) & ~mask & whole)) >>> 0;
    else if (field.updateRule === UPDATE.ones) merged = (merged | (~mask & whole)) >>> 0;
    else if (field.updateRule !== UPDATE.zeros)
      fail('AE_AML_OPERAND_VALUE', `${field.updateRule} is not an update rule.`);
  }
  writeDatum(field, 0, merged);
}

/** Writes bytes to a field, cut or filled with zeros to its width. */
function writeBytes(field: FieldObject, bytes: Uint8Array, work?: Machine['work']): void {
  const { bits, startBit, accessBytes, datums } = field;
  const width = BigInt(8 * accessBytes);
  const whole = (1n << width) - 1n;
  const shift = startBit & 7;
  const first = startBit >> 3;
  const shifted = new Uint8Array(datums * accessBytes + 1);
  const needed = Math.ceil(bits / 8);
  for (let at = 0; at < needed && at < bytes.length && first + at < shifted.length; at++) {
    const byte = bytes[at] as number;
    shifted[first + at] = (shifted[first + at] as number) | (byte << shift);
    if (shift !== 0 && first + at + 1 < shifted.length) shifted[first + at + 1] = byte >> (8 - shift);
  }
  const tail = BigInt((bits + startBit) % (8 * accessBytes));
  for (let datum = 0; datum < datums; datum++) {
    if (datum % ACCESSES === ACCESSES - 1) work?.(ACCESSES_COST);
    let mask = whole;
    if (datum === 0) mask &= whole << BigInt(startBit);
    if (datum === datums - 1 && tail !== 0n) mask &= (1n << tail) - 1n;
    let value = 0n;
    for (let at = accessBytes - 1; at >= 0; at--)
      value = (value << 8n) | BigInt(shifted[datum * accessBytes + at] as number);
    writeDatumByRule(field, datum * accessBytes, value & mask, mask, whole);
  }
}

/** Bytes of what can be stored in a field. */
export function sourceBytes(value: Value): Uint8Array {
  if (typeof value === 'number' || typeof value === 'bigint') return bytesOfInteger(value, 8);
  if (value instanceof AmlBuffer) return value.bytes;
  if (value instanceof AmlString) return bytesOfText(value.text, 0);
  return fail('AE_AML_OPERAND_TYPE', `A field takes an Integer, String or Buffer, not ${typeName(value)}.`);
}

/** Stores a value in a field unit. */
export function writeField(field: FieldObject, value: Value, { work, spend }: Machine): void {
  const isNarrow = field.datums === 1 && field.accessBytes <= 4 && !field.isRegisterWider;
  if (isNarrow && typeof value === 'number') writeNarrow(field, value | 0);
  else {
    if (field.bits > 64) spend(field.bits / 8);
    writeBytes(field, sourceBytes(value), work);
  }
}

/** The value of a field of a buffer. */
export function readBufferField(field: BufferFieldObject, arithmetic: Arithmetic): AmlInteger | AmlBuffer {
  const { bit, bits, buffer } = field;
  if (bits === 8 && (bit & 7) === 0 && !field.isBuffer) return buffer.bytes[bit >> 3] ?? 0;
  const bytes = extractBits(buffer.bytes, bit, bits);
  if (field.isBuffer || bits > 8 * arithmetic.bytes) return new AmlBuffer(bytes);
  return integerInBytes(bytes, arithmetic);
}

/** Stores a value in a field of a buffer; the bits beside it stay. */
export function writeBufferField(field: BufferFieldObject, value: Value): void {
  const source = sourceBytes(value);
  const { bytes } = field.buffer;
  for (let done = 0; done < field.bits; ) {
    const at = field.bit + done;
    const shift = at & 7;
    const sourceShift = done & 7;
    const count = Math.min(8 - shift, 8 - sourceShift, field.bits - done);
    const mask = (1 << count) - 1;
    const taken = ((source[done >> 3] ?? 0) >> sourceShift) & mask;
    const byte = at >> 3;
    if (byte < bytes.length) bytes[byte] = ((bytes[byte] as number) & ~(mask << shift)) | (taken << shift);
    done += count;
  }
}
