/**
 * Checks of what a caller passes: each throws a TypeError or RangeError that says the value and what is allowed. What
 * comes from a file, a table or a guest is never checked with these: that gives diagnostics.
 */

/** The longest text that a message repeats whole. */
const MOST_SHOWN = 32;

/** A value as a message shows it. */
export function showArgument(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > MOST_SHOWN ? `${value.slice(0, MOST_SHOWN)}…` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Uint8Array) return 'a Uint8Array';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** Throws a TypeError that says what a value is and what it must be. */
export function refuseArgument(what: string, value: unknown, needed: string): never {
  throw new TypeError(`${what} is ${showArgument(value)}; it must be ${needed}.`);
}

const isPlainObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** Throws a TypeError unless the value is an object, and not an array or bytes: `needed` says which. */
export function requireObject(value: unknown, what: string, needed = 'an object'): void {
  if (!isPlainObject(value)) refuseArgument(what, value, needed);
}

/** Throws a TypeError unless the value is an array: `needed` says of what. */
export function requireArray(value: unknown, what: string, needed = 'an array'): void {
  if (!Array.isArray(value)) refuseArgument(what, value, needed);
}

/** Throws a TypeError unless the value is an array of objects: `needed` says which. */
export function requireObjects(value: unknown, what: string, needed: string): void {
  if (!Array.isArray(value)) refuseArgument(what, value, `an array of these: ${needed}`);
  // By index, so that a hole in the array is refused like undefined.
  for (let index = 0; index < value.length; index++)
    if (!isPlainObject(value[index])) refuseArgument(`${what}[${index}]`, value[index], needed);
}

/** Throws a TypeError unless the value is bytes. */
export function requireBytes(value: unknown, what: string): void {
  if (!(value instanceof Uint8Array)) refuseArgument(what, value, 'a Uint8Array');
}

/** Throws a TypeError unless the value is a string. */
export function requireText(value: unknown, what: string): void {
  if (typeof value !== 'string') refuseArgument(what, value, 'a string');
}

/** Throws a TypeError or RangeError unless the value is an integer in a range, as a number. */
export function requireWithin(value: unknown, least: number, most: number, what: string): void {
  // Checked before the message is made, which costs more than the check.
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  const needed = `a whole number from ${least} to ${most}`;
  if (typeof value !== 'number') refuseArgument(what, value, needed);
  throw new RangeError(`${what} is ${value}; it must be ${needed}.`);
}

/** Throws a TypeError or RangeError unless the value is an integer in a range, as a bigint. */
export function requireBigint(value: unknown, least: bigint, most: bigint, what: string): void {
  if (typeof value === 'bigint' && value >= least && value <= most) return;
  const needed = `a bigint from ${least}n to ${most}n`;
  if (typeof value !== 'bigint') refuseArgument(what, value, needed);
  throw new RangeError(`${what} is ${value}n; it must be ${needed}.`);
}

/** Throws a TypeError unless the value is one of some words or numbers. */
export function requireOneOf(value: unknown, choices: readonly (string | number)[], what: string): void {
  if (choices.includes(value as string)) return;
  refuseArgument(what, value, `one of ${choices.join(', ')}`);
}

/** Throws a TypeError unless the value is one of some words, or undefined. */
export function requireOption(value: unknown, choices: readonly (string | number)[], what: string): void {
  if (value !== undefined) requireOneOf(value, choices, what);
}
