import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fastParse } from '../../../src/platform/read/fast-parse.js';
import { functionSchema, platformSchema } from '../../../src/platform/schema/schema.js';
import { effort } from '../../support/effort.js';
import { platformFileArbitrary } from '../../support/platform-arbitrary.js';

const ROWS: readonly object[] = [
  { address: '00:04.0', name: 'S' },
  {
    address: '00:04.0',
    name: 'S',
    registers: [{ longName: 'control', index: 0n, fields: [{ longName: 'a', bits: '3..0' }] }],
  },
  {
    address: '00:04.0',
    name: 'S',
    registers: [
      {
        name: 'A',
        index: 0,
        fields: [{ name: 'F', bits: 0, values: { off: 0, on: { value: 1, description: 'On.' } } }],
      },
    ],
    bars: [{ index: 0, size: '4 KiB', prefetchable: true }],
    capabilities: [{ id: 'pm' }, { id: 9, bytes: [1] }],
    msix: { vectors: 1, bar: 0, names: ['a'] },
  },
];

test('what it reads is what zod reads', () => {
  for (const row of ROWS) {
    expect(fastParse(functionSchema, row)).toStrictEqual(functionSchema.parse(row));
    expect(fastParse(functionSchema, row)).toBeDefined();
  }
  fc.assert(
    fc.property(platformFileArbitrary(), (file) => {
      expect(fastParse(platformSchema, file)).toStrictEqual(platformSchema.parse(file));
    }),
    { numRuns: effort(60, 300) },
  );
});

test('what does not fit is left to zod', () => {
  const [row] = ROWS as [Record<string, unknown>];
  const wrong: readonly unknown[] = [
    5,
    null,
    [],
    new Map(),
    { ...row, other: 1 },
    { ...row, address: undefined },
    { ...row, label: undefined },
    { ...row, registers: {} },
    { ...row, registers: [{ index: 0 }] },
    { ...row, registers: [{ name: 'A', index: 1024 }] },
    { ...row, ids: { vendor: '0x1g' } },
    JSON.parse('{ "address": "00:04.0", "name": "S", "__proto__": 1 }'),
  ];
  for (const value of wrong) expect(fastParse(functionSchema, value)).toBeUndefined();
});

test('any value is read as zod reads it, or not at all', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ROWS), fc.anything(), fc.nat(), (row, value, pick) => {
      const keys = Object.keys(row);
      const changed = { ...row, [keys[pick % keys.length] as string]: value };
      const quick = fastParse(functionSchema, changed);
      if (quick !== undefined) expect(quick).toStrictEqual(functionSchema.parse(changed));
    }),
    { numRuns: effort(200, 2000) },
  );
});
