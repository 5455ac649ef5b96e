import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeAml, encodeAml } from '../../../src/aml/index.js';
import { diffMachines } from '../../../src/check/diff/diff-machines.js';
import { formatDiff } from '../../../src/check/diff/format-diff.js';
import { SDT_HEADER_BYTES } from '../../../src/tables/index.js';
import { machine } from './machine.js';

/** What a table says, however wide it says it. */
const meaningOf = (bytes: Uint8Array) =>
  encodeAml(decodeAml(bytes, { offset: SDT_HEADER_BYTES }).terms, { form: 'canonical' });

it('compares damaged tables without a fault of its own, and calls none the same whose terms are others', () => {
  const [good] = machine();
  const { file, bytes } = good as NonNullable<typeof good>;
  const change = fc.record({ at: fc.integer({ min: 36, max: bytes.length - 1 }), value: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.boolean(), (changes, forward) => {
      const damaged = Uint8Array.from(bytes);
      for (const { at, value } of changes) damaged[at] = value;
      const sides = [[{ file, bytes }], [{ file: 'damaged', bytes: damaged }]] as const;
      const [before, after] = forward ? sides : [sides[1], sides[0]];
      const diff = diffMachines(before, after);
      expect(formatDiff(diff).length === 0).toBe(diff.same);
      if (diff.same) expect(meaningOf(damaged)).toEqual(meaningOf(bytes));
    }),
    { numRuns: 100 },
  );
});
