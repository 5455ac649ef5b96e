import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparePciAddress, DiagnosticError, formatPciAddress, parsePciAddress } from '../../src/base/index.js';
import type { PciAddress } from '../../src/vocab/index.js';
import { readVectors } from '../support/shared-material.js';

interface StringRow {
  readonly in: string;
  readonly ok?: readonly [number, number, number];
  readonly display?: string;
  readonly err?: string;
}

const anyAddress: fc.Arbitrary<PciAddress> = fc.record({
  bus: fc.nat(255),
  device: fc.nat(31),
  function: fc.nat(7),
});

function faultOf(text: string): { code: string; message: string } {
  try {
    parsePciAddress(text);
  } catch (error) {
    if (error instanceof DiagnosticError && error.diagnostics[0]) return error.diagnostics[0];
    throw error;
  }
  throw new Error(`"${text}" was read`);
}

test('reads and prints the recorded address texts as crosvm does', (context) => {
  const { rows } = readVectors<{ rows: StringRow[] }>(context, 'addr_strings.json');
  expect(rows.length).toBe(32);
  for (const row of rows) {
    if (row.ok) {
      const [bus, device, fn] = row.ok;
      const address = parsePciAddress(row.in);
      expect(address, row.in).toEqual({ bus, device, function: fn });
      // crosvm always prints the domain; this project does only where one was asked for.
      expect(`0000:${formatPciAddress(address)}`, row.in).toBe(row.display);
    } else {
      const fault = faultOf(row.in);
      expect(fault.message, row.in).toContain(row.err);
      expect(fault.code, row.in).toBe(row.err?.endsWith('out of range') ? 'PCI_ADDRESS_RANGE' : 'PCI_ADDRESS_SYNTAX');
    }
  }
});

test('any address survives printing and reading', () => {
  fc.assert(
    fc.property(anyAddress, (address) => {
      expect(parsePciAddress(formatPciAddress(address))).toEqual(address);
    }),
  );
});

test('orders by bus, then device, then function, as the printed text does', () => {
  fc.assert(
    fc.property(anyAddress, anyAddress, (a, b) => {
      const [left, right] = [formatPciAddress(a), formatPciAddress(b)];
      expect(Math.sign(comparePciAddress(a, b))).toBe(left < right ? -1 : left > right ? 1 : 0);
    }),
  );
});
