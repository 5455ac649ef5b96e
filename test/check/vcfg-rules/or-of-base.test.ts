import { expect, it } from 'vitest';
import { asl, declarations, decodeAml, encodeAml, type Op, replaceTerms, type Term } from '../../../src/aml/index.js';
import { checkSet } from '../../../src/check/index.js';
import { dsdtTerms } from '../../../src/firmware/dsdt/dsdt.js';
import { platformFromObject } from '../../../src/platform/index.js';
import { encodeTable } from '../../../src/tables/index.js';

const IDENTITY = { revision: 2, oemId: 'T', oemTableId: 'T', oemRevision: 1, creatorId: 'T', creatorRevision: 1 };

/** The codes found where a region is `VCFG | offset` instead of `VCFG + offset`, for a window at a base. */
function codesAt(base: string): string[] {
  const platform = platformFromObject({
    vcfg: { base, buses: 64 },
    functions: [
      { address: '00:1c.0', name: 'RP00', bridge: { secondary: 1 } },
      { address: '01:00.0', name: 'SENS', registers: [{ name: 'CTRL', index: 0 }] },
    ],
  });
  const terms = decodeAml(encodeAml(dsdtTerms(platform))).terms;
  const sums = declarations(terms).filter(({ term }) => term.op === 'OperationRegion');
  const changed = new Map<Term, readonly Term[]>(
    sums.map(({ term }) => {
      const [name, space, , length] = (term as Op<'OperationRegion'>).operands;
      const address = asl.Or(asl.path('VCFG'), 0x20_0000);
      return [term, [asl.OperationRegion(name, space, address, length)]];
    }),
  );
  expect(changed.size).toBe(1);
  const bytes = encodeTable({ signature: 'DSDT', ...IDENTITY }, encodeAml(replaceTerms(terms, changed)));
  return checkSet([{ file: 'dsdt.aml', bytes }], { platform }).findings.map(({ code }) => code);
}

it('takes VCFG | offset for VCFG + offset only where they are the same', () => {
  expect(codesAt('0x1_4000_0000')).toEqual([]);
  expect(codesAt('0x1_4020_0000')).toEqual(['VCFG_REGION_OFFSET']);
});
