import { describe, expect, test } from 'vitest';
import { GuestError, openFunction, openFunctionIn, openWindow } from '../../src/guest/index.js';
import type { FunctionDescription } from '../../src/vocab/index.js';
import { SENS } from '../drivers/sample-platform.js';
import { acpiWith, recordingMemory } from './guest-memory.js';

const BASE = 0x2_4000_0000n;
const TRAPPED = BASE + 0x4_0000n;
const SHARED = BASE + 0x4_1000n;

function openSample() {
  const acpi = acpiWith(BASE);
  const memory = recordingMemory();
  return { acpi, memory, driver: openFunction({ acpi, memory, description: SENS }) };
}

describe('the window', () => {
  const ROWS: readonly [base: bigint, buses: number, message: RegExp][] = [
    [0n, 256, /base is 0x0, which means that there is no window/],
    [0x1000n, 256, /base is 0x1000, which is not a multiple of 2 MiB/],
    [-0x20_0000n, 256, /not a multiple/],
    [0xffff_ffff_ffe0_0000n, 2, /would end past 2\^64/],
  ];

  test.each(ROWS)('refuses a base of %s', (base, buses, message) => {
    const open = () => openWindow({ acpi: acpiWith(base), memory: recordingMemory(), buses });
    expect(open).toThrow(GuestError);
    expect(open).toThrow(message);
    expect(open).toThrow(/^\\VCFG: .* \[GUEST_NO_WINDOW\]$/);
  });

  test('takes the last window of the address space', () => {
    const window = openWindow({ acpi: acpiWith(0xffff_ffff_ffe0_0000n), memory: recordingMemory(), buses: 1 });
    expect(window.lengthBytes).toBe(0x20_0000);
  });

  test('reads and writes by number, within its buses', () => {
    const memory = recordingMemory();
    const window = openWindow({ acpi: acpiWith(BASE), memory, buses: 2 });
    const location = { address: { bus: 1, device: 2, function: 3 }, page: 'shared', register: 4 } as const;
    window.write(location, 0xdead_beef);
    expect(window.read(location)).toBe(0xdead_beef);
    expect(memory.accesses).toEqual([
      ['write', BASE + 0x22_7010n, 0xdead_beef],
      ['read', BASE + 0x22_7010n, 0xdead_beef],
    ]);
    expect(window.locate(window.address(location))).toEqual({ ...location, byte: 0 });
    const beyond = { ...location, address: { bus: 2, device: 0, function: 0 } };
    expect(() => window.address(beyond)).toThrow('bus is 2; the allowed range is 0..1');
    expect(() => window.locate(BASE + 0x40_0000n)).toThrow(RangeError);
    for (const value of [-1, 2 ** 32, 0.5]) expect(() => window.write(location, value)).toThrow(RangeError);
    expect(memory.accesses.length).toBe(2);
  });
});

