import { fromHex, toHex } from '../base/index.js';
import type { DeviceCode, Diagnostic } from '../vocab/index.js';
import { deviceFinding, thrownText } from './diagnostic-log.js';

/** The version of snapshots. Raised when a key changes its meaning; a key that is added is missing from older snapshots. */
export const SNAPSHOT_VERSION = 1;

const HEX = /^0x(?:0|[1-9a-f][0-9a-f]{0,15})$/;
const BYTES = /^(?:[0-9a-f]{2})*$/;
/** Objects and arrays inside each other; a machine's own snapshot has 8. */
const MOST_NESTED = 64;
/** The most items of an array: as many as the pages of 64 GiB of RAM. */
const MOST_ITEMS = 0x100_0000;
/** Characters of a value that a finding shows. */
const MOST_SHOWN = 60;

/** An integer of up to 64 bits in a snapshot. */
export function wideJson(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/** Bytes in a snapshot: hex digits, without the zeros at the end. */
export function bytesJson(bytes: Uint8Array): string {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return toHex(bytes.subarray(0, end));
}

/** A value as a finding shows it. Objects and arrays are not written out: they may be as deep or long as they like. */
function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > MOST_SHOWN ? `${value.slice(0, MOST_SHOWN - 3)}...` : value);
}

/** Where two texts begin to differ, if that is past what a finding shows; otherwise 0. */
function firstDifference(a: string, b: string): number {
  let index = 0;
  while (index < a.length && a[index] === b[index]) index++;
  return index < MOST_SHOWN / 2 ? 0 : index;
}

/** Why data cannot be a snapshot. */
class NotJson extends Error {}

/**
 * Copies what JSON can hold, each object once. The copies of objects inherit nothing. Throws NotJson for data that no
 * JSON text can hold, and whatever a getter throws.
 */
function copyJson(value: unknown, depth: number, copies: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MOST_NESTED) throw new NotJson(`Objects and arrays are nested more than ${MOST_NESTED} deep.`);
  const known = copies.get(value);
  if (known !== undefined) return known;
  if (copies.has(value)) throw new NotJson('An object contains itself.');
  copies.set(value, undefined);
  let copy: unknown;
  if (Array.isArray(value)) {
    if (value.length > MOST_ITEMS) throw new NotJson(`An array has ${value.length} items, more than ${MOST_ITEMS}.`);
    copy = Array.from(value, (item) => copyJson(item, depth + 1, copies));
  } else {
    const fields = Object.create(null) as Record<string, unknown>;
    for (const key of Object.keys(value))
      fields[key] = copyJson((value as Record<string, unknown>)[key], depth + 1, copies);
    copy = fields;
  }
  copies.set(value, copy);
  return copy;
}

/**
 * Reads a snapshot about which nothing is known. Each method returns the value if it is valid. If not, it records a
 * finding that names the key and returns a substitute, so that one pass finds everything. Nothing may be applied unless
 * {@link findings} is empty at the end.
 */
export class SnapshotReader {
  readonly findings: Diagnostic[] = [];

  refuse(code: DeviceCode, path: string, message: string): void {
    this.findings.push(deviceFinding(code, path, message));
  }

