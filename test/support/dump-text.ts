/** Rows of one table as acpidump writes them. */
export function dumpText(signature: string, bytes: Uint8Array, address = 0n): string {
  const lines = [`${signature} @ 0x${address.toString(16).toUpperCase().padStart(16, '0')}`];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
    const text = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).toUpperCase().padStart(4, '0').padStart(8)}: ${hex.padEnd(47)}  ${text}`);
  }
  return `${lines.join('\n')}\n\n`;
}
