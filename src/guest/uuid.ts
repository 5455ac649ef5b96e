/** Which character pair of the UUID's text, dashes left out, each byte comes from. ACPI 6.5 §19.6.142 */
export const UUID_PAIRS = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] as const;

const UUID = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/**
 * The 16 bytes that ToUUID makes of a UUID's text: the first three groups have their last byte first.
 * @throws TypeError if the text is not 8-4-4-4-12 hex digits.
 */
export function uuidBytes(text: string): Uint8Array {
  if (!UUID.test(text)) {
    throw new TypeError(`"${text}" is no UUID; write it as e5c937d0-3553-4d7a-9117-ea4d19c3434d`);
  }
  const digits = text.replaceAll('-', '');
  return Uint8Array.from(UUID_PAIRS, (pair) => Number.parseInt(digits.slice(pair * 2, pair * 2 + 2), 16));
}
