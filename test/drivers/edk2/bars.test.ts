import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { generateEdk2Driver } from '../../../src/drivers/index.js';
import { generateDsdt } from '../../../src/firmware/index.js';
import { platformFromObject } from '../../../src/platform/index.js';
import { inScratchFolder, needs, run } from '../../support/oracles.js';
import { projectFolder } from '../../support/shared-material.js';

const STAND_IN = join(projectFolder, 'test/drivers/edk2/stand-in');
const SENSOR = {
  address: '00:04.0',
  name: 'SENS',
  registers: [{ name: 'CTRL', index: 0 }],
  bars: [
    { index: 0, size: '64 KiB', kind: 'mem64', longName: 'rings' },
    { index: 2, size: '16 KiB' },
    { index: 3, size: '1 MiB', kind: 'mem64', longName: 'frames' },
  ],
};

test('the driver shows BARs by name, with the index that EDK2 has for each', async (context) => {
  needs(context, 'gcc');
  const platform = platformFromObject({ functions: [SENSOR] });
  await inScratchFolder((folder) => {
    for (const { name, contents } of generateEdk2Driver(platform)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), contents);
    }
    const cwd = join(folder, 'edk2/VcfgSample');
    const sources = ['VcfgFind.c', 'VcfgSample.c', join(STAND_IN, 'services.c'), join(STAND_IN, 'boot.c')];
    const flags = ['-Wall', '-Wextra', '-Wno-unused-parameter', '-Werror', '-I', STAND_IN, '-I', '.'];
    expect(run('gcc', [...flags, ...sources, '-o', 'boot'], { cwd }).stderr).toBe('');
    writeFileSync(join(cwd, 'dsdt.aml'), generateDsdt(platform));
    const { stdout } = run(join(cwd, 'boot'), ['early', 'dsdt.aml'], { cwd });
    expect(stdout.split('\n').filter((line) => line.includes('BAR'))).toEqual([
      'VCFG SENS: BAR 0 is RINGS, 0x10000 bytes, BarIndex 0',
      'VCFG SENS: BAR 2 is 2, 0x4000 bytes, BarIndex 1',
      'VCFG SENS: BAR 3 is FRAMES, 0x100000 bytes, BarIndex 2',
    ]);
  });
});

test('a platform without BARs has nothing of them in its driver', () => {
  const { bars: _, ...plain } = SENSOR;
  const [source] = generateEdk2Driver(platformFromObject({ functions: [plain] }));
  expect(source?.contents).not.toContain('Bars');
});
