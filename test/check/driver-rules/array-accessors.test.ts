import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { vcfg } from '../../cli/fake-io.js';
import { withLauncherOnce } from '../../cli/launcher-once.js';
import { inScratchFolder, needs } from '../../support/oracles.js';

const PLATFORM = `
functions:
  - address: 00:04.0
    name: SENS
    registers:
      - { name: CH, index: 8, count: 3, stride: 2, fields: [{ name: V, bits: 7..4 }, { name: W, bits: 8, access: w1c }] }
      - { name: T, index: 16, width: 64, count: 2 }
`;

const runProgram = withLauncherOnce();

/** What is found in the header with texts of it replaced: code and path of each finding. */
async function found(changes: readonly (readonly [from: string, to: string])[], ...options: string[]) {
  return await inScratchFolder(async (folder) => {
    const at = (name: string) => join(folder, name);
    writeFileSync(at('platform.yaml'), PLATFORM);
    expect((await vcfg(['generate', at('platform.yaml'), '-o', at('build'), '--format', 'c'])).codes).toEqual([]);
    const header = readFileSync(at('build/vcfg.h'), 'utf8');
    for (const [from] of changes) expect(header).toContain(from);
    writeFileSync(
      at('their.h'),
      changes.reduce((text, [from, to]) => text.replaceAll(from, to), header),
    );
    const words = ['check', '--platform', at('platform.yaml'), '--driver', at('their.h'), '--no-exhaustive', '--json'];
    const { findings } = JSON.parse((await vcfg([...words, ...options], { runProgram })).stdout) as {
      findings: { severity: string; code: string; place: { path: string } }[];
    };
    return findings.filter(({ severity }) => severity !== 'note').map(({ code, place }) => `${code} ${place.path}`);
  });
}

test('arrays are known, and their places are compared', async () => {
  expect(await found([])).toEqual([]);
  const wrong = await found([
    ['SENS_CH_STRIDE 2u', 'SENS_CH_STRIDE 1u'],
    ['SENS_T_COUNT 2u', 'SENS_T_COUNT 3u'],
  ]);
  expect(wrong.sort()).toEqual([
    expect.stringContaining('VCFG_SENS_CH_STRIDE'),
    expect.stringContaining('VCFG_SENS_T_COUNT'),
  ]);
});

const called = (verbs: readonly string[]) => verbs.map((verb) => `VCFG_HEADER_ACCESSOR vcfg_sens_ch_${verb}`);

test('their accessors are called', async (context) => {
  needs(context, 'gcc');
  expect(await found([['#endif', '/* Theirs. */\n#endif']], '--run-driver')).toEqual([]);
  expect(await found([['element * VCFG_SENS_CH_STRIDE', 'element']], '--run-driver')).toEqual(
    called(['read', 'write', 'v_read', 'v_write', 'w_read', 'w_clear']),
  );
});

test('their accessors are called with an index past the end', async (context) => {
  needs(context, 'gcc');
  const past = [['if (element >= VCFG_SENS_CH_COUNT)', 'if (element > VCFG_SENS_CH_COUNT)']] as const;
  // A field of the dword past the end can be 0 by chance.
  expect(await found(past, '--run-driver')).toEqual(expect.arrayContaining(called(['read', 'write', 'v_write'])));
});
