import { Machine, SharedMemory } from '../../src/device/index.js';
import type { MemoryPort } from '../../src/vocab/index.js';
import {
  ACCESSES,
  addressesFrom,
  lastFunctionAddresses,
  registerAddresses,
  sharedAddresses,
} from './device-accesses.js';
import { besideNative, type NativePeers } from './device-peer.js';
import { atMost, type BenchOptions, besidePeer, type Figure, type GroupResult } from './figure.js';
import { measure, measureAllocation } from './measure.js';
import { platformOf, REGISTER_COUNT } from './platform-of.js';
import { type Contestant, cpuOf, inProcess, type TurnsTaken, takeTurns, timesOf } from './turns.js';

/** The last is a window full to the end: 00:00.0 is the host bridge. */
const COUNTS = [1, 32, 1000, 65_535];
/** Times as long as the C program may take. */
const NATIVE_LIMIT = 1.5;
/** Times as long as an access may take with the most functions, of the same access with one. */
const FLAT_LIMIT = 1.25;
const SHARED_LIMIT_NANOSECONDS = 3;
/** What guest memory may add to an access that reaches the bus or the page at once. */
const MEMORY_LIMIT_NANOSECONDS = 10;
/** Less than any object takes, more than the looks at the heap leave behind. */
const ALLOCATION_LIMIT = 1;
const ALLOCATION_ACCESSES = 10_000_000;
/** Between RAM and the ECAM window, where nothing is. */
const UNMAPPED = 0x8000_0000n;
const SNAPSHOT_FUNCTIONS = 1000;

/** What was read goes here, so that no compiler may leave the reads out. */
const sink = new Uint32Array(1);

/**
 * Accesses a sample takes: few enough that most samples end before the machine gives the processor to something else,
 * many enough for the clock.
 */
const SLICE = 256;

/** Reads the next slice of the addresses each time it runs, and begins again after the last. */
function reads(port: MemoryPort, addresses: readonly bigint[]): () => void {
  let next = 0;
  return () => {
    let sum = 0;
    const end = next + SLICE;
    for (let index = next; index < end; index++) sum = (sum + port.read32(addresses[index] as bigint)) | 0;
    sink[0] = sum;
    next = end % addresses.length;
  };
}

function writes(port: MemoryPort, addresses: readonly bigint[]): () => void {
  let next = 0;
  return () => {
    const end = next + SLICE;
    for (let index = next; index < end; index++) port.write32(addresses[index] as bigint, index);
    next = end % addresses.length;
  };
}

/** Rows of accesses, with those of the C programs below them where they have the same; all of a row are measured in turn. */
class AccessRows {
  readonly figures: Figure[] = [];
  readonly #options: BenchOptions;
  readonly #peers: NativePeers;

  constructor(options: BenchOptions, peers: NativePeers) {
    this.#options = options;
    this.#peers = peers;
  }

