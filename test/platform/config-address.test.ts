import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePciAddress } from '../../src/base/index.js';
import {
  adrOf,
  CAM_REGISTER_BITS,
  checkRegisterBits,
  decodeConfigAddress,
  ECAM_REGISTER_BITS,
  encodeConfigAddress,
  encodeConfigAddressWrapping,
  packedBdf,
  packPciAddress,
  registerIndex,
  unpackPciAddress,
  VCFG_REGISTER_BITS,
} from '../../src/platform/config-address.js';
import { projectFolder, readVectors } from '../support/shared-material.js';

/** Integers too large for a number become strings, so that `BigInt` reads every one exactly. */
function readExactly<T>(text: string): T {
  return JSON.parse(text.replaceAll(/\b\d{16,}\b/g, '"$&"')) as T;
}

type EncodeRow = [number, number, number, number, number | string, number, number, number, number, number];

describe('crosvm, recorded', () => {
  test('encodes and decodes again', (context) => {
    const { rows } = readVectors<{ rows: EncodeRow[] }>(context, 'addr_encode.json', readExactly);
    expect(rows.length).toBe(10_200);
    let strict = 0;
    for (const row of rows) {
      const [bits, bus, device, fn, register, configAddress, busOut, deviceOut, fnOut, registerOut] = row;
      const address = { bus, device, function: fn };
      if (encodeConfigAddressWrapping(address, BigInt(register), bits) !== configAddress) {
        expect.fail(`${row}: ${encodeConfigAddressWrapping(address, BigInt(register), bits)}`);
      }
      const decoded = decodeConfigAddress(configAddress, bits);
      const expected = { address: { bus: busOut, device: deviceOut, function: fnOut }, register: registerOut };
      expect(decoded, `${row}`).toEqual(expected);
      // What the strict form takes it encodes alike; what it refuses is a component or register that crosvm cut.
      if ([bus, device, fn, Number(register)].join() === [busOut, deviceOut, fnOut, registerOut].join()) {
        expect(encodeConfigAddress(address, Number(register), bits)).toBe(configAddress);
        strict++;
      } else expect(() => encodeConfigAddress(address, Number(register), bits), `${row}`).toThrow(RangeError);
    }
    expect(strict).toBeGreaterThan(2000);
  });

  test('decodes and encodes again', (context) => {
    const { rows } = readVectors<{ rows: number[][] }>(context, 'addr_decode.json');
    expect(rows.length).toBe(2430);
    for (const row of rows) {
      const [bits, configAddress, bus, device, fn, register, again] = row as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const decoded = decodeConfigAddress(configAddress, bits);
      expect(decoded, `${row}`).toEqual({ address: { bus, device, function: fn }, register });
      expect(encodeConfigAddress(decoded.address, decoded.register, bits), `${row}`).toBe(again);
    }
  });

  test('decodes with odd register bits; where crosvm panics, a RangeError', (context) => {
    const { rows } = readVectors<{ rows: [number, number, string | { panic: string }][] }>(
      context,
      'addr_degenerate_bits.json',
    );
    let panics = 0;
    for (const [bits, configAddress, outcome] of rows) {
      if (typeof outcome === 'string') {
        const { address, register } = decodeConfigAddress(configAddress, bits);
        expect([address.bus, address.device, address.function, register].join(), `${bits}`).toBe(outcome);
      } else {
        expect(() => decodeConfigAddress(configAddress, bits), `${bits}`).toThrow(RangeError);
        panics++;
      }
    }
    expect([rows.length, panics]).toEqual([45, 24]);
  });

  test('packs', (context) => {
    const { rows } = readVectors<{ rows: { ok?: [number, number, number]; acpi_adr: number; to_u32: number }[] }>(
      context,
      'addr_strings.json',
    );
    const good = rows.flatMap(({ ok, ...row }) => (ok ? [{ ...row, ok }] : []));
    expect(good.length).toBe(12);
    for (const { ok, acpi_adr, to_u32 } of good) {
      const address = { bus: ok[0], device: ok[1], function: ok[2] };
      expect(adrOf(address)).toBe(acpi_adr);
      expect(packPciAddress(address)).toBe(to_u32);
      expect(unpackPciAddress(to_u32)).toEqual(address);
    }
  });
});

