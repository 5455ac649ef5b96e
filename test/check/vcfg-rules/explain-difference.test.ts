import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressMistakes,
  describeDifference,
  type MistakeName,
  valueMistakes,
} from '../../../src/check/vcfg-rules/explain-difference.js';
import type { RegisterLocation } from '../../../src/vocab/index.js';

interface Tuple {
  readonly base: bigint;
  readonly bus: bigint;
  readonly device: bigint;
  readonly fn: bigint;
  readonly page: bigint;
  readonly index: bigint;
}

/** The layout, typed from its definition. */
const right = ({ base, bus, device, fn, page, index }: Tuple) =>
  base + (bus << 21n) + (device << 16n) + (fn << 13n) + (page << 12n) + (index << 2n);

const reversed32 = (value: bigint) =>
  ((value & 0xffn) << 24n) | ((value & 0xff00n) << 8n) | ((value >> 8n) & 0xff00n) | ((value >> 24n) & 0xffn);
const reversed64 = (value: bigint) => (reversed32(value & 0xffff_ffffn) << 32n) | reversed32(value >> 32n);

/** Each mistake, as someone would make it. */
const MADE: readonly (readonly [MistakeName, (tuple: Tuple) => bigint])[] = [
  [
    'ecam-shifts',
    (t) => t.base + (t.bus << 20n) + (t.device << 15n) + (t.fn << 12n) + (t.page << 12n) + (t.index << 2n),
  ],
  // Of function 00:00.0 that is the page bit left out, and no shift.
  [
    'ecam-shifts',
    (t) =>
      t.bus + t.device + t.fn === 0n
        ? right(t)
        : t.base + (t.bus << 20n) + (t.device << 15n) + (t.fn << 12n) + (t.index << 2n),
  ],
  ['ecam-shifts', (t) => right(t) - (t.device << 15n)],
  ['ecam-shifts', (t) => right(t) - (t.fn << 12n)],
  ['ecam-shifts', (t) => right(t) - (t.bus << 20n)],
  ['cam-shifts', (t) => t.base + (t.bus << 16n) + (t.device << 11n) + (t.fn << 8n) + (t.page << 12n) + (t.index << 2n)],
  ['page-missing', (t) => right({ ...t, page: 1n }) - 4096n],
  ['page-extra', (t) => right({ ...t, page: 0n }) + 4096n],
  ['register-as-bytes', (t) => right({ ...t, index: 0n }) + t.index],
  ['bytes-as-register', (t) => right({ ...t, index: 0n }) + (t.index << 4n)],
  ['device-function-swapped', (t) => right({ ...t, device: t.fn, fn: t.device })],
  ['bus-device-swapped', (t) => right({ ...t, bus: t.device, device: t.bus })],
  ['bus-function-swapped', (t) => right({ ...t, bus: t.fn, fn: t.bus })],
  ['base-missing', (t) => right(t) - t.base],
  ['base-twice', (t) => right(t) + t.base],
  ['byte-swapped', (t) => reversed64(right(t))],
  ['byte-swapped', (t) => t.base + reversed32(right(t) - t.base)],
  ['truncated', (t) => right(t) & 0xffff_ffffn],
  // Where bit 31 is clear that is what truncation gives: no such mistake was made.
  ['sign-extended', (t) => (right(t) & 0x8000_0000n ? BigInt.asUintN(64, BigInt.asIntN(32, right(t))) : right(t))],
];

const tuples = fc.record({
  base: fc.integer({ min: 0x800, max: 0xffff }).map((windows) => BigInt(windows) << 21n),
  bus: fc.bigInt(0n, 255n),
  device: fc.bigInt(0n, 31n),
  fn: fc.bigInt(0n, 7n),
  page: fc.bigInt(0n, 1n),
  index: fc.bigInt(0n, 1023n),
});

const locationOf = ({ bus, device, fn, page, index }: Tuple): RegisterLocation => ({
  address: { bus: Number(bus), device: Number(device), function: Number(fn) },
  page: page === 0n ? 'trapped' : 'shared',
  register: Number(index),
});

