import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DiagnosticError, errorAt } from '../../../src/base/index.js';
import { checkPlatform, type ReadPlatformOptions, readPlatform } from '../../../src/platform/index.js';
import { joinPath } from '../../../src/platform/read/include-files.js';
import { effort } from '../../support/effort.js';
import { platformFileArbitrary } from '../../support/platform-arbitrary.js';

type Files = Readonly<Record<string, string>>;

/** Reads the file `p.yaml` of these, or another. */
function read(files: Files, options: ReadPlatformOptions & { file?: string } = {}) {
  const { file = 'p.yaml' } = options;
  const readInclude = (path: string): string => {
    const text = files[path];
    if (text === undefined) {
      throw new DiagnosticError([errorAt('COMMAND_FILE_MISSING', { file: path }, 'The file does not exist.', 'Look.')]);
    }
    return text;
  };
  return readPlatform(files[file] as string, { file, readInclude, ...options });
}

const found = (files: Files, options: ReadPlatformOptions = {}) =>
  read(files, options).diagnostics.map(({ place: { file, line, column }, code }) => {
    return `${file}:${line}:${column} ${code.replace('PLATFORM_', '')}`;
  });

const sensor = (address: string, name: string, keys = '') =>
  `  - { address: ${address}, name: ${name}, registers: [{ name: CTRL, index: 0 }]${keys} }\n`;

