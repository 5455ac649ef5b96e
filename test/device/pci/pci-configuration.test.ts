import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/base/index.js';
import {
  type BarConfiguration,
  DiagnosticLog,
  PciConfiguration,
  PciRoot,
  RegisterMapFunction,
  SharedMemory,
} from '../../../src/device/index.js';
import { describeFunction } from '../sample-platform.js';
import { BarFunction, THREE_BARS } from './bar-function.js';

const HEADER = { vendor: 0x1af4, device: 0x1008, classCode: 0x02_0304, revision: 5, headerType: 'device' } as const;

function make(headerType: 'device' | 'bridge' = 'device'): PciConfiguration {
  return new PciConfiguration({ ...HEADER, headerType }, 'test', new DiagnosticLog());
}

function dwords(configuration: PciConfiguration, ...registers: number[]): string[] {
  return registers.map((register) => configuration.readRegister(register).toString(16).padStart(8, '0'));
}

describe('PciConfiguration', () => {
  it('holds the identity', () => {
    expect(dwords(make(), 0, 2, 3, 64)).toEqual(['10081af4', '02030405', '00000000', 'ffffffff']);
    expect(dwords(make('bridge'), 3)).toEqual(['00010000']);
  });

  /** register, offset, bytes, the register after it, from 0 with all bits writable but the first byte's. */
  const writes: readonly (readonly [number, string, string, number])[] = [
    [0, '11223344', '44332200', 0],
    [1, '22', '00002200', 0],
    [2, '3344', '44330000', 0],
    [1, '2233', '00000000', 1],
    [0, '112233', '00000000', 1],
    [2, '11223344', '00000000', 1],
  ];
  for (const [offset, bytes, after, diagnostics] of writes) {
    it(`takes ${bytes} at ${offset} as ${after}`, () => {
      const log = new DiagnosticLog();
      const configuration = new PciConfiguration(HEADER, 'test', log);
      configuration.setWritableBits(20, 0xffff_ff00);
      configuration.writeRegister(20, offset, fromHex(bytes));
      expect(dwords(configuration, 20)).toEqual([after]);
      expect(log.countOf('PCI_CONFIG_WRITE')).toBe(diagnostics);
    });
  }

  it('lays out BARs of every kind', () => {
    const configuration = make();
    for (const bar of THREE_BARS) configuration.addBar(bar);
    configuration.addBar({ index: 6, kind: 'mem32', address: 0xfe00_0000n, sizeBytes: 0x800n });
    expect(dwords(configuration, 1, 4, 5, 6, 7, 8, 12)).toEqual([
      '00000003',
      'd0008000',
      '00000000',
      '0008000c',
      '00000020',
      '0000c101',
      'fe000000',
    ]);
    for (const register of [4, 6, 7, 8, 12]) configuration.writeRegister(register, 0, fromHex('ffffffff'));
    expect(dwords(configuration, 4, 6, 7, 8, 12)).toEqual(['fffff000', 'ffff000c', 'ffffffff', 'ffffffe1', 'fffff801']);
    expect([0, 1, 2, 3, 4, 6].map((index) => configuration.barAddress(index)?.toString(16))).toEqual([
      'fffff000',
      undefined,
      'ffffffffffff0000',
      undefined,
      'ffffffe0',
      'fffff800',
    ]);
  });

  /** kind, address, size; each ends exactly where the address space of its kind does. */
  const last: readonly (readonly [BarConfiguration['kind'], bigint, bigint])[] = [
    ['mem32', 0xffff_f000n, 0x1000n],
    ['mem32', 0x8000_0000n, 0x8000_0000n],
    ['io', 0xffff_fffcn, 4n],
    ['mem64', 0xffff_ffff_ffff_fff0n, 16n],
    ['mem64', 1n << 63n, 1n << 63n],
  ];
  for (const [kind, address, sizeBytes] of last) {
    it(`takes a ${kind} BAR at 0x${address.toString(16)} that ends with the address space`, () => {
      const root = new PciRoot();
      const bar = { index: 0, kind, address, sizeBytes };
      root.addFunction({ bus: 0, device: 1, function: 0 }, new BarFunction('last', root.log, [bar]));
      expect([...root.mmioBus.ranges, ...root.ioBus.ranges].map(({ base }) => base)).toEqual([address]);
      const past = { ...bar, address: address + sizeBytes };
      expect(() => make().addBar(past)).toThrow(/PCI_BAR_REFUSED/);
    });
  }

  it('leaves ports where they are when they are marked prefetchable', () => {
    const configuration = make();
    configuration.addBar({ index: 0, kind: 'io', address: 0xc100n, sizeBytes: 16n, prefetchable: true });
    expect([dwords(configuration, 4), configuration.barAddress(0)]).toEqual([['0000c101'], 0xc100n]);
  });

  it('keeps the mirrored page up to date when a BAR or a capability is added', () => {
    const configuration = make();
    const page = new SharedMemory(4096);
    const device = new BarFunction('mirrored', new DiagnosticLog(), []);
    device.initPciConfigMapping(page, 0x400, 0x400);
    for (const bar of THREE_BARS) {
      configuration.addBar(bar);
      device.configuration.addBar(bar);
    }
    device.configuration.addCapability({ id: 9, body: fromHex('04') });
    configuration.addCapability({ id: 9, body: fromHex('04') });
    for (const register of [1, 4, 6, 7, 8, 13, 16])
      expect(page.read32(0x400 + register * 4)).toBe(configuration.readRegister(register));
    expect([page.read32(0x3fc), page.read32(0x400 + 0x100), page.read32(0x7fc), page.read32(0x800)]).toEqual([
      0, 0xffff_ffff, 0xffff_ffff, 0,
    ]);
  });

  /** register, after reset, after ones were written to all of it. PCI-to-PCI Bridge 1.2 §3.2.5 */
  const bridge: readonly (readonly [number, string, string])[] = [
    [1, '00000000', '0000ffff'],
    [3, '00010000', '000100ff'],
    [4, '00000000', '00000000'],
    [6, '00030200', '00ffffff'],
    [7, '000000f0', '0000f0f0'],
    [8, '0000fff0', 'fff0fff0'],
    [9, '0001fff1', 'fff1fff1'],
    [10, '00000000', 'ffffffff'],
    [11, '00000000', 'ffffffff'],
    [12, '00000000', '00000000'],
    [14, '00000000', '00000000'],
    [15, '00000000', '0bff00ff'],
  ];
  for (const [register, reset, written] of bridge) {
    it(`resets register ${register} of a bridge to ${reset} and masks writes to it`, () => {
      const { configuration } = new RegisterMapFunction(
        describeFunction({
          address: { bus: 0, device: 1, function: 0 },
          name: 'RP00',
          bridge: { secondary: 2, subordinate: 3 },
        }),
        new DiagnosticLog(),
      );
      expect(dwords(configuration, register)).toEqual([reset]);
      configuration.writeRegister(register, 0, fromHex('ffffffff'));
      expect(dwords(configuration, register)).toEqual([written]);
      configuration.writeRegister(register, 0, fromHex('00000000'));
      const readOnly = Number.parseInt(reset, 16) & Number.parseInt(written, 16);
      expect(configuration.readRegister(register) & ~Number.parseInt(written, 16)).toBe(0);
      expect(configuration.readRegister(register) & ~readOnly).toBe(0);
    });
  }

  it('gives a bridge two BARs, clear of its bus numbers', () => {
    const configuration = make('bridge');
    for (const [index, kind] of [
      [2, 'mem32'],
      [5, 'io'],
      [1, 'mem64'],
    ] as const)
      expect(() => configuration.addBar({ index, kind, address: 0n, sizeBytes: 0x1000n })).toThrow(/PCI_BAR_REFUSED/);
    configuration.addBar({ index: 0, kind: 'mem64', address: 0n, sizeBytes: 0x1000n });
    expect(dwords(configuration, 4, 5, 6)).toEqual(['00000004', '00000000', '00000000']);
  });

  const refused: readonly (readonly [string, Partial<BarConfiguration>])[] = [
    ['in use', { index: 0 }],
    ['upper half of another', { index: 3 }],
    ['no such index', { index: 7 }],
    ['no power of two', { sizeBytes: 0x3000n }],
    ['no size', { sizeBytes: 0n }],
    ['too small', { sizeBytes: 8n, address: 0n }],
    ['unaligned', { address: 0x10n }],
    ['past 4 GiB', { address: 0x1_0000_0000n }],
    ['64 bits in the last', { index: 5, kind: 'mem64' }],
    ['64 bits over another', { index: 1, kind: 'mem64' }],
    ['a ROM of ports', { index: 6, kind: 'io' }],
    ['a small ROM', { index: 6, sizeBytes: 0x400n }],
    ['small ports', { kind: 'io', sizeBytes: 2n }],
    ['a fraction as its index', { index: 0.5 }],
    ['an unknown kind', { kind: 'mem16' as 'mem32' }],
    ['a number as its address', { address: 0x1000 as unknown as bigint }],
    ['below 0', { address: -0x1000n }],
  ];
  for (const [what, change] of refused) {
    it(`refuses a BAR: ${what}`, () => {
      const configuration = make();
      configuration.addBar({ index: 0, kind: 'mem32', address: 0n, sizeBytes: 0x1000n });
      configuration.addBar({ index: 2, kind: 'mem64', address: 0n, sizeBytes: 0x1000n });
      const before = configuration.state;
      const bar = { index: 1, kind: 'mem32', address: 0x1000n, sizeBytes: 0x1000n, ...change } as BarConfiguration;
      expect(() => configuration.addBar(bar)).toThrow(/PCI_BAR_REFUSED/);
      expect(configuration.state).toEqual(before);
    });
  }

  it('takes a capability with the least and the greatest id', () => {
    for (const id of [0, 0xff]) expect(make().addCapability({ id, body: new Uint8Array(2) })).toBe(0x40);
  });

  it('chains capabilities until they are out of room', () => {
    const configuration = make();
    expect(configuration.addCapability({ id: 9, body: fromHex('050102'), writableBits: [0xff00_0000] })).toBe(0x40);
    expect(configuration.addCapability({ id: 5, body: fromHex('aabb') })).toBe(0x48);
    expect(dwords(configuration, 1, 13, 16, 17, 18)).toEqual([
      '00100000',
      '00000040',
      '01054809',
      '00000002',
      'bbaa0005',
    ]);
    configuration.writeRegister(16, 0, fromHex('ffffffff'));
    expect(dwords(configuration, 16)).toEqual(['ff054809']);
    const before = configuration.state;
    for (const capability of [
      { id: 9, body: new Uint8Array(0xb2) },
      { id: 256, body: new Uint8Array(2) },
      { id: -1, body: new Uint8Array(2) },
      { id: 1.5, body: new Uint8Array(2) },
      { id: 9, body: new Uint8Array(2), writableBits: [0, 0] },
    ])
      expect(() => configuration.addCapability(capability)).toThrow(/PCI_CAPABILITY_REFUSED/);
    expect(configuration.state).toEqual(before);
    expect(configuration.addCapability({ id: 9, body: new Uint8Array(0xb1) })).toBe(0x4c);
  });
});

