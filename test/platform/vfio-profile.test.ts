import { expect, test } from 'vitest';
import {
  platformFromObject,
  VFIO_MAILBOX_ARGUMENTS,
  VFIO_MAILBOX_BYTES,
  VFIO_MAILBOX_RESULT,
  VFIO_POWER_RESOURCE,
  VFIO_REGISTERS,
} from '../../src/platform/index.js';
import { nameFault } from '../../src/platform/names/name-seg.js';
import { readVectors } from '../support/shared-material.js';

test('each name is a NameSeg, and none is there twice', () => {
  const rows = [...VFIO_REGISTERS, ...VFIO_MAILBOX_ARGUMENTS, ...VFIO_MAILBOX_RESULT];
  const names = [...rows.map(({ name }) => name), VFIO_POWER_RESOURCE];
  expect(names.filter((name) => name.length !== 4 || nameFault(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});

test('registers follow each other from 0, as a Field declares them', () => {
  expect(VFIO_REGISTERS.map(({ name, index }) => [name, index])).toEqual([
    ['PFPM', 0],
    ['PDSM', 1],
    ['NOTY', 2],
  ]);
});

test('both views of the mailbox are without a gap and end in the page', () => {
  expect([VFIO_MAILBOX_ARGUMENTS[0]?.offsetBits, VFIO_MAILBOX_RESULT[0]?.offsetBits]).toEqual([0, 256]);
  for (const rows of [VFIO_MAILBOX_ARGUMENTS, VFIO_MAILBOX_RESULT]) {
    rows.slice(1).forEach((row, index) => {
      const before = rows[index];
      expect(row.offsetBits, row.name).toBe((before?.offsetBits ?? 0) + (before?.widthBits ?? 0));
    });
  }
  expect(VFIO_MAILBOX_BYTES).toBe(40 + 2072);
});

test("the fields in crosvm's recorded AML have these names and widths", (context) => {
  const recorded = readVectors<string>(context, 'device_vcfg_register.json', (text) => text);
  /** A NamedField: the name's four bytes, then its width as a PkgLength of one, two or three bytes. ACPI 6.5 §20.2.4 */
  const namedField = (name: string, widthBits: number) => {
    const length =
      widthBits < 63
        ? [widthBits]
        : widthBits < 4094
          ? [0x40 | (widthBits & 15), widthBits >> 4]
          : [0x80 | (widthBits & 15), (widthBits >> 4) & 0xff, widthBits >> 12];
    return Buffer.from([...Buffer.from(name), ...length]).toString('hex');
  };
  const registers = VFIO_REGISTERS.map(({ name }) => namedField(name, 32)).join('');
  const fieldsOf = (rows: typeof VFIO_MAILBOX_RESULT) =>
    rows.map((row) => namedField(row.name, row.widthBits)).join('');
  expect(recorded).toContain(registers);
  expect(recorded).toContain(fieldsOf(VFIO_MAILBOX_ARGUMENTS));
  expect(recorded).toContain(fieldsOf(VFIO_MAILBOX_RESULT));
});

test('a function of the profile has its registers, and an event', () => {
  const { functions } = platformFromObject({
    functions: [{ address: '00:03.0', name: 'GPU0', profile: 'vfio', registers: [], shared: [] }],
  });
  expect(functions).toMatchObject([{ profile: 'vfio', registers: VFIO_REGISTERS, shared: [], gpe: 0 }]);
});
