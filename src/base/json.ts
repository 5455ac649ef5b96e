import { toHex } from './hex.js';
import { formatHex } from './integer.js';

function jsonOf(value: unknown): unknown {
  if (typeof value === 'bigint') return formatHex(value);
  return value instanceof Uint8Array ? toHex(value) : value;
}

/**
 * JSON with guest-physical addresses and AML integers as hex strings, since a JSON number is exact to 53 bits only, and
 * bytes as hex digits.
 */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_key, each: unknown) => jsonOf(each), indent);
}
