/**
 * Checks of what a caller passes: each throws a TypeError or RangeError that says the value and what is allowed. What a
 * guest or a snapshot holds is never checked with these.
 */

/** A value as a message shows it. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}

function refuse(what: string, value: unknown, needed: string): never {
  throw new TypeError(`${what} is ${shown(value)}; it must be ${needed}.`);
}

/** Throws a TypeError unless the value is an object: `needed` says which. */
export function checkObject(what: string, value: unknown, needed: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(what, value, needed);
}

/** Throws a TypeError unless the value is an instance of a class: `needed` says which, since bundlers change its name. */
export function checkInstance(
  what: string,
  value: unknown,
  kind: abstract new (...parts: never) => unknown,
  needed: string,
): void {
  if (!(value instanceof kind)) refuse(what, value, needed);
}

/** Throws a TypeError unless the value is a function or undefined. */
export function checkOptionalFunction(what: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') refuse(what, value, 'a function');
}

/** Throws a TypeError unless the value is true, false or undefined. */
export function checkOptionalBoolean(what: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean') refuse(what, value, 'true or false');
}

/** Throws a RangeError unless the value is one of the choices or undefined. */
export function checkOptionalChoice(what: string, value: unknown, choices: readonly string[]): void {
  if (value !== undefined && !choices.some((choice) => choice === value))
    throw new RangeError(`${what} is ${shown(value)}; it must be ${choices.join(' or ')}.`);
}

/** Throws a RangeError unless the value is a number from `least` (Infinity too) or undefined. */
export function checkOptionalNumber(what: string, value: unknown, least: number): void {
  if (value !== undefined && !(typeof value === 'number' && value >= least))
    throw new RangeError(`${what} is ${shown(value)}; it must be a number from ${least}.`);
}

/** Throws a TypeError unless the value can be used as a port between threads. */
export function checkPort(what: string, value: unknown): void {
  const port = value as { readonly postMessage?: unknown } | null | undefined;
  if (typeof value !== 'object' || value === null || typeof port?.postMessage !== 'function')
    refuse(what, value, 'a MessagePort, or an object with postMessage and onmessage');
}
