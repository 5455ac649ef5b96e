import { describe, expect, it } from 'vitest';
import { asl, encodeAml, type Term } from '../../../src/aml/index.js';
import { checkSet } from '../../../src/check/index.js';
import { encodeTable } from '../../../src/tables/index.js';

const HEADER = {
  signature: 'DSDT',
  revision: 2,
  oemId: 'TEST',
  oemTableId: 'VENDOR',
  oemRevision: 1,
  creatorId: 'TEST',
  creatorRevision: 1,
} as const;

function found(terms: readonly Term[], base?: bigint) {
  const bytes = encodeTable(HEADER, encodeAml(terms));
  const { findings } = checkSet([{ file: 'dsdt.aml', bytes }], {
    ...(base !== undefined && { base }),
    rules: { only: ['VCFG_MISSING', 'VCFG_NOT_AT_ROOT'] },
  });
  return findings.map(({ code, severity }) => `${code} ${severity}`);
}

const vendor = (value: number, more: readonly Term[] = []) =>
  asl.Scope('\\_SB', [asl.Device('VPC0', [asl.Name('VCFG', value), ...more])]);
const root = asl.Name('VCFG', 0x2_0000_0000);
const region = (name: string) => asl.OperationRegion('VREG', 'SystemMemory', asl.path(name), 0x1000);

describe('an object of a vendor that is named VCFG', () => {
  it.each<[string, readonly Term[], bigint | undefined, readonly string[]]>([
    ['is a note beside the right one', [root, vendor(5)], undefined, ['VCFG_NOT_AT_ROOT note']],
    [
      'is a note if a region names the right one by its full path',
      [root, vendor(0x200000, [region('\\VCFG')])],
      undefined,
      ['VCFG_NOT_AT_ROOT note'],
    ],
    [
      'is an error if a region is placed by it',
      [root, vendor(0x200000, [region('VCFG')])],
      undefined,
      ['VCFG_NOT_AT_ROOT error'],
    ],
    [
      'is an error if it holds the base and the root has none',
      [vendor(0x600000)],
      undefined,
      ['VCFG_NOT_AT_ROOT error'],
    ],
    ['does not stand in for a missing one', [vendor(5)], undefined, ['VCFG_MISSING error', 'VCFG_NOT_AT_ROOT note']],
    [
      'does not stand in for a base that is given',
      [vendor(0x600000)],
      0x200000n,
      ['VCFG_MISSING error', 'VCFG_NOT_AT_ROOT note'],
    ],
  ])('%s', (_, terms, base, expected) => {
    expect(found(terms, base).sort()).toEqual([...expected].sort());
  });
});
