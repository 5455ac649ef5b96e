import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  locate,
  pageOffset,
  registerAddress,
  registerOffset,
  splitOffset,
  windowLengthBytes,
} from '../../src/guest/index.js';
import type { Page, RegisterLocation } from '../../src/vocab/index.js';
import { projectFolder, readVectors } from '../support/shared-material.js';

const BASE = 0x2_4000_0000n;
const PAGES: readonly Page[] = ['trapped', 'shared'];

/** crosvm counts a function's registers through both pages. */
function locationOf(bus: number, device: number, fn: number, register: number): RegisterLocation {
  const isShared = register >= 1024;
  const address = { bus, device, function: fn };
  return { address, page: isShared ? 'shared' : 'trapped', register: isShared ? register - 1024 : register };
}

describe('crosvm, recorded', () => {
  test('builds the recorded addresses of a 13-bit window', (context) => {
    const text = (file: string) => JSON.parse(file.replaceAll(/\b\d{16,}\b/g, '-1')) as { rows: number[][] };
    const rows = readVectors(context, 'addr_encode.json', text).rows.filter((row) => row[0] === 13);
    let inRange = 0;
    for (const [, bus, device, fn, register, offset] of rows as [number, number, number, number, number, number][]) {
      const location = locationOf(bus, device, fn, register);
      // crosvm cuts off what is too large for a function's 2048 registers, a device or a function; here it is refused.
      if (register < 0 || register > 2047 || device > 31 || fn > 7) {
        expect(() => registerAddress(BASE, location)).toThrow(RangeError);
        continue;
      }
      inRange++;
      const address = BASE + BigInt(offset);
      expect(registerAddress(BASE, location)).toBe(address);
      expect(locate(BASE, address)).toEqual({ ...location, byte: 0 });
    }
    expect([rows.length, inRange]).toEqual([3400, 2823]);
  });

  test('finds what lies at the recorded offsets', (context) => {
    const { rows } = readVectors<{ rows: number[][] }>(context, 'addr_decode.json');
    const mine = rows.filter((row) => row[0] === 13) as [number, number, number, number, number, number][];
    let inside = 0;
    for (const [, offset, bus, device, fn, register] of mine) {
      // Beyond 512 MiB crosvm sees the window again; here nothing is there.
      if (offset >= 2 ** 29) {
        expect(() => locate(BASE, BASE + BigInt(offset))).toThrow(RangeError);
        continue;
      }
      inside++;
      const expected = { ...locationOf(bus, device, fn, register), byte: offset % 4 };
      expect(locate(BASE, BASE + BigInt(offset))).toEqual(expected);
    }
    expect([mine.length, inside]).toEqual([810, 162]);
  });
});

test('agrees with the hand-typed corners', () => {
  const text = readFileSync(join(projectFolder, 'fixtures/addresses/corners.json'), 'utf8');
  const { rows } = JSON.parse(text) as { rows: [string, Page, number, string][] };
  expect(rows.length).toBe(49);
  for (const [bdf, page, register, offset] of rows) {
    const [bus, device, fn] = bdf.split(/[:.]/).map((part) => Number.parseInt(part, 16)) as [number, number, number];
    const location = { address: { bus, device, function: fn }, page, register };
    expect(registerAddress(BASE, location), bdf).toBe(BASE + BigInt(offset));
    expect(registerOffset(bus, device, fn, PAGES.indexOf(page), register), bdf).toBe(Number(offset));
    expect(locate(BASE, BASE + BigInt(offset)), offset).toEqual({ ...location, byte: 0 });
  }
});

test('every register goes there and back', () => {
  const tuple = fc.tuple(fc.nat(255), fc.nat(31), fc.nat(7), fc.nat(1), fc.nat(1023), fc.nat(3));
  fc.assert(
    fc.property(tuple, fc.bigInt({ min: 1n, max: 1n << 40n }), ([bus, device, fn, page, index, byte], multiple) => {
      const base = multiple * 0x20_0000n;
      const location = { address: { bus, device, function: fn }, page: PAGES[page] as Page, register: index };
      const address = registerAddress(base, location) + BigInt(byte);
      expect(locate(base, address)).toEqual({ ...location, byte });
      const into = { bus: 0, device: 0, function: 0, page: 0, index: 0, byte: 0 };
      const offset = registerOffset(bus, device, fn, page, index) + byte;
      expect(splitOffset(offset, into)).toEqual({ bus, device, function: fn, page, index, byte });
      expect(pageOffset(location.address, location.page)).toBe(offset - index * 4 - byte);
    }),
    { numRuns: 2000 },
  );
});

