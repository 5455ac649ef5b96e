import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  DiagnosticLog,
  Machine,
  openSandbox,
  type SandboxOptions,
  type ThreadPort,
} from '../../../src/device/index.js';
import { startWorker } from '../../support/start-worker.js';
import { describeFunction, describePlatform, describeRegister, SENSOR } from '../sample-platform.js';
import type { SandboxKind } from './sandbox-kinds.js';

const SENS = 0x1_0004_0000n;
const RING = SENS + 0x1000n;
const OTHER = 0x1_0006_0000n;
const SENS_ECAM = 0xe002_0000n;
const BAR = 0xc000_0000n;

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

const OTHER_FUNCTION = describeFunction({
  address: { bus: 0, device: 6, function: 0 },
  name: 'OTHR',
  registers: [describeRegister('ONLY', 0, 'rw', 0x66)],
});

/** A machine whose SENS lives in a worker. */
async function build(kind: SandboxKind, options: SandboxOptions = {}, wake?: 'wait' | 'message') {
  const log = new DiagnosticLog();
  const { port1, port2 } = new MessageChannel();
  const worker = await startWorker(new URL('./sandbox-worker.ts', import.meta.url), { port: port2, kind, wake }, [
    port2 as never,
  ]);
  ended.push(() => {
    port1.close();
    return worker.terminate();
  });
  const sandboxed = await openSandbox(port1, log, options);
  const machine = new Machine(describePlatform([SENSOR, OTHER_FUNCTION]), {
    create: ({ name }) => (name === 'SENS' ? sandboxed : undefined),
  });
  return { machine, sandboxed, log, worker };
}

const codes = (log: DiagnosticLog) => log.findings.map(({ code }) => code);

