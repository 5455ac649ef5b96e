import {
  DiagnosticError,
  errorAt,
  formatHex,
  refuseArgument,
  requireBytes,
  requireOneOf,
  requireText,
  requireWithin,
} from '../../base/index.js';
import { keyOfText, loneNameOf, NO_ARGUMENTS } from '../grammar/name-bytes.js';
import { requireName } from '../grammar/name-string.js';
import { makeTerm, type Op, type Path } from '../grammar/term.js';

/** An integer constant of any encoding. */
export type IntegerTerm = Op<'Zero' | 'One' | 'Ones' | 'Byte' | 'Word' | 'DWord' | 'QWord'>;

const ZERO = makeTerm('Zero', []);
const ONE = makeTerm('One', []);
/** The constants of one byte, made once: they are by far the most common ones. */
const BYTES = Array.from({ length: 0x100 }, (_, value) => makeTerm('Byte', [value]));

/**
 * An integer in the fewest bytes, as crosvm writes it; iasl does too, except for all ones. Throws a
 * DiagnosticError for what is not an unsigned 64-bit integer.
 */
export function integer(value: bigint | number): IntegerTerm {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || value < 0) return refuse(value);
    if (value === 0) return ZERO;
    if (value === 1) return ONE;
    if (value <= 0xff) return BYTES[value] as IntegerTerm;
    if (value <= 0xffff) return makeTerm('Word', [value]);
    if (value <= 0xffff_ffff) return makeTerm('DWord', [value]);
    return makeTerm('QWord', [BigInt(value)]);
  }
  if (typeof value !== 'bigint') refuseArgument('The integer', value, 'a bigint or number');
  if (value >= 0n && value <= 0xffff_ffffn) return integer(Number(value));
  return fixedInteger(value, 8);
}

/** An integer in a given number of bytes, so that firmware can patch it in place. Throws as {@link integer} does. */
export function fixedInteger(value: bigint | number, widthBytes: 1 | 2 | 4 | 8): IntegerTerm {
  if (typeof value !== 'bigint' && typeof value !== 'number')
    refuseArgument('The integer', value, 'a bigint or number');
  requireOneOf(widthBytes, [1, 2, 4, 8], 'The widthBytes of an integer');
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return refuse(value, widthBytes);
  const wide = BigInt(value);
  if (wide < 0n || wide >> BigInt(8 * widthBytes) !== 0n) return refuse(value, widthBytes);
  if (widthBytes === 1) return makeTerm('Byte', [Number(wide)]);
  if (widthBytes === 2) return makeTerm('Word', [Number(wide)]);
  if (widthBytes === 4) return makeTerm('DWord', [Number(wide)]);
  return makeTerm('QWord', [wide]);
}

function refuse(value: bigint | number, widthBytes = 8): never {
  throw new DiagnosticError([
    errorAt(
      'AML_VALUE_RANGE',
      {},
      `${value} is not an unsigned integer of ${widthBytes * 8} bits.`,
      `Give an integer in 0..${formatHex((1n << BigInt(8 * widthBytes)) - 1n)}.`,
    ),
  ]);
}

/** A name as a term: the object, or a call without arguments. */
export function path(name: string): Path {
  const key = typeof name === 'string' ? keyOfText(name) : -1;
  // Shared by all terms of the same name.
  const operands = key < 0 ? undefined : loneNameOf(key);
  return makeTerm('Path', operands ?? [requireName(name), NO_ARGUMENTS]);
}

/**
 * A seven-character EISA identifier such as `PNP0A08` as the DWord that _HID holds. Throws a DiagnosticError unless it
 * is three upper-case letters and four hex digits: lower case would silently name another device. ACPI 6.5 §19.6.37
 */
export function eisaId(text: string): IntegerTerm {
  requireText(text, 'An EISA identifier');
  const vendor = (letterAt(text, 0) << 10) | (letterAt(text, 1) << 5) | letterAt(text, 2);
  const high = (hexDigitAt(text, 3) << 4) | hexDigitAt(text, 4);
  const low = (hexDigitAt(text, 5) << 4) | hexDigitAt(text, 6);
  // A wrong character gives -1, which sets the sign bit.
  if (text.length !== 7 || (vendor | high | low) < 0) {
    throw new DiagnosticError([
      errorAt(
        'AML_VALUE_RANGE',
        {},
        `"${text}" is not an EISA identifier.`,
        'Write three upper-case letters and four upper-case hex digits, such as PNP0A08.',
      ),
    ]);
  }
  return integer(((low << 24) | (high << 16) | ((vendor & 0xff) << 8) | (vendor >>> 8)) >>> 0);
}

/** The EISA identifier that a DWord encodes; undefined if it does not begin with three letters. ACPI 6.5 §19.6.37 */
export function eisaIdText(value: number): string | undefined {
  if (typeof value !== 'number') requireWithin(value, 0, 0xffff_ffff, 'eisaIdText: value');
  const vendor = ((value & 0xff) << 8) | ((value >>> 8) & 0xff);
  const letters = [(vendor >>> 10) & 0x1f, (vendor >>> 5) & 0x1f, vendor & 0x1f];
  if (vendor > 0x7fff || letters.some((letter) => letter < 1 || letter > 26)) return undefined;
  const product = ((value >>> 8) & 0xff00) | (value >>> 24);
  const digits = product.toString(16).toUpperCase().padStart(4, '0');
  return `${String.fromCharCode(...letters.map((letter) => letter + 0x40))}${digits}`;
}

/** A compressed letter, `@` 0 to `Z` 26; -1 for anything else. */
function letterAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code >= 0x40 && code <= 0x5a ? code - 0x40 : -1;
}

/** The value of `0` to `9` and `A` to `F`; -1 for anything else. */
function hexDigitAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return code >= 0x41 && code <= 0x46 ? code - 0x37 : -1;
}

/** The order of a UUID's hex pairs in its 16 bytes. ACPI 6.5 §19.6.142 */
const UUID_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] as const;

/** The Buffer that ToUUID gives. Throws a DiagnosticError for what is not a UUID. */
export function uuid(text: string): Op<'Buffer'> {
  requireText(text, 'A UUID');
  if (!/^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/.test(text)) {
    throw new DiagnosticError([
      errorAt(
        'AML_VALUE_RANGE',
        {},
        `"${text}" is not a UUID.`,
        'Write it in the form 33db4d5b-1ff7-401c-9657-7441c03dd766.',
      ),
    ]);
  }
  const digits = text.replaceAll('-', '');
  return buffer(Uint8Array.from(UUID_ORDER, (from) => Number.parseInt(digits.slice(from * 2, from * 2 + 2), 16)));
}

/** A Buffer with these bytes. `size` may be larger (default: their number). */
export function buffer(bytes: Uint8Array, size: bigint | number = bytes?.length): Op<'Buffer'> {
  requireBytes(bytes, 'buffer: bytes');
  return makeTerm('Buffer', [integer(size), bytes]);
}
