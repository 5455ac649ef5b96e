import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportRegisters, importRegisters, type RegisterFormat } from '../../../src/platform/imports/index.js';
import { checkPlatform } from '../../../src/platform/index.js';
import type { Access, FieldDescription, Platform } from '../../../src/vocab/index.js';
import { effort } from '../../support/effort.js';
import { projectFolder } from '../../support/shared-material.js';

const FORMATS = ['svd', 'systemrdl', 'ipxact'] as const satisfies readonly RegisterFormat[];

/** What all formats carry of a platform: everything but addresses, ACPI names, and in SystemRDL what only the others say. */
function carried(platform: Platform, format: RegisterFormat) {
  const isXml = format !== 'systemrdl';
  const name = ({ name: seg, longName }: { name: string; longName?: string }) =>
    longName ?? seg.replace(/_+$/, '').toLowerCase();
  const words = ({ label, description }: { label?: string; description?: string }) =>
    [label, description].filter(Boolean).join('. ');
  const fieldOf = (field: FieldDescription, access: Access) => ({
    name: name(field),
    words: words(field),
    bits: [field.lowBit, field.widthBits],
    access: field.access ?? access,
    values: field.values ?? [],
    // The least and greatest of all values are no limits.
    limits: isXml ? [field.least || undefined, field.most === 2 ** field.widthBits - 1 ? undefined : field.most] : [],
  });
  return platform.functions
    .filter(({ registers }) => registers.length > 0)
    .map((each) => ({
      ...each,
      // A dword without fields whose other half has some: all that SystemRDL says is in those fields.
      bare: new Set(
        (each.wide ?? []).flatMap(({ index }) => {
          const halves = each.registers.filter((half) => half.index === index || half.index === index + 1);
          return halves.some(({ fields }) => fields.length > 0) ? [index, index + 1] : [];
        }),
      ),
    }))
    .map(({ bare, ...each }) => ({
      name: name(each),
      words: words(each),
      registers: each.registers.map(({ fields, access, reset, index, ...register }) => {
        // Bits outside fields have no reset value in SystemRDL, and no access where all bits are in fields.
        const bits = fields.reduce(
          (all, { lowBit, widthBits }) => all | (((1n << BigInt(widthBits)) - 1n) << BigInt(lowBit)),
          0n,
        );
        const known = isXml || (fields.length === 0 && !bare.has(index)) ? BigInt(reset) : BigInt(reset) & bits;
        return {
          name: name(register as { name: string }),
          index,
          reset: known,
          ...(fields.length === 0 && !bare.has(index) && { access }),
          fields: fields.map((field) => fieldOf(field, access)),
        };
      }),
      wide: (each.wide ?? []).map(({ index, fields, ...wide }) => [
        name(wide),
        index,
        fields.map((field) => [name(field), field.lowBit, field.widthBits]),
      ]),
    }));
}

async function imported(text: string): Promise<Platform> {
  const { platform, diagnostics } = await importRegisters(text);
  if (platform === undefined) throw new Error(JSON.stringify(diagnostics));
  return platform;
}

const word = fc.constantFrom(
  'alpha',
  'beta',
  'gamma',
  'delta',
  'rate',
  'tx_fifo',
  'mode',
  'in',
  'value_of',
  'reg',
  'x2',
);
const prose = fc.constantFrom(
  'Plain words.',
  'a < b && c > "d"',
  'Back\\slash, [b]rackets] and 100 %.',
  'Grüße, 10 µs',
  "It's on.",
);
const access = fc.constantFrom<Access>('rw', 'ro', 'wo', 'w1c', 'w1s', 'rc');

const fields = (bits: number) =>
  fc
    .array(
      fc.record({
        skip: fc.nat(4),
        width: fc.integer({ min: 1, max: 9 }),
        access: fc.option(access, { nil: undefined }),
        description: fc.option(prose, { nil: undefined }),
        values: fc.boolean(),
        max: fc.boolean(),
      }),
      { maxLength: 5 },
    )
    .map((parts) => {
      let low = 0;
      return parts.flatMap(({ skip, width, access: own, description, values, max }, index) => {
        const first = low + skip;
        low = first + width;
        if (low > bits || (first < 32 && low > 32)) return [];
        return [
          {
            longName: `field_${'abcdef'[index]}`,
            bits: width === 1 ? first : `${low - 1}..${first}`,
            ...(own && { access: own }),
            ...(description && { description }),
            ...(values && { values: { off: 0, on: { value: 1, description: 'On.' } } }),
            ...(max && width > 2 && { min: 1, max: 2 }),
          },
        ];
      });
    });