  async add(name: string, work: () => void, native?: string): Promise<void> {
    const { withLocks, withoutLocks } = this.#peers;
    const ours = inProcess(name, work, SLICE);
    const peers: Contestant[] = [];
    if (native !== undefined && withLocks !== undefined && withoutLocks !== undefined) {
      peers.push({ name: '  the same in C', turn: () => withLocks(native) });
      peers.push({ name: '  the same in C without mutexes', turn: () => withoutLocks(native) });
    }
    const contestants = [...peers, ours];
    const taken = await takeTurns(contestants, this.#options);
    const figures = taken.map((times, index): Figure => {
      const isOurs = index > 0 && index === peers.length;
      const beside = isOurs ? besidePeer('C', times.ratio, NATIVE_LIMIT) : {};
      return { name: (contestants[index] as Contestant).name, unit: 'ns', ...timesOf(times), ...beside };
    });
    // Ours first.
    this.figures.push(...figures.slice(-1), ...figures.slice(0, -1));
  }
}

const countText = (count: number) => (count === 1 ? '1 function' : `${count.toLocaleString('en')} functions`);

/** Accesses through bus, window, root and function of machines of all sizes; then what only the largest is asked. */
async function benchAccesses(options: BenchOptions, peers: NativePeers): Promise<Figure[]> {
  const rows = new AccessRows(options, peers);
  let single: Contestant | undefined;
  for (const count of COUNTS) {
    const machine = new Machine(platformOf(count));
    const bus = machine.mmioBus;
    const base = machine.vcfgBase;
    const scattered = registerAddresses(base, count);
    await rows.add(`read, ${countText(count)}`, reads(bus, scattered), `read ${count}`);
    await rows.add(`write, ${countText(count)}`, writes(bus, scattered), `write ${count}`);

    const name = `read, only the last of ${countText(count)}`;
    const last = inProcess(name, reads(bus, lastFunctionAddresses(base, count)), SLICE);
    single ??= last;
    const taken = await takeTurns(single === last ? [last] : [single, last], options);
    const own = taken.at(-1) as TurnsTaken;
    const flat = single === last ? {} : besidePeer('1 function', own.ratio, FLAT_LIMIT);
    rows.figures.push({ name, unit: 'ns', ...timesOf(own), ...flat });
    if (count === COUNTS.at(-1)) {
      await rows.add('read, absent function', reads(bus, addressesFrom(base, REGISTER_COUNT)), 'read absent');
      await rows.add('read, unmapped address', reads(bus, addressesFrom(UNMAPPED, ACCESSES)), 'read unmapped');
      const direct = inProcess('direct', reads(bus, scattered), SLICE);
      rows.figures.push(await throughMemory('read', direct, reads(machine.memory, scattered), options));
      const small = scattered.map((address) => address & ~LARGE_REGISTER);
      const large = scattered.map((address) => (address & ~0xfn) | LARGE_REGISTER);
      rows.figures.push(...allocationRow('a read', reads(bus, small)));
      rows.figures.push(...allocationRow('a read of 0x80000001', reads(bus, large), false));
      rows.figures.push(...allocationRow('a write', writes(bus, scattered)));
    }
  }
  return rows.figures;
}

/** A row of accesses through guest memory, which finds out first whether they are trapped, beside the same directly. */
async function throughMemory(
  what: string,
  direct: Contestant,
  work: () => void,
  options: BenchOptions,
): Promise<Figure> {
  const name = `${what} through guest memory`;
  const [bare, taken] = (await takeTurns([direct, inProcess(name, work, SLICE)], options)) as [TurnsTaken, TurnsTaken];
  const limit = cpuOf(bare) + MEMORY_LIMIT_NANOSECONDS;
  const target = atMost(cpuOf(taken), limit, `direct + ${MEMORY_LIMIT_NANOSECONDS} ns`);
  return { name, unit: 'ns', ...timesOf(taken), ...besidePeer('direct', taken.ratio), target };
}

/** The bit of an address that tells the register whose value is past 2^31 from the first. */
const LARGE_REGISTER = 4n;

/** Numbers from 2^31 up are objects to V8 where a call returns them: what reading one costs is shown, and no target. */
function allocationRow(what: string, work: () => void, isTarget = true): Figure[] {
  const left = measureAllocation(work, SLICE, ALLOCATION_ACCESSES);
  if (left === undefined) return [];
  const target = atMost(left.median, ALLOCATION_LIMIT, `${ALLOCATION_LIMIT} B`);
  return [{ name: `left on the heap by ${what}`, unit: 'B', value: left, ...(isTarget ? { target } : {}) }];
}

/** A shared page as a guest's thread touches it, and as a driver does through the memory port. */
async function benchSharedPage(options: BenchOptions): Promise<Figure[]> {
  const page = new SharedMemory(4096);
  const bare = new Uint32Array(page.buffer);
  const offsets = Uint32Array.from({ length: ACCESSES }, (_, index) => (index * 37) & 1023);
  const bareReads = () => {
    let sum = 0;
    for (let index = 0; index < ACCESSES; index++) sum = (sum + (bare[offsets[index] as number] as number)) | 0;
    sink[0] = sum;
  };
  const pageReads = () => {
    let sum = 0;
    for (let index = 0; index < ACCESSES; index++) sum = (sum + page.read32((offsets[index] as number) * 4)) | 0;
    sink[0] = sum;
  };
  const bareRow = inProcess('read of a bare typed array', bareReads, ACCESSES);
  const pageRow = inProcess('read of a shared page', pageReads, ACCESSES);
  const [bareTimes, pageTimes] = (await takeTurns([bareRow, pageRow], options)) as [TurnsTaken, TurnsTaken];
  const limit = cpuOf(bareTimes) + SHARED_LIMIT_NANOSECONDS;
  const text = `bare + ${SHARED_LIMIT_NANOSECONDS} ns`;
  const figures: Figure[] = [
    { name: bareRow.name, unit: 'ns', ...timesOf(bareTimes) },
    { name: pageRow.name, unit: 'ns', ...timesOf(pageTimes), target: atMost(cpuOf(pageTimes), limit, text) },
  ];
  for (const count of [1, 1000]) {
    const machine = new Machine(platformOf(count, { shared: true }));
    const work = reads(machine.memory, sharedAddresses(machine.vcfgBase, count));
    figures.push(await throughMemory(`read of a shared page of ${countText(count)}`, pageRow, work, options));
  }
  return figures;
}

async function benchSnapshots(options: BenchOptions): Promise<Figure[]> {
  const machine = new Machine(platformOf(SNAPSHOT_FUNCTIONS, { shared: true }));
  const text = machine.snapshotText();
  const what = `of ${countText(SNAPSHOT_FUNCTIONS)} with shared pages`;
  const saved = await measure(`snapshot ${what}`, options, () => machine.snapshotText());
  const restored = await measure(`restore ${what}`, options, () => {
    const [finding] = machine.restoreText(text);
    if (finding !== undefined) throw new Error(finding.message);
  });
  return [
    { name: `snapshot ${what}`, unit: 'ns', ...saved, bytes: text.length },
    { name: `restore ${what}`, unit: 'ns', ...restored, bytes: text.length },
  ];
}

/** `npm run bench -- device`: what one access of a guest costs, and saving a machine. */
export async function benchDevice(options: BenchOptions): Promise<GroupResult> {
  return besideNative(async (peers) => {
    const note =
      'Registers are scattered over all functions, in the same order here and in C. C takes a mutex at each level, as crosvm does; the row without them compares the work alone.';
    const accesses = await benchAccesses(options, peers);
    const shared = await benchSharedPage(options);
    const figures = [...accesses, ...shared, ...(await benchSnapshots(options))];
    return { figures, notes: [note, ...peers.notes] };
  });
}
