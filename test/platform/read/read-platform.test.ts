import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  acpiPathOf,
  acpiPaths,
  checkPlatform,
  platformFromObject,
  readPlatform,
  requirePlatform,
  VFIO_REGISTERS,
} from '../../../src/platform/index.js';
import type { Platform } from '../../../src/vocab/index.js';
import { projectFolder } from '../../support/shared-material.js';

const folder = join(projectFolder, 'fixtures/platforms');
const read = (name: string): Platform => requirePlatform(readFileSync(join(folder, name), 'utf8'), { file: name });
const named = (platform: Platform, name: string) => platform.functions.find((described) => described.name === name);

test.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))('%s reads without a finding', (name) => {
  expect(readPlatform(readFileSync(join(folder, name), 'utf8')).diagnostics).toEqual([]);
});

test('the sensor hub', () => {
  const platform = read('sensor-hub.yaml');
  expect(platform.vcfg).toEqual({ base: 0x2_3000_0000n, buses: 64, lengthBytes: 0x800_0000 });
  expect(platform.memory).toEqual([
    { base: 0n, lengthBytes: 0xd000_0000n },
    { base: 0x1_0000_0000n, lengthBytes: 0x1_3000_0000n },
  ]);
  expect(platform.ecam).toEqual({ base: 0xf400_0000n, lengthBytes: 0x400_0000n, buses: 64 });
  expect(platform.addressBits).toBe(46);
  expect([...acpiPaths(platform).values()]).toEqual([
    '\\_SB.PC00.PE18',
    '\\_SB.PC00.PE20',
    '\\_SB.PC00.PC01',
    '\\_SB.PC00.PC01.PE00',
  ]);
  expect(named(platform, 'SENS')?.registers[0]).toEqual({
    name: 'CTRL',
    description: 'Switches the hub on and sets how it samples.',
    index: 0,
    access: 'rw',
    reset: 1,
    fields: [
      { name: 'ENBL', label: 'Enable', lowBit: 0, widthBits: 1 },
      { name: 'MODE', label: 'Mode', description: '0 once, 1 steady, 2 on motion.', lowBit: 1, widthBits: 2 },
      {
        name: 'RATE',
        label: 'Sample rate',
        description: 'Samples a second, as a power of two.',
        lowBit: 4,
        widthBits: 4,
      },
    ],
  });
  expect(named(platform, 'SENS')?.shared[2]).toEqual({
    name: 'RING',
    label: 'Sample ring',
    offsetBytes: 0x800,
    lengthBytes: 0x800,
  });
  expect(named(platform, 'RP00')?.bridge).toEqual({ secondary: 1, subordinate: 1 });
  expect(named(platform, 'GPU0')?.registers).toEqual(VFIO_REGISTERS);
});

test('what a file leaves out', () => {
  expect(platformFromObject({})).toEqual({
    vcfg: { base: 0x1_0000_0000n, buses: 64, lengthBytes: 0x800_0000 },
    memory: [{ base: 0n, lengthBytes: 0x8000_0000n }],
    ecam: { base: 0xf400_0000n, lengthBytes: 0x400_0000n, buses: 64 },
    addressBits: 46,
    cpus: 1,
    windows: {
      io: [
        { base: 0, lengthBytes: 0xcf8 },
        { base: 0xd00, lengthBytes: 0xf300 },
      ],
      mmio32: { base: 0xd000_0000n, lengthBytes: 0x2400_0000n },
      mmio64: { base: 0x1_4000_0000n, lengthBytes: 0x3ffe_c000_0000n },
    },
    interrupts: [16, 17, 18, 19],
    pm: { base: 0x600, sci: 9 },
    functions: [],
  });
  const { functions } = platformFromObject({
    functions: [
      { address: '00:02.0', name: 'BRDG', bridge: { secondary: 1 } },
      { address: '00:01.0', name: 'DEVI', registers: [{ name: 'CTRL', index: 0 }] },
    ],
  });
  expect(functions).toEqual([
    {
      address: { bus: 0, device: 1, function: 0 },
      name: 'DEVI',
      registers: [{ name: 'CTRL', index: 0, access: 'rw', reset: 0, fields: [] }],
      shared: [],
      ids: { vendor: 0x1b36, device: 5, classCode: 0xff_0000 },
    },
    {
      address: { bus: 0, device: 2, function: 0 },
      name: 'BRDG',
      registers: [],
      shared: [],
      bridge: { secondary: 1, subordinate: 1 },
      ids: { vendor: 0x1b36, device: 12, classCode: 0x06_0400 },
    },
  ]);
});

