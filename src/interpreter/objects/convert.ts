import { fail } from './fault.js';
import { type Arithmetic, fromBigInt } from './integers.js';
import { AmlBuffer, type AmlInteger, AmlString, typeName, type Value } from './objects.js';

/** How a text becomes a number: hex where the conversion is implicit; by its prefix in ToInteger. ACPI 6.5 §19.3.5.3 */
type Radix = 'hex' | 'by prefix';

const BLANKS = /^[ \t\n\v\f\r]+/;

/** The number that a text begins with, as far as it fits. Deviates: ACPICA accepts `0x` where the conversion is implicit. */
function integerInText(text: string, radix: Radix, arithmetic: Arithmetic): AmlInteger {
  let digits = text.replace(BLANKS, '');
  const isHex = /^0x/i.test(digits);
  const base = radix === 'hex' || isHex ? 16n : 10n;
  if (isHex) digits = digits.slice(2);
  digits = digits.match(base === 16n ? /^[0-9a-f]+/i : /^[0-9]+/)?.[0] ?? '';
  const limit = 1n << BigInt(8 * arithmetic.bytes);
  let value = 0n;
  for (const digit of digits) {
    const next = value * base + BigInt(Number.parseInt(digit, 16));
    if (next >= limit) break;
    value = next;
  }
  return fromBigInt(value);
}

/** The integer that a buffer's first bytes are, the lowest first. */
export function integerInBytes(bytes: Uint8Array, { bytes: width }: Pick<Arithmetic, 'bytes'>): AmlInteger {
  const count = Math.min(bytes.length, width);
  let low = 0;
  for (let at = Math.min(count, 4) - 1; at >= 0; at--) low = low * 256 + (bytes[at] as number);
  if (count <= 4) return low;
  let high = 0;
  for (let at = count - 1; at >= 4; at--) high = high * 256 + (bytes[at] as number);
  if (high < 0x20_0000) return high * 0x1_0000_0000 + low;
  return (BigInt(high) << 32n) | BigInt(low);
}

/** Bytes of an integer, the lowest first. */
export function bytesOfInteger(value: AmlInteger, width: number): Uint8Array {
  const bytes = new Uint8Array(width);
  let rest = value;
  if (typeof rest === 'number') {
    for (let at = 0; at < width && rest > 0; at++) {
      bytes[at] = rest & 0xff;
      rest = Math.floor(rest / 256);
    }
    return bytes;
  }
  let wide: bigint = rest;
  for (let at = 0; at < width; at++) {
    bytes[at] = Number(wide & 0xffn);
    wide >>= 8n;
  }
  return bytes;
}

/** One character a byte. */
export function textOfBytes(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}

/** Bytes of a text, and the NUL after them. */
export function bytesOfText(text: string, extra = 1): Uint8Array {
  const bytes = new Uint8Array(text.length + extra);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

function wrongType(value: Value | undefined, wanted: string): never {
  return fail('AE_AML_OPERAND_TYPE', `The operand is of type ${typeName(value)}, and has to be ${wanted}.`);
}

/** An operand as an integer. */
export function toInteger(value: Value, arithmetic: Arithmetic, radix: Radix = 'hex'): AmlInteger {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (value instanceof AmlBuffer) {
    if (value.bytes.length === 0) fail('AE_AML_BUFFER_LIMIT', 'An empty Buffer has no value as an Integer.');
    return integerInBytes(value.bytes, arithmetic);
  }
  if (value instanceof AmlString) return integerInText(value.text, radix, arithmetic);
  return wrongType(value, 'an Integer, String or Buffer');
}

/** An operand as a buffer; the same one if it is one. */
export function toBuffer(value: Value, arithmetic: Arithmetic): AmlBuffer {
  if (value instanceof AmlBuffer) return value;
  if (value instanceof AmlString) return new AmlBuffer(bytesOfText(value.text));
  if (typeof value === 'number' || typeof value === 'bigint')
    return new AmlBuffer(bytesOfInteger(value, arithmetic.bytes));
  return wrongType(value, 'an Integer, String or Buffer');
}

function hexByte(byte: number): string {
  return `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Hex digits of an integer, as many as its width has. */
function hexDigits(value: AmlInteger, arithmetic: Arithmetic): string {
  return value
    .toString(16)
    .toUpperCase()
    .padStart(2 * arithmetic.bytes, '0');
}

/** How an operand becomes a text: implicitly, or by ToHexString or ToDecimalString. */
export type TextForm = 'implicit' | 'hex' | 'decimal';

/** An operand as a string; the same one if it is one. */
export function toText(value: Value, form: TextForm, arithmetic: Arithmetic): AmlString {
  if (value instanceof AmlString) return value;
  if (typeof value === 'number' || typeof value === 'bigint')
    return new AmlString(form === 'decimal' ? value.toString() : hexDigits(value, arithmetic));
  if (value instanceof AmlBuffer) {
    const each = Array.from(value.bytes, form === 'decimal' ? String : hexByte);
    return new AmlString(each.join(form === 'implicit' ? ' ' : ','));
  }
  return wrongType(value, 'an Integer, String or Buffer');
}