describe('a function with BARs', () => {
  const ADDRESS = { bus: 0, device: 1, function: 0 };

  function plugged() {
    const root = new PciRoot();
    const device = new BarFunction('bars', root.log, THREE_BARS);
    root.addFunction(ADDRESS, device);
    const ranges = () => [...root.mmioBus.ranges, ...root.ioBus.ranges].map(({ base }) => base.toString(16));
    return { root, device, ranges };
  }

  it('answers within one memory BAR only', () => {
    const { root, device } = plugged();
    const data = new Uint8Array(4);
    root.mmioBus.read(0x20_0008_0ffcn, data);
    expect([...data]).toEqual([3, 3, 3, 3]);
    root.mmioBus.read(0xd000_8ffdn, data);
    expect([...data]).toEqual([0, 0, 0, 0]);
    root.ioBus.write(0xc100n, data);
    root.mmioBus.write(0xd000_8000n, data);
    expect(device.calls).toEqual(['read 2 4092 4', 'write 0 0 4']);
    expect(root.log.countOf('PCI_BAR_MISS')).toBe(2);
  });

  it('moves on the buses as COMMAND and its BARs are written', () => {
    const { root, ranges } = plugged();
    expect(ranges()).toEqual(['d0008000', '2000080000', 'c100']);
    root.configSpaceWrite(ADDRESS, 1, 0, fromHex('0100'));
    expect(ranges()).toEqual(['c100']);
    root.configSpaceWrite(ADDRESS, 4, 0, fromHex('00000010'));
    expect(ranges()).toEqual(['c100']);
    root.configSpaceWrite(ADDRESS, 1, 0, fromHex('0200'));
    expect(ranges()).toEqual(['10000000', '2000080000']);
    root.configSpaceWrite(ADDRESS, 7, 0, fromHex('01000000'));
    expect(ranges()).toEqual(['10000000', '100080000']);
    root.removeDevice(ADDRESS);
    expect(ranges()).toEqual([]);
  });

  it('loses a range that another function has, and never takes that from it', () => {
    const { root, ranges } = plugged();
    const other = new BarFunction('other', root.log, [
      { index: 0, kind: 'mem32', address: 0xd000_0000n, sizeBytes: 0x1000n },
    ]);
    root.addFunction({ bus: 0, device: 2, function: 0 }, other);
    root.configSpaceWrite({ bus: 0, device: 2, function: 0 }, 4, 0, fromHex('008000d0'));
    expect(root.log.countOf('PCI_RANGE_LOST')).toBe(1);
    expect(ranges()).toEqual(['d0008000', '2000080000', 'c100']);
    root.removeDevice({ bus: 0, device: 2, function: 0 });
    expect(ranges()).toEqual(['d0008000', '2000080000', 'c100']);
  });

  it('is not added at all if one of its ranges is taken', () => {
    const { root, ranges } = plugged();
    const other = new BarFunction('other', root.log, [
      { index: 0, kind: 'mem32', address: 0xd000_0000n, sizeBytes: 0x1000n },
      { index: 1, kind: 'mem32', address: 0xd000_8000n, sizeBytes: 0x1000n },
    ]);
    expect(() => root.addFunction({ bus: 0, device: 2, function: 0 }, other)).toThrow(/BUS_OVERLAP/);
    expect(ranges()).toEqual(['d0008000', '2000080000', 'c100']);
    expect(root.functions()).toHaveLength(1);
  });
});
