import { formatHex } from './integer.js';

/** JSON with guest-physical addresses and AML integers as hex strings, since a JSON number is exact to 53 bits only. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? formatHex(each) : each), indent);
}