test('the corner addresses typed by hand', () => {
  const { rows } = JSON.parse(readFileSync(join(projectFolder, 'fixtures/addresses/corners.json'), 'utf8')) as {
    rows: [string, 'trapped' | 'shared', number, string][];
  };
  expect(rows.length).toBe(49);
  for (const [bdf, page, index, offset] of rows) {
    const register = page === 'shared' ? 1024 + index : index;
    const address = parsePciAddress(bdf);
    expect(encodeConfigAddress(address, register, VCFG_REGISTER_BITS), `${bdf} ${page} ${index}`).toBe(Number(offset));
    expect(decodeConfigAddress(Number(offset), VCFG_REGISTER_BITS), offset).toEqual({ address, register });
  }
});

const anyRegisterBits = fc.constantFrom(CAM_REGISTER_BITS, ECAM_REGISTER_BITS, VCFG_REGISTER_BITS);

test('every config address decodes to what encodes to its dword', () => {
  fc.assert(
    fc.property(anyRegisterBits, fc.integer({ min: 0, max: 0xffff_ffff }), (bits, configAddress) => {
      const { address, register } = decodeConfigAddress(configAddress, bits);
      const inWindow = configAddress % 2 ** (bits + 16);
      expect(encodeConfigAddress(address, register, bits)).toBe(inWindow - (inWindow % 4));
      expect(packedBdf(configAddress, bits)).toBe(packPciAddress(address));
      expect(registerIndex(configAddress, bits)).toBe(register);
    }),
  );
});

const origin = { bus: 0, device: 0, function: 0 };

test.each<[string, () => unknown, RegExp]>([
  ['1 register bit', () => checkRegisterBits(1), /registerBits is 1; .* 2 to 23/],
  ['24 register bits', () => checkRegisterBits(24), /registerBits is 24/],
  ['half a register bit', () => checkRegisterBits(12.5), /registerBits is 12\.5/],
  ['a config address below 0', () => decodeConfigAddress(-4, 13), /configAddress is -4; .* 0 to 4294967295/],
  ['a config address over 32 bits', () => decodeConfigAddress(2 ** 32, 13), /configAddress is 4294967296/],
  ['bus 256', () => encodeConfigAddress({ ...origin, bus: 256 }, 0, 13), /bus is 256; .* 0 to 255/],
  ['device 32', () => encodeConfigAddress({ ...origin, device: 32 }, 0, 13), /device is 32; .* 0 to 31/],
  ['function 8', () => encodeConfigAddress({ ...origin, function: 8 }, 0, 13), /function is 8; .* 0 to 7/],
  ['function -1', () => encodeConfigAddress({ ...origin, function: -1 }, 0, 13), /function is -1/],
  ['register 2048', () => encodeConfigAddress(origin, 2048, 13), /register is 2048; .* 0 to 2047/],
  ['register NaN', () => encodeConfigAddress(origin, Number.NaN, 13), /register is NaN/],
  ['bus 16 with 20 register bits', () => encodeConfigAddress({ ...origin, bus: 16 }, 0, 20), /4096; .* 0 to 4095/],
  ['a wrapping register below 0', () => encodeConfigAddressWrapping(origin, -1n, 13), /register is -1/],
  [
    'a wrapping register over 64 bits',
    () => encodeConfigAddressWrapping(origin, 2n ** 64n, 13),
    /18446744073709551615/,
  ],
  [
    'an inexact wrapping register',
    () => encodeConfigAddressWrapping(origin, 2 ** 53, 13),
    /register is 9007199254740992/,
  ],
  ['wrapping with 24 register bits', () => encodeConfigAddressWrapping(origin, 0, 24), /registerBits is 24/],
])('refuses %s', (_, call, message) => {
  expect(call).toThrow(RangeError);
  expect(call).toThrow(message);
});

test('the largest bus that fits is taken', () => {
  expect(encodeConfigAddress({ bus: 15, device: 31, function: 7 }, 0, 20)).toBe(0xfff0_0000);
  expect(encodeConfigAddressWrapping({ bus: 16, device: 0, function: 0 }, 0, 20)).toBe(0);
});