  #wrong(path: string, value: unknown, wanted: string): void {
    this.refuse('SNAPSHOT_VALUE', path, `The value is ${shown(value)}, not ${wanted}.`);
  }

  /**
   * A copy of a whole snapshot that nobody else can change between checking and applying it. Data that is nested too
   * deeply, or that throws when it is read, leaves a finding and is undefined.
   */
  copy(data: unknown, path: string): unknown {
    try {
      return copyJson(data, 0, new Map());
    } catch (thrown) {
      this.refuse(
        'SNAPSHOT_VALUE',
        path,
        thrown instanceof NotJson ? thrown.message : `The snapshot cannot be read: ${thrownText(thrown)}.`,
      );
      return undefined;
    }
  }

  /** An object with the given keys and no others. Substitute: an empty object. */
  object(value: unknown, path: string, keys: readonly string[]): Readonly<Record<string, unknown>> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#wrong(path, value, 'an object');
      return {};
    }
    for (const key of Object.keys(value))
      if (!keys.includes(key))
        this.refuse('SNAPSHOT_VALUE', `${path}.${shown(key).slice(1, -1)}`, 'A snapshot has no such key here.');
    return value as Record<string, unknown>;
  }

  /** {@link object} with a `version`, which must be ours. Another version leaves that one finding, and undefined. */
  versioned(value: unknown, path: string, keys: readonly string[]): Readonly<Record<string, unknown>> | undefined {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const { version } = value as { readonly version?: unknown };
      if (version !== undefined && version !== SNAPSHOT_VERSION) {
        const message = `The snapshot has version ${shown(version)}, not ${SNAPSHOT_VERSION}.`;
        this.refuse('SNAPSHOT_VERSION', path, message);
        return undefined;
      }
    }
    const fields = this.object(value, path, ['version', ...keys]);
    if (fields.version === undefined) this.#wrong(`${path}.version`, undefined, `${SNAPSHOT_VERSION}`);
    return fields;
  }

  /** A whole number in a range. */
  integer(value: unknown, path: string, least: number, most: number): number {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most)
      return value === 0 ? 0 : value;
    this.#wrong(path, value, `an integer ${least}..${most}`);
    return least;
  }

  /** A string of `0x` and hex digits without leading zeros, up to 64 bits. */
  wide(value: unknown, path: string): bigint {
    if (typeof value === 'string' && HEX.test(value)) return BigInt(value);
    this.#wrong(path, value, 'a string 0x0..0xffffffffffffffff');
    return 0n;
  }

  boolean(value: unknown, path: string): boolean {
    if (typeof value === 'boolean') return value;
    this.#wrong(path, value, 'true or false');
    return false;
  }

  /** A string of at most `most` characters. */
  text(value: unknown, path: string, most: number): string {
    if (typeof value === 'string' && value.length <= most) return value;
    this.#wrong(path, value, `a string of at most ${most} characters`);
    return '';
  }

  /** One of several strings. */
  choice<T extends string>(value: unknown, path: string, choices: readonly T[]): T {
    for (const choice of choices) if (value === choice) return choice;
    this.#wrong(path, value, choices.map((choice) => `"${choice}"`).join(' or '));
    return choices[0] as T;
  }

  /** A value that tells of what the snapshot was taken. A snapshot of anything else is foreign. */
  identity(value: unknown, path: string, own: string | number): void {
    if (value === own) return;
    const from = typeof value === 'string' && typeof own === 'string' ? firstDifference(value, own) : 0;
    const [saved, ours] = [value, own].map((side) => shown(typeof side === 'string' ? side.slice(from) : side));
    const where = from === 0 ? '' : ` from character ${from} on`;
    this.refuse('SNAPSHOT_FOREIGN', path, `The value${where} is ${saved}, and here it is ${ours}.`);
  }

  /** An array, of the given length if there is one, each element read by `element`. */
  array<T>(
    value: unknown,
    path: string,
    length: number | undefined,
    element: (value: unknown, path: string) => T,
  ): T[] {
    if (!Array.isArray(value) || (length !== undefined && value.length !== length)) {
      this.#wrong(path, value, length === undefined ? 'an array' : `an array of ${length}`);
      return [];
    }
    return value.map((item, index) => element(item, `${path}[${index}]`));
  }

  /** Null, or what `element` reads. */
  optional<T>(value: unknown, path: string, element: (value: unknown, path: string) => T): T | undefined {
    return value === null ? undefined : element(value, path);
  }

  /** Hex digits of at most `length` bytes, without zeros at the end; zeros follow. */
  bytes(value: unknown, path: string, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    if (typeof value === 'string' && value.length <= length * 2 && BYTES.test(value) && !value.endsWith('00'))
      bytes.set(fromHex(value));
    else this.#wrong(path, value, `hex digits of at most ${length} bytes that do not end in 00`);
    return bytes;
  }
}