describe('where the windows stand', () => {
  /** RAM, buses, then the automatic base and the default ECAM base. */
  test.each<[memory: unknown, buses: number, base: bigint, ecam: bigint]>([
    ['512 MiB', 64, 0x1_0000_0000n, 0xf400_0000n],
    ['3328 MiB', 64, 0x1_0000_0000n, 0xf400_0000n],
    ['3329 MiB', 64, 0x1_0020_0000n, 0xf400_0000n],
    ['3332 MiB', 64, 0x1_0040_0000n, 0xf400_0000n],
    ['8 GiB', 64, 0x2_3000_0000n, 0xf400_0000n],
    ['1 TiB', 64, 0x100_3000_0000n, 0xf400_0000n],
    ['8 GiB', 1, 0x2_3000_0000n, 0xf7f0_0000n],
    ['8 GiB', 2, 0x2_3000_0000n, 0xf7e0_0000n],
    ['8 GiB', 3, 0x2_3000_0000n, 0xf7c0_0000n],
    ['8 GiB', 65, 0x2_3000_0000n, 0xf000_0000n],
    ['8 GiB', 128, 0x2_3000_0000n, 0xf000_0000n],
    ['8 GiB', 256, 0x2_3000_0000n, 0xe000_0000n],
    [[{ base: 0, size: 4096 }], 64, 0x1_0000_0000n, 0xf400_0000n],
    [
      [
        { base: 0x1_0000_0000, size: 4096 },
        { base: 0, size: 4096 },
      ],
      64,
      0x1_0020_0000n,
      0xf400_0000n,
    ],
  ])('%j of RAM, %i buses', (memory, buses, base, ecam) => {
    const platform = platformFromObject({ memory, vcfg: { buses } });
    expect([platform.vcfg.base, platform.ecam.base]).toEqual([base, ecam]);
  });
});

describe('what the host bridge passes on, of memory', () => {
  const whole = '0x3fff_ffff_ffff';
  /** The file, then the first and the last address of both windows; none where there is no room. */
  test.each<[what: string, file: object, mmio32: string, mmio64: string]>([
    ['up to ECAM, and after VCFG', { memory: '8 GiB' }, '0xd000_0000..0xf3ff_ffff', `0x2_4000_0000..${whole}`],
    ['a large ECAM', { vcfg: { buses: 256 } }, '0xd000_0000..0xdfff_ffff', `0x1_4000_0000..${whole}`],
    ['ECAM in front', { ecam: { base: 0xd000_0000 } }, '0xd400_0000..0xf7ff_ffff', `0x1_4000_0000..${whole}`],
    ['ECAM in the middle', { ecam: { base: 0xe000_0000 } }, '0xe400_0000..0xf7ff_ffff', `0x1_4000_0000..${whole}`],
    ['ECAM elsewhere', { ecam: { base: 0xb000_0000 } }, '0xd000_0000..0xf7ff_ffff', `0x1_4000_0000..${whole}`],
    ['ECAM high', { ecam: { base: 2 ** 40 } }, '0xd000_0000..0xf7ff_ffff', `0x100_4000_0000..${whole}`],
    ['VCFG low', { vcfg: { base: 0xd000_0000, buses: 8 }, addressBits: 32 }, '0xd100_0000..0xf77f_ffff', 'none'],
    ['RAM there', { memory: [{ base: 0, size: 0xf000_0000 }] }, '0xf000_0000..0xf3ff_ffff', `0x1_4000_0000..${whole}`],
    [
      'VCFG at the end',
      { vcfg: { base: 0x3fff_f800_0000 } },
      '0xd000_0000..0xf3ff_ffff',
      '0x1_0000_0000..0x3fff_f7ff_ffff',
    ],
    ['few address bits', { addressBits: 33 }, '0xd000_0000..0xf3ff_ffff', '0x1_4000_0000..0x1_ffff_ffff'],
    ['more address bits', { addressBits: 52 }, '0xd000_0000..0xf3ff_ffff', `0x1_4000_0000..${whole}`],
    [
      'no room',
      {
        memory: [
          { base: 0, size: 0xf400_0000 },
          { base: 0xf800_0000, size: 0x800_0000 },
        ],
      },
      'none',
      `0x1_4000_0000..${whole}`,
    ],
  ])('%s', (_, file, ...expected) => {
    const { windows } = platformFromObject(file);
    const digits = (value: bigint) => `0x${value.toString(16).replaceAll(/\B(?=(.{4})+$)/g, '_')}`;
    const shown = [windows.mmio32, windows.mmio64].map((range) =>
      range ? `${digits(range.base)}..${digits(range.base + range.lengthBytes - 1n)}` : 'none',
    );
    expect(shown).toEqual(expected);
  });

  test('a window is what the file says', () => {
    const { windows } = platformFromObject({
      windows: { io: [], mmio32: { base: '0xe000_0000', size: '1 MiB' }, mmio64: { base: '32 GiB', size: '1 GiB' } },
    });
    expect(windows).toEqual({
      io: [],
      mmio32: { base: 0xe000_0000n, lengthBytes: 0x10_0000n },
      mmio64: { base: 0x8_0000_0000n, lengthBytes: 0x4000_0000n },
    });
  });
});

