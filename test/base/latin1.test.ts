import { expect, it } from 'vitest';
import { decodeLatin1, encodeLatin1 } from '../../src/base/index.js';

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => byte);

it('maps each byte to the character of the same number, and back', () => {
  const text = decodeLatin1(EVERY_BYTE);
  expect(Array.from(text, (character) => character.charCodeAt(0))).toEqual([...EVERY_BYTE]);
  expect(encodeLatin1(text)).toEqual(EVERY_BYTE);
});

it.each([0, 1, 4095, 4096, 4097, 300_000])('takes %d bytes', (length) => {
  const bytes = Uint8Array.from({ length }, (_, at) => (at * 7) & 0xff);
  const text = decodeLatin1(bytes);
  expect(text.length).toBe(length);
  expect(Buffer.compare(encodeLatin1(text), bytes)).toBe(0);
});

it.each([
  ['\u0100', 'character 0 is U+0100, outside U+0000..U+00FF'],
  ['ab\u20ac', 'character 2 is U+20AC, outside U+0000..U+00FF'],
])('refuses %j, which is not a byte', (text, message) => {
  expect(() => encodeLatin1(text)).toThrow(new RangeError(message));
});
