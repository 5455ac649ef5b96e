import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inScratchFolder, run } from '../support/oracles.js';
import { projectFolder } from '../support/shared-material.js';
import { findForbiddenImports, findImportCircles, type Sources } from './import-rules.js';
import { lintOverrides } from './lint-rules.js';
import { ROOMS } from './rooms.js';
import { readSources } from './source-files.js';

/** Who finds a fault: the linter only sees specifiers. */
type Finder = 'test and linter' | 'test';

/** A file below src, one line of it, and a part of the message if the line is a fault. */
const FAULTS: readonly [path: string, line: string, message: string, finder: Finder][] = [
  ['vocab/pci.ts', "import type { A } from '../base/a.js';", 'vocab may import nothing', 'test and linter'],
  ['base/a.ts', "import { b } from '../aml/b.js';", 'base may import vocab', 'test and linter'],
  ['tables/a.ts', "import { b } from '../aml/b.js';", 'tables may import vocab, base', 'test and linter'],
  ['aml/a.ts', "export * from '../tables/b.js';", 'aml may import vocab, base', 'test and linter'],
  ['aml/a.ts', "export { b } from '../tables/b.js';", 'aml may import', 'test and linter'],
  ['aml/a.ts', "const b = await import('../tables/b.js');", 'aml may import', 'test and linter'],
  ['aml/a.ts', "const b = require('../tables/b.js');", 'aml may import', 'test'],
  ['aml/a.ts', "type B = import('../tables/b.js').B;", 'aml may import', 'test'],
  ['aml/a.ts', "import b = require('../tables/b.js');", 'aml may import', 'test and linter'],
  ['aml/deep/a.ts', "import type { B } from '../../tables/b.js';", 'aml may import', 'test and linter'],
  ['aml/a.ts', "const name = './b.js'; const b = await import(name);", 'as a literal', 'test'],
  ['aml/a.ts', "import { b } from './b';", 'ends in .js', 'test'],
  ['aml/a.ts', "import { b } from '../../test/b.js';", 'leads out of the rooms', 'test'],
  ['aml/a.ts', "import { z } from 'zod';", 'aml may import', 'test and linter'],
  ['platform/a.ts', "import { readFileSync } from 'node:fs';", 'platform may import', 'test and linter'],
  ['platform/a.ts', "import { Parser } from 'binary-parser';", 'platform may import', 'test and linter'],
  ['device/a.ts', "import { b } from '../firmware/b.js';", 'computed independently', 'test and linter'],
  ['device/a.ts', "import { b } from '../guest/index.js';", 'computed independently', 'test and linter'],
  ['firmware/a.ts', "import { b } from '../device/b.js';", 'computed independently', 'test and linter'],
  ['firmware/a.ts', "import { b } from '../drivers/b.js';", 'computed independently', 'test and linter'],
  ['guest/a.ts', "import { b } from '../base/b.js';", 'shares types', 'test and linter'],
  ['guest/a.ts', "import { b } from '../platform/b.js';", 'shares types', 'test and linter'],
  ['guest/a.ts', "import { b } from '../drivers/b.js';", 'shares types', 'test and linter'],
  ['guest/a.ts', "import { b } from '../vocab/pci.js';", 'Only "import type"', 'test'],
  ['guest/a.ts', "import { z } from 'zod';", 'shares types', 'test and linter'],
  ['drivers/a.ts', "import { b } from '../device/b.js';", 'drivers may import', 'test and linter'],
  ['drivers/a.ts', "import { decode } from '../platform/config-address.js';", 'never', 'test and linter'],
  ['drivers/a.ts', "import { decode } from '../platform/index.js';", 'decode is from platform/', 'test'],
  ['drivers/a.ts', "import { join as b } from '../platform/index.js';", 'join is from platform/', 'test'],
  ['drivers/a.ts', "import * as b from '../platform/index.js';", 'single names', 'test'],
  ['check/a.ts', "import { b } from '../cli/b.js';", 'check may import', 'test and linter'],
  ['cli/a.ts', "import { z } from 'zod';", 'cli may import', 'test and linter'],
  ['attic/a.ts', "import { b } from './b.js';", 'is not in a room', 'test'],
];

