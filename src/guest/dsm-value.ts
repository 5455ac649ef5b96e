import { guestError } from './guest-error.js';

/**
 * Values as the mailbox holds them: a type (u32), a size (u32), then the data. A package has its element count for a
 * size, and its elements for data, each a value in the same form. crosvm f1e797a devices/src/pci/acpi.rs
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
/** Elements of a package in the arguments end on multiples of this; in a result they do not. */
export const ELEMENT_MULTIPLE = 8;

/** How deep packages may lie in packages. */
export const MOST_NESTED_PACKAGES = 8;

interface Target {
  readonly view: DataView;
  offset: number;
}

/**
 * Writes a value at the start of `bytes`, which is zero.
 * @throws RangeError if it does not fit, lies deeper than {@link MOST_NESTED_PACKAGES}, or has an integer over 64 bits;
 * TypeError if a string has a character that an ACPI string cannot hold.
 */
export function encodeDsmValue(value: DsmValue, bytes: Uint8Array): void {
  encodeAt(value, { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }, 0);
}

function encodeAt(value: DsmValue, target: Target, depth: number): void {
  if (typeof value === 'bigint') {
    if (BigInt.asUintN(64, value) !== value) {
      throw new RangeError(`an integer of the argument is ${value}; the allowed range is 0..${2n ** 64n - 1n}`);
    }
    take(target, INTEGER, INTEGER_BYTES, INTEGER_BYTES).setBigUint64(0, value, true);
  } else if (typeof value === 'string') encodeBytes(STRING, stringBytes(value), target);
  else if (value instanceof Uint8Array) encodeBytes(BUFFER, value, target);
  else {
    if (depth === MOST_NESTED_PACKAGES) {
      throw new RangeError(`packages of the argument lie over ${MOST_NESTED_PACKAGES} deep`);
    }
    take(target, PACKAGE, value.length, 0);
    for (const element of value) {
      encodeAt(element, target, depth + 1);
      target.offset = Math.ceil(target.offset / ELEMENT_MULTIPLE) * ELEMENT_MULTIPLE;
    }
  }
}

/** Writes a value's head and gives the room for its data. */
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
 * @throws GuestError GUEST_MAILBOX if the bytes are no value; `path` says whose they are.
 */
export function decodeDsmValue(bytes: Uint8Array, path: string): DsmValue {
  return decodeAt({ view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }, path, 0);
}

function refuse(path: string, offset: number, message: string): never {
  const where = `${path}, byte ${offset} of the result`;
  throw guestError('GUEST_MAILBOX', where, message, 'The host wrote it so: look at its evaluation of _DSM.');
}

function decodeAt(target: Target, path: string, depth: number): DsmValue {
  const { view, offset } = target;
  const left = view.byteLength - offset - HEAD_BYTES;
  if (left < 0) refuse(path, offset, `A value begins where ${left + HEAD_BYTES} bytes are left.`);
  const type = view.getUint32(offset, true);
  const size = view.getUint32(offset + 4, true);
  target.offset = offset + HEAD_BYTES;
  if (type === PACKAGE) {
    if (depth === MOST_NESTED_PACKAGES) refuse(path, offset, `Packages lie over ${MOST_NESTED_PACKAGES} deep.`);
    const most = Math.floor(left / HEAD_BYTES);
    if (size > most) refuse(path, offset, `A package of ${size} elements stands where there is room for ${most}.`);
    return Array.from({ length: size }, () => decodeAt(target, path, depth + 1));
  }
  if (size > left) refuse(path, offset, `A value of ${size} bytes stands where there is room for ${left}.`);
  const data = new Uint8Array(view.buffer, view.byteOffset + target.offset, size);
  target.offset += size;
  if (type === BUFFER) return data.slice();
  if (type === STRING) return String.fromCharCode(...data.subarray(0, data.includes(0) ? data.indexOf(0) : size));
  if (type !== INTEGER) refuse(path, offset, `A value is of type ${type}; there are ${INTEGER} to ${PACKAGE}.`);
  if (size < 1 || size > INTEGER_BYTES) refuse(path, offset, `An integer has ${size} bytes; 1 to 8 are possible.`);
  return data.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
}

/** Which character pair of the UUID's text, dashes left out, each byte comes from. ACPI 6.5 §19.6.142 */
export const UUID_PAIRS = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] as const;

const UUID = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/**
 * The 16 bytes that ToUUID makes of a UUID's text: the first three groups have their last byte first.
 * @throws TypeError if the text is not 8-4-4-4-12 hex digits.
 */
export function uuidBytes(text: string): Uint8Array {
  if (!UUID.test(text)) {
    throw new TypeError(`"${text}" is no UUID; write it as e5c937d0-3553-4d7a-9117-ea4d19c3434d`);
  }
  const digits = text.replaceAll('-', '');
  return Uint8Array.from(UUID_PAIRS, (pair) => Number.parseInt(digits.slice(pair * 2, pair * 2 + 2), 16));
}
