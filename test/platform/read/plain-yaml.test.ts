import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readPlainYaml } from '../../../src/platform/read/plain-yaml.js';
import { DEFAULT_PLATFORM_LIMITS, readYaml } from '../../../src/platform/read/yaml-source.js';
import { projectFolder } from '../../support/shared-material.js';

const LIMITS = DEFAULT_PLATFORM_LIMITS;

/** What the package yaml reads; undefined if it finds anything to say, or more than one document. */
function packageValue(text: string): { value: unknown } | undefined {
  const documents = parseAllDocuments(text, { version: '1.2', schema: 'core', intAsBigInt: true });
  if (!Array.isArray(documents)) return undefined;
  const [only, second] = documents;
  if (only === undefined || second !== undefined || only.errors.length + only.warnings.length > 0) return undefined;
  return { value: only.toJS() };
}

/** Every text that is read here is right, and has the package's value. */
function expectSame(text: string): boolean {
  const plain = readPlainYaml(text, LIMITS);
  if (plain !== undefined) expect({ text, value: plain.value }).toEqual({ text, ...packageValue(text) });
  return plain !== undefined;
}

const PLATFORMS = ['minimal', 'sensor-hub', 'all-buses', 'passthrough'].map((name) =>
  readFileSync(join(projectFolder, 'fixtures/platforms', `${name}.yaml`), 'utf8'),
);

