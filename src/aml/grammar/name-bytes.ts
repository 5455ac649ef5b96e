import { PREFIX } from './opcodes.js';

/** 1 for each byte that a NameString can begin with, except the null name's. ACPI 6.5 §20.2.2 */
export const NAME_LEAD: Uint8Array = new Uint8Array(256);
/** 1 for each byte that a NameSeg can begin with. */
const SEGMENT_LEAD: Uint8Array = new Uint8Array(256);
const SEGMENT_REST = new Uint8Array(256);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789') {
  const code = char.charCodeAt(0);
  SEGMENT_REST[code] = 1;
  if (code > 0x39) SEGMENT_LEAD[code] = NAME_LEAD[code] = 1;
}
for (const code of [PREFIX.root, PREFIX.parent, PREFIX.dual, PREFIX.multi]) NAME_LEAD[code] = 1;

/** The arguments of a Path that has none. */
export const NO_ARGUMENTS: readonly never[] = Object.freeze([]);

/** The operands of a Path of one segment without arguments. */
export type LoneName = readonly [name: string, args: readonly never[]];

/** A cache, so that a name is one string and its operands one array however often it occurs. */
const CACHE_BITS = 13;
const cachedKeys = new Int32Array(1 << CACHE_BITS);
const cachedNames: (LoneName | undefined)[] = new Array(1 << CACHE_BITS).fill(undefined);

/** The four bytes at an offset as one integer, the first highest; a NameSeg is positive. */
export function keyAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}

/** The NameSeg of a key, as the operands of a Path; undefined for four bytes that are not a NameSeg. */
export function loneNameOf(key: number): LoneName | undefined {
  const slot = Math.imul(key, 0x9e3779b1) >>> (32 - CACHE_BITS);
  const cached = cachedNames[slot];
  if (cached !== undefined && cachedKeys[slot] === key) return cached;
  if (!isSegmentKey(key)) return undefined;
  const name: LoneName = [
    String.fromCharCode(key >>> 24, (key >>> 16) & 0xff, (key >>> 8) & 0xff, key & 0xff),
    NO_ARGUMENTS,
  ];
  cachedKeys[slot] = key;
  cachedNames[slot] = name;
  return name;
}

/** Whether the four bytes of a key are a NameSeg. */
export function isSegmentKey(key: number): boolean {
  return (
    SEGMENT_LEAD[key >>> 24] === 1 &&
    SEGMENT_REST[(key >>> 16) & 0xff] === 1 &&
    SEGMENT_REST[(key >>> 8) & 0xff] === 1 &&
    SEGMENT_REST[key & 0xff] === 1
  );
}

/** The text of a NameSeg, by its key, which must be valid. */
export function segmentText(key: number): string {
  return (loneNameOf(key) as LoneName)[0];
}

/** The key of the four characters in a name's text from `at` on. */
export function keyInText(text: string, at: number): number {
  return (
    (text.charCodeAt(at) << 24) |
    (text.charCodeAt(at + 1) << 16) |
    (text.charCodeAt(at + 2) << 8) |
    text.charCodeAt(at + 3)
  );
}

/** The key of a name that is a single NameSeg; -1 for any other text. */
export function keyOfText(text: string): number {
  if (text.length !== 4) return -1;
  const a = text.charCodeAt(0);
  const b = text.charCodeAt(1);
  const c = text.charCodeAt(2);
  const d = text.charCodeAt(3);
  const key = (a << 24) | (b << 16) | (c << 8) | d;
  return (a | b | c | d) <= 0x7f && isSegmentKey(key) ? key : -1;
}

/** The number of segments of a valid name whose prefixes `\\` and `^` end at an offset. ACPI 6.5 §20.2.2 */
export function segmentsAt(bytes: Uint8Array, at: number): number {
  switch (bytes[at]) {
    case PREFIX.nullName:
      return 0;
    case PREFIX.dual:
      return 2;
    case PREFIX.multi:
      return bytes[at + 1] as number;
    default:
      return 1;
  }
}

/** The bytes that encode that number, before the first segment. */
export function segmentsPrefixBytes(bytes: Uint8Array, at: number): number {
  return bytes[at] === PREFIX.dual ? 1 : bytes[at] === PREFIX.multi ? 2 : 0;
}

/** The text of a valid NameString at an offset: its prefixes, then its segments separated by dots. */
export function nameTextAt(bytes: Uint8Array, start: number): string {
  let at = start;
  let text = '';
  for (; bytes[at] === PREFIX.root || bytes[at] === PREFIX.parent; at++)
    text += String.fromCharCode(bytes[at] as number);
  const count = segmentsAt(bytes, at);
  at += segmentsPrefixBytes(bytes, at);
  for (let index = 0; index < count; index++, at += 4) {
    if (index > 0) text += '.';
    text += segmentText(keyAt(bytes, at));
  }
  return text;
}
