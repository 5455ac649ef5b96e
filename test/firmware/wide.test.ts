import { describe, expect, it } from 'vitest';
import { encodeAml } from '../../src/aml/index.js';
import { dsdtTerms, generateDsdt, generateTableSet, platformImage } from '../../src/firmware/index.js';
import { acpicaInteger } from '../support/acpica.js';
import { needs } from '../support/oracles.js';
import { widePlatform } from '../support/wide-platform.js';
import { memoryOf, walkTables } from './tables/walk-tables.js';

const BASE = 0x10_0000n;

describe('the tables of platforms over 256 buses', () => {
  it.each([1, 100, 4000])('of %i functions are an image in which an OS finds each', (count) => {
    const set = generateTableSet(widePlatform(count), { split: 'crosvm' });
    const image = platformImage(set, BASE);
    const found = walkTables(memoryOf(image.bytes, BASE), BASE);
    expect(found.map(({ signature }) => signature).sort()).toEqual([
      'APIC',
      'DSDT',
      'FACP',
      'FACS',
      'MCFG',
      'RSDP',
      'SSDT',
      'XSDT',
    ]);
  });

  it('are AML that ACPICA loads', async (context) => {
    needs(context, 'acpiexec');
    const platform = widePlatform(100);
    const { aml } = generateTableSet(platform, { split: 'crosvm' });
    expect(
      await acpicaInteger(
        aml.map(({ bytes }) => bytes),
        '\\VCFG',
      ),
    ).toBe(platform.vcfg.base);
  });
});

it.each([1, 40, 600])(
  'the DSDT of %i functions, whose Devices are encoded bus by bus, has the bytes of its terms',
  (count) => {
    const platform = widePlatform(count);
    const body = generateDsdt(platform).subarray(36);
    expect(Buffer.compare(body, encodeAml(dsdtTerms(platform)))).toBe(0);
  },
);