describe('a function in a sandbox', () => {
  it.each(['wait', 'message'] as const)('answers as it would in the machine (%s)', async (wake) => {
    const { machine, sandboxed, log } = await build('sensor', {}, wake);
    const { memory } = machine;
    expect(memory.read32(SENS)).toBe(1);
    memory.write32(SENS, 0xdead_beef);
    expect(memory.read32(SENS)).toBe(0xdead_beef);
    expect([memory.read32(SENS + 8n), memory.read32(SENS_ECAM)]).toEqual([0xff, 0x1008_1af4]);
    expect(memory.read32(SENS + 4n)).toBe(1);
    expect([sandboxed.debugLabel(), sandboxed.deviceId(), sandboxed.isBridge()]).toEqual([
      'SENS 00:04.0',
      { kind: 'pci', vendor: 0x1af4, device: 0x1008 },
      undefined,
    ]);
    expect(codes(log)).toEqual([]);
  });

  it('shares its page with the guest, and answers for its BAR where the guest puts it', async () => {
    const { machine, sandboxed } = await build('sensor');
    const { memory } = machine;
    memory.write32(RING, 0x55aa);
    expect(memory.read32(RING)).toBe(0x55aa);
    expect(memory.counts).toEqual({ exits: 0, direct: 2 });
    expect(sandboxed.virtualConfigRegisterRead(1024)).toBe(0x55aa);
    memory.write32(SENS_ECAM + 4n, 2);
    expect(machine.mmioBus.deviceAt(BAR)).toBe(sandboxed);
    const data = new Uint8Array(6);
    memory.read(BAR + 0x10n, data);
    expect([...data]).toEqual([0x10, 0x11, 0x12, 0x13, 0x14, 0x15]);
    memory.write(BAR + 0x20n, Uint8Array.of(7, 0, 0));
    expect(memory.read32(SENS)).toBe(0x20_0703);
    memory.write32(SENS_ECAM + 0x10n, 0xd000_0000);
    expect(machine.mmioBus.deviceAt(BAR)).toBeUndefined();
    expect(machine.mmioBus.deviceAt(0xd000_0000n)).toBe(sandboxed);
    machine.removeFunction(SENSOR.address);
    expect([machine.mmioBus.deviceAt(0xd000_0000n), memory.read32(RING)]).toEqual([undefined, 0]);
  });

  it('has its memory and its ports each on their own bus, wherever the guest moves them', async () => {
    const { machine, sandboxed } = await build('ports');
    const ranges = () =>
      [machine.mmioBus, machine.ioBus].map(({ ranges: all }) =>
        all.filter(({ device }) => device === sandboxed).map(({ base }) => base.toString(16)),
      );
    expect(ranges()).toEqual([['c0000000'], ['c100']]);
    machine.memory.write32(SENS_ECAM + 0x14n, 0xc200);
    expect(ranges()).toEqual([['c0000000'], ['c200']]);
    machine.memory.write32(SENS_ECAM + 0x10n, 0xd000_0000);
    expect(ranges()).toEqual([['d0000000'], ['c200']]);
    machine.memory.write(SENS_ECAM + 4n, Uint8Array.of(1, 0));
    expect(ranges()).toEqual([[], ['c200']]);
    const text = machine.snapshotText();
    const other = await build('ports');
    expect(other.machine.restoreText(text)).toEqual([]);
    expect(other.machine.snapshotText()).toBe(text);
    machine.removeFunction(SENSOR.address);
    expect(ranges()).toEqual([[], []]);
  });

  it('has its ranges checked before a snapshot is restored', async () => {
    const { machine } = await build('sensor');
    const text = machine.snapshotText();
    const moved = text.replace('"base":"0xc0000000"', '"base":"0xc8000000"');
    expect(moved).not.toBe(text);
    expect(machine.restoreText(moved).map(({ code }) => code)).toContain('SNAPSHOT_VALUE');
    expect(machine.snapshotText()).toBe(text);
  });

  it('is a bridge if its device is', async () => {
    const { sandboxed } = await build('bridge');
    expect(sandboxed.isBridge()).toBe(3);
  });

  it('is saved and restored with its machine', async () => {
    const { machine, sandboxed } = await build('sensor');
    machine.memory.write32(SENS, 0x77);
    machine.memory.write32(SENS_ECAM + 4n, 2);
    machine.sleep();
    const text = machine.snapshotText();
    machine.wake();
    const other = await build('sensor');
    expect(other.machine.restoreText(text)).toEqual([]);
    expect(other.machine.memory.read32(SENS)).toBe(0x77);
    expect(other.machine.mmioBus.deviceAt(BAR)).toBe(other.sandboxed);
    expect(sandboxed.restore({ version: 9 }).map(({ code }) => code)).toEqual(['SNAPSHOT_VERSION']);
    expect(sandboxed.checkSnapshot(undefined).map(({ code }) => code)).toContain('SNAPSHOT_VALUE');
    expect(machine.memory.read32(SENS)).toBe(0x77);
  });

  it('says that a message is too long, and lives', async () => {
    const { sandboxed } = await build('sensor', { messageBytes: 256 });
    expect(() => sandboxed.snapshot()).toThrow(/What snapshot answers is too long.*SANDBOX_MESSAGE/);
    expect(sandboxed.restore('x'.repeat(300)).map(({ code }) => code)).toEqual(['SANDBOX_MESSAGE']);
    expect(sandboxed.virtualConfigRegisterRead(2)).toBe(0xff);
  });

  it('throws what the device throws: zeros and a diagnostic to the guest', async () => {
    const { machine, sandboxed } = await build('throws');
    expect(machine.memory.read32(SENS)).toBe(0);
    expect(machine.log.findings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'DEVICE_FAILED The device threw: out of order.',
    ]);
    expect(sandboxed.fault).toBeUndefined();
  });
});

