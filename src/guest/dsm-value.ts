import { guestError } from './guest-error.js';
import { requireU64, shown } from './refuse.js';

/**
 * Values as the mailbox holds them: a type (u32), a size (u32), then the data. The size of a package is its number of
 * elements, and its data are the elements, each a value in the same form. crosvm f1e797a devices/src/pci/acpi.rs
 */

/** An ACPI Integer, String, Buffer or Package. */
export type DsmValue = bigint | string | Uint8Array | readonly DsmValue[];

const INTEGER = 1;
const STRING = 2;
const BUFFER = 3;
const PACKAGE = 4;

/** Bytes of a value's type and size. */
const HEAD_BYTES = 8;
const INTEGER_BYTES = 8;
/** Each element of a package in the arguments is padded to a multiple of this. Elements of a result are not padded. */
export const ELEMENT_MULTIPLE = 8;

/** How deeply packages may be nested. */
export const MOST_NESTED_PACKAGES = 8;

interface Target {
  readonly view: DataView;
  offset: number;
}

/**
 * Writes a value at the start of `bytes`, which is zero.
 * @throws RangeError if it does not fit, is nested deeper than {@link MOST_NESTED_PACKAGES}, or has an integer over 64
 * bits; TypeError if a string has a character that an ACPI string cannot hold, or for anything that is not a DsmValue.
 */
export function encodeDsmValue(value: DsmValue, bytes: Uint8Array): void {
  encodeAt(value, { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }, 0);
}

function encodeAt(value: DsmValue, target: Target, depth: number): void {
  if (typeof value === 'bigint') {
    requireU64('an integer of the argument', value);
    take(target, INTEGER, INTEGER_BYTES, INTEGER_BYTES).setBigUint64(0, value, true);
  } else if (typeof value === 'string') encodeBytes(STRING, stringBytes(value), target);
  else if (value instanceof Uint8Array) encodeBytes(BUFFER, value, target);
  else if (!Array.isArray(value))
    throw new TypeError(`the argument holds ${shown(value)}; a bigint, string, Uint8Array or array of these is needed`);
  else {
    if (depth === MOST_NESTED_PACKAGES) {
      throw new RangeError(`packages of the argument are nested more than ${MOST_NESTED_PACKAGES} deep`);
    }
    take(target, PACKAGE, value.length, 0);
    for (const element of value) {
      encodeAt(element, target, depth + 1);
      target.offset = Math.ceil(target.offset / ELEMENT_MULTIPLE) * ELEMENT_MULTIPLE;
    }
  }
}

/** Writes a value's head and returns the space for its data. */
function take(target: Target, type: number, size: number, lengthBytes: number): DataView {
  const { view, offset } = target;
  const end = offset + HEAD_BYTES + lengthBytes;
  if (end > view.byteLength) {
    throw new RangeError(`the argument takes ${end} bytes or more; the mailbox has room for ${view.byteLength}`);
  }
  view.setUint32(offset, type, true);
  view.setUint32(offset + 4, size, true);
  target.offset = end;
  return new DataView(view.buffer, view.byteOffset + offset + HEAD_BYTES, lengthBytes);
}

function encodeBytes(type: number, bytes: Uint8Array, target: Target): void {
  const room = take(target, type, bytes.length, bytes.length);
  new Uint8Array(room.buffer, room.byteOffset, bytes.length).set(bytes);
}

/** ASCII without NUL, and without the NUL that ends an ACPI string in memory. ACPI 6.5 §20.2.3 */
function stringBytes(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length }, (_, index) => {
    const code = text.charCodeAt(index);
    if (code >= 1 && code <= 0x7f) return code;
    const shown = `0x${code.toString(16)}`;
    throw new TypeError(`character ${index} of a string of the argument is ${shown}; an ACPI string holds 0x01..0x7f`);
  });
}

/**
 * Reads the value at the start of `bytes`, which came from the host and may hold anything. A string ends at its first
 * NUL, and keeps bytes above 0x7f as the characters of the same number.
 * @throws GuestError GUEST_MAILBOX if the bytes are not a value. `path` names the function in the message.
 */
export function decodeDsmValue(bytes: Uint8Array, path: string): DsmValue {
  return decodeAt({ view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }, path, 0);
}

function refuse(path: string, offset: number, message: string): never {
  const where = `${path}, byte ${offset} of the result`;
  throw guestError('GUEST_MAILBOX', where, message, 'The host wrote these bytes: check how it evaluates _DSM.');
}

function decodeAt(target: Target, path: string, depth: number): DsmValue {
  const { view, offset } = target;
  const left = view.byteLength - offset - HEAD_BYTES;
  if (left < 0) refuse(path, offset, `A value begins where only ${left + HEAD_BYTES} bytes are left.`);
  const type = view.getUint32(offset, true);
  const size = view.getUint32(offset + 4, true);
  target.offset = offset + HEAD_BYTES;
  if (type === PACKAGE) {
    if (depth === MOST_NESTED_PACKAGES)
      refuse(path, offset, `Packages are nested more than ${MOST_NESTED_PACKAGES} deep.`);
    const most = Math.floor(left / HEAD_BYTES);
    if (size > most) refuse(path, offset, `A package has ${size} elements where there is room for ${most}.`);
    return Array.from({ length: size }, () => decodeAt(target, path, depth + 1));
  }
  if (size > left) refuse(path, offset, `A value has ${size} bytes where only ${left} are left.`);
  const data = new Uint8Array(view.buffer, view.byteOffset + target.offset, size);
  target.offset += size;
  if (type === BUFFER) return data.slice();
  if (type === STRING) return String.fromCharCode(...data.subarray(0, data.includes(0) ? data.indexOf(0) : size));
  if (type !== INTEGER) refuse(path, offset, `A value has type ${type}; the types are ${INTEGER} to ${PACKAGE}.`);
  if (size < 1 || size > INTEGER_BYTES) refuse(path, offset, `An integer has ${size} bytes; it must have 1 to 8.`);
  return data.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
}

/** For each byte, which pair of digits of the UUID's text it comes from, not counting the dashes. ACPI 6.5 §19.6.142 */
export const UUID_PAIRS = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] as const;

const UUID = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/**
 * The 16 bytes that ToUUID makes of a UUID's text: in the first three groups the last byte comes first.
 * @throws TypeError if the text is not 8-4-4-4-12 hex digits.
 */
export function uuidBytes(text: string): Uint8Array {
  if (typeof text !== 'string' || !UUID.test(text)) {
    throw new TypeError(
      `uuid is ${shown(text)}, which is not a UUID; write it as e5c937d0-3553-4d7a-9117-ea4d19c3434d`,
    );
  }
  const digits = text.replaceAll('-', '');
  return Uint8Array.from(UUID_PAIRS, (pair) => Number.parseInt(digits.slice(pair * 2, pair * 2 + 2), 16));
}
