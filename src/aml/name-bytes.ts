import { PREFIX } from './opcodes.js';

/** 1 for each byte that a NameString can begin with, but for the null name. ACPI 6.5 §20.2.2 */
export const NAME_LEAD: Uint8Array = new Uint8Array(256);
/** 1 for each byte that a NameSeg can begin with. */
export const SEGMENT_LEAD: Uint8Array = new Uint8Array(256);
const SEGMENT_REST = new Uint8Array(256);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789') {
  const code = char.charCodeAt(0);
  SEGMENT_REST[code] = 1;
  if (code > 0x39) SEGMENT_LEAD[code] = NAME_LEAD[code] = 1;
}
for (const code of [PREFIX.root, PREFIX.parent, PREFIX.dual, PREFIX.multi]) NAME_LEAD[code] = 1;

const NO_ARGUMENTS: readonly never[] = Object.freeze([]);

/** The operands of a Path of one segment without arguments. */
export type LoneName = readonly [name: string, args: readonly never[]];

/** Those seen before, so that a name is one string and its operands one array however often it stands in tables. */
const CACHE_BITS = 13;
const cachedKeys = new Int32Array(1 << CACHE_BITS);
const cachedNames: (LoneName | undefined)[] = new Array(1 << CACHE_BITS).fill(undefined);

/** The NameSeg in the four bytes at an offset, as the operands of a Path; undefined if they are none. */
export function loneNameAt(bytes: Uint8Array, at: number): LoneName | undefined {
  const a = bytes[at] as number;
  const b = bytes[at + 1] as number;
  const c = bytes[at + 2] as number;
  const d = bytes[at + 3] as number;
  const key = (a << 24) | (b << 16) | (c << 8) | d;
  const slot = Math.imul(key, 0x9e3779b1) >>> (32 - CACHE_BITS);
  const cached = cachedNames[slot];
  if (cached !== undefined && cachedKeys[slot] === key) return cached;
  if (SEGMENT_LEAD[a] !== 1 || SEGMENT_REST[b] !== 1 || SEGMENT_REST[c] !== 1 || SEGMENT_REST[d] !== 1)
    return undefined;
  const name: LoneName = [String.fromCharCode(a, b, c, d), NO_ARGUMENTS];
  cachedKeys[slot] = key;
  cachedNames[slot] = name;
  return name;
}

/** True if `text` has a NameSeg of four characters from `at` on. */
export function isSegmentAt(text: string, at: number): boolean {
  return (
    SEGMENT_LEAD[text.charCodeAt(at)] === 1 &&
    SEGMENT_REST[text.charCodeAt(at + 1)] === 1 &&
    SEGMENT_REST[text.charCodeAt(at + 2)] === 1 &&
    SEGMENT_REST[text.charCodeAt(at + 3)] === 1
  );
}
