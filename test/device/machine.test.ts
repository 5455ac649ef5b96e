import { describe, expect, it } from 'vitest';
import { Machine, RegisterMapFunction } from '../../src/device/index.js';
import { describeFunction, describePlatform, describeRegister, SENSOR } from './sample-platform.js';

const AT = (device: number, register: number, page = 0) =>
  0x1_0000_0000n + BigInt((device << 16) | (page << 12) | (register << 2));

describe('a machine made from a platform', () => {
  /** index, seen first, written, seen then, held at the end. */
  const rows: readonly (readonly [string, number, number, number, number, number])[] = [
    ['CTRL', 0, 1, 0xffff_fffe, 0xffff_fffe, 0xffff_fffe],
    ['STAT', 1, 0x8000_0001, 5, 0x8000_0001, 0x8000_0001],
    ['IRQS', 2, 0xff, 0x0f, 0xf0, 0xf0],
    ['MASK', 3, 0x10, 0x8000_0001, 0x8000_0011, 0x8000_0011],
    ['DOOR', 4, 0, 0x8000_0000, 0, 0x8000_0000],
    ['EVNT', 1023, 0x55, 0xff, 0, 0],
  ];
  for (const [name, index, first, written, then, held] of rows) {
    it(`answers ${name} by its access`, () => {
      const machine = new Machine(describePlatform([SENSOR]));
      expect(machine.memory.read32(AT(4, index))).toBe(first);
      machine.memory.write32(AT(4, index), written);
      expect(machine.memory.read32(AT(4, index))).toBe(then);
      expect(machine.registers('SENS').get(name)).toBe(held);
      expect(machine.memory.counts).toEqual({ exits: 3, direct: 0 });
    });
  }

  it('keeps the shared page out of the window', () => {
    const machine = new Machine(describePlatform([SENSOR]));
    machine.memory.write32(AT(4, 5, 1), 0xdead_beef);
    expect(machine.memory.read32(AT(4, 5, 1))).toBe(0xdead_beef);
    expect(machine.registers('SENS').sharedPage()?.read32(20)).toBe(0xdead_beef);
    expect(machine.memory.counts).toEqual({ exits: 0, direct: 2 });
    expect(machine.mmioBus.counts.reads).toBe(0);
    machine.removeFunction(SENSOR.address);
    expect(machine.memory.read32(AT(4, 5, 1))).toBe(0);
    expect(machine.memory.counts).toEqual({ exits: 1, direct: 2 });
  });

  it('answers for the shared page in the window too, for whoever does not map it', () => {
    const machine = new Machine(describePlatform([SENSOR]));
    machine.mmioBus.write32(AT(4, 1023, 1), 0x8000_0001);
    expect(machine.mmioBus.read32(AT(4, 1023, 1))).toBe(0x8000_0001);
    expect(machine.memory.read32(AT(4, 1023, 1))).toBe(0x8000_0001);
    expect(machine.log.countOf()).toBe(0);
  });

  it('answers 0 for an absent function, the host bridge, an unknown register and an address of no device', () => {
    const machine = new Machine(describePlatform([SENSOR]));
    for (const address of [AT(5, 0), AT(0, 0), AT(4, 7), 0x2_0000_0000n]) {
      expect(machine.memory.read32(address)).toBe(0);
      machine.memory.write32(address, 0xffff_ffff);
    }
    expect(machine.log.countOf('REGISTER_UNKNOWN')).toBe(2);
    expect(machine.log.countOf('BUS_UNMAPPED')).toBe(2);
  });

  it('calls methods of a function that were replaced before it was added', () => {
    const machine = new Machine(describePlatform([SENSOR]));
    const sensor = machine.registers('SENS');
    // The machine has looked already: what follows is only seen once the function is added again.
    sensor.virtualConfigRegisterRead = () => 5;
    const written: number[] = [];
    sensor.virtualConfigRegisterWrite = (_, value) => void written.push(value);
    expect(machine.memory.read32(AT(4, 0))).toBe(1);
    machine.root.removeDevice(SENSOR.address);
    machine.root.addFunction(SENSOR.address, sensor);
    expect(machine.memory.read32(AT(4, 0))).toBe(5);
    machine.memory.write32(AT(4, 0), 9);
    expect(written).toEqual([9]);
  });

  it('lets hooks answer, and survives those that throw', () => {
    const machine = new Machine(describePlatform([SENSOR]));
    const sensor = machine.registers(SENSOR.address);
    const written: number[] = [];
    sensor.hook('CTRL', {
      read: (value) => value | 0x8000_0000,
      write: (value, held) => {
        written.push(value);
        return held & 1;
      },
    });
    machine.memory.write32(AT(4, 0), 3);
    expect(written).toEqual([3]);
    expect(machine.memory.read32(AT(4, 0))).toBe(0x8000_0001);
    const fail = () => {
      throw new Error('broken');
    };
    sensor.hook('CTRL', { read: fail, write: fail });
    machine.memory.write32(AT(4, 0), 2);
    expect(machine.memory.read32(AT(4, 0))).toBe(2);
    expect(machine.log.countOf('REGISTER_HOOK_FAILED')).toBe(2);
    expect(() => sensor.hook('NONE')).toThrow(RangeError);
  });

  it('changes nothing when a function cannot be added, and takes children along with a bridge', () => {
    const bridge = describeFunction({
      address: { bus: 0, device: 2, function: 0 },
      name: 'RP00',
      bridge: { secondary: 1, subordinate: 1 },
    });
    const child = describeFunction({
      address: { bus: 1, device: 0, function: 0 },
      name: 'CHLD',
      registers: [describeRegister('REGA', 0, 'rw', 9)],
      shared: [{ name: 'PAGE', offsetBytes: 0, lengthBytes: 16 }],
    });
    const machine = new Machine(describePlatform([SENSOR]));
    expect(() => machine.addFunction(child)).toThrow(/^01:00\.0: .*PCI_BUS_MISSING/);
    expect(() => machine.addFunction(SENSOR)).toThrow(/^00:04\.0: .*PCI_DEVICE_EXISTS/);
    machine.addFunction(bridge);
    expect(() => machine.addFunction({ ...bridge, address: { ...bridge.address, device: 3 } })).toThrow(
      /^bus 1: .*PCI_BUS_EXISTS/,
    );
    expect(machine.root.functions().map(({ device }) => device.debugLabel())).toEqual(['RP00 00:02.0', 'SENS 00:04.0']);
    machine.addFunction(child);
    expect(machine.root.acpiPath(child.address)).toBe('_SB_.PC00.PC01.PE00');
    expect(machine.root.acpiPath(bridge.address)).toBe('_SB_.PC00.PC01');
    expect(machine.memory.read32(0x1_0020_0000n)).toBe(9);
    machine.removeFunction(bridge.address);
    expect(machine.memory.read32(0x1_0020_0000n)).toBe(0);
    machine.addFunction(bridge);
    machine.addFunction(child);
    expect(machine.memory.read32(0x1_0020_0000n)).toBe(9);
  });

  it('removes with a bridge only the bus that hangs off its own', () => {
    const machine = new Machine(
      describePlatform([
        describeFunction({
          address: { bus: 0, device: 2, function: 0 },
          name: 'RP00',
          bridge: { secondary: 1, subordinate: 2 },
        }),
        describeFunction({
          address: { bus: 1, device: 0, function: 0 },
          name: 'RP01',
          bridge: { secondary: 2, subordinate: 2 },
        }),
        describeFunction({ address: { bus: 2, device: 0, function: 0 }, name: 'LEAF' }),
      ]),
    );
    const impostor = describeFunction({
      address: { bus: 0, device: 3, function: 0 },
      name: 'RP02',
      bridge: { secondary: 2, subordinate: 2 },
    });
    expect(() => machine.addFunction(impostor)).toThrow(/PCI_BUS_EXISTS/);
    machine.root.addDevice(impostor.address, new RegisterMapFunction(impostor, machine.log));
    machine.removeFunction(impostor.address);
    expect(machine.root.functions()).toHaveLength(3);
    expect(machine.root.pathToBus(2)).toEqual([0, 1, 2]);
    machine.removeFunction({ bus: 0, device: 2, function: 0 });
    expect(machine.root.functions()).toEqual([]);
    expect(machine.root.pathToBus(2)).toEqual([]);
  });

  it('builds bridges first, whatever the order of their bus numbers', () => {
    const machine = new Machine(
      describePlatform([
        describeFunction({
          address: { bus: 0, device: 2, function: 0 },
          name: 'RP00',
          bridge: { secondary: 2, subordinate: 3 },
        }),
        describeFunction({ address: { bus: 1, device: 0, function: 0 }, name: 'LEAF' }),
        describeFunction({
          address: { bus: 2, device: 0, function: 0 },
          name: 'RP01',
          bridge: { secondary: 1, subordinate: 1 },
        }),
      ]),
    );
    expect(machine.root.acpiPath({ bus: 1, device: 0, function: 0 })).toBe('_SB_.PC00.PC02.PC01.PE00');
  });
});
