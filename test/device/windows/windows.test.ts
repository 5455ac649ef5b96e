import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/base/index.js';
import {
  GuestMemory,
  Machine,
  MmioBus,
  PciConfigMmio,
  PciRoot,
  PciVirtualConfigMmio,
  RegisterMapFunction,
  type SharedMemory,
} from '../../../src/device/index.js';
import { RecordingFunction } from '../bus/recording-device.js';
import { describeFunction, describePlatform, describeRegister } from '../sample-platform.js';

const VCFG = 0x1_0000_0000n;
const ECAM = 0xe000_0000n;
const FUNCTION = describeFunction({
  address: { bus: 0, device: 4, function: 0 },
  name: 'SENS',
  registers: [describeRegister('CTRL', 0, 'rw', 0x4433_2211), describeRegister('NEXT', 1, 'rw', 0x8877_6655)],
});

function read(machine: Machine, address: bigint, length: number): string {
  const data = new Uint8Array(length).fill(0xee);
  machine.mmioBus.read(address, data);
  return toHex(data);
}

function port(machine: Machine, address: bigint, length: number): string {
  const data = new Uint8Array(length).fill(0xee);
  machine.ioBus.read(address, data);
  return toHex(data);
}

describe('the virtual configuration window', () => {
  /** offset in the function, length, what is read, diagnostics of the shape of a read. */
  const reads: readonly (readonly [number, number, string, number])[] = [
    [0, 4, '11223344', 0],
    [4, 4, '55667788', 0],
    [1, 4, '00000000', 1],
    [2, 4, '00000000', 1],
    [0, 0, '', 1],
    [0, 1, '00', 1],
    [0, 2, '0000', 1],
    [0, 3, '000000', 1],
    [0, 5, '0000000000', 1],
    [0, 8, '0000000000000000', 1],
  ];
  for (const [offset, length, seen, diagnostics] of reads) {
    it(`reads ${length} bytes at ${offset}`, () => {
      const machine = new Machine(describePlatform([FUNCTION]));
      expect(read(machine, VCFG + 0x4_0000n + BigInt(offset), length)).toBe(seen);
      expect(machine.log.countOf('WINDOW_READ_SHAPE')).toBe(diagnostics);
      expect(machine.mmioBus.counts).toEqual({ reads: 1, writes: 0, misses: 0, drops: diagnostics });
    });
    it(`writes ${length} bytes at ${offset}`, () => {
      const machine = new Machine(describePlatform([FUNCTION]));
      machine.mmioBus.write(VCFG + 0x4_0000n + BigInt(offset), new Uint8Array(length).fill(0xaa));
      const written = offset % 4 === 0 && length === 4;
      expect(machine.registers('SENS').get('CTRL')).toBe(written && offset === 0 ? 0xaaaa_aaaa : 0x4433_2211);
      expect(machine.registers('SENS').get('NEXT')).toBe(written && offset === 4 ? 0xaaaa_aaaa : 0x8877_6655);
      expect(machine.log.countOf('WINDOW_WRITE_SHAPE')).toBe(diagnostics);
      expect(machine.mmioBus.counts.drops).toBe(diagnostics);
    });
  }

  it('gives zeros from 2^32 up, where crosvm wraps', () => {
    const machine = new Machine(describePlatform([FUNCTION]));
    const data = new Uint8Array(4).fill(0xee);
    const info = { offset: 0x1_0004_0000n, address: 0n, id: 0 };
    machine.virtualConfig.read(info, data);
    machine.virtualConfig.write(info, fromHex('ffffffff'));
    expect(toHex(data)).toBe('00000000');
    expect(machine.registers('SENS').get('CTRL')).toBe(0x4433_2211);
    expect(machine.log.countOf('WINDOW_OFFSET')).toBe(2);
  });

  it('cannot be made with register bits outside 2..23', () => {
    for (const bits of [0, 1, 24, 2.5]) {
      expect(() => new PciVirtualConfigMmio(new PciRoot(), bits)).toThrow(RangeError);
      expect(() => new PciConfigMmio(new PciRoot(), bits)).toThrow(RangeError);
    }
  });
});

