import { once } from 'node:events';
import {
  DiagnosticLog,
  GuestThread,
  Machine,
  openSandbox,
  ThreadHost,
  type ThreadPort,
} from '../../src/device/index.js';
import { describePlatform, SENSOR } from '../device/sample-platform.js';
import type { GuestOrder, Step } from '../device/threads/guest-script.js';
import type { SandboxKind } from '../device/threads/sandbox-kinds.js';
import { startWorker } from '../support/start-worker.js';
import { type BenchOptions, type Figure, type GroupResult, spreadOf } from './figure.js';
import { measure } from './measure.js';

const NANOSECONDS_PER_MILLISECOND = 1e6;
/** Traps between two looks at the clock. */
const TRAPS = 500;
const DIRECT_READS = 10_000;
const CONTROL = 0x1_0004_0000n;
const RING = CONTROL + 0x1000n;

/** Traps of one guest, one after the other, timed in batches: the host has to be in its event loop meanwhile. */
async function benchTraps(wake: 'wait' | 'message', options: BenchOptions): Promise<Figure> {
  const name = `cross-thread trap, host woken by ${wake === 'wait' ? 'Atomics.waitAsync' : 'messages'}`;
  options.onRow(name);
  const host = new ThreadHost(new Machine(describePlatform([SENSOR])).memory, { wake });
  const { port1, port2 } = new MessageChannel();
  const workerData = { start: host.connect(port1), port: port2 };
  const worker = await startWorker(new URL('../device/threads/guest-worker.ts', import.meta.url), workerData, [
    port2 as never,
  ]);
  const script: readonly Step[] = [['read32', CONTROL]];
  const samples: number[] = [];
  const end = performance.now() + options.seconds * 1000;
  for (let batch = 0; batch <= 2 || performance.now() < end; batch++) {
    const before = performance.now();
    worker.postMessage({ script, rounds: TRAPS } satisfies GuestOrder);
    await once(worker, 'message');
    const took = ((performance.now() - before) * NANOSECONDS_PER_MILLISECOND) / TRAPS;
    // The first warms up.
    if (batch > 0) samples.push(took);
  }
  host.close();
  port1.close();
  await worker.terminate();
  return { name, unit: 'ns', value: spreadOf(samples) };
}

async function benchDirect(options: BenchOptions): Promise<Figure> {
  const host = new ThreadHost(new Machine(describePlatform([SENSOR])).memory, { wake: 'poll' });
  const guest = new GuestThread(host.connect());
  const name = 'read of a shared page by a guest thread';
  const work = () => {
    for (let index = 0; index < DIRECT_READS; index++) guest.read32(RING);
  };
  return { name, unit: 'ns', ...(await measure(name, options, work, DIRECT_READS)) };
}

async function benchSandbox(options: BenchOptions): Promise<Figure> {
  const { port1, port2 } = new MessageChannel();
  const workerData = { port: port2 as ThreadPort, kind: 'sensor' satisfies SandboxKind };
  const file = new URL('../device/threads/sandbox-worker.ts', import.meta.url);
  const worker = await startWorker(file, workerData, [port2 as never]);
  const sandboxed = await openSandbox(port1, new DiagnosticLog(), { answerTimeoutMilliseconds: 10_000 });
  const machine = new Machine(describePlatform([SENSOR]), { create: () => sandboxed });
  const name = 'sandboxed read';
  const timing = await measure(name, options, () => void machine.memory.read32(CONTROL));
  if (sandboxed.fault !== undefined) throw new Error(sandboxed.fault.message);
  port1.close();
  await worker.terminate();
  return { name, unit: 'ns', ...timing };
}

/** `npm run bench -- threads`: what it costs that a guest or a device is in another thread. */
export async function benchThreads(options: BenchOptions): Promise<GroupResult> {
  const figures = [
    await benchTraps('wait', options),
    await benchTraps('message', options),
    await benchDirect(options),
    await benchSandbox(options),
  ];
  return { figures, notes: ['A round trip wakes two threads, so the scheduler and a busy machine decide.'] };
}
