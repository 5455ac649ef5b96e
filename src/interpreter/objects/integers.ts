import { MOST_U64 } from '../../base/index.js';
import { fail } from './fault.js';
import type { AmlInteger } from './objects.js';

/** The arithmetic of one integer width. Operands and results are in the form that objects.ts describes. */
export interface Arithmetic {
  /** Bytes of an integer: 4 or 8. */
  readonly bytes: 4 | 8;
  readonly ones: AmlInteger;
  /** Brings any integer to this width. */
  cut(value: bigint | number): AmlInteger;
  add(a: AmlInteger, b: AmlInteger): AmlInteger;
  subtract(a: AmlInteger, b: AmlInteger): AmlInteger;
  multiply(a: AmlInteger, b: AmlInteger): AmlInteger;
  divide(a: AmlInteger, b: AmlInteger): AmlInteger;
  mod(a: AmlInteger, b: AmlInteger): AmlInteger;
  and(a: AmlInteger, b: AmlInteger): AmlInteger;
  or(a: AmlInteger, b: AmlInteger): AmlInteger;
  xor(a: AmlInteger, b: AmlInteger): AmlInteger;
  nand(a: AmlInteger, b: AmlInteger): AmlInteger;
  nor(a: AmlInteger, b: AmlInteger): AmlInteger;
  not(a: AmlInteger): AmlInteger;
  shiftLeft(a: AmlInteger, b: AmlInteger): AmlInteger;
  shiftRight(a: AmlInteger, b: AmlInteger): AmlInteger;
}

const MAX_SAFE = Number.MAX_SAFE_INTEGER;
const TWO_32 = 0x1_0000_0000;

/** A 64-bit integer in its one form. */
export function fromBigInt(value: bigint): AmlInteger {
  const cut = BigInt.asUintN(64, value);
  return cut <= MAX_SAFE ? Number(cut) : cut;
}

function noZero(divisor: AmlInteger): void {
  if (divisor === 0) fail('AE_AML_DIVIDE_BY_ZERO', 'The divisor is 0.');
}

/** Bits of both halves: of numbers up to 2^53 without a bigint. */
function bitwise64(
  a: AmlInteger,
  b: AmlInteger,
  half: (x: number, y: number) => number,
  whole: (x: bigint, y: bigint) => bigint,
): AmlInteger {
  if (typeof a === 'number' && typeof b === 'number') {
    if (a < TWO_32 && b < TWO_32) return half(a, b) >>> 0;
    const high = half(Math.floor(a / TWO_32), Math.floor(b / TWO_32)) >>> 0;
    return high * TWO_32 + (half(a, b) >>> 0);
  }
  return fromBigInt(whole(BigInt(a), BigInt(b)));
}

const andHalf = (x: number, y: number) => x & y;
const orHalf = (x: number, y: number) => x | y;
const xorHalf = (x: number, y: number) => x ^ y;
const andWhole = (x: bigint, y: bigint) => x & y;
const orWhole = (x: bigint, y: bigint) => x | y;
const xorWhole = (x: bigint, y: bigint) => x ^ y;

/** Integers of a DSDT of revision 2 and up. */
export const ARITHMETIC_64: Arithmetic = {
  bytes: 8,
  ones: MOST_U64,
  cut: (value) => (typeof value === 'number' && value >= 0 && value <= MAX_SAFE ? value : fromBigInt(BigInt(value))),
  add(a, b) {
    if (typeof a === 'number' && typeof b === 'number') {
      const sum = a + b;
      if (sum <= MAX_SAFE) return sum;
    }
    return fromBigInt(BigInt(a) + BigInt(b));
  },
  subtract(a, b) {
    if (typeof a === 'number' && typeof b === 'number' && a >= b) return a - b;
    return fromBigInt(BigInt(a) - BigInt(b));
  },
  multiply(a, b) {
    if (typeof a === 'number' && typeof b === 'number') {
      const product = a * b;
      if (product <= MAX_SAFE) return product;
    }
    return fromBigInt(BigInt(a) * BigInt(b));
  },
  divide(a, b) {
    noZero(b);
    if (typeof a === 'number' && typeof b === 'number') return (a - (a % b)) / b;
    return fromBigInt(BigInt(a) / BigInt(b));
  },
  mod(a, b) {
    noZero(b);
    if (typeof a === 'number' && typeof b === 'number') return a % b;
    return fromBigInt(BigInt(a) % BigInt(b));
  },
  and(a, b) {
    if (typeof a === 'number' && typeof b === 'number' && a < TWO_32 && b < TWO_32) return (a & b) >>> 0;
    return bitwise64(a, b, andHalf, andWhole);
  },
  or(a, b) {
    if (typeof a === 'number' && typeof b === 'number' && a < TWO_32 && b < TWO_32) return (a | b) >>> 0;
    return bitwise64(a, b, orHalf, orWhole);
  },
  xor: (a, b) => bitwise64(a, b, xorHalf, xorWhole),
  nand: (a, b) => fromBigInt(~(BigInt(a) & BigInt(b))),
  nor: (a, b) => fromBigInt(~(BigInt(a) | BigInt(b))),
  not: (a) => fromBigInt(~BigInt(a)),
  shiftLeft(a, b) {
    if (b >= 64) return 0;
    if (typeof a === 'number') {
      const shifted = a * 2 ** Number(b);
      if (shifted <= MAX_SAFE) return shifted;
    }
    return fromBigInt(BigInt(a) << BigInt(b));
  },
  shiftRight(a, b) {
    if (b >= 64) return 0;
    if (typeof a === 'number') return Math.floor(a / 2 ** Number(b));
    return fromBigInt(a >> BigInt(b));
  },
};

/** Operands of a 32-bit namespace are numbers. */
type Number32 = (a: AmlInteger, b: AmlInteger) => number;
const each32 =
  (operate: (a: number, b: number) => number): Number32 =>
  (a, b) =>
    operate(a as number, b as number) >>> 0;

/** Integers of a DSDT of revision 1: results are cut to 32 bits. */
export const ARITHMETIC_32: Arithmetic = {
  bytes: 4,
  ones: 0xffff_ffff,
  cut: (value) =>
    typeof value === 'number' && value >= 0 && value < TWO_32 ? value : Number(BigInt.asUintN(32, BigInt(value))),
  add: each32((a, b) => a + b),
  subtract: each32((a, b) => a - b),
  multiply: each32((a, b) => Math.imul(a, b)),
  divide(a, b) {
    noZero(b);
    return Math.floor((a as number) / (b as number));
  },
  mod(a, b) {
    noZero(b);
    return (a as number) % (b as number);
  },
  and: each32((a, b) => a & b),
  or: each32((a, b) => a | b),
  xor: each32((a, b) => a ^ b),
  nand: each32((a, b) => ~(a & b)),
  nor: each32((a, b) => ~(a | b)),
  not: (a) => ~(a as number) >>> 0,
  shiftLeft: (a, b) => (b >= 32 ? 0 : ((a as number) << (b as number)) >>> 0),
  shiftRight: (a, b) => (b >= 32 ? 0 : (a as number) >>> (b as number)),
};
