import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as aml from '../../src/aml/index.js';
import * as asl from '../../src/asl/index.js';
import * as check from '../../src/check/index.js';
import * as device from '../../src/device/index.js';
import * as drivers from '../../src/drivers/index.js';
import * as firmware from '../../src/firmware/index.js';
import * as guest from '../../src/guest/index.js';
import * as entry from '../../src/index.js';
import * as interpreter from '../../src/interpreter/index.js';
import * as liveBrowser from '../../src/live/browser/index.js';
import * as live from '../../src/live/index.js';
import * as platformImports from '../../src/platform/imports/index.js';
import * as platform from '../../src/platform/index.js';
import * as tables from '../../src/tables/index.js';
import { projectFolder } from '../support/shared-material.js';
import { javaScriptFaults, type PageProgram, programOf, runProgram, typeFaults } from './snippets.js';

const LIBRARY: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['acpi-vcfg', entry],
  ['acpi-vcfg/aml', aml],
  ['acpi-vcfg/asl', asl],
  ['acpi-vcfg/check', check],
  ['acpi-vcfg/device', device],
  ['acpi-vcfg/firmware', firmware],
  ['acpi-vcfg/guest', guest],
  ['acpi-vcfg/drivers', drivers],
  ['acpi-vcfg/interpreter', interpreter],
  ['acpi-vcfg/live', live],
  ['acpi-vcfg/live/browser', liveBrowser],
  ['acpi-vcfg/platform', platform],
  ['acpi-vcfg/platform/imports', platformImports],
  ['acpi-vcfg/tables', tables],
]);

const pages = ['README.md', ...readdirSync(join(projectFolder, 'docs')).map((name) => `docs/${name}`)];
const programs = pages
  .filter((page) => page.endsWith('.md'))
  .flatMap((page) => programOf(page, readFileSync(join(projectFolder, page), 'utf8')) ?? []);

describe('the TypeScript of the pages', () => {
  it('knows every door of the package', () => {
    const { exports } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8'));
    const doors = Object.keys(exports).filter((door) => door !== './package.json');
    expect([...LIBRARY.keys()].sort()).toEqual(doors.map((door) => door.replace('.', 'acpi-vcfg')).sort());
  });

  it('compiles, and a fault in it would be found with its line', () => {
    expect(programs.length).toBeGreaterThan(1);
    const lines = ['```ts', "import { VCFG_NAME } from 'acpi-vcfg/firmware';", 'const two: number = VCFG_NAME;', '```'];
    const broken = programOf('docs/broken.md', lines.join('\n')) as PageProgram;
    expect(typeFaults([...programs, broken])).toEqual([
      "docs/broken.md:3: Type 'string' is not assignable to type 'number'.",
    ]);
  });

  it.each(programs.filter(({ page }) => page === 'README.md' || page === 'docs/library.md'))(
    'of $page has no types, since the page says that it runs as JavaScript',
    ({ source }) => {
      expect(javaScriptFaults(source)).toEqual([]);
      expect(javaScriptFaults('const first = [1][0]!;')).toEqual([
        '1: Non-null assertions can only be used in TypeScript files.',
      ]);
    },
  );

  it.each(programs)('of $page prints what the page says', async (program) => {
    const printed = await runProgram(program, LIBRARY);
    expect(printed.map((text, index) => (program.outputs[index] === undefined ? undefined : text))).toEqual(
      program.outputs,
    );
  });
});

describe('a page', () => {
  const page = (...lines: string[]) => programOf('docs/page.md', lines.join('\n'));

  it('is one program, on the lines of the page, with what each block prints', async () => {
    const program = page(
      'Words.',
      '```ts',
      "import { VCFG_NAME } from 'acpi-vcfg/firmware';",
      'const twice: string = VCFG_NAME + VCFG_NAME;',
      '```',
      'More.',
      '```ts',
      'console.log(twice);',
      '```',
      '```text',
      'VCFGVCFG',
      '```',
    );
    expect(program?.outputs).toEqual([undefined, 'VCFGVCFG']);
    expect(program && (await runProgram(program, LIBRARY))).toEqual(['', 'VCFGVCFG']);
  });

  it('without the library is none', () => {
    expect(page('```ts', 'const a = 1;', '```')).toBeUndefined();
  });
});
