import { fail } from './fault.js';
import { type Arithmetic, fromBigInt } from './integers.js';
import type { Machine } from './machine.js';
import { AmlBuffer, type AmlInteger, AmlString, typeName, type Value } from './objects.js';

/** The width of Integers, and what counts the work of a conversion. */
type Costs = Pick<Machine, 'arithmetic' | 'work'>;

/** How a text becomes a number: hex where the conversion is implicit; by its prefix in ToInteger. ACPI 6.5 §19.3.5.3 */
type Radix = 'hex' | 'by prefix';

/** Blanks, `0x`, and zeros, which do not count. */
const NUMBER_START = /^[ \t\n\v\f\r]*(?:0x)?0*/i;
const ZERO_X = /^[ \t\n\v\f\r]*0x/i;
const HEX_DIGIT = /[0-9a-f]/i;
const DECIMAL_DIGIT = /[0-9]/;

/** The number that a text begins with, as far as it fits. Deviates: ACPICA accepts `0x` where the conversion is implicit. */
function integerInText(text: string, radix: Radix, arithmetic: Arithmetic): AmlInteger {
  const [start = ''] = NUMBER_START.exec(text) ?? [];
  const isHex = ZERO_X.test(start);
  const base = radix === 'hex' || isHex ? 16n : 10n;
  const limit = 1n << BigInt(8 * arithmetic.bytes);
  const isDigit = base === 16n ? HEX_DIGIT : DECIMAL_DIGIT;
  let value = 0n;
  for (let at = start.length; at < text.length; at++) {
    const digit = text.charAt(at);
    if (!isDigit.test(digit)) break;
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
export function toInteger(value: Value, machine: Costs, radix: Radix = 'hex'): AmlInteger {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (value instanceof AmlBuffer) {
    if (value.bytes.length === 0) fail('AE_AML_BUFFER_LIMIT', 'An empty Buffer has no value as an Integer.');
    return integerInBytes(value.bytes, machine.arithmetic);
  }
  if (value instanceof AmlString) {
    machine.work(value.text.length);
    return integerInText(value.text, radix, machine.arithmetic);
  }
  return wrongType(value, 'an Integer, String or Buffer');
}

/** An operand as a buffer; the same one if it is one. */
export function toBuffer(value: Value, machine: Costs): AmlBuffer {
  if (value instanceof AmlBuffer) return value;
  if (value instanceof AmlString) {
    machine.work(2 * value.text.length);
    return new AmlBuffer(bytesOfText(value.text));
  }
  if (typeof value === 'number' || typeof value === 'bigint')
    return new AmlBuffer(bytesOfInteger(value, machine.arithmetic.bytes));
  return wrongType(value, 'an Integer, String or Buffer');
}

const HEX_BYTES = Array.from({ length: 0x100 }, (_, byte) => `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`);
const DECIMAL_BYTES = Array.from({ length: 0x100 }, (_, byte) => `${byte}`);
/** Bytes of a Buffer that become text between two looks at the limits. */
const TEXT_BYTES = 1024;
/** What a byte of a Buffer costs as text, compared with one that is copied. */
const TEXT_COST = 8;

/** The most characters of a byte, and a separator. */
const MOST_CHARACTERS = 5;

/** The bytes of a Buffer as text. */
function bytesAsText(bytes: Uint8Array, form: TextForm, { work }: Costs): string {
  const texts = form === 'decimal' ? DECIMAL_BYTES : HEX_BYTES;
  const separator = form === 'implicit' ? 0x20 : 0x2c;
  // Characters are collected as bytes: text that is put together byte by byte takes fifty times as long.
  const characters = new Uint8Array(MOST_CHARACTERS * Math.min(bytes.length, TEXT_BYTES));
  let text = '';
  for (let start = 0; start < bytes.length; start += TEXT_BYTES) {
    work(TEXT_COST * TEXT_BYTES);
    const end = Math.min(start + TEXT_BYTES, bytes.length);
    let count = 0;
    for (let at = start; at < end; at++) {
      if (at > 0) characters[count++] = separator;
      const each = texts[bytes[at] as number] as string;
      for (let index = 0; index < each.length; index++) characters[count++] = each.charCodeAt(index);
    }
    text += textOfBytes(characters.subarray(0, count));
  }
  return text;
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
export function toText(value: Value, form: TextForm, machine: Costs): AmlString {
  if (value instanceof AmlString) return value;
  if (typeof value === 'number' || typeof value === 'bigint')
    return new AmlString(form === 'decimal' ? value.toString() : hexDigits(value, machine.arithmetic));
  if (value instanceof AmlBuffer) return new AmlString(bytesAsText(value.bytes, form, machine));
  return wrongType(value, 'an Integer, String or Buffer');
}
