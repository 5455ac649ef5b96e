/** A number in hex, in the digits of its width in bytes: 1, 2 or 4. */
export function hexText(value: number, width: number): string {
  return `0x${digits(value, width)}`;
}

function digits(value: number, width: number): string {
  return value
    .toString(16)
    .toUpperCase()
    .padStart(2 * width, '0');
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
    text += code === 0x22 ? '\\"' : code === 0x5c ? '\\\\' : `\\x${digits(code & 0xff, 1)}`;
    from = at + 1;
  }
  return `${text}${from === 0 ? value : value.slice(from)}"`;
}

/** Sixteen bytes as a UUID, the first three groups little-endian. ACPI 6.5 §19.6.142 */
export function uuidText(bytes: Uint8Array): string {
  const group = (...order: readonly number[]) => order.map((at) => digits(bytes[at] as number, 1)).join('');
  return [group(3, 2, 1, 0), group(5, 4), group(7, 6), group(8, 9), group(10, 11, 12, 13, 14, 15)]
    .join('-')
    .toLowerCase();
}
