import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowestOverlap } from '../../../../src/check/aml-rules/facts/range-index.js';
import { endOf, merged, overlaps } from '../../../../src/platform/address-ranges.js';
import type { AddressRange } from '../../../../src/vocab/index.js';

const range = fc.record({ base: fc.bigInt(0n, 40n), lengthBytes: fc.bigInt(0n, 9n) });
const ranges = fc.array(range, { maxLength: 12 });
const holds = (range: AddressRange, address: bigint) => address >= range.base && address < endOf(range);

describe('ranges that are looked up often', () => {
  it('are the lowest that overlap, as asking each one finds', () => {
    fc.assert(
      fc.property(ranges, range, (all, asked) => {
        const meeting =
          asked.lengthBytes === 0n ? [] : all.filter((each) => each.lengthBytes > 0n && overlaps(each, asked));
        const [lowest] = meeting.toSorted((a, b) => Number(a.base - b.base));
        expect(lowestOverlap(all)(asked)).toEqual(lowest);
      }),
    );
  });

  it('hold the same addresses when merged, with a gap between one and the next', () => {
    fc.assert(
      fc.property(ranges, (all) => {
        const apart = merged(all);
        for (let address = 0n; address < 50n; address++) {
          expect(apart.some((each) => holds(each, address))).toBe(all.some((each) => holds(each, address)));
        }
        for (const [index, each] of apart.slice(1).entries())
          expect(each.base).toBeGreaterThan(endOf(apart[index] as AddressRange));
      }),
    );
  });
});