describe('plain YAML', () => {
  it.each([
    ['a mapping', 'a: 1\nb: two words # and a comment\nc: "3"\n', { a: 1n, b: 'two words', c: '3' }],
    ['numbers of each base', 'a: [0x1f, 0o17, -5, +6, 007, 0x1_0]', { a: [31n, 15n, -5n, 6n, 7n, '0x1_0'] }],
    ['truth', 'a: [true, FALSE, yes, tRUE]', { a: [true, false, 'yes', 'tRUE'] }],
    ['what is nearly a number', 'a: [7..4, 1.2.3, 0xg, 1e, 00:01.0]', { a: ['7..4', '1.2.3', '0xg', '1e', '00:01.0'] }],
    ['a list in the column of its key', 'a:\n- b: 1\n  c:\n  - x\n- 2\nd: 3', { a: [{ b: 1n, c: ['x'] }, 2n], d: 3n }],
    ['lists in lists', '- - 1\n  - a: 2\n-   - 3\n', [[1n, { a: 2n }], [3n]]],
    ['a flow collection of several lines', 'a: {\n  b: [1, # one\n\n    2,\n  ]\n  }\n', { a: { b: [1n, 2n] } }],
    ['quotes', `a: 'it: # is'\nb: ["x, y", '{']`, { a: 'it: # is', b: ['x, y', '{'] }],
    ['blank lines and comments', '\n# one\n\na:\n # two\n\n  b: 1\n# three', { a: { b: 1n } }],
    ['other alphabets', 'a: Wärme – 温度', { a: 'Wärme – 温度' }],
  ])('reads %s', (_what, text, value) => {
    expect(readPlainYaml(text, LIMITS)?.value).toEqual(value);
    expect(expectSame(text)).toBe(true);
  });

  it.each([
    ['a tab', 'a:\t1'],
    ['a carriage return', 'a: 1\r\n'],
    ['a byte order mark', '\ufeffa: 1'],
    ['an anchor and its alias', 'a: &x 1\nb: *x'],
    ['a tag', 'a: !!str 1'],
    ['text of several lines', 'a: |\n  b\n'],
    ['a scalar that goes on', 'a: b\n  c\n'],
    ['a scalar that goes on in a list', '- b\n  c\n'],
    ['a scalar that goes on in brackets', 'a: [b\n  c]'],
    ['an escape', 'a: "\\n"'],
    ['a doubled quote', "a: 'it''s'"],
    ['a key in quotes', '"a": 1'],
    ['a key that is a number', '1: 1'],
    ['a key that is null', 'Null: 1'],
    ['a key that objects have', '__proto__: 1'],
    ['a key twice', 'a: 1\na: 2'],
    ['a key twice in braces', '{ a: 1, a: 2 }'],
    ['a merge', '<<: 1'],
    ['no value', 'a:\nb: 1'],
    ['no value in braces', '{ a: , b: 1 }'],
    ['null', 'a: ~'],
    ['null as a word', 'a: null'],
    ['a fraction', 'a: 1.5'],
    ['infinity', 'a: -.inf'],
    ['a number of many digits', `a: ${'1'.repeat(81)}`],
    ['a marker of documents', '---\na: 1'],
    ['a second document', 'a: 1\n---\nb: 2'],
    ['an end marker', 'a: 1\n...\n'],
    ['a directive', '%YAML 1.2\n---\na: 1'],
    ['a single value', 'a'],
    ['a mapping in a value', 'a: b: c'],
    ['a list in a value', 'a: - b'],
    ['a mapping in brackets', '[a: b]'],
    ['brackets that are not closed', 'a: [1'],
    ['something after brackets', 'a: [1] 2'],
    ['brackets too far left', 'a:\n  b: [1,\n  2]'],
    ['a line too far left', 'a:\n    b: 1\n  c: 2'],
    ['a line too far right', 'a: 1\n  b: 2'],
    ['a comment without a space', 'a: "1"# one'],
    ['nothing', ''],
  ])('leaves %s to the package', (_what, text) => {
    expect(readPlainYaml(text, LIMITS)).toBeUndefined();
  });

  it.each([
    ['depth', { depth: 2 }, 'a: { b: { c: 1 } }'],
    ['values', { values: 2 }, 'a: [1, 2]'],
    ['keys', { keys: 1 }, 'a: 1\nb: 2'],
    ['keys in braces', { keys: 1 }, 'a: { b: 1, c: 2 }'],
    ['entries', { entries: 1 }, '- 1\n- 2'],
    ['commas', { entries: 1 }, 'a: [1, 2, 3]'],
  ])('leaves a text beyond the limit of %s to the package', (_what, limits, text) => {
    expect(readPlainYaml(text, LIMITS)).toBeDefined();
    expect(readPlainYaml(text, { ...LIMITS, ...limits })).toBeUndefined();
  });

  it('reads the platforms of the fixtures as the package does', () => {
    for (const text of PLATFORMS) expect(expectSame(text)).toBe(true);
  });

  it('never reads something else than the package, whatever was changed in a platform', () => {
    const pieces = [
      '',
      ' ',
      '  ',
      '\n',
      '\n\n',
      ':',
      ': ',
      ',',
      '[',
      ']',
      '{',
      '}',
      '#',
      ' #',
      '-',
      '- ',
      '"',
      "'",
      '&a',
      '*a',
      '!',
      '|',
      '>',
      '?',
      '%',
      '@',
      '`',
      '~',
      '0',
      '.',
      'e1',
      'x',
      '\\',
      '<<',
      '=',
      '---\n',
      'null',
      'a: ',
    ];
    let read = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...PLATFORMS.map((text) => text.slice(0, 1500).replace(/\n[^\n]*$/, '\n'))),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(3), fc.constantFrom(...pieces)), {
          minLength: 1,
          maxLength: 3,
        }),
        (text, changes) => {
          let changed = text;
          for (const [where, removed, put] of changes) {
            const at = Math.floor(where * changed.length);
            changed = changed.slice(0, at) + put + changed.slice(at + removed);
          }
          if (expectSame(changed)) read++;
        },
      ),
      { numRuns: 1000 },
    );
    expect(read).toBeGreaterThan(30);
  });

  it('never reads something else than the package, whatever a text is made of', () => {
    const piece = fc.constantFrom(
      'a',
      'b: ',
      'c:',
      '- ',
      '\n',
      '\n  ',
      '\n    ',
      ' ',
      ', ',
      '[',
      ']',
      '{',
      '}',
      '"',
      "'",
      '1',
      '0x',
      '.',
      ' # ',
      '#',
      'true',
      ':',
    );
    let read = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        if (expectSame(`k: ${pieces.join('')}`)) read++;
      }),
      { numRuns: 5000 },
    );
    expect(read).toBeGreaterThan(30);
  });

  it('finds the places of a text that was read without nodes', () => {
    const { value, findings, values } = readYaml('a:\n  - { b: 1, c: two }\n', 'p.yaml', LIMITS);
    expect([value, values]).toEqual([{ a: [{ b: 1n, c: 'two' }] }, 5]);
    expect(findings.place(['a', 0, 'c'])).toMatchObject({ file: 'p.yaml', line: 2, column: 16, path: 'a[0].c' });
    expect(findings.place(['a'])).toMatchObject({ line: 2, column: 3 });
  });
});
