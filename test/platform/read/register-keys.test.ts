import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPlatform, platformFromObject } from '../../../src/platform/index.js';
import type { RegisterDescription } from '../../../src/vocab/index.js';
import { effort } from '../../support/effort.js';

const platformOf = (described: object) =>
  platformFromObject({ functions: [{ address: '00:04.0', name: 'SENS', ...described }] }).functions[0];

const registersOf = (described: object): readonly RegisterDescription[] => platformOf(described)?.registers ?? [];

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/);
const longName = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('_'));

test('a made name stays when other registers come and go', () => {
  fc.assert(
    fc.property(fc.uniqueArray(longName, { minLength: 2, maxLength: 20 }), fc.nat(), (names, pick) => {
      const rows = names.map((name, index) => ({ longName: name, index, fields: [{ longName: 'enable', bits: 0 }] }));
      const all = checkPlatform({ functions: [{ address: '00:04.0', name: 'SENS', registers: rows }] });
      expect(all.diagnostics).toEqual([]);
      const row = rows[pick % rows.length] as (typeof rows)[number];
      const [alone] = registersOf({ registers: [row] });
      const registers = all.platform?.functions[0]?.registers ?? [];
      const among = registers.find(({ index }) => index === row.index);
      // Of two long names that give one NameSeg, the second has another.
      const seen = registers.flatMap(({ name, fields }) => [name, ...fields.map((field) => field.name)]);
      const own = [alone?.name, ...(alone?.fields ?? []).map(({ name }) => name)];
      const isSecond = own.some((name) => seen.indexOf(name as string) < row.index * 2);
      if (!isSecond) expect(among).toEqual(alone);
      expect(new Set(seen).size).toBe(seen.length);
      expect(alone?.name).toMatch(/^[A-Z][A-Z0-9_]{0,3}$/);
    }),
    { numRuns: effort(100, 400) },
  );
});

test('an array is its elements, and a group its registers, each at its place', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 2, max: 8 }), fc.nat(100), (count, stride, index) => {
      const row = { name: 'A', index, count, stride, reset: 5, fields: [{ name: 'F', bits: '7..4' }] };
      const array = registersOf({ registers: [row] });
      const written = Array.from({ length: count }, (_, element) => {
        const fields = [{ name: `F${element}`, longName: 'f', bits: '7..4' }];
        return { name: `A${element}`, index: index + element * stride, reset: 5, fields };
      });
      expect(array).toEqual(registersOf({ registers: written }));
      const groups = {
        pair: {
          registers: [
            { name: 'R', index: 0 },
            { name: 'S', index: 1, access: 'ro' },
          ],
        },
      };
      const instances = [{ group: 'pair', name: 'P', index, count, stride }];
      const { functions } = platformFromObject({ groups, functions: [{ address: '00:04.0', name: 'X', instances }] });
      expect(functions[0]?.registers.map((each) => [each.name, each.longName, each.index])).toEqual(
        Array.from({ length: count }, (_, element) => [
          [`P${element}R`, `p${element}_r`, index + element * stride],
          [`P${element}S`, `p${element}_s`, index + element * stride + 1],
        ]).flat(),
      );
    }),
    { numRuns: effort(60, 200) },
  );
});

test('the two dwords of 64 bits have all of its bits', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.nat(63), fc.nat(63), (reset, a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const fields = [{ name: 'F', bits: `${high}..${low}` }];
      const described = platformOf({ registers: [{ name: 'T', index: 8, width: 64, reset, fields }] });
      const [first, second] = described?.registers ?? [];
      expect([first?.name, first?.index, second?.name, second?.index]).toEqual(['TL', 8, 'TH', 9]);
      expect((BigInt(second?.reset ?? 0) << 32n) | BigInt(first?.reset ?? 0)).toBe(reset);
      const masks = [first, second].map((dword) =>
        (dword?.fields ?? []).reduce(
          (bits, { lowBit, widthBits }) => bits | (((1n << BigInt(widthBits)) - 1n) << BigInt(lowBit)),
          0n,
        ),
      );
      const wanted = ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
      expect(((masks[1] ?? 0n) << 32n) | (masks[0] ?? 0n)).toBe(wanted);
      expect(described?.wide?.[0]?.fields.length).toBe(low < 32 && high >= 32 ? 1 : 0);
    }),
    { numRuns: effort(100, 400) },
  );
});
