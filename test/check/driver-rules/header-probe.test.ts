import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { checkHeaderProbe, headerProbeProgram, probeOfPlatform } from '../../../src/check/index.js';
import { generateCHeader } from '../../../src/drivers/index.js';
import { requirePlatform } from '../../../src/platform/index.js';
import { someOf } from '../../support/effort.js';
import { inScratchFolder, needs, run } from '../../support/oracles.js';
import { projectFolder } from '../../support/shared-material.js';

const platform = requirePlatform(readFileSync(join(projectFolder, 'fixtures/platforms/sensor-hub.yaml'), 'utf8'));

/** What the probe says of a header, built by a compiler. */
function probe(context: TestContext, compiler: 'gcc' | 'clang', header: string) {
  needs(context, compiler);
  return inScratchFolder((folder) => {
    writeFileSync(join(folder, 'vcfg.h'), header);
    writeFileSync(join(folder, 'probe.c'), headerProbeProgram(probeOfPlatform(platform)));
    const strict = ['-std=c99', '-pedantic', '-Wall', '-Wextra', '-Wconversion', '-Werror', '-O1'];
    const built = run(compiler, [...strict, 'probe.c', '-o', 'probe'], { cwd: folder });
    expect(built.stderr).toBe('');
    run('sh', ['-c', './probe > output'], { cwd: folder });
    return checkHeaderProbe(readFileSync(join(folder, 'output')), probeOfPlatform(platform));
  });
}

describe('the C header, compiled and run', () => {
  for (const compiler of ['gcc', 'clang'] as const) {
    it(`agrees with the guest library on every register and a million tuples (${compiler})`, async (context) => {
      const { checked, diagnostics } = await probe(context, compiler, generateCHeader(platform));
      expect(diagnostics).toEqual([]);
      expect(checked).toBeGreaterThan(1_000_000);
    });
  }

  it('turns red for one stride or one constant changed', async (context) => {
    const header = generateCHeader(platform);
    const changes = [
      ['VCFG_DEVICE_BYTES 65536u', 'VCFG_DEVICE_BYTES 32768u'],
      ['VCFG_SENS_STAT_OFFSET 0x00040004u', 'VCFG_SENS_STAT_OFFSET 0x00040008u'],
      ['VCFG_SENS_CTRL_RATE_MASK 0x000000f0u', 'VCFG_SENS_CTRL_RATE_MASK 0x000000e0u'],
      ['VCFG_SENS_CTRL_RESET 0x00000001u', 'VCFG_SENS_CTRL_RESET 0x00000000u'],
      ['VCFG_SENS_STAT_ACCESS VCFG_ACCESS_RO', 'VCFG_SENS_STAT_ACCESS VCFG_ACCESS_RW'],
      ['VCFG_SENS_RING_BYTES 2048u', 'VCFG_SENS_RING_BYTES 1024u'],
      ['VCFG_BASE_EXPECTED 0x230000000ull', 'VCFG_BASE_EXPECTED 0x240000000ull'],
    ] as const;
    for (const [from, to] of someOf(changes, 4)) {
      expect(header).toContain(from);
      const { diagnostics } = await probe(context, 'gcc', header.replace(from, to));
      expect(diagnostics[0]?.code).toBe('VCFG_HEADER_ADDRESS');
    }
  });

  /** What a program writes whose addresses begin at `base`: only corners are asked for, and the random tuples. */
  const outputFrom = (base: bigint, buses: number): Uint8Array => {
    const numbers: bigint[] = [];
    const rows = headerProbeProgram({ base, buses, constants: [] }).matchAll(
      /^ {2}\{(\d+), (\d+), (\d+), (\d+), (\d+)\},$/gm,
    );
    for (const [, ...row] of rows) {
      const [bus, device, fn, page, register] = row.map(Number) as [number, number, number, number, number];
      numbers.push(base + BigInt(bus * 0x20_0000 + device * 0x1_0000 + fn * 0x2000 + page * 0x1000 + register * 4));
    }
    return new Uint8Array(new BigUint64Array(numbers).buffer);
  };

  it.each(someOf([0xffff_f000n, 0n, 0xf000_0000n, 0x1_0000_0000n, 0xff_ffff_e000n], 4))(
    'compares all 64 bits of addresses from base %i',
    (base) => {
      const right = outputFrom(base, 256);
      const probe = { base, buses: 256, constants: [] };
      expect(checkHeaderProbe(right, probe).checked).toBe(right.length / 8);
      const message = (output: Uint8Array) => checkHeaderProbe(output, probe).diagnostics[0]?.message;
      // The random tuples are not there.
      expect(message(right)).toContain('header gives nothing');
      for (const byte of someOf([0, 3, 4, 7], 3)) {
        const wrong = right.slice();
        wrong[8 + byte] = (wrong[8 + byte] as number) ^ 0x10;
        expect(message(wrong)).toMatch(
          /^For vcfg_address\(base, 0, 0, 0, 0, 1\), base 0x[0-9a-f_]+, the header gives 0x/,
        );
      }
    },
  );

  it('turns red for an output that ends early', () => {
    const { diagnostics } = checkHeaderProbe(new Uint8Array(7), probeOfPlatform(platform));
    expect(diagnostics[0]?.message).toContain('The header gives nothing');
    expect(diagnostics).toHaveLength(9);
    expect(diagnostics[7]?.message).toMatch(/In all, (\d+) of \1 differ\.$/);
    expect(diagnostics[8]?.message).toMatch(/In all, (\d+) of \1 differ\.$/);
  });
});