const register = fc
  .record({
    name: word,
    wide: fc.boolean(),
    access,
    reset: fc.nat(0xffff_ffff),
    count: fc.option(fc.integer({ min: 2, max: 5 }), { nil: undefined }),
    description: fc.option(prose, { nil: undefined }),
  })
  .chain((row) => fields(row.wide ? 64 : 32).map((list) => ({ ...row, fields: list })));

const platforms = fc
  .array(fc.array(register, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 })
  .map((functions) => ({
    functions: functions.map((rows, device) => {
      let index = device;
      return {
        address: `00:${(device + 4).toString(16).padStart(2, '0')}.0`,
        name: `FUN${device}`,
        registers: rows.map(({ name, wide, count, description, ...row }, at) => {
          const own = {
            longName: `${name}_${'abcde'[at]}`,
            index,
            ...(wide && { width: 64 }),
            ...(count && { count }),
          };
          index += (count ?? 1) * (wide ? 2 : 1) + 1;
          return { ...own, ...row, ...(description && { description }) };
        }),
      };
    }),
  }));

describe.each(FORMATS)('a platform in %s and back', (format) => {
  it('has the same registers, fields, accesses, reset values and value names', async () => {
    await fc.assert(
      fc.asyncProperty(platforms, async (object) => {
        const { platform } = checkPlatform(object);
        // Two long names can give one ACPI name, which is a finding.
        fc.pre(platform !== undefined);
        const again = await imported(exportRegisters(platform, format).text);
        expect(carried(again, format)).toEqual(carried(platform, format));
      }),
      { numRuns: effort(25, 60) },
    );
  });
});

it.each(FORMATS)('elements of arrays whose names end in digits have names of their own in %s', async (format) => {
  const { platform } = checkPlatform({
    functions: [
      {
        address: '00:04.0',
        name: 'FUN0',
        registers: [
          { longName: 'r_1', index: 0, count: 2, stride: 3 },
          { longName: 'r_10', index: 20 },
          { longName: 's_1', index: 24, count: 12 },
        ],
      },
    ],
  });
  const { text } = exportRegisters(platform as Platform, format);
  const names = [...text.matchAll(/<(?:ipxact:)?register>\s*<(?:ipxact:)?name>(.*?)</g)].map(([, name = '']) =>
    name.replace('%s', '0'),
  );
  expect(new Set(names).size).toBe(names.length);
  const registers = (await imported(text)).functions[0]?.registers.map(({ name, longName = name }) =>
    longName.toLowerCase(),
  );
  expect(registers).toEqual(['r_1_0', 'r_1_1', 'r_10', ...Array.from({ length: 12 }, (_, at) => `s_1_${at}`)]);
});

it.each(FORMATS)('parts of a register of 64 bits whose made names are taken have others in %s', async (format) => {
  // Found at random: two of the names that the fields of the elements get in AML are the same.
  const fields = ['field_a', 'field_b', 'field_c'].map((longName, bits) => ({ longName, bits }));
  const wide = { longName: 'tx_fifo_e', index: 8, width: 64, count: 5, access: 'w1s', fields };
  const before = ['a', 'b', 'c', 'd'].map((letter, at) => ({ longName: `alpha_${letter}`, index: at * 2 }));
  const { platform } = checkPlatform({
    functions: [{ address: '00:04.0', name: 'FUN0', registers: [...before, wide] }],
  });
  const again = await imported(exportRegisters(platform as Platform, format).text);
  expect(carried(again, format)).toEqual(carried(platform as Platform, format));
});

const FOLDER = join(projectFolder, 'fixtures/imports');
const FILES = readdirSync(FOLDER).filter((name) => /\.(svd|rdl|xml)$/.test(name));

describe.each(FILES)('fixtures/imports/%s', (file) => {
  it.each(FORMATS)('imported, exported as %s and imported again is the same platform', async (format) => {
    const platform = await imported(readFileSync(join(FOLDER, file), 'utf8'));
    const again = await imported(exportRegisters(platform, format).text);
    expect(carried(again, format)).toEqual(carried(platform, format));
  });
});
