import { describe, expect, it } from 'vitest';
import { BusDeviceBase, type DeviceId, DiagnosticLog, Machine, MmioBus } from '../../src/device/index.js';
import { describePlatform, SENSOR } from './sample-platform.js';

const CTRL = 0x1_0004_0000n;
const fail = () => {
  throw new Error('no text');
};

/** Throws a value as it is, an error or not. */
function raise(thrown: unknown): never {
  throw thrown;
}

/** What a hook throws, and what the finding says of it. */
const THROWN: readonly (readonly [string, unknown, string])[] = [
  ['an error', new Error('broken'), 'broken'],
  ['a string', 'broken', 'broken'],
  ['a number', 5, '5'],
  ['undefined', undefined, 'undefined'],
  ['null', null, 'null'],
  ['a symbol', Symbol('x'), 'Symbol(x)'],
  ['an object', {}, '[object Object]'],
  ['an object without a prototype', Object.create(null), 'a value that cannot be shown as text'],
  ['an object whose toString throws', { toString: fail }, 'a value that cannot be shown as text'],
  [
    'an error whose message throws',
    Object.defineProperty(new Error('x'), 'message', { get: fail }),
    'a value that cannot be shown as text',
  ],
  ['an error whose message is not a string', Object.assign(new Error('x'), { message: 5 }), '5'],
  ['a proxy that throws', new Proxy({}, { get: fail, getPrototypeOf: fail }), 'a value that cannot be shown as text'],
  ['200 characters', 'x'.repeat(200), 'x'.repeat(200)],
  ['201 characters', 'x'.repeat(201), `${'x'.repeat(200)}...`],
];

describe('what a hook throws', () => {
  for (const [what, thrown, text] of THROWN) {
    it(`is a finding and never reaches the guest: ${what}`, () => {
      const machine = new Machine(describePlatform([SENSOR]));
      machine.registers('SENS').hook('CTRL', { read: () => raise(thrown), write: () => raise(thrown) });
      machine.memory.write32(CTRL, 7);
      expect(machine.memory.read32(CTRL)).toBe(7);
      expect(machine.log.findings.map(({ message }) => message)).toEqual(
        Array(2).fill(`The hook of CTRL threw: ${text}.`),
      );
    });
  }

  it('is cut before it is kept, so that the whole of it can be collected', () => {
    const machine = new Machine(describePlatform([SENSOR]));
    let count = 0;
    machine.registers('SENS').hook('CTRL', {
      read: () => raise(new Error(String.fromCharCode(0x41 + count++).repeat(0x20_0000))),
    });
    for (let index = 0; index < 32; index++) machine.memory.read32(CTRL);
    const lengths = machine.log.findings.map(({ message }) => message.length);
    expect([lengths.length, Math.max(...lengths)]).toEqual([32, 'The hook of CTRL threw: ....'.length + 200]);
    expect(machine.log.findings[1]?.message).toContain('B'.repeat(200));
  });
});

describe('a device that throws', () => {
  /** Throws wherever it can. */
  class Hostile extends BusDeviceBase {
    override debugLabel(): string {
      return fail();
    }
    override deviceId(): DeviceId {
      return fail();
    }
    override read(): void {
      raise({ toString: fail });
    }
    override write(): void {
      raise('y'.repeat(0x10_0000));
    }
  }

  it('has no way to the guest, even if its label throws too', () => {
    const bus = new MmioBus();
    bus.insert(new Hostile(), 0n, 0x10n);
    expect([bus.read32(0n), bus.read(0n, new Uint8Array(2))]).toEqual([0, true]);
    bus.write32(0n, 1);
    expect(bus.write(0n, new Uint8Array(2))).toBe(true);
    expect(bus.log.findings.map(({ place, message }) => [place.path, message.length < 300])).toEqual(
      Array(4).fill(['a device without a label', true]),
    );
  });
});

describe('a log', () => {
  it('keeps a label and a message of any length cut', () => {
    const log = new DiagnosticLog();
    log.keep('DEVICE_FAILED', 'l'.repeat(5000), 'm'.repeat(5000));
    const [finding] = log.findings;
    expect([finding?.place.path?.length, finding?.message.length]).toEqual([203, 1003]);
  });
});