describe('a function by name', () => {
  test('asks for the base once', () => {
    const { acpi, driver, memory } = openSample();
    driver.read('CTRL');
    driver.write('CTRL', 7);
    expect(acpi.asked).toEqual(['\\VCFG']);
    expect(memory.accesses).toEqual([
      ['read', TRAPPED, 0],
      ['write', TRAPPED, 7],
    ]);
    expect(driver.address('ERRC')).toBe(TRAPPED + 0xffcn);
  });

  test('takes fields out of a register', () => {
    const { driver, memory } = openSample();
    memory.dwords.set(TRAPPED, 0x8000_00a1);
    memory.dwords.set(TRAPPED + 4n, 0xffff_fffe);
    const fields = (['ENBL', 'RATE', 'TOPB'] as const).map((field) => driver.readField('CTRL', field));
    expect(fields).toEqual([1, 10, 1]);
    expect(driver.readField('STAT', 'ALL')).toBe(0xffff_fffe);
  });

  test('takes a value apart and puts it together without an access, and all fields with one', () => {
    const { driver, memory } = openSample();
    expect([driver.resetValue('CTRL'), driver.resetValue('ERRC')]).toEqual([1, 0xffff_ffff]);
    expect(driver.fieldsOf('CTRL', driver.resetValue('CTRL'))).toEqual({ ENBL: 1, RATE: 0, TOPB: 0 });
    expect(driver.fieldsOf('STAT', 0xffff_fffe)).toEqual({ ALL: 0xffff_fffe });
    expect(driver.withFields('CTRL', 0x1234_56f8, { RATE: 5, TOPB: 1 })).toBe(0x9234_5658);
    expect(driver.withFields('KICK', 0, { WHAT: 0xffff })).toBe(0xffff_0000);
    expect(() => driver.withFields('CTRL', 0, { RATE: 16 })).toThrow('SENS.CTRL.RATE is 16');
    for (const value of [-1, 2 ** 32, 0.5]) {
      expect(() => driver.withFields('CTRL', value, {})).toThrow(RangeError);
      expect(() => driver.fieldsOf('CTRL', value)).toThrow(RangeError);
    }
    // @ts-expect-error RATE is a field of CTRL
    expect(() => driver.withFields('STAT', 0, { RATE: 1 })).toThrow('SENS.STAT has no RATE, only ALL');
    // @ts-expect-error KICK is write-only
    expect(() => driver.readFields('KICK')).toThrow(TypeError);
    expect(memory.accesses).toEqual([]);
    memory.dwords.set(TRAPPED, 0x8000_00a1);
    const { ENBL, RATE, TOPB } = driver.readFields('CTRL');
    expect([ENBL, RATE, TOPB]).toEqual([1, 10, 1]);
    expect(memory.accesses.length).toBe(1);
  });

  test('changes fields of an rw register and keeps the rest', () => {
    const { driver, memory } = openSample();
    memory.dwords.set(TRAPPED, 0x1234_56f8);
    driver.writeFields('CTRL', { RATE: 5, TOPB: 1 });
    expect(memory.accesses).toEqual([
      ['read', TRAPPED, 0x1234_56f8],
      ['write', TRAPPED, 0x9234_5658],
    ]);
  });

  test.each([
    ['IRQS', { LOST: 2 }, 8n, 0x200],
    ['KICK', { WHAT: 0xffff }, 12n, 0xffff_0000],
    ['GOES', { GO: 1 }, 16n, 4],
  ] as const)('writes the fields of %s alone, without a read', (name, values, offset, written) => {
    const { driver, memory } = openSample();
    memory.dwords.set(TRAPPED + offset, 0xffff_ffff);
    driver.writeFields(name, values);
    expect(memory.accesses).toEqual([['write', TRAPPED + offset, written]]);
  });

  test('refuses values that are too wide before it touches anything', () => {
    const { driver, memory } = openSample();
    expect(() => driver.writeFields('CTRL', { RATE: 16 })).toThrow(
      new RangeError('SENS.CTRL.RATE is 16; the allowed range is 0..15'),
    );
    expect(() => driver.writeFields('CTRL', { RATE: -1 })).toThrow(RangeError);
    expect(() => driver.write('CTRL', 2 ** 32)).toThrow('SENS.CTRL is 4294967296; the allowed range is 0..4294967295');
    expect(memory.accesses).toEqual([]);
  });

  test('refuses, by type and when run, what a register cannot do', () => {
    const { driver, memory } = openSample();
    // @ts-expect-error KICK is write-only
    expect(() => driver.read('KICK')).toThrow(new TypeError('SENS.KICK is wo; it cannot be read'));
    // @ts-expect-error STAT is read-only
    expect(() => driver.write('STAT', 1)).toThrow(new TypeError('SENS.STAT is ro; it cannot be written'));
    // @ts-expect-error ERRC is cleared by reading, not by writing
    expect(() => driver.writeFields('ERRC', {})).toThrow(new TypeError('SENS.ERRC is rc; it cannot be written'));
    // @ts-expect-error KICK is write-only
    expect(() => driver.readField('KICK', 'WHAT')).toThrow(TypeError);
    // @ts-expect-error there is no such register
    expect(() => driver.read('NOPE')).toThrow('SENS has no NOPE, only CTRL, STAT, IRQS, KICK, GOES, ERRC');
    // @ts-expect-error RATE is a field of CTRL
    expect(() => driver.readField('STAT', 'RATE')).toThrow('SENS.STAT has no RATE, only ALL');
    // @ts-expect-error there is no such field
    expect(() => driver.writeFields('CTRL', { NOPE: 1 })).toThrow('SENS.CTRL has no NOPE, only ENBL, RATE, TOPB');
    // @ts-expect-error there is no such run
    expect(() => driver.run('CTRL')).toThrow('SENS has no CTRL, only HEAD, RING');
    expect(memory.accesses).toEqual([]);
  });

  test('takes any name of a description that is only known when run', () => {
    const description: FunctionDescription = SENS;
    const driver = openFunction({ acpi: acpiWith(BASE), memory: recordingMemory(), description });
    driver.writeFields('CTRL', { RATE: 3 });
    expect([driver.read('CTRL'), driver.readField('CTRL', 'RATE')]).toEqual([0x30, 3]);
  });

  test('reaches the shared page, whole and by run', () => {
    const { driver, memory } = openSample();
    driver.writeShared(4092, 5);
    driver.run('RING').write(511, 6);
    driver.run('HEAD').write(0, 7);
    expect([driver.readShared(4092), driver.run('RING').read(511), driver.readShared(0)]).toEqual([6, 6, 7]);
    expect(memory.accesses.map(([, address]) => address - SHARED)).toEqual([4092n, 4092n, 0n, 4092n, 4092n, 0n]);
    for (const offset of [-4, 1, 4096, Number.NaN]) {
      const message = `offset in SENS's shared page is ${offset}; the allowed range is multiples of 4 in 0..4092`;
      expect(() => driver.readShared(offset)).toThrow(new RangeError(message));
      expect(() => driver.writeShared(offset, 0)).toThrow(new RangeError(message));
    }
    for (const index of [-1, 512, 0.5]) {
      const message = `dword of SENS.RING is ${index}; the allowed range is 0..511`;
      expect(() => driver.run('RING').read(index)).toThrow(new RangeError(message));
    }
    expect(() => driver.run('RING').write(0, -1)).toThrow(RangeError);
    expect([driver.run('RING').address, driver.run('RING').lengthBytes]).toEqual([SHARED + 0x800n, 2048]);
  });

  test('refuses a description that lies outside', () => {
    const window = openWindow({ acpi: acpiWith(BASE), memory: recordingMemory(), buses: 1 });
    const open = (change: object) => () => openFunctionIn(window, { ...SENS, ...change });
    const register = { name: 'FAR', index: 1024, access: 'rw', reset: 0, fields: [] };
    expect(open({ registers: [register] })).toThrow('register is 1024; the allowed range is 0..1023');
    expect(open({ address: { bus: 1, device: 0, function: 0 } })).toThrow('bus is 1; the allowed range is 0..0');
    const run = { name: 'LONG', offsetBytes: 4092, lengthBytes: 8 };
    expect(open({ shared: [run] })).toThrow('SENS.LONG is bytes 4092..4099 of its page; the allowed range is 0..4095');
  });
});
