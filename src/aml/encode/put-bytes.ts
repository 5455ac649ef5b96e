import { keyInText } from '../grammar/name-bytes.js';
import { PREFIX } from '../grammar/opcodes.js';

/*
 * Each of these writes something that ends before an offset, where there must be room, and returns where it begins: AML
 * is written backwards, so that a package's contents are written before its length is due.
 */

export function putWord(bytes: Uint8Array, before: number, value: number): number {
  bytes[before - 2] = value;
  bytes[before - 1] = value >>> 8;
  return before - 2;
}

export function putDWord(bytes: Uint8Array, before: number, value: number): number {
  const at = before - 4;
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
  return at;
}

/** Splits a bigint without allocating others. */
const QWORD = new DataView(new ArrayBuffer(8));

export function putQWord(bytes: Uint8Array, before: number, value: bigint): number {
  QWORD.setBigUint64(0, value, true);
  return putDWord(bytes, putDWord(bytes, before, QWORD.getInt32(4, true)), QWORD.getInt32(0, true));
}

/** The four characters of a NameSeg, by its key. */
export function putKey(bytes: Uint8Array, before: number, key: number): number {
  const at = before - 4;
  bytes[at] = key >>> 24;
  bytes[at + 1] = key >>> 16;
  bytes[at + 2] = key >>> 8;
  bytes[at + 3] = key;
  return at;
}

/**
 * Any name, all segments padded. `wide` adds a MultiNamePrefix regardless of the number of segments. Takes at most two
 * bytes more than its text.
 */
export function putName(bytes: Uint8Array, before: number, name: string, wide: boolean): number {
  let at = before;
  let begin = 0;
  while (name.charCodeAt(begin) === PREFIX.parent || name.charCodeAt(begin) === PREFIX.root) begin++;
  const count = begin === name.length ? 0 : (name.length - begin + 1) / 5;
  for (let from = name.length - 4; from >= begin; from -= 5) at = putKey(bytes, at, keyInText(name, from));
  if (count === 0) {
    bytes[--at] = PREFIX.nullName;
  } else if (count > 2 || wide) {
    bytes[--at] = count;
    bytes[--at] = PREFIX.multi;
  } else if (count === 2) {
    bytes[--at] = PREFIX.dual;
  }
  for (let from = begin - 1; from >= 0; from--) bytes[--at] = name.charCodeAt(from);
  return at;
}

/** Text of one byte a character, and a NUL after it. */
export function putText(bytes: Uint8Array, before: number, text: string): number {
  const at = before - text.length - 1;
  for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index);
  bytes[before - 1] = 0;
  return at;
}
