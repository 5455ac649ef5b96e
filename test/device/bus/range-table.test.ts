import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RangeTable } from '../../../src/device/bus/range-table.js';

const LAST = 0xffff_ffff_ffff_ffffn;

interface Range {
  readonly base: bigint;
  readonly length: bigint;
}

/** Where lookups change their way: ends of halves, of two GiB and of the address space. */
const near = fc
  .tuple(
    fc.constantFrom(0n, 0x7fff_f000n, 0x8000_0000n, 0xe000_0000n, 0x1_0000_0000n, 0x2_8000_0000n, LAST - 0x2000n),
    fc.integer({ min: 0, max: 0x2000 }),
  )
  .map(([from, offset]) => from + BigInt(offset));

const length = fc.oneof(
  fc.bigInt({ min: 1n, max: 0x3000n }),
  fc.constantFrom(0x1000n, 0x8000_0000n, 0x1_0000_0000n, 0x3_0000_0000n),
);

const step = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), base: near, length }),
  fc.record({ kind: fc.constant('remove' as const), which: fc.nat() }),
  fc.record({ kind: fc.constant('find' as const), addresses: fc.array(near, { minLength: 1, maxLength: 8 }) }),
);

/** What a lookup must give: the range that holds the address, and the offset in it. */
function expected(ranges: readonly Range[], address: bigint) {
  const range = ranges.find(({ base, length: bytes }) => address >= base && address - base < bytes);
  return range === undefined ? undefined : { base: range.base, offset: address - range.base };
}

function found(table: RangeTable<bigint>, address: bigint) {
  const entry = table.find(Number(address >> 32n), Number(address & 0xffff_ffffn));
  if (entry === undefined) return undefined;
  const offset = (BigInt(table.offsetHigh) << 32n) | BigInt(table.offsetLow);
  expect(entry.value).toBe(entry.base);
  return { base: entry.base, offset };
}

it('finds the range of each address and the offset in it, whatever was found before and has changed since', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
      const table = new RangeTable<bigint>();
      const ranges: Range[] = [];
      for (const each of steps) {
        if (each.kind === 'insert') {
          const { base } = each;
          const bytes = base + each.length > LAST ? LAST - base : each.length;
          if (bytes === 0n || table.overlapping(base, bytes) !== undefined) continue;
          table.insert(base, bytes, base);
          ranges.push({ base, length: bytes });
        } else if (each.kind === 'remove') {
          const [gone] = ranges.splice(each.which % Math.max(ranges.length, 1), 1);
          if (gone !== undefined) expect(table.remove(gone.base, gone.length)?.base).toBe(gone.base);
        } else {
          // Twice: the second lookup takes the fast path.
          for (const address of [...each.addresses, ...each.addresses])
            expect(found(table, address)).toEqual(expected(ranges, address));
        }
      }
    }),
    { numRuns: 300 },
  );
});

it('finds each of many pages and of the gaps between them, in any order, again after each change', () => {
  const table = new RangeTable<bigint>();
  const base = (index: number) => 0x1_0000_0000n + BigInt(index) * 0x2000n;
  const ranges: Range[] = [];
  for (let index = 0; index < 300; index++) {
    table.insert(base(index), 0x1000n, base(index));
    ranges.push({ base: base(index), length: 0x1000n });
    if (index % 60 !== 59) continue;
    for (let turn = 0; turn < 1000; turn++) {
      const address = 0x1_0000_0000n + BigInt((turn * 7919) % 620) * 0x1000n + BigInt(turn % 4096);
      expect(found(table, address)).toEqual(expected(ranges, address));
    }
  }
});
