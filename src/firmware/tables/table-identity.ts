import type { TableIdentity } from '../../tables/index.js';

/** Header fields that a caller may set in generated tables. */
export type HeaderOptions = Partial<Omit<TableIdentity, 'signature' | 'revision'>>;

/** The header of a generated table: the generator's own names, except for fields that are given. The same each time. */
export function tableIdentity(signature: string, revision: number, options: HeaderOptions = {}): TableIdentity {
  return {
    oemId: 'VCFG',
    oemTableId: `VCFG${signature}`,
    oemRevision: 1,
    creatorId: 'VCFG',
    creatorRevision: 1,
    ...options,
    signature,
    revision,
  };
}

/** Throws a TypeError or RangeError for options of which one is not among its choices. */
export function checkChoices(options: object, choices: Readonly<Record<string, readonly string[]>>): void {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`options is ${String(options)}; it must be an object.`);
  for (const [name, allowed] of Object.entries(choices)) {
    const value = (options as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined && !allowed.some((choice) => choice === value))
      throw new RangeError(`${name} is ${JSON.stringify(value)}; it must be ${allowed.join(' or ')}.`);
  }
}

/** Throws a TypeError unless the value is an array. */
export function checkList(what: string, value: unknown): void {
  if (!Array.isArray(value)) throw new TypeError(`${what} is ${String(value)}; it must be an array.`);
}

/** Throws a TypeError unless a guest-physical base is a bigint. */
export function checkBase(base: bigint): void {
  if (typeof base !== 'bigint')
    throw new TypeError(`base is ${String(base)} (${typeof base}); it must be a bigint, such as 0xe0000n.`);
}

/** A table and the name of its files. */
export interface NamedTable {
  /** `dsdt`, `ssdt`, `facp`: what comes before the dot. */
  readonly name: string;
  readonly bytes: Uint8Array;
}
