import { DiagnosticError, errorAt } from './diagnostics.js';

/** Bytes as lower-case hex digits without separators. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** Bytes from hex digits; white space between bytes is allowed. Throws a DiagnosticError on anything else. */
export function fromHex(text: string): Uint8Array {
  const digits = text.replaceAll(/\s+/g, '');
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) {
    const at = digits.search(/[^0-9a-fA-F]/);
    const what = at < 0 ? `an odd number of digits (${digits.length})` : `"${digits[at]}" at digit ${at}`;
    throw new DiagnosticError([
      errorAt('HEX_SYNTAX', {}, `The hex text has ${what}.`, 'Write two digits 0-9 or a-f for each byte.'),
    ]);
  }
  const bytes = new Uint8Array(digits.length / 2);
  for (let index = 0; index < bytes.length; index++)
    bytes[index] = Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16);
  return bytes;
}
