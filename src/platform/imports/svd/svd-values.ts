import type { ModelAccess, ReadEffect, WriteEffect } from '../model/register-model.js';

/** Values as SVD files write them. CMSIS-SVD 1.3, schema */

const DIGITS: readonly (readonly [RegExp, string])[] = [
  [/^\+?0[xX]([0-9a-fA-F]+)([kmgtKMGT]?)$/, '0x'],
  [/^\+?(?:#|0[bB])([01]+)([kmgtKMGT]?)$/, '0b'],
  [/^\+?0*([0-9]+)([kmgtKMGT]?)$/, ''],
];
const UNITS = 'kmgt';
/** Digits that a number may have: those of 256 bits in binary. */
const MOST_DIGITS = 260;

/** scaledNonNegativeInteger: decimal, `0x` hex, `#` or `0b` binary, with k, m, g or t for powers of 1024. */
export function parseSvdInteger(text: string): bigint | undefined {
  if (text.length > MOST_DIGITS) return undefined;
  for (const [pattern, prefix] of DIGITS) {
    const [, digits, unit = ''] = pattern.exec(text) ?? [];
    if (digits === undefined) continue;
    const power = unit === '' ? 0 : UNITS.indexOf(unit.toLowerCase()) + 1;
    return BigInt(`${prefix}${digits}`) << BigInt(10 * power);
  }
  return undefined;
}

/** Don't-care bits of one value that are written out. */
const MOST_UNKNOWN_BITS = 4;

/** Values that an enumeratedValue stands for: one, or those of a pattern such as `#1x0`; undefined if it is neither. */
export function parseValuePattern(text: string): { values: readonly bigint[] } | 'too many' | undefined {
  const [, bits] = /^\+?(?:#|0[bB])([01xX]+)$/.exec(text) ?? [];
  if (bits === undefined || !/x/i.test(bits)) {
    const value = parseSvdInteger(text);
    return value === undefined ? undefined : { values: [value] };
  }
  if (bits.length > MOST_DIGITS) return undefined;
  const unknown = [...bits].filter((bit) => bit === 'x' || bit === 'X').length;
  if (unknown > MOST_UNKNOWN_BITS) return 'too many';
  const values = Array.from({ length: 1 << unknown }, (_, chosen) => {
    let left = unknown;
    return BigInt(`0b${bits.replaceAll(/x/gi, () => String((chosen >> --left) & 1))}`);
  });
  return { values };
}

/** access, without the effects that other elements give. */
export const SVD_ACCESS: ReadonlyMap<string, ModelAccess> = new Map([
  ['read-only', { read: true, write: false }],
  ['write-only', { read: false, write: true }],
  ['read-write', { read: true, write: true }],
  ['writeOnce', { read: false, write: true, once: true }],
  ['read-writeOnce', { read: true, write: true, once: true }],
]);

/** modifiedWriteValues. */
export const SVD_WRITE_EFFECTS: ReadonlyMap<string, WriteEffect> = new Map([
  ['oneToClear', 'w1c'],
  ['oneToSet', 'w1s'],
  ['oneToToggle', 'w1t'],
  ['zeroToClear', 'w0c'],
  ['zeroToSet', 'w0s'],
  ['zeroToToggle', 'w0t'],
  ['clear', 'clear'],
  ['set', 'set'],
  ['modify', 'other'],
]);

/** readAction. */
export const SVD_READ_EFFECTS: ReadonlyMap<string, ReadEffect> = new Map([
  ['clear', 'clear'],
  ['set', 'set'],
  ['modify', 'other'],
  ['modifyExternal', 'other'],
]);
