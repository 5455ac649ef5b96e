/** `1 byte`, `2,048 bytes`. */
export function counted(count: number, unit: string): string {
  return `${count.toLocaleString('en')} ${unit}${count === 1 ? '' : 's'}`;
}

/** Bytes as a hex dump: 16 on a line, with their offset in `offsetDigits` digits and as printable ASCII. */
export function hexText(bytes: Uint8Array, offsetDigits: number): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join('');
    lines.push(`${at.toString(16).padStart(offsetDigits, '0')}  ${hex.padEnd(47)}  ${text}`);
  }
  return lines.join('\n');
}