describe('a sandbox that dies', () => {
  /** Reads are 0, writes vanish, one diagnostic is left, the rest of the machine goes on, and it can be unplugged. */
  function expectDead({ machine, sandboxed, log }: Awaited<ReturnType<typeof build>>, code: string): void {
    const { memory } = machine;
    memory.write32(SENS, 1);
    expect([memory.read32(SENS), memory.read32(SENS_ECAM), memory.read32(BAR)]).toEqual([0, 0, 0]);
    expect(memory.read32(OTHER)).toBe(0x66);
    expect(codes(log)).toEqual([code]);
    expect(sandboxed.fault?.code).toBe(code);
    machine.sleep();
    machine.wake();
    expect(() => machine.snapshot()).toThrow(new RegExp(code));
    expect(sandboxed.restore({}).map((finding) => finding.code)).toEqual([code]);
    machine.removeFunction(SENSOR.address);
    expect(machine.mmioBus.deviceAt(BAR)).toBeUndefined();
    expect(memory.read32(OTHER)).toBe(0x66);
    expect(codes(log)).toEqual([code]);
  }

  it('by the end of its worker, seen at the next call', async () => {
    const built = await build('sensor', { answerTimeoutMilliseconds: 50 });
    built.machine.memory.write32(SENS_ECAM + 4n, 2);
    await built.worker.terminate();
    expectDead(built, 'SANDBOX_TIMEOUT');
  });

  it('by the end of its worker, said by whoever began it', async () => {
    const built = await build('sensor', { answerTimeoutMilliseconds: 60_000 });
    built.machine.memory.write32(SENS_ECAM + 4n, 2);
    built.worker.once('exit', () => built.sandboxed.close('The worker has ended.'));
    await built.worker.terminate();
    expectDead(built, 'SANDBOX_CLOSED');
    built.sandboxed.close();
    expect(codes(built.log)).toEqual(['SANDBOX_CLOSED']);
  });

  it.each([
    ['hangs', 'SANDBOX_TIMEOUT'],
    ['answers nonsense', 'SANDBOX_MESSAGE'],
  ] as const)('because its device %s', async (kind, code) => {
    const built = await build(kind, { answerTimeoutMilliseconds: 50 });
    expect(built.machine.memory.read32(SENS)).toBe(0);
    expectDead(built, code);
  });

  it('before it starts', async () => {
    await expect(build('does not start')).rejects.toThrow(/The device did not start: no firmware.*SANDBOX_CLOSED/);
    const { port1 } = new MessageChannel();
    await expect(openSandbox(port1, new DiagnosticLog(), { startTimeoutMilliseconds: 10 })).rejects.toThrow(
      /did not start in 10 ms.*SANDBOX_TIMEOUT/,
    );
    port1.close();
  });

  it('where this thread may not block', async () => {
    const wait = vi.spyOn(Atomics, 'wait').mockImplementation(() => {
      throw new TypeError('not here');
    });
    try {
      const { port1 } = new MessageChannel();
      await expect(openSandbox(port1, new DiagnosticLog())).rejects.toThrow(/This thread may not block: not here/);
    } finally {
      wait.mockRestore();
    }
  });
});

/** Says hello as a sandbox does, with some of it changed, and answers each call with a text of the test's choice. */
function fakeSandbox(change: Readonly<Record<string, unknown>>): ThreadPort {
  const hello = { wake: 'wait', label: 'FAKE', id: { kind: 'platform', name: 'fake' }, bridge: null, ranges: [[], []] };
  const port: ThreadPort = {
    onmessage: null,
    postMessage: () => queueMicrotask(() => port.onmessage?.({ data: { ...hello, page: null, ...change } })),
  };
  return port;
}

describe('what a sandbox says', () => {
  it.each([
    ['a page that is too long', { page: new SharedArrayBuffer(8192) }],
    ['a page that is not shared', { page: new ArrayBuffer(4096) }],
    ['a bus that is none', { bridge: 256 }],
    ['ranges that are none', { ranges: [[['0x1']], []] }],
    ['an identity that is none', { id: { kind: 'pci', vendor: 0x1_0000, device: 0 } }],
    ['a way to wake that is none', { wake: 'poll' }],
    ['a key that is none', { more: 1 }],
  ])('is refused: %s', async (_what, change) => {
    await expect(openSandbox(fakeSandbox(change), new DiagnosticLog())).rejects.toThrow(/SANDBOX_MESSAGE/);
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '7'],
    ['too large a dword', '{"answer":4294967296}'],
    ['a key that is none', '{"answer":1,"more":2}'],
    ['findings that are none', '{"thrown":"x","findings":7}'],
    ['a length past the end', undefined],
  ])('is fatal to it: %s', async (_what, text) => {
    const log = new DiagnosticLog();
    const fake = fakeSandbox({ wake: 'message' });
    const sandboxed = await openSandbox(
      {
        get onmessage() {
          return fake.onmessage;
        },
        set onmessage(listener) {
          fake.onmessage = listener;
        },
        postMessage: (message) => {
          if (message instanceof SharedArrayBuffer) buffer = message;
          else answer(buffer, text);
          fake.postMessage(message);
        },
      },
      log,
    );
    expect(sandboxed.virtualConfigRegisterRead(0)).toBe(0);
    expect(sandboxed.virtualConfigRegisterRead(0)).toBe(0);
    expect(codes(log)).toEqual(['SANDBOX_MESSAGE']);
  });

  let buffer = new SharedArrayBuffer(16);

  function answer(mailbox: SharedArrayBuffer, text: string | undefined): void {
    const words = new Int32Array(mailbox, 0, 4);
    const bytes = new TextEncoder().encode(text ?? '');
    new Uint8Array(mailbox, 16).set(bytes);
    words[1] = text === undefined ? mailbox.byteLength : bytes.length;
    words[0] = 2;
  }
});
