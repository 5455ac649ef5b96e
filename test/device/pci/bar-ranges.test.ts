import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/base/index.js';
import { type BarConfiguration, DiagnosticLog, PciConfiguration, PciRoot } from '../../../src/device/index.js';
import { RecordingDevice } from '../bus/recording-device.js';
import { BarFunction } from './bar-function.js';

const at = (device: number) => ({ bus: 0, device, function: 0 });
const bar = (index: number, address: bigint, sizeBytes = 0x1000n): BarConfiguration => ({
  index,
  kind: 'mem32',
  address,
  sizeBytes,
});

/** Functions at 00:01.0, 00:02.0 and so on, each with one BAR at its address. */
function plugged(...addresses: bigint[]) {
  const root = new PciRoot();
  const devices = addresses.map((address, index) => {
    const device = new BarFunction(`device ${index + 1}`, root.log, [bar(0, address)]);
    root.addFunction(at(index + 1), device);
    return device;
  });
  const move = (device: number, address: number) => {
    const data = new Uint8Array(4);
    new DataView(data.buffer).setUint32(0, address, true);
    root.configSpaceWrite(at(device), 4, 0, data);
  };
  const owners = () => root.mmioBus.ranges.map(({ base, device }) => `${base.toString(16)} ${device.debugLabel()}`);
  return { root, devices, move, owners };
}

describe('a range that was placed over another', () => {
  it('comes back when the BAR that covered it moves away', () => {
    const { root, move, owners } = plugged(0x1000n, 0x8000n);
    move(2, 0x1000);
    expect(owners()).toEqual(['1000 device 1']);
    expect(root.log.findings.map(({ message }) => message)).toEqual([
      'It does not answer at 0x1000 until that is free: ' +
        'The range 0x1000 of 0x1000 bytes overlaps the one at 0x1000 of 0x1000 bytes.',
    ]);
    move(1, 0x4000);
    expect(owners()).toEqual(['1000 device 2', '4000 device 1']);
    expect(root.log.countOf()).toBe(1);
  });

  it('comes back when COMMAND turns off the function that covered it, and when that is removed', () => {
    for (const release of [
      (root: PciRoot) => root.configSpaceWrite(at(1), 1, 0, fromHex('0000')),
      (root: PciRoot) => root.removeDevice(at(1)),
    ]) {
      const { root, move, owners } = plugged(0x1000n, 0x8000n);
      move(2, 0x1000);
      release(root);
      expect(owners()).toEqual(['1000 device 2']);
    }
  });

  it('comes back when a device that is not a function leaves the bus', () => {
    const { root, move, owners } = plugged(0x8000n);
    root.mmioBus.insert(new RecordingDevice(9), 0x1000n, 0x10n);
    move(1, 0x1000);
    expect(owners()).toEqual(['1000 device 9']);
    root.mmioBus.remove(0x1000n, 0x10n);
    expect(owners()).toEqual(['1000 device 1']);
  });

  it('stays away once its own function has moved it, turned it off or gone', () => {
    for (const giveUp of [
      (root: PciRoot) => root.configSpaceWrite(at(2), 4, 0, fromHex('00900000')),
      (root: PciRoot) => root.configSpaceWrite(at(2), 1, 0, fromHex('0000')),
      (root: PciRoot) => root.removeDevice(at(2)),
    ]) {
      const { root, move, owners } = plugged(0x1000n, 0x8000n);
      move(2, 0x1000);
      giveUp(root);
      move(1, 0x4000);
      expect(owners().filter((owner) => owner.startsWith('1000'))).toEqual([]);
    }
  });

  it('waits until a whole move is done, and comes back in the order in which ranges were lost', () => {
    const { move, owners } = plugged(0x1000n, 0x8000n, 0xa000n);
    move(2, 0x1000);
    move(3, 0x1000);
    expect(owners()).toEqual(['1000 device 1']);
    move(1, 0x1000);
    expect(owners()).toEqual(['1000 device 1']);
    move(1, 0x4000);
    expect(owners()).toEqual(['1000 device 2', '4000 device 1']);
    move(2, 0x6000);
    expect(owners()).toEqual(['1000 device 3', '4000 device 1', '6000 device 2']);
  });
});

