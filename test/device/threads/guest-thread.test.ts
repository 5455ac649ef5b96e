import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import {
  GuestThread,
  Machine,
  PAGE_BYTES,
  SharedMemory,
  ThreadHost,
  type ThreadHostOptions,
} from '../../../src/device/index.js';
import { startWorker } from '../../support/start-worker.js';
import { describePlatform, SENSOR } from '../sample-platform.js';
import { type GuestOrder, type GuestReport, runScript, type Step } from './guest-script.js';

const VCFG = 0x1_0000_0000n;
const SENS = VCFG + 0x4_0000n;
const RING = SENS + 0x1000n;
const NOWHERE = 0x80_0000_0000n;

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

interface Started {
  readonly id: number;
  readonly worker: Worker;
  run(script: readonly Step[], rounds?: number): Promise<GuestReport>;
}

function build(options: ThreadHostOptions = {}) {
  const machine = new Machine(describePlatform([SENSOR]), { configPages: true });
  const host = new ThreadHost(machine.memory, { log: machine.log, ...options });
  ended.push(() => host.close());
  return { machine, host };
}

async function startGuest(host: ThreadHost): Promise<Started> {
  const { port1, port2 } = new MessageChannel();
  const start = host.connect(port1);
  const worker = await startWorker(new URL('./guest-worker.ts', import.meta.url), { start, port: port2 }, [
    port2 as never,
  ]);
  ended.push(() => {
    port1.close();
    return worker.terminate();
  });
  const run = async (script: readonly Step[], rounds = 1) => {
    worker.postMessage({ script, rounds } satisfies GuestOrder);
    const [report] = (await once(worker, 'message')) as [GuestReport];
    return report;
  };
  return { id: start.id, worker, run };
}

/** Each register and memory of each kind, of several widths; ends with the machine as it was. */
const SCRIPT: readonly Step[] = [
  ['read32', SENS],
  ['write32', SENS, 0xdead_beef],
  ['read32', SENS],
  ['write32', SENS, 1],
  ['read', SENS + 4n, 4],
  ['read', SENS + 4n, 8],
  ['write32', RING, 0x1234_5678],
  ['read32', RING],
  ['read', RING + 1n, 2],
  ['write', 0x5000n, '0badcafe00'],
  ['read32', 0x5001n],
  ['read', SENS + 0xffcn, 8],
  ['read32', 0xe002_0000n],
  ['write32', 0xe002_0000n, 0],
  ['read32', NOWHERE],
];
const TRACE = '1 deadbeef 01000080 0000000000000000 12345678 5634 fecaad 0000000078563412 10081af4 0';
/** Six of SENS, one of its page's end, the write of the read-only page, and the address without a device. */
const EXITS = 4 + 2 + 1 + 1 + 1;
const DIRECT = 3 + 2 + 1 + 1;

describe('a guest in a thread of its own', () => {
  it.each(['wait', 'message'] as const)('sees the same a thousand times, with exact counts (%s)', async (wake) => {
    const { machine, host } = build({ wake });
    machine.registers('SENS').set('EVNT', 0);
    const guest = await startGuest(host);
    expect(runScript(machine.memory, SCRIPT)).toBe(TRACE);
    expect(machine.memory.counts).toEqual({ exits: EXITS, direct: DIRECT });
    const rounds = 1000;
    const counts = { exits: EXITS * rounds, direct: DIRECT * rounds };
    expect(await guest.run(SCRIPT, rounds)).toEqual({ traces: [TRACE], counts });
    expect(host.counts(guest.id)).toEqual(counts);
    expect(machine.registers('SENS').sharedPage()?.read32(0)).toBe(0x1234_5678);
  });

  it('runs beside another, each with its own identity and counts', async () => {
    const { machine, host } = build();
    const guests = [await startGuest(host), await startGuest(host)];
    const rings = [RING, RING + 0x400n];
    const reports = await Promise.all(
      guests.map((guest, index) => {
        const ring = rings[index] as bigint;
        return guest.run(
          [
            ['read32', SENS + 4n],
            ['write32', ring, index],
            ['read32', ring],
          ],
          500 * (index + 1),
        );
      }),
    );
    for (const [index, guest] of guests.entries()) {
      const rounds = 500 * (index + 1);
      const counts = { exits: rounds, direct: 2 * rounds };
      expect(reports[index]).toEqual({ traces: [`80000001 ${index}`], counts });
      expect(host.counts(guest.id)).toEqual(counts);
    }
    expect(machine.mmioBus.counts.reads).toBe(1500);
  });

  it('traps in a page that is unmapped, and reaches one that is mapped later without a trap', async () => {
    const { machine, host } = build();
    const guest = await startGuest(host);
    const page = new SharedMemory(PAGE_BYTES);
    page.write32(8, 0x77);
    const look: readonly Step[] = [['read32', NOWHERE + 8n]];
    const lookUntilDirect = async (text: string) => {
      for (;;) {
        const before = host.counts(guest.id).direct;
        expect(await guest.run(look)).toMatchObject({ traces: [text] });
        if (host.counts(guest.id).direct > before) return;
      }
    };
    expect(await guest.run(look)).toEqual({ traces: ['0'], counts: { exits: 1, direct: 0 } });
    machine.memory.map(NOWHERE, page, false);
    await lookUntilDirect('77');
    const { exits } = host.counts(guest.id);
    machine.memory.unmap(NOWHERE);
    expect(await guest.run(look)).toEqual({ traces: ['0'], counts: { exits: exits + 1, direct: 1 } });
    machine.memory.map(NOWHERE, new SharedMemory(PAGE_BYTES), true);
    await lookUntilDirect('0');
    const before = host.counts(guest.id);
    expect(await guest.run([['write32', NOWHERE + 8n, 5], ...look])).toEqual({
      traces: ['0'],
      counts: { exits: before.exits + 1, direct: before.direct + 1 },
    });
  });

  it('shares RAM with its host, unless it is longer than the limit', async () => {
    for (const [ramLimitBytes, counts] of [
      [0x100_0000, { exits: 0, direct: 2 }],
      [0xff_ffff, { exits: 2, direct: 0 }],
    ] as const) {
      const { machine, host } = build({ ramLimitBytes });
      machine.memory.write32(0x8000n, 0xabcd);
      const guest = await startGuest(host);
      expect(
        await guest.run([
          ['read32', 0x8000n],
          ['write32', 0x8004n, 9],
        ]),
      ).toEqual({ traces: ['abcd'], counts });
      expect(machine.memory.read32(0x8004n)).toBe(9);
      const [region] = machine.memory.ram;
      expect(region?.ram.chunks.map(({ offset, bytes }) => [offset, bytes[0], bytes[4]])).toEqual([[0x8000, 0xcd, 9]]);
      const copy = new Machine(describePlatform([SENSOR]), { configPages: true });
      expect(copy.restore(machine.snapshot())).toEqual([]);
      expect(copy.memory.read32(0x8004n)).toBe(9);
      region?.ram.clear();
      expect(machine.memory.read32(0x8000n)).toBe(0);
    }
  });
});

