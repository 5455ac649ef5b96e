import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/base/index.js';
import { type DsmValue, dsmOnValues, Machine, readDsmCall, writeDsmResult } from '../../../src/device/index.js';
import { openMailbox, openWindow } from '../../../src/guest/index.js';
import { describeFunction, describePlatform } from '../sample-platform.js';

const GPU = describeFunction({ address: { bus: 0, device: 3, function: 0 }, name: 'GPU0', profile: 'vfio' });
const TRAPPED = 0x1_0003_0000n;
const SHARED = TRAPPED + 0x1000n;
const [PFPM, PDSM, NOTY] = [TRAPPED, TRAPPED + 4n, TRAPPED + 8n];

/** Arguments as a guest's AML leaves them: written by hand, not by the code under test. */
function argumentsPage(fourth: readonly number[]): Uint8Array {
  const page = new Uint8Array(4096);
  for (let index = 0; index < 16; index++) page[index] = index + 1;
  page[16] = 2;
  page[31] = 0x80;
  page.set(fourth, 32);
  return page;
}

const dword = (value: number) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >>> 24) & 255];
const bytes = (...values: number[]) => Uint8Array.from(values);

describe('the vfio registers', () => {
  it('carry notifications in order, then 0', () => {
    const machine = new Machine(describePlatform([GPU]));
    machine.vfio('GPU0').notify(0x80);
    machine.vfio(GPU.address).notify(0x81);
    expect([1, 2, 3].map(() => machine.memory.read32(NOTY))).toEqual([0x80, 0x81, 0]);
    expect(() => machine.vfio('GPU1')).toThrow(RangeError);
    expect(() => machine.registers('GPU0')).toThrow(RangeError);
  });

  it('lose notifications past 1024 unread ones, and say so', () => {
    const machine = new Machine(describePlatform([GPU]));
    for (let value = 1; value <= 1026; value++) machine.vfio('GPU0').notify(value);
    expect(machine.vfio('GPU0').pendingNotifications).toBe(1024);
    expect(machine.log.countOf('VFIO_NOTIFICATION_LOST')).toBe(2);
  });

  it('do not let a notification of 0 hide those after it, restored ones included', () => {
    const machine = new Machine(describePlatform([GPU]));
    for (const value of [0, 0x81, 0, 0x82]) machine.vfio('GPU0').notify(value);
    expect(machine.log.findings.map(({ message }) => message)).toEqual([
      'Notification 0 is lost: an empty queue reads as 0 too.',
      'Notification 0 is lost: an empty queue reads as 0 too.',
    ]);
    const text = machine.snapshotText();
    expect([1, 2, 3].map(() => machine.memory.read32(NOTY))).toEqual([0x81, 0x82, 0]);
    const withZero = text.replace('"notifications":[129', '"notifications":[0,129');
    expect(withZero).not.toBe(text);
    expect(machine.restoreText(withZero).map(({ code }) => code)).toEqual(['SNAPSHOT_VALUE']);
  });

  it('switch power', () => {
    const states: string[] = [];
    const machine = new Machine(describePlatform([GPU]), {
      backend: () => ({ powerState: (state) => states.push(state) }),
    });
    for (const value of [0, 1, 0, 0xffff_ffff]) machine.memory.write32(PFPM, value);
    expect(states).toEqual(['low', 'full', 'low', 'full']);
    expect(machine.vfio('GPU0').isLowPower).toBe(false);
  });

  it('answer all ones and a warning elsewhere', () => {
    const machine = new Machine(describePlatform([GPU]));
    for (const address of [PFPM, PDSM, TRAPPED + 12n, TRAPPED + 0xffcn])
      expect(machine.memory.read32(address)).toBe(0xffff_ffff);
    machine.memory.write32(NOTY, 1);
    expect(machine.log.countOf('VFIO_READ_UNSUPPORTED')).toBe(4);
    expect(machine.log.countOf('VFIO_WRITE_UNSUPPORTED')).toBe(1);
  });

  it('survive a backend that throws: the guest reads a result of type 0', () => {
    const fail = () => {
      throw new Error('host says no');
    };
    const machine = new Machine(describePlatform([GPU]), { backend: () => ({ powerState: fail, evaluateDsm: fail }) });
    machine.memory.write(SHARED, argumentsPage([...dword(1), ...dword(8)]));
    machine.memory.write32(PDSM, 1);
    machine.memory.write32(PFPM, 0);
    expect(machine.memory.read32(SHARED + 32n)).toBe(0);
    expect(machine.memory.read32(SHARED)).toBe(0x0403_0201);
    expect([machine.log.countOf('DSM_FAILED'), machine.log.countOf('VFIO_BACKEND_FAILED')]).toEqual([1, 1]);
  });

  it('run _DSM over the mailbox without an exit but for the doorbell', () => {
    const machine = new Machine(describePlatform([GPU]), {
      backend: () => ({
        evaluateDsm: dsmOnValues(({ functionIndex, argument }) => [functionIndex, 'ok', argument]),
      }),
    });
    machine.memory.write(SHARED, argumentsPage([...dword(3), ...dword(2), 0xaa, 0xbb]));
    machine.memory.write32(PDSM, 0);
    const result = new Uint8Array(44);
    machine.memory.read(SHARED + 32n, result);
    const package3 = '0400000003000000';
    const integer = '01000000080000000000000000000080';
    const elements = '02000000020000006f6b' + '0300000002000000aabb';
    expect(toHex(result)).toBe(package3 + integer + elements);
    expect(machine.memory.counts).toEqual({ exits: 1, direct: 2 });
  });
});

