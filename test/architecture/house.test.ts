import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { completeLock, missingVariants } from '../setup/lock-file.mjs';
import { projectFolder } from '../support/shared-material.js';
import { listProjectFiles, readSources } from './source-files.js';
import { findForbiddenWords, isNamed, linesWithAny, linesWithLatin1, runtimeText } from './source-rules.js';

/** The most lines of a file in src, unless there is a reason. */
const MOST_LINES = 400;

/** Files of src that are tables of data, as long as their subject. */
const DATA_TABLES: readonly string[] = ['aml/resources/descriptor-table.ts', 'vocab/diagnostic-code.ts'];

const read = (path: string) => readFileSync(join(projectFolder, path), 'utf8');

describe('vocab', () => {
  it('compiles to nothing', () => {
    const left = [...readSources('src/vocab')].filter(([, text]) => runtimeText(text) !== '').map(([path]) => path);
    expect(left).toEqual([]);
  });

  it('would not with a value in it', () => {
    expect(runtimeText('export type A = 1;\n/** Words. */\nexport interface B { readonly a: A }')).toBe('');
    expect(runtimeText('export const REGISTER_BITS = 13;')).not.toBe('');
    expect(runtimeText("export * from './pci.js';")).not.toBe('');
  });
});

describe('source files', () => {
  it(`have at most ${MOST_LINES} lines, tables of data apart`, () => {
    const long = [...readSources('src')]
      .filter(([path, text]) => !DATA_TABLES.includes(path) && text.split('\n').length - 1 > MOST_LINES)
      .map(([path]) => path);
    expect(long).toEqual([]);
  });

  it('never write the type any', () => {
    const found = ['src', 'test'].flatMap((folder) =>
      [...readSources(folder)].flatMap(([path, text]) => linesWithAny(path, text).map((line) => `${path}:${line}`)),
    );
    expect(found).toEqual([]);
    expect(linesWithAny('a.ts', 'let a: string;\nlet b: any;\nlet c = d as any[]; // any')).toEqual([2, 3]);
  });
});

describe('text made of bytes', () => {
  it('goes through base/latin1.ts: the latin1 of TextDecoder is windows-1252', () => {
    const found = [...readSources('src')].flatMap(([path, text]) =>
      path === 'base/latin1.ts' ? [] : linesWithLatin1(path, text).map((line) => `${path}:${line}`),
    );
    expect(found).toEqual([]);
  });

  it.each([
    "new TextDecoder('latin1')",
    "new TextDecoder('windows-1252', { fatal: true })",
    "buffer.toString('binary')",
    "parser.string('a', { length: 4, encoding: 'ascii' })",
    'String.fromCharCode(...bytes)',
  ])('would not with %s', (expression) => {
    expect(linesWithLatin1('a.ts', `\nexport const text = ${expression};\n`)).toEqual([2]);
  });

  it.each([
    'new TextDecoder()',
    "new TextDecoder('utf-8', { fatal: true })",
    "{ kind: 'binary' }",
    'String.fromCharCode(byte)',
    '1; // latin1',
  ])('may with %s', (expression) => {
    expect(linesWithLatin1('a.ts', `export const text = ${expression};\n`)).toEqual([]);
  });
});

describe('the lock file', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json'));
  const { packages } = JSON.parse(read('package-lock.json'));

  it('is of this package.json', () => {
    expect(packages['']).toMatchObject({ dependencies, devDependencies });
  });

  it('has an entry for each variant for another system, as npm ci wants: `npm run lock` adds them', () => {
    expect(missingVariants({ packages })).toEqual({});
  });

  it('would be completed, with system, processor and library, and without what is there', () => {
    const parent = {
      dev: true,
      optionalDependencies: { '@a/b-linux-x64-musl': '1.2.3', 'b-win32-arm64': '1.2.3', 'b-darwin-x64': '1.2.3' },
    };
    const lock = {
      name: 'x',
      packages: { 'node_modules/z': parent, 'node_modules/b-darwin-x64': { version: '1.2.3' } },
    };
    const entry = { version: '1.2.3', dev: true, optional: true };
    expect(missingVariants(lock)).toEqual({
      'node_modules/@a/b-linux-x64-musl': { ...entry, os: ['linux'], cpu: ['x64'], libc: ['musl'] },
      'node_modules/b-win32-arm64': { ...entry, os: ['win32'], cpu: ['arm64'] },
    });
    const completed = completeLock(lock);
    expect(Object.keys(completed.packages)).toEqual([
      'node_modules/@a/b-linux-x64-musl',
      'node_modules/b-darwin-x64',
      'node_modules/b-win32-arm64',
      'node_modules/z',
    ]);
    expect(missingVariants(completed)).toEqual({});
    const strange = { packages: { 'node_modules/z': { optionalDependencies: { colours: '1.0.0' } } } };
    expect(() => missingVariants(strange)).toThrow('install it by hand');
  });

  it.each(Object.entries<string>({ ...dependencies, ...devDependencies }))(
    'holds %s at exactly %s',
    (name, version) => {
      expect(packages[`node_modules/${name}`]?.version).toBe(version);
    },
  );
});

describe('words', () => {
  it('that do not belong in the project are in none of its files', () => {
    const texts = listProjectFiles().map((path) => [path, read(path)] as const);
    const found = texts
      .filter(([, text]) => !text.includes('\0'))
      .flatMap(([path, text]) => findForbiddenWords(path, text));
    expect(found).toEqual([]);
  });

  it.each([
    `cd /${'home'}/ann/vcfg`,
    `-o "/${'tmp'}/out"`,
    `see https://registry.${'npmjs'}.org/zod`,
    `// ${'TO'}DO: later`,
  ])('are found: %s', (line) => {
    expect(findForbiddenWords('a.md', `first\n${line}\n`)).toHaveLength(1);
  });

  it.each(['mount /sys/firmware/acpi/tables', './tmp/b', 'src/root/tmp/x.ts', 'XXXX'])(
    'like these are fine: %s',
    (line) => {
      expect(findForbiddenWords('a.md', line)).toEqual([]);
    },
  );
});

describe('fixtures', () => {
  const page = 'PROVENANCE.md';
  const fixtures = listProjectFiles().filter((path) => path.startsWith('fixtures/') && !path.endsWith(page));

  /** The nearest provenance page at or above a file. */
  const pageFor = (path: string): string => {
    const folder = posix.dirname(path);
    const here = posix.join(folder, page);
    return existsSync(join(projectFolder, here)) || !folder.includes('/') ? here : pageFor(folder);
  };

  it('are there', () => {
    expect(fixtures).toContain('fixtures/tables/q35/dsdt.aml');
  });

  it.each(fixtures)('%s has a line that tells where it comes from', (path) => {
    const at = pageFor(path);
    expect(existsSync(join(projectFolder, at)), `${at} is missing`).toBe(true);
    expect(isNamed(read(at), posix.relative(posix.dirname(at), path)), `${at} does not name it`).toBe(true);
  });

  it('are named by path or pattern, not by part of one', () => {
    const text = '| q35/dsdt.aml | … |\n- `made/*.hex`: …, corners.json.';
    expect(['q35/dsdt.aml', 'made/a.hex', 'corners.json'].filter((path) => !isNamed(text, path))).toEqual([]);
    expect(
      ['dsdt.aml', 'q35/dsdt.am', 'made/b/a.hex', 'made/a.hexa', 'q35'].filter((path) => isNamed(text, path)),
    ).toEqual([]);
    expect(isNamed('*', 'a.bin')).toBe(false);
  });
});
