import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Machine } from '../../../src/device/index.js';
import { platformFromObject } from '../../../src/platform/index.js';
import { effort } from '../../support/effort.js';

const SENSOR = {
  address: '00:04.0',
  name: 'SENS',
  bars: [
    { index: 0, size: '64 KiB', kind: 'mem64', prefetchable: true },
    { index: 2, size: '16 KiB' },
    { index: 3, size: 64, kind: 'io' },
  ],
  msix: { vectors: 8, bar: 2, pba: 0x2000 },
  capabilities: [
    { id: 'pm' },
    { id: 'vendor', bytes: [1, 2, 3, 4, 5], writable: [0, 0xff00] },
    { id: 'pcie' },
    { id: 0x0b, extended: true, bytes: [1, 2, 3, 4] },
    { id: 3, extended: true, version: 2, bytes: [5, 6] },
  ],
};

/** The machine, and its first function's configuration space through ECAM. */
function machineOf(functions: object[] = [SENSOR], options = {}) {
  const machine = new Machine(platformFromObject({ functions }), options);
  const { ecam } = machine.platform;
  const at = (offset: number) => ecam.base + BigInt((4 << 15) + offset);
  const read = (offset: number) => machine.memory.read32(at(offset));
  const write = (offset: number, value: number) => machine.memory.write32(at(offset), value);
  return { machine, read, write };
}

describe('BARs of the platform file', () => {
  test('answer to sizing, and keep their type bits', () => {
    const { read, write } = machineOf();
    for (const [offset, size, type] of [
      [0x10, 0x1_0000, 0xc],
      [0x18, 0x4000, 0],
      [0x1c, 64, 1],
    ] as const) {
      const before = read(offset);
      write(offset, 0xffff_ffff);
      expect(read(offset).toString(16)).toBe(((~(size - 1) | type) >>> 0).toString(16));
      write(offset, before);
      expect(read(offset)).toBe(before);
      expect(before & 0xf).toBe(type);
    }
    write(0x14, 0xffff_ffff);
    expect(read(0x14)).toBe(0xffff_ffff);
    write(0x20, 0xffff_ffff);
    expect(read(0x20)).toBe(0);
  });

  test('are in the windows, each at a multiple of its size, without overlap', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 4, max: 24 }), fc.constantFrom('mem32', 'mem64')), {
          minLength: 1,
          maxLength: 30,
        }),
        (sizes) => {
          const functions = sizes.map(([power, kind], n) => ({
            address: `00:${(n + 1).toString(16).padStart(2, '0')}.0`,
            name: `F${n}`,
            bars: [
              { index: 0, size: 2 ** power, kind },
              { index: 2, size: 4096 },
            ],
          }));
          const platform = platformFromObject({ functions });
          const { mmio32, mmio64 } = platform.windows;
          const bars = platform.functions.flatMap((each) => each.bars ?? []);
          expect(bars).toHaveLength(2 * sizes.length);
          for (const { address, sizeBytes, kind } of bars) {
            const window = kind === 'mem64' ? mmio64 : mmio32;
            expect(address % sizeBytes).toBe(0n);
            expect(window && address >= window.base && address + sizeBytes <= window.base + window.lengthBytes).toBe(
              true,
            );
          }
          const sorted = bars.toSorted((a, b) => (a.address < b.address ? -1 : 1));
          for (const [at, bar] of sorted.entries()) {
            const next = sorted[at + 1];
            if (next !== undefined) expect(bar.address + bar.sizeBytes <= next.address).toBe(true);
          }
          expect(new Machine(platform).log.count).toBeDefined();
        },
      ),
      { numRuns: effort(30, 150) },
    );
  });
});

describe('capabilities of the platform file', () => {
  test('are a list that a guest can walk', () => {
    const { read } = machineOf();
    expect(read(4) & 0x10_0000).toBe(0x10_0000);
    const list: [id: number, at: number][] = [];
    for (let at = read(0x34) & 0xff; at !== 0; at = (read(at) >>> 8) & 0xff) list.push([read(at) & 0xff, at]);
    expect(list).toEqual([
      [0x01, 0x40],
      [0x09, 0x48],
      [0x10, 0x50],
      [0x11, 0x8c],
    ]);
    expect([read(0x48), read(0x4c)]).toEqual([0x0108_5009, 0x0504_0302]);
    expect([read(0x8c) >>> 16, read(0x90), read(0x94)]).toEqual([7, 2, 0x2002]);
  });

  test('can be written only where they say so', () => {
    const { read, write } = machineOf();
    for (let offset = 0x40; offset < 0x100; offset += 4) write(offset, 0xffff_ffff);
    expect(read(0x44)).toBe(0x0000_000b);
    expect(read(0x48)).toBe(0x0108_5009);
    expect(read(0x4c)).toBe(0x0504_ff02);
    expect(read(0x8c)).toBe(0xc007_0011);
    expect(read(0x50) & 0xff).toBe(0x10);
  });

  test.each([{}, { configPages: true }])('extended ones follow at 0x100, in mapped pages too: %j', (options) => {
    const { read, write } = machineOf([SENSOR], options);
    expect([0x100, 0x104, 0x108, 0x10c, 0x110].map(read)).toEqual([0x1081_000b, 0x0403_0201, 0x0002_0003, 0x0605, 0]);
    write(0x104, 0xffff_ffff);
    expect(read(0x104)).toBe(0x0403_0201);
    expect(machineOf([{ address: '00:04.0', name: 'S' }], options).read(0x100)).toBe(0xffff_ffff);
  });
});

test('the MSI-X table keeps what is written, masked after reset, and is in snapshots', () => {
  const { machine } = machineOf();
  const bar = machine.platform.functions[0]?.bars?.find(({ index }) => index === 2);
  const at = (offset: number) => (bar?.address ?? 0n) + BigInt(offset);
  expect(machine.memory.read32(at(12))).toBe(1);
  machine.memory.write32(at(0x70), 0xfee0_0000);
  machine.memory.write32(at(0x2000), 0xffff_ffff);
  expect([machine.memory.read32(at(0x70)), machine.memory.read32(at(0x2000))]).toEqual([0xfee0_0000, 0]);
  const other = machineOf().machine;
  expect(other.restoreText(machine.snapshotText())).toEqual([]);
  expect(other.memory.read32(at(0x70))).toBe(0xfee0_0000);
  const less = machineOf([{ ...SENSOR, msix: { vectors: 4, bar: 2 } }]).machine;
  expect(less.restoreText(machine.snapshotText()).map(({ code }) => code)).toContain('SNAPSHOT_FOREIGN');
});

test('a description of parts that no function can have is refused', () => {
  const platform = platformFromObject({ functions: [SENSOR] });
  const [first] = platform.functions;
  const broken = (parts: object) => () =>
    new Machine({ ...platform, functions: [{ ...first, ...parts } as NonNullable<typeof first>] });
  expect(broken({ msix: { ...first?.msix, vectors: 0 } })).toThrow(RangeError);
  expect(broken({ bars: 5 })).toThrow(TypeError);
  expect(broken({ capabilities: [{ id: 9, bytes: [300], writable: [] }] })).toThrow(RangeError);
  expect(broken({ capabilities: [{ id: 9, bytes: Array(250).fill(0), writable: [] }] })).toThrow(
    /PCI_CAPABILITY_REFUSED/,
  );
  expect(broken({ capabilities: [{ id: 9, version: 16, bytes: [], writable: [] }] })).toThrow(/PCI_CAPABILITY_REFUSED/);
});
