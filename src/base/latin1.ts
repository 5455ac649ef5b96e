/**
 * Text in which each character is a byte, U+0000..U+00FF, as firmware tables hold it. Not `TextDecoder('latin1')`: by the
 * WHATWG Encoding Standard that is windows-1252, which maps 0x80..0x9f elsewhere, in browsers and in Node.js from 22 on.
 */

/** Bytes converted at once: every engine accepts this many arguments. */
const CHUNK_BYTES = 4096;

/** One character a byte. */
export function decodeLatin1(bytes: Uint8Array): string {
  if (bytes.length <= CHUNK_BYTES) return String.fromCharCode(...bytes);
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK_BYTES));
  }
  return text;
}

/** One byte a character. Throws a RangeError for a character past U+00FF. */
export function encodeLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0xff) {
      throw new RangeError(
        `character ${at} is U+${code.toString(16).toUpperCase().padStart(4, '0')}, outside U+0000..U+00FF`,
      );
    }
    bytes[at] = code;
  }
  return bytes;
}
