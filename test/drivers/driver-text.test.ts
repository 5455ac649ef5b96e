import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commentLines, describe } from '../../src/drivers/driver-text.js';
import { HOSTILE_TEXTS } from './sample-platform.js';

const ROWS: readonly [text: string, lines: string[]][] = [
  ['', []],
  ['  two   words\n', ['two words']],
  ['*/', ['* /']],
  ['*/*/', ['* / * /']],
  ['/**/', ['/ ** /']],
  ['a//b', ['a/ /b']],
  ['what??/', ['what? ?/']],
  ['????', ['? ? ? ?']],
  ['caf\u00e9 \u{1f600} \u202e \u0007', ['caf<U+00E9>', '<U+1F600>', '<U+202E>', '<U+0007>']],
  ['a line of thirty characters, or so', ['a line of', 'thirty', 'characters, or', 'so']],
  [`${'x'.repeat(20)} y`, ['x'.repeat(20), 'y']],
];

test.each(ROWS)('%j becomes %j', (text, lines) => {
  expect(commentLines(text, 15)).toEqual(lines);
});

test('no text ends a comment, begins one, or holds a trigraph', () => {
  const piece = fc.constantFrom('*', '/', '?', '\\', '\n', ' ', 'a', '\u00e9', ...HOSTILE_TEXTS);
  // Strings of any unit would be the same, but take seconds to be set up.
  const codePoint = fc.integer({ min: 0, max: 0x10ffff });
  const texts = fc.oneof(
    fc.array(piece).map((pieces) => pieces.join('')),
    fc.array(codePoint).map((points) => String.fromCodePoint(...points)),
  );
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 120 }), (text, width) => {
      const lines = commentLines(text, width);
      expect(lines.join('\n')).toMatch(/^[\x20-\x7e\n]*$/);
      expect(lines.filter((line) => /\*\/|\/\*|\/\/|\?\?|^$/.test(line))).toEqual([]);
      // Only a word by itself is too long, one that may have been parted to be harmless.
      expect(lines.filter((line) => line.length > width && !/^\S+$|[/*?]/.test(line))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('a part is described by its label, then its description', () => {
  expect(describe({ label: 'Control', description: 'Switches it on.' })).toBe('Control: Switches it on.');
  expect(describe({ description: 'Switches it on.' })).toBe('Switches it on.');
  expect(describe({ label: ' ' })).toBe('');
});
