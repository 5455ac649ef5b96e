import { RESERVED_SEGMENTS } from '../keywords.js';

/** `0x00` to `0xFF`. */
export const HEX8: readonly string[] = Array.from(
  { length: 256 },
  (_, value) => `0x${value.toString(16).toUpperCase().padStart(2, '0')}`,
);
const DIGITS8: readonly string[] = HEX8.map((text) => text.slice(2));

/** A number in hex, in the digits of its width in bytes: 1, 2 or 4. */
export function hexText(value: number, width: number): string {
  if (width === 1) return HEX8[value] as string;
  const low = (HEX8[(value >>> 8) & 0xff] as string) + DIGITS8[value & 0xff];
  if (width === 2) return low;
  return `${HEX8[value >>> 24]}${DIGITS8[(value >>> 16) & 0xff]}${low.slice(2)}`;
}

function trimSegment(segment: string): string {
  let end = 4;
  while (end > 1 && segment.charCodeAt(end - 1) === 0x5f) end--;
  const trimmed = segment.slice(0, end);
  return RESERVED_SEGMENTS.has(trimmed) ? segment : trimmed;
}

/** True if a segment of a decoded name ends in `_`. */
function hasPadding(name: string): boolean {
  for (let at = name.length - 1; at >= 0; at -= 5) if (name.charCodeAt(at) === 0x5f) return true;
  return false;
}

const trimmedNames = new Map<string, string>();

/** Most names remembered; past it the memory starts anew. */
const REMEMBERED = 1 << 14;

/** A decoded name as ASL shows it: the padding of each segment left out. */
export function nameText(name: string): string {
  if (!hasPadding(name)) return name;
  let text = trimmedNames.get(name);
  if (text !== undefined) return text;
  let begin = 0;
  while (name.charCodeAt(begin) === 0x5e || name.charCodeAt(begin) === 0x5c) begin++;
  text = name.slice(0, begin);
  for (let at = begin; at < name.length; at += 5) {
    if (at > begin) text += '.';
    text += trimSegment(name.slice(at, at + 4));
  }
  if (trimmedNames.size >= REMEMBERED) trimmedNames.clear();
  trimmedNames.set(name, text);
  return text;
}

/** True for a string of ASCII that an ASL literal holds as it is. */
export function isPlainText(value: string): boolean {
  return /^[ !#-[\]-~]*$/.test(value);
}

/** A string of one byte a character as an ASL literal. ACPI 6.5 §19.2.4 */
export function stringText(value: string): string {
  if (isPlainText(value)) return `"${value}"`;
  let text = '"';
  let from = 0;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code >= 0x20 && code < 0x7f && code !== 0x22 && code !== 0x5c) continue;
    text += value.slice(from, at);
    text += code === 0x22 ? '\\"' : code === 0x5c ? '\\\\' : `\\x${DIGITS8[code & 0xff]}`;
    from = at + 1;
  }
  return `${text}${from === 0 ? value : value.slice(from)}"`;
}

/** Sixteen bytes as a UUID, the first three groups little-endian. ACPI 6.5 §19.6.142 */
export function uuidText(bytes: Uint8Array): string {
  const group = (...order: readonly number[]) => order.map((at) => DIGITS8[bytes[at] as number]).join('');
  return [group(3, 2, 1, 0), group(5, 4), group(7, 6), group(8, 9), group(10, 11, 12, 13, 14, 15)]
    .join('-')
    .toLowerCase();
}
