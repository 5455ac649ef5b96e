import { describe, expect, test } from 'vitest';
import { openFunction } from '../../src/guest/index.js';
import type { FunctionDescription } from '../../src/vocab/index.js';
import { ruledPlatform } from '../drivers/ruled-platform.js';
import { acpiWith, type RecordingMemory, recordingMemory } from './guest-memory.js';

const BASE = 0x2_4000_0000n;
const TRAPPED = BASE + 0x4_0000n;
const [description] = ruledPlatform().functions as readonly [FunctionDescription];

const openRuled = (memory: RecordingMemory) => openFunction({ acpi: acpiWith(BASE), memory, description });
type Ruled = ReturnType<typeof openRuled>;

/** The accesses of a call, as register and value; every register reads as ones. */
function accessesOf(call: (driver: Ruled) => void): string[] {
  const memory = recordingMemory();
  for (let index = 0n; index < 1024n; index++) memory.dwords.set(TRAPPED + 4n * index, 0xffff_ffff);
  call(openRuled(memory));
  return memory.accesses.map(([kind, address, value]) => {
    const index = (address - TRAPPED) / 4n;
    return kind === 'read' ? `r${index}` : `w${index}=${value.toString(16).padStart(8, '0')}`;
  });
}

test.each<[string, (driver: Ruled) => void, ...string[]]>([
  ['a field beside bits that a 1 clears or sets', (d) => d.writeFields('STAT', { RATE: 5 }), 'r0', 'w0=ffffc05f'],
  ['a bit that a 1 clears', (d) => d.writeFields('STAT', { PEND: 1 }), 'r0', 'w0=ffffc1ff'],
  ['a bit that a 1 sets', (d) => d.writeFields('STAT', { TRIG: 1 }), 'r0', 'w0=ffffc2ff'],
  ['a bit that cannot be read', (d) => d.writeFields('STAT', { GO: 1 }), 'r0', 'w0=ffffc8ff'],
  ['two fields at once', (d) => d.writeFields('STAT', { PEND: 1, RATE: 5 }), 'r0', 'w0=ffffc15f'],
  ['a whole register', (d) => d.write('STAT', 0x1234_5678), 'w0=12345678'],
  ['a field with a key', (d) => d.writeFields('LOCK', { KF: 3 }), 'r20', 'w20=5afffff3'],
  ['a whole register with a key', (d) => d.write('LOCK', 0xff), 'w20=5a0000ff'],
  ['a field with a write mask', (d) => d.writeFields('GATE', { HV: 9 }), 'w21=00f00090'],
  ['a whole register with a write mask', (d) => d.write('GATE', 0x1234), 'w21=ffff1234'],
  ['a field beside reserved ones', (d) => d.writeFields('ONES', { OF: 5 }), 'r22', 'w22=fffffff5'],
  ['a whole register with reserved ones', (d) => d.write('ONES', 5), 'w22=fffffff5'],
  ['a field beside reserved zeros', (d) => d.writeFields('ZERO', { ZF: 5 }), 'r23', 'w23=00000005'],
  ['a whole register with reserved zeros', (d) => d.write('ZERO', 0xffff_ffff), 'w23=0000000f'],
  ['the only field that can be written', (d) => d.writeFields('ERRS', { E2: 6 }), 'w24=00000060'],
  ['64 bits', (d) => d.write64('TIME', 0x1122_3344_5566_7788n), 'w2=55667788', 'w3=11223344'],
  ['64 bits, high dword first', (d) => d.write64('TGT', 0x1122_3344_5566_7788n), 'w5=11223344', 'w4=55667788'],
  ['the most that 64 bits hold', (d) => d.write64('TGT', (1n << 64n) - 1n), 'w5=ffffffff', 'w4=ffffffff'],
])('a write of %s', (_, call, ...accesses) => {
  expect(accessesOf(call)).toEqual(accesses);
});

test('a write of one field is refused if the read before it would clear others', () => {
  const memory = recordingMemory();
  expect(() => openRuled(memory).writeFields('ERR2', { D1: 1 })).toThrow(TypeError);
  expect(memory.accesses).toEqual([]);
});

describe('a register of 64 bits', () => {
  /** Memory in which each access counts the register at index 6 up by one. */
  function counting(start: bigint): { memory: RecordingMemory; now: () => bigint } {
    let now = start;
    const memory = recordingMemory();
    const read32 = (address: bigint) => {
      const value = Number(address === TRAPPED + 24n ? now & 0xffff_ffffn : now >> 32n);
      memory.accesses.push(['read', address, value]);
      now++;
      return value;
    };
    return { memory: Object.assign(memory, { read32 }), now: () => now };
  }

  test.each([0xffff_fffdn, 0xffff_fffen, 0xffff_ffffn, 0x1_0000_0000n, 0xfedc_ba98_7654_3210n])(
    'is a value that it had while it was read, from %s on',
    (start) => {
      const { memory, now } = counting(start);
      const value = openRuled(memory).read64('CNT');
      expect(value).toBeGreaterThanOrEqual(start);
      expect(value).toBeLessThan(now());
      const indices = memory.accesses.map(([, address]) => (address - TRAPPED) / 4n);
      expect([indices[0], indices.at(-1), indices.length % 2]).toEqual([7n, 7n, 1]);
    },
  );

  test('that never stands still is read a limited number of times', () => {
    const memory = recordingMemory();
    let count = 0;
    Object.assign(memory, { read32: () => count++ });
    openRuled(memory).read64('CNT');
    expect(count).toBe(34);
  });

  test('refuses what it cannot do before an access', () => {
    const memory = recordingMemory();
    const driver = openRuled(memory);
    expect(() => driver.read64('STAT')).toThrow(
      new TypeError('SENS has no register STAT of 64 bits, only TIME, TGT, CNT, D73P, DAM2'),
    );
    expect(() => driver.write64('CNT', 1n)).toThrow(new TypeError('SENS.CNT is ro; it cannot be written'));
    for (const value of [-1n, 1n << 64n, 5 as never])
      expect(() => driver.write64('TIME', value)).toThrow(
        new RangeError(`SENS.TIME is ${value}; the allowed range is 0..18446744073709551615`),
      );
    expect(memory.accesses).toEqual([]);
  });
});
