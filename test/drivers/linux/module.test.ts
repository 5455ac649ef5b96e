import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { TextFile } from '../../../src/drivers/driver-text.js';
import { generateCHeader } from '../../../src/drivers/index.js';
import { generateLinuxModule } from '../../../src/drivers/linux/module.js';
import type { Platform } from '../../../src/vocab/index.js';
import { kernelBuildFolder } from '../../setup/installed.mjs';
import { inScratchFolder, needs, run } from '../../support/oracles.js';
import { LOOP, SENS, samplePlatform } from '../sample-platform.js';
import { everyKind, fixturePlatform } from '../whole-platforms.js';

function writeAll(folder: string, files: readonly TextFile[]): void {
  for (const { name, contents } of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), contents);
  }
}

const sourceOf = (platform: Platform) => generateLinuxModule(platform)[0]?.contents as string;

/** What headers say of themselves: of another compiler, and that there is no kernel image beside them. */
const OF_THE_HEADERS =
  /^$|^Skipping BTF|^warning: the compiler differs|^ {2}(?:The kernel was built by|You are using):/;

test("is built by Debian's kernel headers with W=1, without a word", async (context) => {
  needs(context, 'gcc', 'make', 'linux-headers');
  await inScratchFolder((folder) => {
    writeAll(folder, generateLinuxModule(everyKind()));
    const how = ['--silent', '--no-print-directory', `KDIR=${kernelBuildFolder()}`, 'W=1'];
    const { status, stdout, stderr } = run('make', how, { cwd: join(folder, 'linux') });
    const said = `${stdout}${stderr}`.split('\n').filter((line) => !OF_THE_HEADERS.test(line));
    expect({ status, said }).toEqual({ status: 0, said: [] });
    const words = readFileSync(join(folder, 'linux/vcfg-sample.ko'), 'latin1').split('\0');
    expect(words).toEqual(expect.arrayContaining(['license=Dual MIT/GPL', 'name=vcfg_sample']));
    const aliases = words.filter((word) => word.startsWith('alias='));
    expect(aliases).toEqual([expect.stringMatching(/^alias=pci:v00001B36d00000005sv\*sd\*bcFFsc00i00\*$/)]);
  });
});

test('asks for each kind of function once, and never for one that has a driver', () => {
  const ids = (platform: Platform) => [...sourceOf(platform).matchAll(/PCI_DEVICE\(.*0x(\w{6}),/g)].map(([, id]) => id);
  expect(ids(fixturePlatform('sensor-hub'))).toEqual(['118000', 'ff0000']);
  const bridge = { ...SENS, bridge: { secondary: 1, subordinate: 1 } };
  expect(ids(samplePlatform([bridge, { ...LOOP, profile: 'vfio' }]))).toEqual([]);
  expect(sourceOf(samplePlatform([bridge]))).toContain('FUNCTION_ROW(SENS, OWN_DRIVER, ROWS(vcfg_registers_of_SENS)');
});

test('has a row for each register, field and run, and none for what there is not', () => {
  const source = sourceOf(samplePlatform([SENS]));
  const rows = [...source.matchAll(/^\t(FIELD|REGISTER|RUN|FUNCTION|LAST)_ROW\b/gm)].map(([, kind]) => kind);
  const count = (kind: string) => rows.filter((row) => row === kind).length;
  expect(['FIELD', 'REGISTER', 'RUN', 'FUNCTION', 'LAST'].map(count)).toEqual([8, 6, 2, 1, 1]);
  expect(source).toContain('\tREGISTER_ROW(SENS, ERRC, NO_ROWS),\n');
  const empty = sourceOf(samplePlatform([{ ...SENS, registers: [], shared: [] }]));
  expect(empty).toContain('vcfg_functions[] = {\n\tLAST_ROW,\n};');
});

test('comes with the header that it is made for, the same bytes each time, on lines of ASCII', () => {
  const platform = samplePlatform();
  const files = generateLinuxModule(platform);
  expect(files.map(({ name }) => name)).toEqual(['linux/vcfg-sample.c', 'linux/vcfg.h', 'linux/Makefile']);
  expect(files[1]?.contents).toBe(generateCHeader(platform));
  expect(generateLinuxModule(structuredClone(platform))).toEqual(files);
  for (const { contents } of files) expect(contents).toMatch(/^[\t\x20-\x7e\n]*\n$/);
});
