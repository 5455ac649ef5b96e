/** How the guest refuses what a caller passes: the value, and what is allowed. */

/** A value as a message shows it, with its type unless it is obvious. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' && value !== null ? 'an object' : `${String(value)} (${typeof value})`;
}

/** Throws a TypeError for a value of the wrong type. */
export function refuseType(what: string, value: unknown, needed: string): never {
  throw new TypeError(`${what} is ${shown(value)}; ${needed} is needed`);
}

/** Throws a RangeError for a value outside `range`, which is text such as `0..7`. */
export function refuseRange(what: string, value: unknown, range: string): never {
  throw new RangeError(`${what} is ${String(value)}; the allowed range is ${range}`);
}

/** Throws a RangeError unless the value is an integer of 0..most. */
export function requireInRange(what: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 0 || value > most) refuseRange(what, value, `0..${most}`);
}

/** Throws a TypeError unless the value is an object; `needed` says which. */
export function requireObject(what: string, value: unknown, needed: string): void {
  if (typeof value !== 'object' || value === null) refuseType(what, value, needed);
}

/** Throws a RangeError unless the value is a bigint of 0..2^64-1. */
export function requireU64(what: string, value: unknown, range = `0..${2n ** 64n - 1n}`): void {
  if (typeof value !== 'bigint' || BigInt.asUintN(64, value) !== value) refuseRange(what, value, range);
}
