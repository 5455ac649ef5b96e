import { describe, expect, it } from 'vitest';
import { checkPlatform, platformFromObject, readPlatform } from '../../../src/platform/index.js';

const fieldsOf = (registers: readonly object[]) =>
  platformFromObject({ functions: [{ address: '00:04.0', name: 'SENS', registers }] }).functions[0]?.registers ?? [];

/** As a vendor names them: a thousand registers and 32 fields in each, by long names alone. */
const many = Array.from({ length: 1024 }, (_, index) => ({
  longName: `register_${index}`,
  index,
  fields: Array.from({ length: 32 }, (_, bit) => ({ longName: `field_${bit}`, bits: bit })),
}));

describe('names that are made for AML', () => {
  it('are as many as a function can need, and none twice', () => {
    const registers = fieldsOf(many);
    const names = registers.flatMap(({ name, fields }) => [name, ...fields.map((field) => field.name)]);
    expect(names).toHaveLength(1024 * 33);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^R[A-Z0-9]{3}$/);
  });

  it('stay if the other part of the same name comes later in the file', () => {
    const before = fieldsOf(many.slice(0, 60));
    const all = fieldsOf(many);
    expect(all.slice(0, 60)).toEqual(before);
  });

  it('give way to names that the file gives', () => {
    const [made] = fieldsOf([{ longName: 'control', index: 0 }]);
    const rows = [
      { longName: 'control', index: 0 },
      { name: made?.name, longName: 'other', index: 1 },
    ];
    const [control, other] = fieldsOf(rows);
    expect(other?.name).toBe(made?.name);
    expect(control?.name).toMatch(/^C/);
    expect(control?.name).not.toBe(made?.name);
  });

  it('are those of the elements of arrays', () => {
    const [made] = fieldsOf([{ longName: 'ring0', index: 0 }]);
    const registers = [
      { longName: 'ring', index: 0, count: 2 },
      { name: made?.name, longName: 'other', index: 4 },
    ];
    const [described] = platformFromObject({ functions: [{ address: '00:04.0', name: 'SENS', registers }] }).functions;
    expect(described?.arrays?.[0]?.elements).toEqual(described?.registers.slice(0, 2).map(({ name }) => name));
  });

  it('are not made for two parts of one name', () => {
    const twice = [
      {
        longName: 'control',
        index: 0,
        fields: [
          { longName: 'mode', bits: 0 },
          { longName: 'mode', bits: 1 },
        ],
      },
    ];
    const { diagnostics } = checkPlatform({ functions: [{ address: '00:04.0', name: 'SENS', registers: twice }] });
    expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(['PLATFORM_DUPLICATE_NAME']));
  });
});

describe('names of groups and templates', () => {
  it('have the form of long names', () => {
    const text = `groups:
  "Bad Name":
    registers: [{ name: R, index: 0 }]
  good_name: { registers: [{ name: R, index: 0 }] }
templates:
  9lives: { registers: [{ name: R, index: 0 }] }
functions:
  - { address: 00:04.0, name: SENS }
`;
    const { diagnostics } = readPlatform(text);
    expect(diagnostics.map(({ code, place, cure }) => [code, place.line, place.column, cure])).toEqual([
      ['PLATFORM_BAD_NAME', 2, 3, expect.stringContaining('such as bad_name.')],
      ['PLATFORM_BAD_NAME', 6, 3, expect.stringContaining('such as lives.')],
    ]);
  });
});
