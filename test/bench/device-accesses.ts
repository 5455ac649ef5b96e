import { placesOf, REGISTER_COUNT } from './platform-of.js';

/** Accesses in a batch, as in native/trapped-access.c: both sides make the same ones in the same order. */
export const ACCESSES = 4096;
const SEED = 12345;

const FUNCTION_BYTES = 8192n;
const SHARED_PAGE = 4096n;
const REGISTER_MASK = REGISTER_COUNT - 1;

/** The places that a batch touches among so many functions: a function and a number for a register at random. */
function scattered<T>(count: number, address: (packed: bigint, random: number) => T): T[] {
  const places = placesOf(count);
  let state = SEED;
  return Array.from({ length: ACCESSES }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return address(BigInt(places[(state >>> 8) % count] as number), state >>> 4);
  });
}

/** Guest-physical addresses of registers scattered over all of so many functions. */
export function registerAddresses(base: bigint, count: number): bigint[] {
  return scattered(count, (packed, random) => base + packed * FUNCTION_BYTES + BigInt(random & REGISTER_MASK) * 4n);
}

/** Guest-physical addresses of dwords scattered over the first KiB of each function's shared page. */
export function sharedAddresses(base: bigint, count: number): bigint[] {
  return scattered(count, (packed, random) => base + packed * FUNCTION_BYTES + SHARED_PAGE + BigInt(random & 255) * 4n);
}

/** As many addresses one after the other from `first`, wrapping after `dwords`. */
export function addressesFrom(first: bigint, dwords: number): bigint[] {
  return Array.from({ length: ACCESSES }, (_, index) => first + BigInt(index % dwords) * 4n);
}

/** Guest-physical addresses of the registers of the last of so many functions, over and over. */
export function lastFunctionAddresses(base: bigint, count: number): bigint[] {
  return addressesFrom(base + BigInt(placesOf(count).at(-1) as number) * FUNCTION_BYTES, REGISTER_COUNT);
}
