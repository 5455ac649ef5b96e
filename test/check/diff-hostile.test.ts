import fc from 'fast-check';
import { expect, it } from 'vitest';
import { diffMachines } from '../../src/check/diff/diff-machines.js';
import { formatDiff } from '../../src/check/diff/format-diff.js';
import { machine } from './diff-machine.js';

it('compares damaged tables without a fault of its own, and says something exactly where they differ', () => {
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
    }),
    { numRuns: 100 },
  );
});