describe('the ECAM window', () => {
  /** offset in the function, length, what is read. */
  const reads: readonly (readonly [number, number, string])[] = [
    [0, 4, 'f41a0810'],
    [1, 2, '1a08'],
    [1, 3, '1a0810'],
    [2, 4, 'ffffffff'],
    [0, 8, 'ffffffffffffffff'],
    [0x100, 4, 'ffffffff'],
    [0x8000, 4, 'ffffffff'],
  ];
  for (const [offset, length, seen] of reads) {
    it(`reads ${length} bytes at ${offset}`, () => {
      const machine = new Machine(describePlatform([FUNCTION]));
      expect(read(machine, ECAM + 0x2_0000n + BigInt(offset), length)).toBe(seen);
    });
  }

  it('drops writes that cross dwords', () => {
    const machine = new Machine(describePlatform([FUNCTION]));
    const device = new RecordingFunction(5);
    machine.root.addDevice({ bus: 0, device: 5, function: 0 }, device);
    machine.mmioBus.write(ECAM + 0x2_8006n, fromHex('010203'));
    machine.mmioBus.write(ECAM + 0x2_8006n, fromHex('01020304'));
    machine.mmioBus.write(ECAM + 0x2_8005n, fromHex('010203'));
    machine.root.configSpaceWrite({ bus: 0, device: 5, function: 0 }, 1, 2, fromHex('010203'));
    expect(machine.mmioBus.counts.drops).toBe(2);
    expect(device.calls).toEqual(['config write 1+1 010203']);
  });

  it('tells where it is itself, in the host bridge', () => {
    const machine = new Machine(describePlatform([FUNCTION]));
    expect(read(machine, ECAM, 4)).toBe('86803712');
    expect(read(machine, ECAM + 0x60n, 8)).toBe('f'.repeat(16));
    expect([read(machine, ECAM + 0x60n, 4), read(machine, ECAM + 0x64n, 4)]).toEqual(['010000e0', '00000000']);
  });

  it('sets the multifunction bit while a later function of the slot is there', () => {
    const machine = new Machine(describePlatform([FUNCTION]));
    const second = { ...FUNCTION, name: 'SEN1', address: { ...FUNCTION.address, function: 3 } };
    const header = () => read(machine, ECAM + 0x2_000en, 1);
    expect(header()).toBe('00');
    machine.addFunction(second);
    expect([header(), read(machine, ECAM + 0x2_300en, 1), read(machine, ECAM + 0x2_100en, 1)]).toEqual([
      '80',
      '80',
      'ff',
    ]);
    machine.removeFunction(second.address);
    expect(header()).toBe('00');
  });
});

describe('the config ports', () => {
  it('select a register and reach it', () => {
    const machine = new Machine(describePlatform([FUNCTION]));
    machine.ioBus.write(0xcf8n, fromHex('00200080'));
    expect([port(machine, 0xcfcn, 4), port(machine, 0xcfdn, 2), port(machine, 0xcffn, 4)]).toEqual([
      'f41a0810',
      '1a08',
      'ffffffff',
    ]);
    machine.ioBus.write(0xcf8n, fromHex('04'));
    machine.ioBus.write(0xcfcn, fromHex('0700'));
    expect(port(machine, 0xcfcn, 4)).toBe('07000000');
    expect(port(machine, 0xcf8n, 4)).toBe('04200080');
    machine.ioBus.write(0xcfbn, fromHex('00'));
    machine.ioBus.write(0xcfcn, fromHex('0000'));
    expect(port(machine, 0xcfcn, 4)).toBe('ffffffff');
    machine.ioBus.write(0xcfbn, fromHex('80'));
    expect(port(machine, 0xcfcn, 4)).toBe('07000000');
  });

  it('reset at CF9 with bit 2, and hold a byte of the address without', () => {
    let resets = 0;
    const machine = new Machine(describePlatform([FUNCTION]), { onReset: () => resets++ });
    machine.ioBus.write(0xcf9n, fromHex('06'));
    expect([resets, port(machine, 0xcf8n, 4)]).toEqual([1, '00000000']);
    machine.ioBus.write(0xcf9n, fromHex('02'));
    machine.ioBus.write(0xcf8n, fromHex('000400'));
    expect([resets, port(machine, 0xcf8n, 4)]).toEqual([1, '00020000']);
  });

  it('read all ones when they are broken on purpose, and still write', () => {
    const machine = new Machine(describePlatform([FUNCTION]), { breakLinuxPciConfigIo: true });
    machine.ioBus.write(0xcf8n, fromHex('04200080'));
    machine.ioBus.write(0xcfcn, fromHex('0100'));
    expect(port(machine, 0xcfcn, 4)).toBe('ffffffff');
    expect(read(machine, ECAM + 0x2_0004n, 2)).toBe('0100');
  });
});

/** What the page of the host bridge holds at 0 and 0x300. */
const HOST_BRIDGE = [0x1237_8086, 0];

