import { expect, test } from 'vitest';
import { openFunction, openFunctionIn, openMailbox, openWindow } from '../../src/guest/index.js';
import { SENS } from '../drivers/sample-platform.js';
import { acpiWith, recordingMemory } from './guest-memory.js';

/** A value that a caller without types might pass. */
type Loose = ReturnType<typeof JSON.parse>;

const BASE = 0x2_4000_0000n;
const acpi = acpiWith(BASE);
const memory = recordingMemory();
const window = openWindow({ acpi, memory });
const driver = openFunctionIn(window, SENS);
const mailbox = openMailbox(window, { bus: 0, device: 3, function: 0 });
const REQUEST = { uuid: 'e5c937d0-3553-4d7a-9117-ea4d19c3434d', revision: 1n, functionIndex: 2n };
const dsm = (change: object) => () => mailbox.evaluateDsm({ ...REQUEST, ...change } as Loose);

const CALLS: readonly (readonly [what: string, call: () => unknown, message: RegExp])[] = [
  [
    'openWindow',
    () => openWindow(undefined as Loose),
    /ports is undefined \(undefined\); \{ acpi, memory \} is needed/,
  ],
  ['openWindow', () => openWindow({ memory } as Loose), /acpi is undefined .*; an object with integer is needed/],
  ['openWindow', () => openWindow({ acpi: {}, memory } as Loose), /acpi\.integer is undefined .*function is needed/],
  ['openWindow', () => openWindow({ acpi, memory: { read32() {} } } as Loose), /memory\.write32 is undefined/],
  [
    'openWindow',
    () => openWindow({ acpi: { integer: () => 5 as Loose }, memory }),
    /returned 5 \(number\) .*bigint is/,
  ],
  ['openWindow', () => openWindow({ acpi, memory, buses: 257 }), /buses is 257; the allowed range is 1\.\.256/],
  ['openWindow', () => openWindow({ acpi, memory, buses: 0 }), /buses is 0; /],
  ['address', () => window.address(undefined as Loose), /location is undefined .*\{ address, page, register \}/],
  [
    'address',
    () => window.address({ address: '00:04.0', page: 'trapped', register: 0 } as Loose),
    /address is "00:04\.0"/,
  ],
  [
    'address',
    () => window.address({ address: { bus: 0, device: 4, function: 0 }, page: 'both' as Loose, register: 0 }),
    /page is "both"; the allowed values are trapped and shared/,
  ],
  [
    'read',
    () => window.read({ address: { bus: 0, device: 32, function: 0 }, page: 'trapped', register: 0 }),
    /device is 32/,
  ],
  [
    'write',
    () => window.write({ address: SENS.address, page: 'trapped', register: 0 }, 1n as Loose),
    /value is 1 \(bigint\); a number is needed/,
  ],
  ['locate', () => window.locate(5 as Loose), /address is 5 \(number\); a bigint is needed/],
  ['openFunctionIn', () => openFunctionIn(undefined as Loose, SENS), /window is undefined/],
  ['openFunctionIn', () => openFunctionIn(window, undefined as Loose), /description is undefined .*registers, shared/],
  [
    'openFunctionIn',
    () => openFunctionIn(window, { ...SENS, shared: undefined } as Loose),
    /description\.shared is undef/,
  ],
  ['openFunction', () => openFunction(undefined as Loose), /ports is undefined/],
  ['write', () => driver.write('CTRL', '1' as Loose), /SENS\.CTRL is "1"; a number is needed, 0\.\.4294967295/],
  ['writeFields', () => driver.writeFields('CTRL', undefined as Loose), /values of SENS\.CTRL is undefined/],
  ['withFields', () => driver.withFields('CTRL', 0, null as Loose), /values of SENS\.CTRL is null/],
  ['writeFields', () => driver.writeFields('CTRL', { RATE: 1n } as Loose), /SENS\.CTRL\.RATE is 1; the allowed range/],
  ['openMailbox', () => openMailbox({} as Loose, SENS.address), /window\.address is undefined/],
  ['openMailbox', () => openMailbox(window, '00:03.0' as Loose), /address is "00:03\.0".*parsePciAddress/],
  ['openMailbox', () => openMailbox(window, { bus: 0, device: 3, function: 8 }), /function is 8; .*0\.\.7/],
  ['evaluateDsm', () => mailbox.evaluateDsm(undefined as Loose), /request is undefined/],
  ['evaluateDsm', dsm({ uuid: undefined }), /uuid is undefined .*not a UUID/],
  ['evaluateDsm', dsm({ revision: 1 }), /revision is 1 \(number\); a bigint is needed/],
  ['evaluateDsm', dsm({ functionIndex: undefined }), /functionIndex is undefined/],
  ['evaluateDsm', dsm({ argument: 5 }), /the argument holds 5 \(number\); a bigint, string, Uint8Array or array/],
  ['evaluateDsm', dsm({ argument: [{}] }), /the argument holds an object; /],
];

test.each(CALLS)('a bad call of %s says the value and what is needed (%#)', (_, call, message) => {
  let thrown: unknown;
  try {
    call();
  } catch (error) {
    thrown = error;
  }
  expect(thrown instanceof TypeError || thrown instanceof RangeError, String(thrown)).toBe(true);
  expect((thrown as Error).message).toMatch(message);
});
