import { MOST_U64 } from '../../base/index.js';

/**
 * Dwords in bytes, and 64-bit addresses as two unsigned 32-bit halves: what every access needs, without the bigint
 * arithmetic and the views that would allocate each time. Splitting goes through one pair of typed arrays over the same
 * eight bytes, so the halves are valid only until the next split: read them at once.
 */
const whole = new BigUint64Array(1);
const halves = new Uint32Array(whole.buffer);

whole[0] = 1n;
const LOW = halves[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;

/** The last guest-physical address, and where sums of a base and a length saturate: 2^64 - 1. */
export const LAST_ADDRESS: bigint = MOST_U64;

/** Splits an address; its bits above 63 are dropped. Follow with {@link lowHalf} and {@link highHalf}. */
export function split(address: bigint): void {
  if (typeof address !== 'bigint') refuseAddress('address', address);
  whole[0] = address;
}

/** Bits 0..31 of the address that was split last. */
export function lowHalf(): number {
  return halves[LOW] as number;
}

/** Bits 32..63 of the address that was split last. */
export function highHalf(): number {
  return halves[HIGH] as number;
}

/** The reverse of splitting. */
export function joined(high: number, low: number): bigint {
  halves[HIGH] = high;
  halves[LOW] = low;
  return whole[0] as bigint;
}

function refuseAddress(what: string, value: unknown): never {
  throw new TypeError(`${what} is ${String(value)}; it must be a bigint from 0n to 0x${LAST_ADDRESS.toString(16)}n.`);
}

/** Throws a TypeError unless the value is a bigint, and a RangeError unless it fits in 64 unsigned bits. */
export function checkWide(what: string, value: bigint): void {
  if (typeof value !== 'bigint') refuseAddress(what, value);
  if (value < 0n || value > LAST_ADDRESS)
    throw new RangeError(`${what} is ${value}; it must be 0..0x${LAST_ADDRESS.toString(16)}.`);
}

/** Throws a TypeError unless the value of an access is a number, of which 32 bits are taken. */
export function checkDword(value: number): void {
  if (typeof value !== 'number')
    throw new TypeError(
      `value is ${String(value)} (${typeof value}); it must be a number, of which 32 bits are taken.`,
    );
}

/** Throws a TypeError unless the data of an access are bytes. */
export function checkBytes(data: Uint8Array): void {
  if (!ArrayBuffer.isView(data) || data.BYTES_PER_ELEMENT !== 1)
    throw new TypeError(`data is ${String(data)}; it must be a Uint8Array.`);
}

/** The four bytes from an index as an unsigned little-endian dword. */
export function loadDword(data: Uint8Array, at = 0): number {
  return (
    ((data[at] as number) |
      ((data[at + 1] as number) << 8) |
      ((data[at + 2] as number) << 16) |
      ((data[at + 3] as number) << 24)) >>>
    0
  );
}

/** Writes a dword to the four bytes from an index, little-endian. */
export function storeDword(data: Uint8Array, value: number, at = 0): void {
  data[at] = value;
  data[at + 1] = value >>> 8;
  data[at + 2] = value >>> 16;
  data[at + 3] = value >>> 24;
}