describe('configuration spaces mapped for reading', () => {
  const second = { ...FUNCTION, name: 'SEN1', address: { ...FUNCTION.address, function: 3 } };
  const at = (fn: number, offset: number) => ECAM + 0x2_0000n + BigInt(fn * 0x1000 + offset);

  function guestRead(machine: Machine, address: bigint, length: number): string {
    const data = new Uint8Array(length).fill(0xee);
    machine.memory.read(address, data);
    return toHex(data);
  }

  it('read as trapped ones do, without an exit, and write with one', () => {
    const trapped = new Machine(describePlatform([FUNCTION, second]));
    const mapped = new Machine(describePlatform([FUNCTION, second]), { configPages: true });
    for (const machine of [trapped, mapped]) machine.memory.write(at(0, 4), fromHex('0700'));
    for (const fn of [0, 3])
      for (let offset = 0; offset < 0x110; offset += 4)
        expect(guestRead(mapped, at(fn, offset), 4)).toBe(guestRead(trapped, at(fn, offset), 4));
    expect(mapped.memory.counts).toEqual({ exits: 1, direct: 2 * 0x44 });
    expect(guestRead(mapped, at(0, 4), 2)).toBe('0700');
  });

  it('show the multifunction bit through hot adds, removes, writes and restores', () => {
    const machine = new Machine(describePlatform([FUNCTION]), { configPages: true });
    const header = (fn: number) => guestRead(machine, at(fn, 0xe), 1);
    expect([header(0), header(3)]).toEqual(['00', 'ff']);
    machine.addFunction(second);
    expect([header(0), header(3)]).toEqual(['80', '80']);
    machine.memory.write(at(0, 0xc), fromHex('10'));
    expect(guestRead(machine, at(0, 0xc), 4)).toBe('10008000');
    expect(machine.restore(machine.snapshot())).toEqual([]);
    expect(guestRead(machine, at(0, 0xc), 4)).toBe('10008000');
    machine.removeFunction(second.address);
    expect([header(0), header(3)]).toEqual(['00', 'ff']);
    expect(guestRead(machine, at(3, 0), 4)).toBe('ffffffff');
  });

  it('are left alone by a function that is gone', () => {
    const pages: SharedMemory[] = [];
    const mapper = { map: (_base: bigint, memory: SharedMemory) => void pages.push(memory), unmap: () => {} };
    const root = new PciRoot({ configPages: { base: ECAM, registerBits: 8, mapper } });
    const [stays, goes] = [FUNCTION, second].map((description) => new RegisterMapFunction(description, root.log));
    root.addDevice(FUNCTION.address, stays as RegisterMapFunction);
    root.addDevice(second.address, goes as RegisterMapFunction);
    const identity = () => pages.map((page) => [page.read32(0x000), page.read32(0x300)]);
    expect(identity()).toEqual([HOST_BRIDGE, [0x1008_1af4, 0x1008_1af4]]);
    root.removeDevice(second.address);
    goes?.configuration.setRegister(0, 0xdead_beef);
    expect(identity()).toEqual([HOST_BRIDGE, [0x1008_1af4, 0]]);
  });

  it.each([8, 12])('show the host bridge from the start and for good, with %i register bits', (registerBits) => {
    const memory = new GuestMemory(new MmioBus());
    const root = new PciRoot({ configPages: { base: ECAM, registerBits, mapper: memory } });
    const dword = (register: number) => memory.read32(ECAM + BigInt(register * 4));
    expect([dword(0), dword(2), dword(24), memory.counts.exits]).toEqual([0x1237_8086, 0x0600_0000, 0, 0]);
    root.hostBridge.enableEcam(ECAM);
    root.configSpaceWrite({ bus: 0, device: 0, function: 0 }, 1, 0, fromHex('0700'));
    expect([dword(1), dword(24), dword(25)]).toEqual([7, 0xe000_0001, 0]);
    const neighbour = { bus: 0, device: 0, function: 3 };
    root.addDevice(neighbour, new RegisterMapFunction({ ...FUNCTION, address: neighbour }, root.log));
    expect(memory.read32(ECAM + BigInt(3 << registerBits))).toBe(0x1008_1af4);
    expect(dword(3)).toBe(0x80_0000);
    root.removeDevice(neighbour);
    expect([dword(0), dword(3), memory.counts.exits]).toEqual([0x1237_8086, 0, 0]);
  });

  it('reach the host bridge through exits if its page cannot be mapped, and say so', () => {
    const memory = new GuestMemory(new MmioBus());
    memory.addRam({ base: ECAM, lengthBytes: 0x1000n });
    const root = new PciRoot({ configPages: { base: ECAM, registerBits: 8, mapper: memory } });
    expect(root.log.findings.map(({ code, place }) => `${code} ${place.path}`)).toEqual(['MEMORY_OVERLAP host bridge']);
    expect(root.configSpaceRead({ bus: 0, device: 0, function: 0 }, 0)).toBe(0x1237_8086);
  });

  it('leave nothing half added when a page cannot be mapped', () => {
    const mapper = {
      map: () => {
        throw new Error('no room');
      },
      unmap: () => {},
    };
    const root = new PciRoot({ configPages: { base: ECAM, registerBits: 12, mapper } });
    for (let attempt = 0; attempt < 2; attempt++)
      expect(() => root.addDevice(FUNCTION.address, new RegisterMapFunction(FUNCTION, root.log))).toThrow('no room');
    expect(root.functions()).toEqual([]);
  });
});
