import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/base/index.js';
import { BusDeviceBase, BusError, type DeviceId, MmioBus } from '../../../src/device/index.js';
import { RecordingDevice } from './recording-device.js';

const LAST = 0xffff_ffff_ffff_ffffn;

function read(bus: MmioBus, address: bigint, length: number, id?: number): string {
  const data = new Uint8Array(length).fill(0xee);
  bus.read(address, data, id);
  return toHex(data);
}

describe('Bus', () => {
  it('tells a device where an access went and whose it was', () => {
    const bus = new MmioBus();
    const device = new RecordingDevice(7);
    bus.insert(device, 0xffff_fff0n, 0x20n);
    expect(read(bus, 0x1_0000_0001n, 3, 2)).toBe('070707');
    bus.write(0xffff_ffffn, fromHex('0102'), 3);
    expect(bus.read32(0xffff_fff4n)).toBe(0x0707_0707);
    bus.write32(0xffff_fff4n, 0x8000_0001);
    expect(device.calls).toEqual([
      'read 11 100000001 3 by 2',
      'write f ffffffff 0102 by 3',
      'read 4 fffffff4 4 by 0',
      'write 4 fffffff4 01000080 by 0',
    ]);
  });

  it('finds each range anew when accesses go to and fro, and after one is taken off', () => {
    const bus = new MmioBus();
    const bases = [0n, 0xffff_f000n, 0x1_0000_0000n, 0x2_ffff_fff0n, 0x5_0000_0000n];
    const lengths = [0x10n, 0x1000n, 0x1_0000_0000n, 0x1_0000_0020n, 0x10_0000_0000n];
    for (const [index, base] of bases.entries())
      bus.insert(new RecordingDevice(index + 1), base, lengths[index] as bigint);
    const seen = (address: bigint) => read(bus, address, 1);
    for (const [index, base] of [...bases.entries(), ...bases.entries()]) {
      const end = base + (lengths[index] as bigint);
      expect([seen(base), seen(end - 1n), seen(base)]).toEqual(Array(3).fill(`0${index + 1}`));
      expect(seen(end)).toBe(bases.includes(end) ? `0${index + 2}` : '00');
    }
    expect(seen(0x1_0000_0004n)).toBe('03');
    bus.remove(0x1_0000_0000n, 0x1_0000_0000n);
    expect(seen(0x1_0000_0004n)).toBe('00');
  });

  it('gives the last address of all to the range that begins there, since ends saturate', () => {
    const bus = new MmioBus();
    bus.insert(new RecordingDevice(1), LAST - 0xfn, 0x10n);
    expect(read(bus, LAST, 1)).toBe('01');
    bus.insert(new RecordingDevice(2), LAST, 1n);
    expect([LAST - 1n, LAST, LAST - 1n, LAST].map((address) => read(bus, address, 1))).toEqual([
      '01',
      '02',
      '01',
      '02',
    ]);
  });

  it('hands an access that runs past the end whole to the device, and zeros where there is none', () => {
    const bus = new MmioBus();
    bus.insert(new RecordingDevice(5), 0x1000n, 0x10n);
    expect(read(bus, 0x100fn, 4)).toBe('05050505');
    expect(read(bus, 0x1010n, 4)).toBe('00000000');
    expect(bus.read(0xfffn, new Uint8Array(4))).toBe(false);
    expect(bus.write(0xfffn, new Uint8Array(4))).toBe(false);
    expect(bus.counts).toEqual({ reads: 3, writes: 1, misses: 3, drops: 0 });
    expect(bus.log.countOf('BUS_UNMAPPED')).toBe(3);
  });

  /** inserted ranges; base and length refused; kind, and the range named. */
  const refusals: readonly (readonly [
    string,
    readonly (readonly [bigint, bigint])[],
    bigint,
    bigint,
    readonly [bigint, bigint],
  ])[] = [
    ['empty', [], 5n, 0n, [0n, 0n]],
    ['over the first byte', [[4n, 4n]], 0n, 5n, [4n, 4n]],
    ['over the last byte', [[4n, 4n]], 7n, 1n, [4n, 4n]],
    [
      'over several, names the lowest',
      [
        [0x20n, 1n],
        [0x10n, 1n],
        [0x30n, 1n],
      ],
      0n,
      0x100n,
      [0x10n, 1n],
    ],
    ['past the end of the space', [[LAST - 1n, 1n]], LAST - 5n, LAST, [LAST - 1n, 1n]],
    ['the same last byte twice', [[LAST, 1n]], LAST, 1n, [LAST, 1n]],
  ];
  for (const [what, ranges, base, length, [otherBase, otherLength]] of refusals) {
    it(`refuses a range: ${what}`, () => {
      const bus = new MmioBus();
      for (const [at, bytes] of ranges) bus.insert(new RecordingDevice(1), at, bytes);
      const before = bus.ranges;
      const attempt = () => bus.insert(new RecordingDevice(2), base, length);
      expect(attempt).toThrow(BusError);
      expect(attempt).toThrow(
        expect.objectContaining({ kind: 'Overlap', other: { base: otherBase, lengthBytes: otherLength } }),
      );
      expect(bus.ranges).toEqual(before);
    });
  }

  it('removes a range only by its own base and length', () => {
    const bus = new MmioBus();
    bus.insert(new RecordingDevice(1), 0x10n, 0x10n);
    for (const [base, length] of [
      [0x10n, 0xfn],
      [0x11n, 0x10n],
      [0x20n, 1n],
    ] as const)
      expect(() => bus.remove(base, length)).toThrow(expect.objectContaining({ kind: 'Empty' }));
    expect(() => bus.remove(0x10n, 0n)).toThrow(expect.objectContaining({ kind: 'Overlap' }));
    bus.remove(0x10n, 0x10n);
    expect(bus.ranges).toEqual([]);
    expect(() => bus.insert(new RecordingDevice(1), -1n, 1n)).toThrow(RangeError);
    expect(() => bus.insert(new RecordingDevice(1), 1n, LAST + 1n)).toThrow(RangeError);
  });

  it('counts the drops of its devices while they are on it', () => {
    const bus = new MmioBus();
    const device = new RecordingDevice(1);
    device.drops = 10;
    bus.insert(device, 0n, 1n);
    bus.insert(device, 8n, 1n);
    device.drops = 13;
    expect(bus.counts.drops).toBe(3);
    bus.remove(0n, 1n);
    device.drops = 14;
    bus.remove(8n, 1n);
    device.drops = 20;
    expect(bus.counts.drops).toBe(4);
  });

  it('outlives a device that throws', () => {
    class Broken extends BusDeviceBase {
      override debugLabel = () => 'broken';
      override deviceId = (): DeviceId => ({ kind: 'platform', name: 'broken' });
      override read(_info: unknown, data: Uint8Array): void {
        data.fill(9);
        throw new Error('broken');
      }
      override write(): void {
        throw new Error('broken');
      }
    }
    const bus = new MmioBus();
    bus.insert(new Broken(), 0n, 0x10n);
    expect(read(bus, 0n, 2)).toBe('0000');
    expect(bus.read32(0n)).toBe(0);
    bus.write(0n, new Uint8Array(1));
    bus.write32(0n, 1);
    expect(bus.log.countOf('DEVICE_FAILED')).toBe(4);
  });

  it('has the defaults of the trait: suspending is an error, restoring gives a finding', () => {
    const device = new RecordingDevice(1);
    for (const method of ['sleep', 'wake', 'snapshot'] as const)
      expect(() => device[method]()).toThrow(/DEVICE_NOT_SUSPENDABLE/);
    expect(device.restore({}).map(({ code }) => code)).toEqual(['DEVICE_NOT_SUSPENDABLE']);
    expect(device.configRegisterRead(0)).toBe(0);
    expect(device.isBridge()).toBeUndefined();
  });

  it('is a plain list of ranges, whatever the order of changes and lookups', () => {
    const edge = fc.constantFrom(0n, 0x1000n, 0xffff_fff8n, 0x1_0000_0000n, 1n << 53n, LAST - 16n);
    const address = fc.tuple(edge, fc.bigInt(0n, 16n)).map(([base, offset]) => base + offset);
    const step = fc.record({ kind: fc.constantFrom('insert', 'remove', 'look'), address, length: fc.bigInt(1n, 12n) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const bus = new MmioBus();
        let model: { base: bigint; length: bigint; device: RecordingDevice }[] = [];
        for (const { kind, address: at, length } of steps) {
          const end = (base: bigint, bytes: bigint) => (base + bytes > LAST ? LAST : base + bytes);
          const free = model.every(
            (range) => range.base !== at && !(at < end(range.base, range.length) && range.base < end(at, length)),
          );
          if (kind === 'insert') {
            const device = new RecordingDevice(1);
            if (free) {
              bus.insert(device, at, length);
              model.push({ base: at, length, device });
            } else expect(() => bus.insert(device, at, length)).toThrow(BusError);
          } else if (kind === 'remove') {
            const found = model.find((range) => range.base === at && range.length === length);
            if (found === undefined) expect(() => bus.remove(at, length)).toThrow(BusError);
            else bus.remove(at, length);
            model = model.filter((range) => range !== found);
          } else {
            const below = model.filter((range) => range.base <= at).sort((a, b) => (a.base < b.base ? 1 : -1))[0];
            const holder = below !== undefined && at - below.base < below.length ? below : undefined;
            expect(bus.read(at, new Uint8Array(1))).toBe(holder !== undefined);
            if (holder !== undefined)
              expect(holder.device.calls.pop()).toBe(
                `read ${(at - holder.base).toString(16)} ${at.toString(16)} 1 by 0`,
              );
          }
        }
      }),
    );
  });
});
