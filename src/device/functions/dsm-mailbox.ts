import { decodeLatin1 } from '../../base/latin1.js';
import { PAGE_BYTES } from '../../platform/layout.js';
import {
  VFIO_MAILBOX_ARGUMENTS,
  VFIO_MAILBOX_FORMAT,
  VFIO_MAILBOX_RESULT,
  VFIO_MAILBOX_TYPES,
  VFIO_MOST_NESTED_PACKAGES,
} from '../../platform/vfio-profile.js';
import { checkBytes, loadDword, storeDword } from '../bus/words.js';

function bytesOf(
  rows: readonly { readonly name: string; readonly offsetBits: number; readonly widthBits: number }[],
  name: string,
) {
  const row = rows.find((each) => each.name === name);
  if (row === undefined) throw new RangeError(`The mailbox has no ${name}.`);
  return { offset: row.offsetBits / 8, length: row.widthBits / 8 };
}

const ARGUMENT = {
  uuid: bytesOf(VFIO_MAILBOX_ARGUMENTS, 'DSM0'),
  revision: bytesOf(VFIO_MAILBOX_ARGUMENTS, 'DSM1'),
  index: bytesOf(VFIO_MAILBOX_ARGUMENTS, 'DSM2'),
  fourth: bytesOf(VFIO_MAILBOX_ARGUMENTS, 'DSM3'),
};
const RESULT = {
  type: bytesOf(VFIO_MAILBOX_RESULT, 'RTTP'),
  data: bytesOf(VFIO_MAILBOX_RESULT, 'RTDT'),
};
const { headBytes: HEADER_BYTES, integerBytes: INTEGER_BYTES, elementMultiple: MULTIPLE } = VFIO_MAILBOX_FORMAT;

/** A value in the mailbox: the fourth argument of a _DSM, or its result. ACPI 6.5 §9.1.1 */
export type DsmValue = bigint | string | Uint8Array | readonly DsmValue[];

/** The arguments of one call of a _DSM. */
export interface DsmCall {
  /** 16 bytes in the order of ToUUID. */
  readonly uuid: Uint8Array;
  readonly revision: bigint;
  readonly functionIndex: bigint;
  readonly argument: DsmValue;
}

const { integer: INTEGER, string: STRING, buffer: BUFFER, package: PACKAGE, none: NONE } = VFIO_MAILBOX_TYPES;

/** The bytes that an element of an argument takes, with its padding. */
function padded(length: number): number {
  return Math.ceil(length / MULTIPLE) * MULTIPLE;
}

function wide(bytes: Uint8Array, offset: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(offset, true);
}

function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeLatin1(end < 0 ? bytes : bytes.subarray(0, end));
}

function checkPage(page: Uint8Array): void {
  checkBytes(page);
  if (page.length !== PAGE_BYTES) throw new RangeError(`page has ${page.length} bytes; it must have ${PAGE_BYTES}.`);
}

/** Bytes, and the position of a reader in them. */
interface Source {
  readonly bytes: Uint8Array;
  at: number;
}

/** The next value, inside `depth` packages. Throws a RangeError if it is malformed or longer than what is left. */
function readValue(source: Source, depth: number): DsmValue {
  const { bytes, at } = source;
  const left = bytes.length - at - HEADER_BYTES;
  if (left < 0) throw new RangeError(`A value begins where only ${left + HEADER_BYTES} bytes are left.`);
  const type = loadDword(bytes.subarray(at));
  const size = loadDword(bytes.subarray(at + 4));
  source.at += HEADER_BYTES;
  if (type === PACKAGE) return readElements(source, size, depth);
  if (size > left) throw new RangeError(`A value of ${size} bytes does not fit in the ${left} bytes that are left.`);
  const data = bytes.subarray(source.at, source.at + size);
  source.at += padded(size);
  if (type === STRING) return textOf(data);
  if (type === BUFFER) return data.slice();
  if (type !== INTEGER) throw new RangeError(`A value has type ${type}; the types are 1 to 4.`);
  if (size !== INTEGER_BYTES) throw new RangeError(`An integer has ${size} bytes, not ${INTEGER_BYTES}.`);
  return wide(data, 0);
}

