import { describe, expect, it } from 'vitest';
import { decodeAml, encodeAml } from '../../../src/aml/index.js';
import { toHex } from '../../../src/base/index.js';
import { encodeVcfgName } from '../../../src/firmware/index.js';
import { readVectors } from '../../support/shared-material.js';

interface NameVectors {
  readonly vectors: readonly { desc: string; hex: string; value: string }[];
}

describe('Name (VCFG, …)', () => {
  it('has the bytes that crosvm writes, for every recorded value', (context) => {
    const { vectors } = readVectors<NameVectors>(context, 'vcfg_name.json');
    expect(vectors).toHaveLength(22);
    for (const { desc, hex, value } of vectors) {
      expect(toHex(encodeVcfgName(BigInt(value))), desc).toBe(hex);
      expect(toHex(encodeAml(decodeAml(encodeVcfgName(BigInt(value))).terms)), desc).toBe(hex);
    }
  });

  it.each([
    [0n, '08564346470e0000000000000000'],
    [1n, '08564346470e0100000000000000'],
    [0x1_0000_0000n, '08564346470e0000000001000000'],
  ])('has eight bytes for %s where firmware patches it', (base, hex) => {
    expect(toHex(encodeVcfgName(base, { width: 'fixed' }))).toBe(hex);
  });

  it.each([-1n, 1n << 64n])('refuses %s', (base) => {
    expect(() => encodeVcfgName(base)).toThrow('AML_VALUE_RANGE');
  });
});
