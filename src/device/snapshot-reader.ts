import { fromHex, toHex } from '../base/index.js';
import type { DeviceCode, Diagnostic } from '../vocab/index.js';
import { deviceFinding } from './diagnostic-log.js';

/** The version that snapshots carry; raised when their shape changes. */
export const SNAPSHOT_VERSION = 1;

const HEX = /^0x[0-9a-f]{1,16}$/;
const BYTES = /^(?:[0-9a-f]{2})*$/;

/** An integer of up to 64 bits in a snapshot. */
export function wideJson(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/** Bytes in a snapshot: hex digits, zeros at the end left out. */
export function bytesJson(bytes: Uint8Array): string {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return toHex(bytes.subarray(0, end));
}

/**
 * Reads a snapshot of which nothing is known. Each method gives the value if it is as it must be; if not, it leaves a
 * finding that names the key and gives a stand-in, so that one pass finds everything. Nothing may be applied unless
 * {@link findings} is empty at the end.
 */
export class SnapshotReader {
  readonly findings: Diagnostic[] = [];

  refuse(code: DeviceCode, path: string, message: string): void {
    this.findings.push(deviceFinding(code, path, message));
  }

  #wrong(path: string, value: unknown, wanted: string): void {
    const seen = JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? `${part}n` : part)) ?? 'missing';
    const shown = seen.length > 60 ? `${seen.slice(0, 57)}...` : seen;
    this.refuse('SNAPSHOT_VALUE', path, `The value is ${shown}, not ${wanted}.`);
  }

  /** An object with the keys given and no others; an empty one as a stand-in. */
  object(value: unknown, path: string, keys: readonly string[]): Readonly<Record<string, unknown>> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#wrong(path, value, 'an object');
      return {};
    }
    for (const key of Object.keys(value))
      if (!keys.includes(key)) this.refuse('SNAPSHOT_VALUE', `${path}.${key}`, `There is no key ${key} here.`);
    return value as Record<string, unknown>;
  }

  /** {@link object} with a `version` that must be ours. Another version leaves that one finding, and undefined. */
  versioned(value: unknown, path: string, keys: readonly string[]): Readonly<Record<string, unknown>> | undefined {
    if (typeof value === 'object' && value !== null && 'version' in value && value.version !== SNAPSHOT_VERSION) {
      const message = `The snapshot has version ${JSON.stringify(value.version)}, not ${SNAPSHOT_VERSION}.`;
      this.refuse('SNAPSHOT_VERSION', path, message);
      return undefined;
    }
    const fields = this.object(value, path, ['version', ...keys]);
    if (fields.version === undefined) this.#wrong(`${path}.version`, undefined, `${SNAPSHOT_VERSION}`);
    return fields;
  }

  /** A whole number in a range. */
  integer(value: unknown, path: string, least: number, most: number): number {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    this.#wrong(path, value, `an integer ${least}..${most}`);
    return least;
  }

  /** A string of `0x` and hex digits, of up to 64 bits. */
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

  /** One of some strings. */
  choice<T extends string>(value: unknown, path: string, choices: readonly T[]): T {
    for (const choice of choices) if (value === choice) return choice;
    this.#wrong(path, value, choices.map((choice) => `"${choice}"`).join(' or '));
    return choices[0] as T;
  }

  /** A value that says which thing the snapshot is of; another thing's snapshot is foreign. */
  identity(value: unknown, path: string, own: string): void {
    if (value !== own)
      this.refuse(
        'SNAPSHOT_FOREIGN',
        path,
        `The snapshot is of ${JSON.stringify(value) ?? 'nothing'}, not of "${own}".`,
      );
  }

  /** An array, of a length if one is given, each element read by `element`. */
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

  /** Hex digits of at most `length` bytes; zeros follow. */
  bytes(value: unknown, path: string, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    if (typeof value === 'string' && value.length <= length * 2 && BYTES.test(value)) bytes.set(fromHex(value));
    else this.#wrong(path, value, `hex digits of at most ${length} bytes`);
    return bytes;
  }
}