describe('include', () => {
  test('a path with a NUL is not one', () => {
    expect(found({ 'p.yaml': 'include: ["a\\0b"]\n' })).toEqual(['p.yaml:1:11 BAD_TEXT']);
  });

  test('functions and groups of all files are one platform', () => {
    const files = {
      'p.yaml': `include: [parts/a.yaml, parts/b.yaml]\nmemory: 1 GiB\nfunctions:\n${sensor('00:04.0', 'S4')}`,
      'parts/a.yaml': `include: ../c.yaml\nfunctions:\n${sensor('00:05.0', 'S5')}groups: { one: { registers: [{ name: A, index: 0 }] } }\n`,
      'parts/b.yaml': 'include: ../c.yaml\ngroups: { two: { registers: [{ name: B, index: 0 }] } }\n',
      'c.yaml': `vcfg: { buses: 2 }\nfunctions:\n  - { address: 00:06.0, name: S6, instances: [{ group: one, index: 0 }, { group: two, index: 8 }] }\n`,
    };
    const { platform, diagnostics, files: names } = read(files);
    expect(diagnostics).toEqual([]);
    expect(names).toEqual(['p.yaml', 'parts/a.yaml', 'c.yaml', 'parts/b.yaml']);
    expect(platform?.functions.map(({ name }) => name)).toEqual(['S4', 'S5', 'S6']);
    expect(platform?.functions[2]?.registers.map(({ name }) => name)).toEqual(['A', 'B']);
    expect(platform?.vcfg.buses).toBe(2);
  });

  test('a key given twice says both places', () => {
    const files = {
      'p.yaml': 'include: a.yaml\nmemory: 1 GiB\ngroups: { one: { registers: [] } }\nfunctions: []\n',
      'a.yaml': 'cpus: 2\nmemory: 2 GiB\ngroups:\n  one: { registers: [] }\n',
    };
    const { diagnostics } = read(files);
    expect(found(files)).toEqual(['a.yaml:2:1 DUPLICATE_KEY', 'a.yaml:4:3 DUPLICATE_KEY']);
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'The key memory is given twice; the first is at p.yaml:2:1.',
      'The key groups.one is given twice; the first is at p.yaml:3:11.',
    ]);
    expect(diagnostics[0]?.other).toMatchObject({ file: 'p.yaml', line: 2, column: 1 });
  });

  test('findings are in the file that they are about, and name the file of another place', () => {
    const files = {
      'p.yaml': `include: a.yaml\nfunctions:\n${sensor('00:04.0', 'S4', ', acess: 1')}${sensor('00:05.0', 'S5')}`,
      'a.yaml': `functions:\n${sensor('00:05.0', 'T5')}${sensor('00:07.0', 'LONGER')}`,
    };
    expect(found(files)).toEqual(['p.yaml:3:74 UNKNOWN_KEY', 'a.yaml:2:16 DUPLICATE_ADDRESS', 'a.yaml:3:31 BAD_NAME']);
    expect(read(files).diagnostics[1]?.message).toContain('as is S5 (p.yaml:4:5)');
    expect(read(files).diagnostics[1]?.place.path).toBe('functions[0].address');
  });

  test('what may be in a file that is missing is not reported', () => {
    const files = {
      'p.yaml':
        'include: lost.yaml\nfunctions: [{ address: 01:04.0, name: S, instances: [{ group: one, index: 0 }] }]\n',
    };
    expect(found(files)).toEqual(['p.yaml:1:10 INCLUDE_UNREAD']);
    expect(read(files).diagnostics[0]?.message).toBe('lost.yaml cannot be included: The file does not exist.');
  });

  test.each<[string, Files, ...string[]]>([
    ['itself', { 'p.yaml': 'include: ./p.yaml\n' }, 'p.yaml:1:10 INCLUDE_CYCLE'],
    [
      'in a circle',
      { 'p.yaml': 'include: d/a.yaml\n', 'd/a.yaml': 'include: ../p.yaml\n' },
      'd/a.yaml:1:10 INCLUDE_CYCLE',
    ],
    ['a number', { 'p.yaml': 'include: 5\n' }, 'p.yaml:1:10 BAD_TEXT'],
    ['nothing', { 'p.yaml': 'include:\nmemory: 1 GiB\n' }, 'p.yaml:1:9 BAD_TEXT'],
    ['a mapping in a list', { 'p.yaml': 'include: [{ a: 1 }]\n' }, 'p.yaml:1:11 BAD_TEXT'],
    ['a broken file', { 'p.yaml': 'include: a.yaml\n', 'a.yaml': 'memory: [\n' }, 'a.yaml:2:1 YAML_SYNTAX'],
    ['a list', { 'p.yaml': 'include: a.yaml\n', 'a.yaml': '- 1\n' }, 'a.yaml:1:1 NOT_A_MAPPING'],
    ['the same file twice', { 'p.yaml': 'include: [a.yaml, ./a.yaml]\n', 'a.yaml': 'memory: 1 GiB\n' }],
  ])('%s', (_, files, ...expected) => {
    expect(found(files)).toEqual(expected);
  });

  describe('files with several paths', () => {
    const identifyFile = (path: string) => (path in LINKED ? path.replace(/^\/(?:base|link)\//, '') : undefined);
    const a = `functions:\n${sensor('00:04.0', 'S4')}`;
    const LINKED: Files = { 'p.yaml': '', 'a.yaml': a, '/base/a.yaml': a, '/link/a.yaml': a, '/base/p.yaml': '' };

    test('are read once if their paths are identified', () => {
      const files = { ...LINKED, 'p.yaml': 'include: [a.yaml, /base/a.yaml, /link/a.yaml]\n' };
      expect(read(files, { identifyFile })).toMatchObject({ diagnostics: [], files: ['p.yaml', 'a.yaml'] });
      expect(found(files)).not.toEqual([]);
    });

    test('that include themselves by another path are a cycle', () => {
      const files = { ...LINKED, 'p.yaml': 'include: /base/p.yaml\n', '/base/p.yaml': 'include: p.yaml\n' };
      expect(found(files, { identifyFile })).toEqual(['p.yaml:1:10 INCLUDE_CYCLE']);
      expect(read(files, { identifyFile }).diagnostics[0]?.message).toBe(
        'A file includes itself: p.yaml, /base/p.yaml.',
      );
    });

    test('are told apart from a file whose path is an identity', () => {
      const files = { 'p.yaml': 'include: [x.yaml, a.yaml]\n', 'x.yaml': 'cpus: 2\n', 'a.yaml': 'memory: 1 GiB\n' };
      const swapped = (path: string) => (path === 'x.yaml' ? 'a.yaml' : undefined);
      expect(read(files, { identifyFile: swapped }).files).toEqual(['p.yaml', 'x.yaml', 'a.yaml']);
    });
  });

  test('depth, number, characters and values of all files have limits', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [`${n === 0 ? 'p' : n}.yaml`, `include: ${n + 1}.yaml\n`]),
    );
    expect(found(chain)).toEqual(['16.yaml:1:10 TOO_DEEP']);
    expect(found(chain, { limits: { files: 3 } })).toEqual(['2.yaml:1:10 TOO_LARGE']);
    expect(found(chain, { limits: { totalLength: 20 } })).toEqual(['p.yaml:1:10 TOO_LARGE']);
    const values = { 'p.yaml': 'include: a.yaml\ncpus: 1\n', 'a.yaml': 'memory: 1 GiB\npm: { base: 0x600 }\n' };
    expect(found(values, { limits: { values: 6 } })).toEqual(['a.yaml:2:13 TOO_LARGE']);
    expect(found(values, { limits: { values: 8 } })).toEqual([]);
  });

  test('without a reader there is a finding, as for an object', () => {
    const { diagnostics } = readPlatform('include: a.yaml\n', { file: 'p.yaml' });
    expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'PLATFORM_INCLUDE_UNREAD a.yaml is not read: readPlatform was called without readInclude.',
    ]);
    expect(checkPlatform({ include: 'a.yaml' }).diagnostics.map(({ code }) => code)).toEqual([
      'PLATFORM_INCLUDE_UNREAD',
    ]);
    expect(() => readPlatform('include: a.yaml', { readInclude: () => 5 as never })).toThrow(TypeError);
  });

  test('paths of device files are relative to the file that names them', () => {
    const files = { 'x/p.yaml': 'include: ../y/a.yaml\n', 'y/a.yaml': 'device: ./hooks.ts\n' };
    expect(read(files, { file: 'x/p.yaml' }).platform?.device).toBe('../y/hooks.ts');
  });

  test('a platform divided among files is the same platform', () => {
    fc.assert(
      fc.property(platformFileArbitrary(), fc.array(fc.nat(2), { maxLength: 40 }), (whole, picks) => {
        const { functions, ...others } = whole;
        const pick = (index: number) => picks[index % Math.max(1, picks.length)] ?? 0;
        const parts = [0, 1, 2].map((part) => functions.filter((_, index) => pick(index) === part));
        const files = {
          'p.yaml': JSON.stringify({ include: ['d/a.yaml'], functions: parts[0] }),
          'd/a.yaml': JSON.stringify({ include: 'b.yaml', functions: parts[1] }),
          'd/b.yaml': JSON.stringify({ ...others, functions: parts[2] }),
        };
        const divided = read(files);
        const single = readPlatform(JSON.stringify(whole));
        expect(divided.platform).toEqual(single.platform);
        expect(divided.diagnostics.map(({ code }) => code).sort()).toEqual(
          single.diagnostics.map(({ code }) => code).sort(),
        );
      }),
      { numRuns: effort(40, 200) },
    );
  });
});

test.each([
  ['', 'a.yaml', 'a.yaml'],
  ['x/', './a/../b.yaml', 'x/b.yaml'],
  ['x/y/', '../../../b.yaml', '../b.yaml'],
  ['/', '../b.yaml', '/../b.yaml'],
  ['../', '../b.yaml', '../../b.yaml'],
  ['x/', '/b.yaml', '/b.yaml'],
  ['C:\\x\\', 'y\\b.yaml', 'C:\\x\\y/b.yaml'],
  ['x/', 'C:\\b.yaml', 'C:\\b.yaml'],
  ['https://host/x/', '../b.yaml', 'https://host/b.yaml'],
  ['x/', '/a/./c/../b.yaml', '/a/b.yaml'],
  ['x/', '/../b.yaml', '/../b.yaml'],
  ['x/', '//host/b.yaml', '//host/b.yaml'],
  ['', '.', '.'],
  ['x/', '..', '.'],
])('from %s, %s is %s', (folder, path, joined) => {
  expect(joinPath(folder, path)).toBe(joined);
});
