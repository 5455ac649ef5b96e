import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type DsmRequest,
  type DsmValue,
  GuestError,
  MOST_NESTED_PACKAGES,
  openMailbox,
  openWindow,
} from '../../src/guest/index.js';
import { acpiWith, recordingMemory } from './guest-memory.js';

const BASE = 0x2_4000_0000n;
const TRAPPED = BASE + 0x3_0000n;
const SHARED = BASE + 0x3_1000n;
const REQUEST: DsmRequest = { uuid: 'e5c937d0-3553-4d7a-9117-ea4d19c3434d', revision: 1n, functionIndex: 2n };

/** A mailbox whose host leaves these hex bytes as its result, after it took down what it was given. */
function openSample(resultHex = '') {
  const memory = recordingMemory();
  const rings: number[] = [];
  const given = new Uint8Array(4096);
  memory.onWrite = (address, value) => {
    if (address !== TRAPPED + 4n) return;
    rings.push(value);
    const page = new DataView(given.buffer);
    for (let offset = 0; offset < 4096; offset += 4) {
      page.setUint32(offset, memory.dwords.get(SHARED + BigInt(offset)) ?? 0, true);
    }
    const result = new Uint8Array(2080);
    result.set(Buffer.from(resultHex.replaceAll(' ', ''), 'hex'));
    const view = new DataView(result.buffer);
    for (let offset = 0; offset < 2080; offset += 4) {
      memory.dwords.set(SHARED + BigInt(32 + offset), view.getUint32(offset, true));
    }
  };
  const window = openWindow({ acpi: acpiWith(BASE), memory });
  return { memory, rings, given, mailbox: openMailbox(window, { bus: 0, device: 3, function: 0 }) };
}

/** What the host sees of the fourth argument, up to its last byte that is not 0. */
function argumentHex(argument: DsmValue): string {
  const { mailbox, given } = openSample('03');
  mailbox.evaluateDsm({ ...REQUEST, argument });
  return Buffer.from(given.subarray(32))
    .toString('hex')
    .replace(/(?:00)*$/, '');
}

describe('a request', () => {
  test('lies where the host looks for it, and is handed over last', () => {
    const { mailbox, memory, rings, given } = openSample('01000000 08000000');
    mailbox.evaluateDsm({ ...REQUEST, revision: 0x0102_0304_0506_0708n, functionIndex: 2n ** 64n - 1n });
    expect(Buffer.from(given.subarray(0, 40)).toString('hex')).toBe(
      `d037c9e553357a4d9117ea4d19c3434d${'0807060504030201'}${'f'.repeat(16)}${'0400000000000000'}`,
    );
    expect(rings).toEqual([1]);
    const ring = memory.accesses.findIndex(([, address]) => address === TRAPPED + 4n);
    expect(ring).toBe(2080 / 4);
    const after = memory.accesses.slice(ring + 1).map(([kind]) => kind);
    expect([after.length, new Set(after)]).toEqual([520, new Set(['read'])]);
  });

  const VALUES: readonly [DsmValue, string][] = [
    [0x1122n, '01000000 08000000 2211'],
    [2n ** 64n - 1n, '01000000 08000000 ffffffffffffffff'],
    ['abc', '02000000 03000000 616263'],
    ['', '02'],
    [Uint8Array.of(1, 2, 3), '03000000 03000000 010203'],
    [[], '04'],
    [[1n, 2n], '04000000 02000000 01000000 08000000 0100000000000000 01000000 08000000 02'],
    [['abc', 'd'], '04000000 02000000 02000000 03000000 6162630000000000 02000000 01000000 64'],
    [[Uint8Array.of(), [9n]], '04000000 02000000 03000000 00000000 04000000 01000000 01000000 08000000 09'],
  ];

  test.each(VALUES)('holds %o as %s', (value, hex) => {
    expect(argumentHex(value)).toBe(hex.replaceAll(' ', '').replace(/(?:00)*$/, ''));
  });

  test('fills the 2048 bytes of the argument and no more', () => {
    expect(argumentHex(new Uint8Array(2040).fill(0xab)).length).toBe(2048 * 2);
    const message = 'the argument takes 2049 bytes or more; the mailbox has room for 2048';
    expect(() => argumentHex(new Uint8Array(2041))).toThrow(new RangeError(message));
    expect(() => argumentHex(Array.from({ length: 200 }, () => 1n))).toThrow(RangeError);
  });

  const nested = (depth: number): DsmValue => (depth === 0 ? 5n : [nested(depth - 1)]);

  const BAD: readonly [Partial<DsmRequest>, ErrorConstructor | RangeErrorConstructor | TypeErrorConstructor, RegExp][] =
    [
      [{ uuid: 'e5c937d0' }, TypeError, /uuid is "e5c937d0", which is not a UUID/],
      [{ uuid: 'e5c937d035534d7a9117ea4d19c3434d' }, TypeError, /not a UUID/],
      [{ revision: -1n }, RangeError, /revision is -1; the allowed range is 0\.\.18446744073709551615/],
      [{ functionIndex: 2n ** 64n }, RangeError, /functionIndex is 18446744073709551616/],
      [{ argument: 'caf\u00e9' }, TypeError, /character 3 of a string of the argument is 0xe9/],
      [{ argument: 'a\0' }, TypeError, /character 1 .* is 0x0; an ACPI string holds 0x01\.\.0x7f/],
      [{ argument: [-1n] }, RangeError, /an integer of the argument is -1/],
      [
        { argument: nested(MOST_NESTED_PACKAGES + 1) },
        RangeError,
        /packages of the argument are nested more than 8 deep/,
      ],
    ];

  test.each(BAD)('refuses %o', (change, type, message) => {
    const { mailbox, memory } = openSample();
    expect(() => mailbox.evaluateDsm({ ...REQUEST, ...change })).toThrow(type);
    expect(() => mailbox.evaluateDsm({ ...REQUEST, ...change })).toThrow(message);
    expect(memory.accesses).toEqual([]);
  });
});

