/** What a value is, for those who call with another one than they meant. */
export function describeArgument(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return JSON.stringify(value.length > 32 ? `${value.slice(0, 32)}…` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Uint8Array) return 'a Uint8Array';
  return 'an object';
}

/** Throws a TypeError for an argument that is not bytes. */
export function requireBytes(value: unknown, call: string): void {
  if (value instanceof Uint8Array) return;
  throw new TypeError(`${call} takes a Uint8Array, and was given ${describeArgument(value)}.`);
}

/** Throws a RangeError for a number that is not an integer in a range. */
export function requireWithin(value: unknown, least: number, most: number, what: string): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  throw new RangeError(`${what} is ${describeArgument(value)}, outside ${least}..${most}.`);
}

/** Throws a TypeError for an option that has another value than the words that it takes. */
export function requireWord(value: unknown, words: readonly string[], what: string): void {
  if (value === undefined || words.includes(value as string)) return;
  throw new TypeError(`${what} is ${describeArgument(value)}, and is one of ${words.join(', ')}.`);
}

/** Throws a TypeError for what is neither decoded AML nor something that gives terms. */
export function requireAml(value: unknown, call: string): void {
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    if (Symbol.iterator in value || 'terms' in value) return;
  }
  const hint = value instanceof Uint8Array ? ' Decode bytes first.' : '';
  throw new TypeError(`${call} takes terms or decoded AML, and was given ${describeArgument(value)}.${hint}`);
}

/** Throws a TypeError for what is not a list of terms. */
export function requireTerms(value: unknown, call: string): void {
  if (Array.isArray(value)) return;
  const isDecoded = typeof value === 'object' && value !== null && 'terms' in value;
  const found = isDecoded ? 'decoded AML: give its terms' : describeArgument(value);
  throw new TypeError(`${call} takes a list of terms, and was given ${found}.`);
}

/** Throws a TypeError for what is not a term. An object without an operation is refused where that is looked up. */
export function requireTerm(value: unknown, call: string): void {
  if (typeof value === 'object' && value !== null) return;
  throw new TypeError(`${call} takes terms, and one of them is ${describeArgument(value)}.`);
}