describe('the explanation of a wrong address', () => {
  it.each(MADE.map(([name, make], row) => ({ name, make, row })))(
    'knows $name (row $row) by its name',
    ({ name, make }) => {
      let seen = 0;
      fc.assert(
        fc.property(tuples, (random) => {
          const tuple = { ...random, page: name === 'page-missing' ? 1n : name === 'page-extra' ? 0n : random.page };
          const given = make(tuple);
          if (given === right(tuple)) return;
          seen++;
          expect(addressMistakes(given, locationOf(tuple), tuple.base).map((found) => found.name)).toContain(name);
        }),
        { numRuns: 100 },
      );
      expect(seen).toBeGreaterThan(20);
    },
  );

  it('knows them in offsets too', () => {
    fc.assert(
      fc.property(tuples, fc.constantFrom(...MADE.slice(0, 13)), (random, [name, make]) => {
        const page = name === 'page-missing' ? 1n : name === 'page-extra' ? 0n : random.page;
        const tuple = { ...random, base: 0n, page };
        const given = make(tuple);
        if (given === right(tuple)) return;
        expect(addressMistakes(given, locationOf(tuple)).map((found) => found.name)).toContain(name);
      }),
    );
  });

  it('names only mistakes that give this very address', () => {
    fc.assert(
      fc.property(tuples, fc.constantFrom(...MADE), (tuple, [, make]) => {
        const given = make(tuple);
        for (const { name } of addressMistakes(given, locationOf(tuple), tuple.base)) {
          const made = MADE.filter(([each]) => each === name).map(([, each]) => each(tuple));
          // Any choice of ECAM's and CAM's shifts counts, with or without the page; not each of them stands above.
          if (name === 'ecam-shifts' || name === 'cam-shifts') continue;
          expect(made).toContain(given);
        }
      }),
    );
    const at = { address: { bus: 0, device: 4, function: 0 }, page: 'trapped', register: 1 } as const;
    expect(addressMistakes(0x4_0004n, at)).toEqual([]);
    expect(addressMistakes(0x4_0040n, at)).toEqual([]);
  });

  it('says both where it cannot tell', () => {
    const at = { address: { bus: 0, device: 0, function: 1 }, page: 'shared', register: 0 } as const;
    const mistakes = addressMistakes(0x2000n, at);
    expect(mistakes.map(({ name }) => name)).toEqual(['ecam-shifts', 'page-missing']);
    expect(describeDifference(0x2000n, 0x3000n, 'AML', mistakes)).toBe(
      "bit 12 differs, so AML either uses ECAM's shifts (function << 12) and not VCFG's (function << 13), " +
        'or leaves the page bit out (1 << 12)',
    );
  });
});

describe('the explanation of a wrong value', () => {
  it.each<[bigint, bigint, MistakeName[]]>([
    [0x3000_0000n, 0x2_3000_0000n, ['truncated']],
    [0xffff_ffff_f000_0000n, 0xf000_0000n, ['sign-extended']],
    [0x0000_0030_0200_0000n, 0x2_3000_0000n, ['byte-swapped']],
    [0x7856_3412n, 0x1234_5678n, ['byte-swapped']],
    [0x1234_5679n, 0x1234_5678n, []],
    [0x1234_5678n, 0x1234_5678n, []],
  ])('of %i for %i is %j', (given, wanted, names) => {
    expect(valueMistakes(given, wanted).map(({ name }) => name)).toEqual(names);
  });

  it('is only the bits where nothing is known', () => {
    expect(describeDifference(5n, 4n, 'AML', [])).toBe('bit 0 differs');
    expect(describeDifference(0x10_0004n, 0x8_0004n, 'the driver', [])).toBe('bits 19 and 20 differ');
  });

  it('is that of the issue', () => {
    const at = { address: { bus: 0, device: 4, function: 0 }, page: 'trapped', register: 1 } as const;
    const mistakes = addressMistakes(0x1_0002_0004n, at, 0x1_0000_0000n);
    expect(describeDifference(0x1_0002_0004n, 0x1_0004_0004n, 'the driver', mistakes)).toBe(
      "bits 17 and 18 differ, so the driver uses ECAM's shifts (device << 15) and not VCFG's (device << 16)",
    );
  });
});