describe('the end of a guest or of its host', () => {
  /** A machine whose CTRL register, when read, does something in the middle of the trap. */
  function buildHooked(during: () => void, options?: ThreadHostOptions) {
    const built = build(options);
    built.machine.registers('SENS').hook('CTRL', {
      read: (value) => {
        during();
        return value;
      },
    });
    return built;
  }

  it('lets the host and other guests go on when a guest is killed in a trap', async () => {
    let first: Started | undefined;
    let killed: Promise<number> | undefined;
    const { host } = buildHooked(() => {
      killed ??= first?.worker.terminate();
    });
    first = await startGuest(host);
    const other = await startGuest(host);
    first.worker.postMessage({ script: [['read32', SENS]], rounds: 1e9 } satisfies GuestOrder);
    while (killed === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    await killed;
    const exits = host.counts(first.id).exits;
    expect(exits).toBe(1);
    expect(await other.run([['read32', SENS]], 10)).toMatchObject({ traces: ['1'], counts: { exits: 10 } });
    expect(host.counts(first.id).exits).toBe(exits);
    host.disconnect(first.id);
    expect(() => host.counts(first?.id ?? 0)).toThrow(RangeError);
    host.disconnect(first.id);
  });

  it('wakes a guest that waits when the host closes, and refuses those that come later', async () => {
    const { host } = build({ wake: 'poll' });
    const guest = await startGuest(host);
    const report = guest.run([
      ['read32', 0x5000n],
      ['read32', SENS],
    ]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    host.close();
    expect(await report).toMatchObject({
      codes: ['THREAD_CLOSED'],
      error: expect.stringContaining('The host has closed: nothing answers the read of 4 bytes at 0x100040000.'),
    });
    expect(await guest.run([['write32', SENS, 1]])).toMatchObject({ codes: ['THREAD_CLOSED'] });
    expect(() => host.connect()).toThrow(/THREAD_CLOSED/);
    expect(host.poll()).toBe(0);
  });

  it('closes in the middle of a trap', async () => {
    const { host } = buildHooked(() => host.close());
    const guest = await startGuest(host);
    expect(await guest.run([['read32', SENS]])).toMatchObject({ codes: ['THREAD_CLOSED'] });
  });

  it('ends a guest whose host does not answer in time', () => {
    const { host } = build({ wake: 'poll', answerTimeoutMilliseconds: 20 });
    const guest = new GuestThread(host.connect());
    expect(() => guest.read32(SENS)).toThrow(/Nothing answered the read of 4 bytes .* within 20 ms.*THREAD_TIMEOUT/);
    expect(() => guest.write32(SENS, 1)).toThrow(/THREAD_CLOSED/);
    expect(host.poll()).toBe(0);
  });

  it('answers when it is polled, and not within an answer', async () => {
    const nested: number[] = [];
    const { host } = buildHooked(() => nested.push(host.poll()), { wake: 'poll' });
    const guest = await startGuest(host);
    const report = guest.run([['read32', SENS]]);
    while (host.poll() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(await report).toMatchObject({ traces: ['1'], counts: { exits: 1 } });
    expect(nested).toEqual([0]);
  });

  it('is woken by messages of a guest with a port, if nothing else is asked for', () => {
    const { host } = build();
    const { port1 } = new MessageChannel();
    const start = host.connect(port1);
    expect([start.wake, host.connect().wake]).toEqual(['message', 'wait']);
    expect(() => new GuestThread(start)).toThrow(RangeError);
    port1.close();
  });

  it('needs a port where guests wake it by messages', () => {
    const { host } = build({ wake: 'message' });
    expect(() => host.connect()).toThrow(RangeError);
  });
});