describe('a result', () => {
  const RESULTS: readonly [string, DsmValue][] = [
    ['01000000 08000000 8877665544332211', 0x1122_3344_5566_7788n],
    ['01000000 04000000 ffffffff', 0xffff_ffffn],
    ['02000000 03000000 616263', 'abc'],
    ['02000000 05000000 616200ff63', 'ab'],
    ['02000000 02000000 61e9', 'a\u00e9'],
    // The text ends at its first NUL, even if that is its first byte.
    ['02000000 03000000 006162', ''],
    ['03000000 02000000 00ff', Uint8Array.of(0, 255)],
    ['04000000 00000000', []],
    // Elements follow one another without padding.
    ['04000000 03000000 02000000 01000000 61 01000000 01000000 07 03000000 00000000', ['a', 7n, Uint8Array.of()]],
    ['04000000 01000000 04000000 01000000 01000000 01000000 07', [[7n]]],
  ];

  test.each(RESULTS)('of %s', (hex, value) => {
    expect(openSample(hex).mailbox.evaluateDsm(REQUEST)).toEqual(value);
  });

  test('as long as the page allows', () => {
    const bytes = new Uint8Array(2072).fill(0x5a);
    const hex = `03000000 18080000 ${Buffer.from(bytes).toString('hex')}`;
    expect(openSample(hex).mailbox.evaluateDsm(REQUEST)).toEqual(bytes);
  });

  const deep = '0400000001000000'.repeat(MOST_NESTED_PACKAGES + 1);
  const BAD: readonly [string, RegExp][] = [
    ['', /^function 00:03\.0: The host returned no result for _DSM e5c937d0/],
    ['05000000 00000000', /byte 0 of the result: A value has type 5; the types are 1 to 4/],
    ['01000000 00000000', /An integer has 0 bytes; it must have 1 to 8/],
    ['01000000 09000000', /An integer has 9 bytes/],
    ['03000000 19080000', /A value has 2073 bytes where only 2072 are left/],
    ['02000000 ffffffff', /A value has 4294967295 bytes/],
    ['04000000 ffffffff', /A package has 4294967295 elements where there is room for 259/],
    ['04000000 02000000 03000000 08080000', /byte 2072 of the result: A value has type 0/],
    ['04000000 02000000 03000000 0c080000', /byte 2076 of the result: A value begins where only 4 bytes are left/],
    [deep, /Packages are nested more than 8 deep/],
  ];

  test.each(BAD)('of %s is refused', (hex, message) => {
    const { mailbox } = openSample(hex);
    expect(() => mailbox.evaluateDsm(REQUEST)).toThrow(GuestError);
    expect(() => mailbox.evaluateDsm(REQUEST)).toThrow(message);
    expect(() => mailbox.evaluateDsm(REQUEST)).toThrow(/\[GUEST_MAILBOX\]$/);
  });

  test('of any bytes is a value or a finding', () => {
    const dword = fc.oneof(fc.nat(8), fc.nat(0xffff_ffff), fc.nat(2100));
    fc.assert(
      fc.property(fc.array(dword, { minLength: 520, maxLength: 520 }), (dwords) => {
        const { mailbox } = openSample(Buffer.from(Uint32Array.from(dwords).buffer).toString('hex'));
        try {
          mailbox.evaluateDsm(REQUEST);
        } catch (error) {
          expect(error).toBeInstanceOf(GuestError);
        }
      }),
      { numRuns: 150 },
    );
  });
});

test('notifications come until there are none, power is entered and left', () => {
  const { mailbox, memory } = openSample();
  memory.dwords.set(TRAPPED + 8n, 0x81);
  expect(mailbox.popNotification()).toBe(0x81);
  memory.dwords.set(TRAPPED + 8n, 0);
  expect(mailbox.popNotification()).toBeUndefined();
  mailbox.enterLowPower();
  mailbox.leaveLowPower();
  expect(memory.accesses.slice(2)).toEqual([
    ['write', TRAPPED, 0],
    ['write', TRAPPED, 1],
  ]);
});