describe('two BARs of one function in the same place', () => {
  it('keep the range while one of them is there', () => {
    const root = new PciRoot();
    root.addFunction(at(1), new BarFunction('twin', root.log, [bar(0, 0x1000n), bar(1, 0x2000n)]));
    const ranges = () => root.mmioBus.ranges.map(({ base }) => base.toString(16));
    root.configSpaceWrite(at(1), 5, 0, fromHex('00100000'));
    expect(ranges()).toEqual(['1000']);
    root.configSpaceWrite(at(1), 5, 0, fromHex('00300000'));
    expect(ranges()).toEqual(['1000', '3000']);
    root.configSpaceWrite(at(1), 5, 0, fromHex('00100000'));
    root.configSpaceWrite(at(1), 1, 0, fromHex('0000'));
    expect(ranges()).toEqual([]);
    root.configSpaceWrite(at(1), 1, 0, fromHex('0200'));
    expect(ranges()).toEqual(['1000']);
    expect(root.log.countOf('PCI_RANGE_LOST')).toBe(0);
    root.removeDevice(at(1));
    expect(ranges()).toEqual([]);
  });
});

describe('an expansion ROM', () => {
  it('answers only while COMMAND and its own enable bit are set', () => {
    const root = new PciRoot();
    root.addFunction(at(1), new BarFunction('rom', root.log, [bar(6, 0xfe00_0000n, 0x800n)]));
    const ranges = () => root.mmioBus.ranges.length;
    expect(ranges()).toBe(0);
    root.configSpaceWrite(at(1), 12, 0, fromHex('010000fe'));
    expect(ranges()).toBe(1);
    root.configSpaceWrite(at(1), 1, 0, fromHex('0000'));
    expect(ranges()).toBe(0);
  });

  it('of a bridge is at 0x38, clear of the windows', () => {
    const header = { vendor: 1, device: 2, classCode: 0x06_0400, headerType: 'bridge' } as const;
    const configuration = new PciConfiguration(header, 'bridge', new DiagnosticLog());
    configuration.addBar(bar(6, 0xfe00_0000n, 0x800n));
    expect([12, 14].map((register) => configuration.readRegister(register))).toEqual([0, 0xfe00_0000]);
    configuration.writeRegister(14, 0, fromHex('01000000'));
    expect(configuration.ranges).toEqual([{ type: 'mmio', base: 0n, lengthBytes: 0x800n }]);
  });
});

describe('a BAR that is accessed directly', () => {
  it('answers while COMMAND enables it, for at least one byte, and not at its end', () => {
    const log = new DiagnosticLog();
    const device = new BarFunction('bars', log, [bar(0, 0x1000n)]);
    const read = (address: bigint, length: number) => {
      const data = new Uint8Array(length);
      device.read({ offset: 0n, address, id: 0 }, data);
      return toHex(data);
    };
    expect([read(0x1000n, 1), read(0x1ffcn, 4)]).toEqual(['01', '01010101']);
    expect([read(0x1ffdn, 4), read(0x1000n, 0), read(0x2000n, 0), read(0xfffn, 1)]).toEqual(['00000000', '', '', '00']);
    device.configRegisterWrite(1, 0, fromHex('0000'));
    expect(read(0x1000n, 1)).toBe('00');
    device.write({ offset: 0n, address: 0x1000n, id: 0 }, fromHex('ff'));
    expect(device.calls).toEqual(['read 0 0 1', 'read 0 4092 4']);
    expect(log.countOf('PCI_BAR_MISS')).toBe(6);
  });
});
