import { describe, expect, it } from 'vitest';
import { encodeAml } from '../../../src/aml/index.js';
import { parsePciAddress, toHex } from '../../../src/base/index.js';
import { functionRegions } from '../../../src/firmware/index.js';
import { VFIO_REGISTERS } from '../../../src/platform/vfio-profile.js';
import { readVectors } from '../../support/shared-material.js';

interface RegionVectors {
  readonly vectors: readonly { bdf: string; hex: string }[];
}

const vfioFunction = (bdf: string) => ({
  address: parsePciAddress(bdf),
  name: 'GPU0',
  profile: 'vfio' as const,
  registers: VFIO_REGISTERS,
  shared: [],
  ids: { vendor: 0x1af4, device: 0, classCode: 0 },
});

describe('the regions of a vfio function', () => {
  it("are crosvm's to the byte under crosvm's options", (context) => {
    const { vectors } = readVectors<RegionVectors>(context, 'device_vcfg_register.json');
    expect(vectors).toHaveLength(13);
    for (const { bdf, hex } of vectors) {
      expect(toHex(encodeAml(functionRegions(vfioFunction(bdf), { accesses: 'crosvm' }))), bdf).toBe(hex);
    }
  });

  it('access the shared page by dwords otherwise', () => {
    const flags = functionRegions(vfioFunction('00:03.0')).flatMap((term) =>
      term.op === 'Field' ? [term.operands[1]] : [],
    );
    expect(flags).toEqual([3, 3, 3]);
  });
});