const TUPLES: readonly [parts: [number, number, number, number, number], message: string][] = [
  [[256, 0, 0, 0, 0], 'bus is 256; the allowed range is 0..255'],
  [[-1, 0, 0, 0, 0], 'bus is -1; the allowed range is 0..255'],
  [[0.5, 0, 0, 0, 0], 'bus is 0.5; the allowed range is 0..255'],
  [[Number.NaN, 0, 0, 0, 0], 'bus is NaN; the allowed range is 0..255'],
  [[2 ** 32, 0, 0, 0, 0], 'bus is 4294967296; the allowed range is 0..255'],
  [[0, 32, 0, 0, 0], 'device is 32; the allowed range is 0..31'],
  [[0, 0, 8, 0, 0], 'function is 8; the allowed range is 0..7'],
  [[0, 0, 0, 2, 0], 'page is 2; the allowed range is 0..1'],
  [[0, 0, 0, 0, 1024], 'register is 1024; the allowed range is 0..1023'],
  [[0, 0, 0, 0, -0.25], 'register is -0.25; the allowed range is 0..1023'],
];

test.each(TUPLES)('refuses %j', (parts, message) => {
  expect(() => registerOffset(...parts)).toThrow(new RangeError(message));
});

test('refuses offsets and addresses outside of the window', () => {
  const into = { bus: 9, device: 9, function: 9, page: 9, index: 9, byte: 9 };
  for (const offset of [-1, 2 ** 29, 2 ** 32, 0.5, Number.NaN]) {
    expect(() => splitOffset(offset, into)).toThrow(`offset is ${offset}; the allowed range is 0..536870911`);
  }
  expect(into).toEqual({ bus: 9, device: 9, function: 9, page: 9, index: 9, byte: 9 });
  const message = 'address is 0x240200000; the allowed range is 0x240000000..0x2401fffff';
  expect(() => locate(BASE, BASE + 0x20_0000n, { buses: 1 })).toThrow(new RangeError(message));
  expect(() => locate(BASE, BASE - 1n)).toThrow(/^address is 0x23fffffff; the allowed range is 0x240000000\.\./);
  expect(locate(BASE, BASE + 0x1f_ffffn, { buses: 1 })).toEqual({
    address: { bus: 0, device: 31, function: 7 },
    page: 'shared',
    register: 1023,
    byte: 3,
  });
});

test('a window is 2 MiB a bus', () => {
  expect([1, 64, 256].map(windowLengthBytes)).toEqual([0x20_0000, 0x800_0000, 0x2000_0000]);
  for (const buses of [0, 257, 1.5, -1]) {
    expect(() => windowLengthBytes(buses)).toThrow(`buses is ${buses}; the allowed range is 1..256`);
  }
});

describe('a call with the wrong type', () => {
  const location = { address: { bus: 0, device: 4, function: 0 }, page: 'trapped', register: 1 } as const;
  test.each<[string, () => unknown, RegExp]>([
    [
      'a base that is a number',
      () => registerAddress(0x1_4000_0000 as never, location),
      /^base is 5368709120 \(number\); a bigint/,
    ],
    [
      'a base of more than 64 bits',
      () => registerAddress(1n << 64n, location),
      /^base is \d+; the allowed range is 0\.\./,
    ],
    ['a negative base', () => registerAddress(-1n, location), /^base is -1; the allowed range/],
    [
      'an address as text',
      () => registerAddress(0n, { ...location, address: '00:04.0' as never }),
      /^address is "00:04\.0"; \{ bus,/,
    ],
    ['no address', () => pageOffset(undefined as never, 'trapped'), /^address is undefined \(undefined\);/],
    [
      'a page that does not exist',
      () => registerAddress(0n, { ...location, page: 'third' as never }),
      /^page is "third"; the allowed values are trapped and shared/,
    ],
    ['an address to look up that is a number', () => locate(0n, 5 as never), /^address is 5 \(number\); a bigint/],
    [
      'a device out of range',
      () => registerAddress(0n, { ...location, address: { bus: 0, device: 40, function: 0 } }),
      /^device is 40; the allowed range is 0\.\.31/,
    ],
  ])('says the value and what is allowed: %s', (_, call, message) => {
    expect(call).toThrow(message);
    expect(call).toThrow(/^(?!.*(undefined is not|Cannot))/);
  });
});
