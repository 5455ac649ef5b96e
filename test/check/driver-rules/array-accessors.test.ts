import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { vcfg } from '../../cli/fake-io.js';
import { inScratchFolder, needs } from '../../support/oracles.js';

const PLATFORM = `
functions:
  - address: 00:04.0
    name: SENS
    registers:
      - { name: CH, index: 8, count: 3, stride: 2, fields: [{ name: V, bits: 7..4 }, { name: W, bits: 8, access: w1c }] }
      - { name: T, index: 16, width: 64, count: 2 }
`;

/** What is found in the header with a text of it replaced: code and path of each finding. */
async function found(from: string, to: string, ...options: string[]) {
  return await inScratchFolder(async (folder) => {
    const at = (name: string) => join(folder, name);
    writeFileSync(at('platform.yaml'), PLATFORM);
    expect((await vcfg(['generate', at('platform.yaml'), '-o', at('build'), '--format', 'c'])).codes).toEqual([]);
    const header = readFileSync(at('build/vcfg.h'), 'utf8');
    expect(header).toContain(from);
    writeFileSync(at('their.h'), header.replaceAll(from, to));
    const words = ['check', '--platform', at('platform.yaml'), '--driver', at('their.h'), '--json', ...options];
    const { findings } = JSON.parse((await vcfg(words)).stdout) as {
      findings: { severity: string; code: string; place: { path: string } }[];
    };
    return findings.filter(({ severity }) => severity !== 'note').map(({ code, place }) => `${code} ${place.path}`);
  });
}

test('arrays are known, and their places are compared', async () => {
  expect(await found('SENS_CH_STRIDE 2u', 'SENS_CH_STRIDE 2u')).toEqual([]);
  expect(await found('SENS_CH_STRIDE 2u', 'SENS_CH_STRIDE 1u')).toEqual([
    expect.stringContaining('VCFG_SENS_CH_STRIDE'),
  ]);
  expect(await found('SENS_T_COUNT 2u', 'SENS_T_COUNT 3u')).toEqual([expect.stringContaining('VCFG_SENS_T_COUNT')]);
});

test('their accessors are called, with an index past the end too', async (context) => {
  needs(context, 'gcc');
  const run = (from: string, to: string) => found(from, to, '--run-driver');
  expect(await run('element * VCFG_SENS_CH_STRIDE', 'element * VCFG_SENS_CH_STRIDE')).toEqual([]);
  expect(await run('element * VCFG_SENS_CH_STRIDE', 'element')).toEqual(
    ['read', 'write', 'v_read', 'v_write', 'w_read', 'w_clear'].map((verb) => {
      return `VCFG_HEADER_ACCESSOR vcfg_sens_ch_${verb}`;
    }),
  );
  const past = await run('if (element >= VCFG_SENS_CH_COUNT)', 'if (element > VCFG_SENS_CH_COUNT)');
  // A field of the dword past the end can be 0 by chance.
  expect(past).toEqual(
    expect.arrayContaining(['read', 'write', 'v_write'].map((verb) => `VCFG_HEADER_ACCESSOR vcfg_sens_ch_${verb}`)),
  );
});