const ALLOWED: readonly [path: string, line: string][] = [
  ['vocab/index.ts', "export type * from './pci.js';"],
  ['aml/a.ts', "import { b } from '../base/b.js'; import type { C } from '../vocab/c.js';"],
  ['aml/deep/a.ts', "import { b } from '../b.js'; import { c } from '../../base/c.js';"],
  ['aml/a.ts', "// import { b } from '../tables/b.js';\nconst text = `import '../tables/b.js'`;"],
  ['platform/a.ts', "import { z } from 'zod'; import { parse } from 'yaml';"],
  ['guest/a.ts', "import type { PciAddress } from '../vocab/index.js'; import { b } from './b.js';"],
  ['drivers/a.ts', "import { readPlatform } from '../platform/index.js'; import { b } from './c/b.js';"],
  ['check/a.ts', "import { b } from '../drivers/b.js'; import { c } from '../device/c.js';"],
  [
    'cli/a.ts',
    "import { b } from '../check/b.js'; import { readFile } from 'node:fs/promises'; import 'yargs/helpers';",
  ],
];

const HOST_LAYOUT = 'export function decode() {}\nconst a = 1;\nexport { a as join };\n';

function invented(path: string, line: string): Sources {
  return new Map([
    ['platform/config-address.ts', HOST_LAYOUT],
    [path, `${line}\n`],
  ]);
}

describe('the checker', () => {
  it.each(FAULTS)('%s: %s', (path, line, message) => {
    const faults = findForbiddenImports(invented(path, line), ROOMS);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`src/${path}:`);
    expect(faults[0]).toContain(message);
  });

  it.each(ALLOWED)('%s may: %s', (path, line) => {
    expect(findForbiddenImports(invented(path, line), ROOMS)).toEqual([]);
  });

  it('finds circles of any length, once each, imports of types included', () => {
    const sources = new Map([
      ['aml/a.ts', "import { b } from './b.js';"],
      ['aml/b.ts', "import { c } from './deep/c.js';"],
      ['aml/deep/c.ts', "import { a } from '../a.js';"],
      ['aml/d.ts', "import type { A } from './a.js'; import { d } from './e.js';"],
      ['aml/e.ts', "import type { D } from './d.js';"],
      ['aml/f.ts', "export * from './f.js';"],
    ]);
    expect(findImportCircles(sources)).toEqual([
      'aml/a.ts > aml/b.ts > aml/deep/c.ts > aml/a.ts',
      'aml/d.ts > aml/e.ts > aml/d.ts',
      'aml/f.ts > aml/f.ts',
    ]);
  });
});

describe('src', () => {
  const sources = readSources('src');

  it('imports only what the rows allow', () => {
    expect(findForbiddenImports(sources, ROOMS)).toEqual([]);
  });

  it('has no circle of imports', () => {
    expect(findImportCircles(sources)).toEqual([]);
  });

  it('has a row for every folder', () => {
    const folders = readdirSync(join(projectFolder, 'src'));
    expect(folders.filter((folder) => !ROOMS.some(({ room }) => room === folder))).toEqual([]);
  });
});

describe('the linter', () => {
  const settings = JSON.parse(readFileSync(join(projectFolder, 'biome.json'), 'utf8'));

  it('has the same rules; `npm run rooms` rewrites them', () => {
    expect(settings.overrides).toEqual(lintOverrides(ROOMS));
  });

  it('finds the same faults, but for those that need more than a specifier', async () => {
    const found = await inScratchFolder((folder) => {
      const { $schema, vcs, ...rest } = settings;
      writeFileSync(join(folder, 'biome.json'), JSON.stringify(rest));
      const lines = [...FAULTS, ...ALLOWED];
      const nameOf = (index: number) => `src/${lines[index]?.[0]}`.replace(/[^/]*$/, `row-${index}.ts`);
      for (const [index, [, line]] of lines.entries()) {
        const file = join(folder, nameOf(index));
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, `${line}\n`);
      }
      const biome = join(projectFolder, 'node_modules/@biomejs/biome/bin/biome');
      const flags = ['lint', '--only=style/noRestrictedImports', '--reporter=github', '--max-diagnostics=none'];
      const { stdout } = run(process.execPath, [biome, ...flags, '.'], { cwd: folder });
      return lines.filter((_, index) => stdout.includes(`/row-${index}.ts,`)).map(([, line]) => line);
    });
    const expected = FAULTS.filter(([, , , finder]) => finder === 'test and linter').map(([, line]) => line);
    expect(found).toEqual(expected);
  });
});
