import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/base/index.js';
import { type BarConfiguration, DiagnosticLog, PciConfiguration, PciRoot } from '../../../src/device/index.js';
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
    expect(() => configuration.addCapability({ id: 9, body: new Uint8Array(0xb2) })).toThrow(/PCI_CAPABILITY_REFUSED/);
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