describe('the _DSM mailbox', () => {
  /** What the fourth argument is, and its bytes. */
  const rows: readonly (readonly [string, readonly number[], DsmValue])[] = [
    ['nothing', [], []],
    ['an integer', [...dword(1), ...dword(8), 1, 0, 0, 0, 0, 0, 0, 0x80], 0x8000_0000_0000_0001n],
    ['a string', [...dword(2), ...dword(3), 0x68, 0x69, 0], 'hi'],
    ['an empty string', [...dword(2), ...dword(0)], ''],
    ['a string that begins with a NUL', [...dword(2), ...dword(3), 0, 0x68, 0x69], ''],
    ['a buffer', [...dword(3), ...dword(3), 1, 2, 3], bytes(1, 2, 3)],
    ['an empty package', [...dword(4), ...dword(0)], []],
    [
      'a package, strings and buffers padded to 8',
      [
        ...dword(4),
        ...dword(4),
        ...dword(3),
        ...dword(1),
        9,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        ...dword(2),
        ...dword(2),
        0x68,
        0x69,
        0,
        0,
        0,
        0,
        0,
        0,
        ...dword(3),
        ...dword(0),
        ...dword(1),
        ...dword(8),
        5,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
      ],
      [bytes(9), 'hi', bytes(), 5n],
    ],
  ];
  for (const [what, fourth, value] of rows) {
    it(`takes ${what}`, () => {
      const call = readDsmCall(argumentsPage(fourth));
      expect(call).toEqual({
        uuid: bytes(...Array.from({ length: 16 }, (_, index) => index + 1)),
        revision: 2n,
        functionIndex: 0x8000_0000_0000_0000n,
        argument: value,
      });
    });
  }

  const malformed: readonly (readonly [string, readonly number[]])[] = [
    ['an unknown type', [...dword(9), ...dword(0)]],
    ['a short integer', [...dword(1), ...dword(4)]],
    ['a buffer past the mailbox', [...dword(3), ...dword(2041)]],
    ['a size near 4 GiB', [...dword(3), ...dword(0xffff_ffff)]],
    [
      'packages over 8 deep',
      Array(9)
        .fill([...dword(4), ...dword(1)])
        .flat(),
    ],
    ['a package whose elements lie past the mailbox', [...dword(4), ...dword(1), ...dword(4), ...dword(255)]],
    ['a package with more elements than bytes', [...dword(4), ...dword(0xffff_ffff)]],
  ];
  for (const [what, fourth] of malformed) {
    it(`refuses ${what}`, () => {
      expect(() => readDsmCall(argumentsPage(fourth))).toThrow(RangeError);
    });
  }

  it('refuses a result that does not fit, and changes nothing', () => {
    const page = argumentsPage([1]);
    expect(() => writeDsmResult(page, new Uint8Array(2073))).toThrow(RangeError);
    expect(toHex(page)).toBe(toHex(argumentsPage([1])));
    writeDsmResult(page, new Uint8Array(2072).fill(7));
    expect([page[2111], page[2112]]).toEqual([7, 0]);
  });

  it('takes what the guest library sends, and sends what it takes, packages within packages too', () => {
    const { value } = fc.letrec<{ value: DsmValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        fc.bigInt(0n, 2n ** 64n - 1n),
        fc.stringMatching(/^[ -~]{0,12}$/),
        fc.uint8Array({ maxLength: 12 }),
        fc.array(tie('value'), { maxLength: 4 }),
      ),
    }));
    fc.assert(
      fc.property(value, value, (argument, answer) => {
        let taken: DsmValue | undefined;
        const machine = new Machine(describePlatform([GPU]), {
          backend: () => ({
            evaluateDsm: dsmOnValues((call) => {
              taken = call.argument;
              return answer;
            }),
          }),
        });
        const window = openWindow({ acpi: { integer: () => machine.vcfgBase }, memory: machine.memory });
        const request = { uuid: 'e5c937d0-3553-4d7a-9117-ea4d19c3434d', revision: 1n, functionIndex: 2n, argument };
        expect(openMailbox(window, GPU.address).evaluateDsm(request)).toEqual(answer);
        expect(taken).toEqual(argument);
      }),
    );
  });

  it.each<[string, DsmValue]>([
    ['a character over one byte', ['\u0100']],
    ['a character of two halves', ['\u{1f600}x', 5n]],
    ['a NUL', 'a\0b'],
    ['an integer over 64 bits', [2n ** 64n]],
    ['a negative integer', -1n],
    ['a buffer of 400,000 bytes', [new Uint8Array(400_000)]],
  ])('refuses a result with %s, and changes nothing', (_what, value) => {
    const page = argumentsPage([1]);
    expect(() => writeDsmResult(page, value)).toThrow(RangeError);
    expect(() => writeDsmResult(page, value)).not.toThrow(/call stack/);
    expect(toHex(page)).toBe(toHex(argumentsPage([1])));
  });

  it('refuses a result of packages over 8 deep, and changes nothing', () => {
    const nested = (levels: number): DsmValue => (levels === 0 ? [] : [nested(levels - 1)]);
    const page = argumentsPage([1]);
    expect(() => writeDsmResult(page, nested(8))).toThrow(RangeError);
    expect(toHex(page)).toBe(toHex(argumentsPage([1])));
    writeDsmResult(page, nested(7));
    expect(readDsmCall(page).argument).toEqual(nested(7));
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 64 }), (fourth) => {
        try {
          readDsmCall(argumentsPage([...fourth]));
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});