function readElements(source: Source, count: number, depth: number): DsmValue[] {
  if (depth === VFIO_MOST_NESTED_PACKAGES) throw new RangeError(`Packages are nested more than ${depth} deep.`);
  const most = Math.floor((source.bytes.length - source.at) / HEADER_BYTES);
  if (count > most) throw new RangeError(`A package has ${count} elements where there is room for ${most}.`);
  return Array.from({ length: count }, () => readValue(source, depth + 1));
}

/**
 * The call that a guest left in the shared page. Throws a RangeError if the fourth argument is malformed, or if the page
 * is not 4096 bytes.
 */
export function readDsmCall(page: Uint8Array): DsmCall {
  checkPage(page);
  const { uuid, revision, index, fourth } = ARGUMENT;
  const bytes = page.subarray(fourth.offset, fourth.offset + fourth.length);
  const call = {
    uuid: page.slice(uuid.offset, uuid.offset + uuid.length),
    revision: wide(page, revision.offset),
    functionIndex: wide(page, index.offset),
  };
  if (loadDword(bytes) === NONE) return { ...call, argument: [] };
  return { ...call, argument: readValue({ bytes, at: 0 }, 0) };
}

/** The bytes of a result, and the position of the next one. */
interface Target {
  readonly bytes: Uint8Array;
  at: number;
}

/** Writes the type and size of a value, and returns the bytes for its data. */
function writeHead(target: Target, type: number, size: number, lengthBytes: number): Uint8Array {
  const { bytes, at } = target;
  const end = at + HEADER_BYTES + lengthBytes;
  if (end > bytes.length)
    throw new RangeError(`The result has at least ${end} bytes; the mailbox holds ${bytes.length}.`);
  storeDword(bytes.subarray(at), type);
  storeDword(bytes.subarray(at + 4), size);
  target.at = end;
  return bytes.subarray(at + HEADER_BYTES, end);
}

/** Writes a value as the guest parses it: the elements of a package follow each other without padding. */
function writeValue(value: DsmValue, target: Target, depth: number): void {
  if (typeof value === 'bigint') {
    if (BigInt.asUintN(64, value) !== value)
      throw new RangeError(`The result contains ${value}; an integer must be 0..2^64 - 1.`);
    const data = writeHead(target, INTEGER, INTEGER_BYTES, INTEGER_BYTES);
    new DataView(data.buffer, data.byteOffset).setBigUint64(0, value, true);
  } else if (typeof value === 'string') {
    const data = writeHead(target, STRING, value.length, value.length);
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code === 0 || code > 0xff)
        throw new RangeError(`Character ${index} of a string of the result is ${code}; the mailbox holds 1..255.`);
      data[index] = code;
    }
  } else if (value instanceof Uint8Array) {
    writeHead(target, BUFFER, value.length, value.length).set(value);
  } else {
    if (depth === VFIO_MOST_NESTED_PACKAGES)
      throw new RangeError(`Packages of the result are nested more than ${depth} deep.`);
    if (!Array.isArray(value))
      throw new TypeError(
        `The result contains ${typeof value === 'object' ? 'an object' : String(value)}; it must be a bigint, string, Uint8Array or array of these.`,
      );
    writeHead(target, PACKAGE, value.length, 0);
    for (const element of value) writeValue(element, target, depth + 1);
  }
}

/** The bytes of a result: type, size and data. */
const RESULT_BYTES = RESULT.data.offset - RESULT.type.offset + RESULT.data.length;

/**
 * Writes a result for the guest; undefined means that there is none. Throws a TypeError or RangeError, and leaves the page
 * unchanged, for a result that is too large or nested too deeply, or that contains what the mailbox cannot hold.
 */
export function writeDsmResult(page: Uint8Array, value: DsmValue | undefined): void {
  checkPage(page);
  const target = { bytes: new Uint8Array(RESULT_BYTES), at: 0 };
  if (value === undefined) writeHead(target, NONE, 0, 0);
  else writeValue(value, target, 0);
  page.set(target.bytes.subarray(0, target.at), RESULT.type.offset);
}
