/** Bytes at the start that show whether a text without a mark is UTF-16: every other byte of ASCII is zero there. */
const LOOKED_AT = 64;

function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const start = bytes.subarray(0, Math.min(LOOKED_AT, bytes.length & ~1));
  if (start.length < 8) return undefined;
  const isText = (odd: 0 | 1) => start.every((byte, index) => (index % 2 === odd ? byte === 0 : isTextByte(byte)));
  return isText(1) ? 'utf-16le' : isText(0) ? 'utf-16be' : undefined;
}

const isTextByte = (byte: number) => (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13;

/** The text in a file: UTF-8, or UTF-16 as PowerShell writes it, without its byte order mark. Undefined for other bytes. */
export function decodeText(bytes: Uint8Array): string | undefined {
  const encoding = utf16Of(bytes) ?? 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