test('events are allotted in the order of addresses, around those that the file says', () => {
  const vfio = (address: string, name: string, gpe?: number) => ({
    address,
    name,
    profile: 'vfio',
    ...(gpe === undefined ? {} : { gpe }),
  });
  const { functions } = platformFromObject({
    functions: [
      vfio('00:05.0', 'C'),
      vfio('00:04.0', 'B', 0),
      vfio('00:06.0', 'D', 200),
      vfio('00:03.0', 'A'),
      { address: '00:07.0', name: 'E' },
    ],
  });
  expect(functions.map(({ name, gpe }) => [name, gpe])).toEqual([
    ['A', 1],
    ['B', 0],
    ['C', 2],
    ['D', 200],
    ['E', undefined],
  ]);
});

test('ports are in ascending order whatever the order of the file', () => {
  const io = [
    { base: 0x2000, size: 16 },
    { base: 0x1000, size: 16 },
  ];
  expect(platformFromObject({ windows: { io } }).windows.io.map(({ base }) => base)).toEqual([0x1000, 0x2000]);
});

describe('how values are written', () => {
  test.each<[text: string, bytes: bigint]>([
    ['0x1_4000_0000', 0x1_4000_0000n],
    ['0x140000000', 0x1_4000_0000n],
    ['5_368_709_120', 0x1_4000_0000n],
    ['5368709120', 0x1_4000_0000n],
    ['5 GiB', 0x1_4000_0000n],
    ['5GiB', 0x1_4000_0000n],
    ['0x5 GiB', 0x1_4000_0000n],
    ['"0x1_4000_0000"', 0x1_4000_0000n],
    ['5_120 MiB', 0x1_4000_0000n],
    ['5368709120 B', 0x1_4000_0000n],
  ])('an address %s', (text, bytes) => {
    expect(requirePlatform(`vcfg: { base: ${text} }\nmemory: 1 GiB`).vcfg.base).toBe(bytes);
  });

  test('the B of a hex number is a digit', () => {
    expect(requirePlatform('memory: [{ base: 0x1000B000, size: 0x1B000 }]').memory).toEqual([
      { base: 0x1000_b000n, lengthBytes: 0x1_b000n },
    ]);
    expect(readPlatform('memory: 0x1B').diagnostics[0]?.message).toContain('0x0..0x1a');
  });

  test.each<[bits: string, lowBit: number, widthBits: number]>([
    ['0', 0, 1],
    ['31', 31, 1],
    ['7..4', 4, 4],
    ['31..0', 0, 32],
    ['[7, 4]', 4, 4],
    ['[7]', 7, 1],
    ['"0x1f..0x10"', 16, 16],
  ])('bits %s', (bits, lowBit, widthBits) => {
    const text = `functions: [{ address: 00:1.0, name: A, registers: [{ name: R, index: 0, fields: [{ name: F, bits: ${bits} }] }] }]`;
    expect(requirePlatform(text).functions[0]?.registers[0]?.fields).toEqual([{ name: 'F', lowBit, widthBits }]);
  });

  test('integers of any size are exact in an object too', () => {
    const file = {
      vcfg: { base: 0x3fff_f800_0000n },
      functions: [{ address: '00:01.0', name: 'A', ids: { vendor: 1n } }],
    };
    expect(platformFromObject(file).vcfg.base).toBe(0x3fff_f800_0000n);
    expect(platformFromObject(file).functions[0]?.ids.vendor).toBe(1);
    expect(checkPlatform({ vcfg: { base: 2 ** 60 } }).diagnostics[0]?.code).toBe('PLATFORM_BAD_NUMBER');
  });

  test('numbers that no double holds are exact in YAML', () => {
    const base = 0xffff_ffff_f800_0000n;
    for (const text of [`${base}`, `0x${base.toString(16)}`, '0xffff_ffff_f800_0000']) {
      expect(requirePlatform(`vcfg: { base: ${text} }\naddressBits: 64`).vcfg.base, text).toBe(base);
    }
    const odd = `vcfg: { base: ${base + 1n} }\naddressBits: 64`;
    expect(readPlatform(odd).diagnostics[0]?.message).toContain('0xfffffffff8000001');
  });

  test('anchors and aliases', () => {
    const text = `functions:
  - { address: 00:01.0, name: A, registers: &map [{ name: R, index: 5 }] }
  - { address: 00:02.0, name: B, registers: *map }`;
    expect(requirePlatform(text).functions.map(({ registers }) => registers[0]?.index)).toEqual([5, 5]);
    const bad = text.replace('index: 5', 'index: 5000');
    expect(readPlatform(bad).diagnostics.map(({ place }) => [place.line, place.path])).toEqual([
      [2, 'functions[0].registers[0].index'],
      [2, 'functions[1].registers[0].index'],
    ]);
  });
});

