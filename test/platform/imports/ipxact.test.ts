import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importRegisters } from '../../../src/platform/imports/index.js';
import { IpxactNumbers } from '../../../src/platform/imports/ipxact/ipxact-numbers.js';
import { projectFolder } from '../../support/shared-material.js';
import { ipxact } from './hostile.js';

const read = async (text: string, options = {}) => {
  const { diagnostics, leftOut, ...others } = await importRegisters(text, options);
  return { ...others, codes: diagnostics.map(({ code }) => code), left: leftOut.map(({ kind }) => kind), diagnostics };
};
const editions = ['2009', '2014', '2022'].map(
  (edition) => [edition, readFileSync(join(projectFolder, `fixtures/imports/serial-${edition}.xml`), 'utf8')] as const,
);

describe('one component in three editions of IP-XACT', () => {
  it.each(editions)('of %s is the same platform', async (_, text) => {
    const { text: made = '', platform, codes } = await read(text, { file: 'serial.xml' });
    expect(codes).toEqual([]);
    expect(made).toMatch(/^# Imported from serial\.xml \(IP-XACT\)\.\n/);
    const [first] = await Promise.all(editions.map(async ([, each]) => (await read(each)).platform));
    expect(platform).toEqual(first);
    expect(platform?.functions[0]).toMatchObject({
      name: 'UART',
      registers: [
        { index: 0, reset: 0x13, access: 'rw' },
        { index: 1, access: 'ro', fields: [{ lowBit: 0 }, { lowBit: 1, access: 'w1c' }] },
        ...[4, 5, 6, 7].map((index) => ({ index, access: 'wo' })),
        { index: 16, access: 'rw' },
        { index: 18, access: 'rc', fields: [{ widthBits: 16 }] },
        { index: 20 },
        { index: 22 },
      ],
    });
  });

  it.each(editions)('of %s names what it leaves out', async (edition, text) => {
    const { left } = await read(text);
    expect(left.toSorted()).toEqual(['memory', ...(edition === '2009' ? [] : ['no-access']), 'user-property']);
  });
});

/** A register named `name` at a byte, and what else it has. */
const register = (name: string, at: string, inside = '') =>
  `<i:register><i:name>${name}</i:name><i:addressOffset>${at}</i:addressOffset><i:size>32</i:size>${inside}</i:register>`;
const field = (name: string, low: number, bits: number, inside = '') =>
  `<i:field><i:name>${name}</i:name><i:bitOffset>${low}</i:bitOffset><i:bitWidth>${bits}</i:bitWidth>${inside}</i:field>`;
const rowsOf = async (text: string) => {
  const { platform, codes, left, diagnostics } = await read(text);
  const registers = platform?.functions[0]?.registers ?? [];
  const rows = registers.map(({ longName, name, index }) => `${longName ?? name} ${index}`);
  return { rows, registers, codes, left, diagnostics };
};

describe('a component', () => {
  it('has its elements in whatever namespace its own prefix is, or in none', async () => {
    const text = ipxact(register('CTRL', '4'));
    for (const each of [text, text.replaceAll('i:', 'spirit:'), text.replaceAll('i:', '')])
      expect((await rowsOf(each)).rows).toEqual(['CTRL 1']);
    const foreign = ipxact(register('CTRL', '4') + register('OTHR', '8').replaceAll('i:', 'x:'));
    expect((await rowsOf(foreign)).rows).toEqual(['CTRL 1']);
  });

  it('with several dimensions has them one after the other', async () => {
    const text = ipxact(register('R', "'h10", '<i:dim>2</i:dim><i:dim>3</i:dim>'));
    expect((await rowsOf(text)).registers.map(({ index }) => index)).toEqual([4, 5, 6, 7, 8, 9]);
  });

  it('has the reset of an array of fields in each element', async () => {
    const array = (more: string) =>
      field(
        'F',
        4,
        4,
        `<i:array><i:dim>3</i:dim>${more}</i:array><i:resets><i:reset><i:value>5</i:value></i:reset></i:resets>`,
      );
    const { registers } = await rowsOf(
      ipxact(register('A', '0', array('')) + register('B', '4', array('<i:bitStride>8</i:bitStride>'))),
    );
    expect(registers.map(({ reset, fields }) => [reset, fields.map(({ lowBit }) => lowBit)])).toEqual([
      [0x5550, [4, 8, 12]],
      [0x50_5050, [4, 12, 20]],
    ]);
  });

  it('has a function for each element of an array of address blocks', async () => {
    const array = '<i:array><i:dim>2</i:dim><i:stride>4096</i:stride></i:array>';
    const text = ipxact(register('R', '8')).replace('<i:baseAddress>', `${array}<i:baseAddress>`);
    const { platform, codes } = await read(text);
    expect(codes).toEqual([]);
    expect(platform?.functions.map(({ name, registers }) => [name, registers[0]?.index])).toEqual([
      ['B0', 2],
      ['B1', 2],
    ]);
  });

  it('has addresses in units of other sizes', async () => {
    const text = ipxact(
      register('A', '1') + register('B', '2', '<i:array><i:dim>2</i:dim><i:stride>2</i:stride></i:array>'),
    );
    const words = text.replace('</i:memoryMap>', '<i:addressUnitBits>32</i:addressUnitBits></i:memoryMap>');
    expect((await rowsOf(words)).registers.map(({ index }) => index)).toEqual([1, 2, 4]);
  });

  it.each(['UNIT', '0', '2**1000'])('has bytes where the bits at an address are %s, and a warning', async (bits) => {
    const text = ipxact(register('A', '4')).replace(
      '</i:memoryMap>',
      `<i:addressUnitBits>${bits}</i:addressUnitBits></i:memoryMap>`,
    );
    expect(await rowsOf(text)).toMatchObject({ rows: ['A 1'], codes: ['IMPORT_BAD_NUMBER'] });
  });

  it('leaves out what is not present, and says what it cannot carry over', async () => {
    const absent = '<i:isPresent>FULL == 1</i:isPresent>';
    const { rows, left } = await rowsOf(
      ipxact(
        register('KEPT', '0', `${field('F', 0, 1)}${field('G', 1, 1, '<i:isPresent>0</i:isPresent>')}`) +
          register('GONE', '4', '<i:isPresent>LITE - 1</i:isPresent>') +
          register('ODD', '8', absent) +
          register(
            'VIEW',
            '12',
            '<i:alternateRegisters><i:alternateRegister/><i:alternateRegister/></i:alternateRegisters>',
          ),
        '<i:parameters><i:parameter><i:name>LITE</i:name><i:value>1</i:value></i:parameter></i:parameters>',
      ).replace('</i:memoryMap>', '<i:bank/><i:subspaceMap/><i:memoryRemap/></i:memoryMap>'),
    );
    expect(rows).toEqual(['KEPT 0', 'ODD 2', 'VIEW 3']);
    expect(left.toSorted()).toEqual(['address-block', 'alternate']);
  });

  it('says where isPresent cannot be computed, and keeps what it is about', async () => {
    const present = (text: string) => `<i:isPresent>${text}</i:isPresent>`;
    const text = ipxact(
      [
        register('A', '0', present('FULL == 1')),
        register('B', '4', `${field('F', 0, 1, present('$clog2(2)'))}${field('G', 1, 1, present('1'))}`),
        register('C', '8', present('true')),
        register('D', '12', present('false')),
      ].join('\n'),
    );
    const { rows, diagnostics } = await rowsOf(text);
    expect(rows).toEqual(['A 0', 'B 1', 'C 2']);
    const lineOf = (words: string) => text.split('\n').findIndex((line) => line.includes(words)) + 1;
    expect(diagnostics).toMatchObject(
      [
        { code: 'IMPORT_BAD_NUMBER', severity: 'warning', place: { line: lineOf('FULL') }, message: /"FULL == 1"/ },
        {
          code: 'IMPORT_BAD_NUMBER',
          severity: 'warning',
          place: { line: lineOf('$clog2') },
          cure: /the field is taken as present/,
        },
      ].map(({ message, cure, ...others }) => ({
        ...others,
        ...(message && { message: expect.stringMatching(message) }),
        ...(cure && { cure: expect.stringMatching(cure) }),
      })),
    );
  });

  it('names its address blocks by their maps too if two have one name', async () => {
    const one = ipxact(register('R', '0'));
    const map = /<i:memoryMap>.*<\/i:memoryMap>/.exec(one)?.[0] as string;
    const { platform } = await read(one.replace(map, `${map}${map.replace('<i:name>M<', '<i:name>N<')}`));
    expect(platform?.functions.map(({ name }) => name)).toEqual(['M_B', 'N_B']);
  });

  it('has value names for patterns, and the words of a field', async () => {
    const values = `<i:enumeratedValues><i:enumeratedValue><i:name>LOW</i:name><i:value>3'b0x1</i:value></i:enumeratedValue></i:enumeratedValues>`;
    const { registers } = await rowsOf(
      ipxact(
        register(
          'R',
          '0',
          field('F', 0, 3, `<i:displayName>Speed</i:displayName><i:description>In steps.</i:description>${values}`),
        ),
      ),
    );
    expect(registers[0]?.fields[0]).toMatchObject({
      description: 'Speed. In steps.',
      values: [
        { name: 'low_1', value: 1 },
        { name: 'low_3', value: 3 },
      ],
    });
  });

  it.each([
    [
      'a register of another file',
      '<i:register><i:name>R</i:name><i:addressOffset>0</i:addressOffset><i:registerDefinitionRef>D</i:registerDefinitionRef></i:register>',
      'The register is defined elsewhere (registerDefinitionRef), which is not read.',
    ],
    ['no offset', '<i:registerFile><i:name>F</i:name></i:registerFile>', 'The registerFile has no addressOffset.'],
    [
      'an offset that is no number',
      register('R', 'WHERE + 4'),
      'addressOffset is "WHERE + 4", which is not a number below 2^32.',
    ],
    [
      'a distance of elements that is no number',
      register('R', '0', '<i:array><i:dim>2</i:dim><i:stride>FAR</i:stride></i:array>'),
      'dimIncrement is "FAR", which is not a number below 2^32.',
    ],
    [
      'a reset that is no number',
      register('R', '0', '<i:reset><i:value>unknown</i:value></i:reset>'),
      'resetValue is "unknown", which is not an unsigned number.',
    ],
  ])('with %s has a warning at its place', async (_, registers, message) => {
    const { diagnostics } = await read(ipxact(`\n  ${registers}`));
    const warning = diagnostics.find(({ severity }) => severity === 'warning');
    expect(warning).toMatchObject({ message, place: { line: 2 } });
  });

  it('is refused as another format than it is', async () => {
    const component = ipxact(register('R', '0'));
    expect((await read(component, { format: 'svd' })).diagnostics[0]?.message).toBe(
      'The outermost element is <i:component>, not <device>.',
    );
    expect((await read('<device/>', { format: 'ipxact' })).diagnostics[0]?.message).toBe(
      'The outermost element is <device>, not <component>.',
    );
    expect((await read(component, { format: 'ipxact' })).codes).toEqual([]);
  });
});

describe('a number of IP-XACT', () => {
  const numbers = new IpxactNumbers(
    new Map([
      ['A', '3'],
      ['B', 'A * 2'],
      ['LOOP', 'LOOP + 1'],
      ['uuid_1.x', "'h20"],
      ['A-B', '40'],
    ]),
  );
  it.each<[string, bigint | undefined]>([
    ['0', 0n],
    ['12', 12n],
    ['1_000', 1000n],
    ['0x1F', 31n],
    ['#1f', 31n],
    ['4K', 4096n],
    ['2m', 2n << 20n],
    ["'h1F", 31n],
    ["32'hdead_beef", 0xdead_beefn],
    ["8 'sb101", 5n],
    ["'o17", 15n],
    ["'d9", 9n],
    ['A', 3n],
    ['B+1', 7n],
    ['uuid_1.x / 4', 8n],
    ['B-1', 5n],
    ['(B-A)*2', 6n],
    ['B-A-1', 2n],
    ['A-B', 40n],
    ['A-B-1', 39n],
    ['A-NONE', undefined],
    ['A.B', undefined],
    ['2 + 3 * 4', 14n],
    ['(2 + 3) * 4', 20n],
    ['10 - 2 - 3', 5n],
    ['2 ** 3 ** 2', 64n],
    ['1 << 2 + 1', 8n],
    ['-3 + 5', 2n],
    ['7 % 4', 3n],
    ['', undefined],
    ['3 -', undefined],
    ['1 2', undefined],
    ['-1', undefined],
    ['1 / 0', undefined],
    ["'b2", undefined],
    ["'hx", undefined],
    ['4KB', undefined],
    ['LOOP', undefined],
    ['NONE', undefined],
    ['(1', undefined],
    ['2 ** 2000', undefined],
    ['1 << 1025', undefined],
    ['$clog2(8)', undefined],
  ])('%j is %s', (text, value) => expect(numbers.read(text)).toBe(value));
});
