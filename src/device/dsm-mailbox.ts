import { VFIO_MAILBOX_ARGUMENTS, VFIO_MAILBOX_RESULT, VFIO_MAILBOX_TYPES } from '../platform/vfio-profile.js';
import { loadDword, storeDword } from './dword.js';

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
  size: bytesOf(VFIO_MAILBOX_RESULT, 'RTSZ'),
  data: bytesOf(VFIO_MAILBOX_RESULT, 'RTDT'),
};
const INTEGER_BYTES = 8;
const HEADER_BYTES = 8;

/** A value in the mailbox: what a _DSM takes as its fourth argument and what it gives. ACPI 6.5 §9.1.1 */
export type DsmValue = bigint | string | Uint8Array | readonly DsmElement[];
/** An element of a package; the mailbox holds no packages within packages. */
export type DsmElement = bigint | string | Uint8Array;

/** The arguments of one call of a _DSM. */
export interface DsmCall {
  /** 16 bytes as ToUUID gives them. */
  readonly uuid: Uint8Array;
  readonly revision: bigint;
  readonly functionIndex: bigint;
  readonly argument: DsmValue;
}

const { integer: INTEGER, string: STRING, buffer: BUFFER, package: PACKAGE, none: NONE } = VFIO_MAILBOX_TYPES;

/** Bytes that an element takes to the next multiple of 8. */
function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

function wide(bytes: Uint8Array, offset: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(offset, true);
}

function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return String.fromCharCode(...(end < 0 ? bytes : bytes.subarray(0, end)));
}

/** One value at the start of `bytes` and how many bytes it takes; throws a RangeError if it does not fit in them. */
function readElement(bytes: Uint8Array): { readonly value: DsmElement; readonly length: number } {
  const type = loadDword(bytes);
  const size = loadDword(bytes.subarray(4));
  const data = bytes.subarray(HEADER_BYTES, HEADER_BYTES + size);
  if (bytes.length < HEADER_BYTES || data.length < size)
    throw new RangeError(`A value of ${size} bytes does not fit in the ${bytes.length} bytes that are left.`);
  if (type === INTEGER) {
    if (size !== INTEGER_BYTES) throw new RangeError(`An integer has ${size} bytes, not ${INTEGER_BYTES}.`);
    return { value: wide(data, 0), length: HEADER_BYTES + size };
  }
  if (type === STRING) return { value: textOf(data), length: HEADER_BYTES + padded(size) };
  if (type === BUFFER) return { value: data.slice(), length: HEADER_BYTES + padded(size) };
  throw new RangeError(`A value has type ${type}, which is none of 1, 2, 3.`);
}

/** The call that a guest left in the shared page. Throws a RangeError if the fourth argument is malformed. */
export function readDsmCall(page: Uint8Array): DsmCall {
  const { uuid, revision, index, fourth } = ARGUMENT;
  const bytes = page.subarray(fourth.offset, fourth.offset + fourth.length);
  const call = {
    uuid: page.slice(uuid.offset, uuid.offset + uuid.length),
    revision: wide(page, revision.offset),
    functionIndex: wide(page, index.offset),
  };
  const type = loadDword(bytes);
  if (type === NONE) return { ...call, argument: [] };
  if (type !== PACKAGE) return { ...call, argument: readElement(bytes).value };
  const elements: DsmElement[] = [];
  const count = loadDword(bytes.subarray(4));
  for (let offset = HEADER_BYTES; elements.length < count; ) {
    const { value, length } = readElement(bytes.subarray(offset));
    elements.push(value);
    offset += length;
  }
  return { ...call, argument: elements };
}

function elementBytes(value: DsmElement): { readonly type: number; readonly data: Uint8Array } {
  if (typeof value === 'bigint') {
    const data = new Uint8Array(INTEGER_BYTES);
    new DataView(data.buffer).setBigUint64(0, value, true);
    return { type: INTEGER, data };
  }
  if (typeof value === 'string') return { type: STRING, data: Uint8Array.from(value, (char) => char.charCodeAt(0)) };
  return { type: BUFFER, data: value };
}

/** A result as the guest parses it: elements of a package follow each other without padding. */
function resultBytes(value: DsmValue): { readonly type: number; readonly size: number; readonly data: Uint8Array } {
  if (typeof value === 'bigint' || typeof value === 'string' || value instanceof Uint8Array) {
    const { type, data } = elementBytes(value);
    return { type, size: data.length, data };
  }
  const parts: number[] = [];
  for (const element of value) {
    const { type, data } = elementBytes(element);
    const header = new Uint8Array(HEADER_BYTES);
    storeDword(header, type);
    storeDword(header.subarray(4), data.length);
    parts.push(...header, ...data);
  }
  return { type: PACKAGE, size: value.length, data: Uint8Array.from(parts) };
}

/** Leaves a result for the guest, or none at all. Throws a RangeError if it is too large; the page is unchanged then. */
export function writeDsmResult(page: Uint8Array, value: DsmValue | undefined): void {
  if (value === undefined) {
    storeDword(page.subarray(RESULT.type.offset), NONE);
    storeDword(page.subarray(RESULT.size.offset), 0);
    return;
  }
  const { type, size, data } = resultBytes(value);
  if (data.length > RESULT.data.length)
    throw new RangeError(`The result has ${data.length} bytes; the mailbox holds ${RESULT.data.length}.`);
  storeDword(page.subarray(RESULT.type.offset), type);
  storeDword(page.subarray(RESULT.size.offset), size);
  page.set(data, RESULT.data.offset);
}