test('parts are in the order of the machine, whatever their order in the file', () => {
  const { functions } = requirePlatform(`functions:
  - { address: 00:02.0, name: B }
  - address: 00:01.0
    name: A
    registers: [{ name: R9, index: 9 }, { name: R1, index: 1, fields: [{ name: HIGH, bits: 9 }, { name: LOW, bits: 1 }] }]
    shared: [{ name: S8, offset: 8, bytes: 4 }, { name: S0, offset: 0, bytes: 4 }]`);
  expect(functions.map(({ name }) => name)).toEqual(['A', 'B']);
  expect(functions[0]?.registers.map(({ name }) => name)).toEqual(['R1', 'R9']);
  expect(functions[0]?.registers[0]?.fields.map(({ name }) => name)).toEqual(['LOW', 'HIGH']);
  expect(functions[0]?.shared.map(({ name }) => name)).toEqual(['S0', 'S8']);
});

test('a description of several lines', () => {
  const text = `functions:
  - address: 00:01.0
    name: A
    description: |
      First.
      Second.
`;
  expect(requirePlatform(text).functions[0]?.description).toBe('First.\nSecond.');
});

test('how far down a bridge leads', () => {
  const platform = read('all-buses.yaml');
  const bridges = platform.functions.flatMap(({ name, bridge }) =>
    bridge ? [[name, bridge.secondary, bridge.subordinate]] : [],
  );
  expect(bridges).toEqual([
    ['RP01', 0x01, 0x7f],
    ['RP80', 0x80, 0xff],
    ['SW02', 0x02, 0x7f],
    ['SW03', 0x03, 0x7f],
    ['RPFF', 0xff, 0xff],
  ]);
});

test('the ACPI path of a function, as crosvm gives it', () => {
  const platform = read('all-buses.yaml');
  const at = (bus: number, device: number, fn: number) => acpiPathOf(platform, { bus, device, function: fn });
  expect(at(0, 0, 0)).toBe('\\_SB.PC00');
  expect(at(0, 0, 1)).toBe('\\_SB.PC00.PE01');
  expect(at(0, 0x1f, 7)).toBe('\\_SB.PC00.PEFF');
  expect(at(0, 2, 0)).toBe('\\_SB.PC00.PC01');
  expect(at(3, 0, 0)).toBe('\\_SB.PC00.PC01.PC02.PC03.PE00');
  expect(at(0xff, 0x1f, 0)).toBe('\\_SB.PC00.PC80.PCFF.PEF8');
  expect(() => at(0, 9, 0)).toThrow(/00:09\.0 is not a function of the platform, which has 12/);
});
