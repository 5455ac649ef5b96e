import { Machine, SharedMemory } from '../../src/device/index.js';
import type { MemoryPort } from '../../src/vocab/index.js';
import {
  ACCESSES,
  addressesFrom,
  lastFunctionAddresses,
  registerAddresses,
  sharedAddresses,
} from './device-accesses.js';
import { measureNative, type NativeTimes } from './device-peer.js';
import { atMost, type BenchOptions, besidePeer, type Figure, type GroupResult } from './figure.js';
import { measure, measureAllocation } from './measure.js';
import { platformOf, REGISTER_COUNT } from './platform-of.js';

/** The last is a window full to the end: 00:00.0 is the host bridge. */
const COUNTS = [1, 32, 1000, 65_535];
/** Times as long as the C program may take. */
const NATIVE_LIMIT = 1.5;
/** Times as long as an access may take with the most functions, of the same access with one. */
const FLAT_LIMIT = 1.25;
const SHARED_LIMIT_NANOSECONDS = 3;
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

const measureSlice = (name: string, options: BenchOptions, work: () => void) => measure(name, options, work, SLICE);

/** Rows of one batch of accesses each, with the C program's row beside them where it has one. */
class AccessRows {
  readonly figures: Figure[] = [];
  readonly #options: BenchOptions;
  readonly #native: NativeTimes;

  constructor(options: BenchOptions, native: NativeTimes) {
    this.#options = options;
    this.#native = native;
  }

  async add(name: string, work: () => void, native?: string): Promise<void> {
    const timing = await measureSlice(name, this.#options, work);
    const peer = native === undefined ? undefined : this.#native.get(native);
    const compared = peer === undefined ? {} : besidePeer('C', timing.value.median / peer.median, NATIVE_LIMIT);
    this.figures.push({ name, unit: 'ns', ...timing, ...compared });
    if (peer !== undefined) this.figures.push({ name: '  the same in C', unit: 'ns', value: peer });
  }
}

const countText = (count: number) => (count === 1 ? '1 function' : `${count.toLocaleString('en')} functions`);

/** Accesses through bus, window, root and function of machines of all sizes; then what only the largest is asked. */
async function benchAccesses(options: BenchOptions, native: NativeTimes): Promise<Figure[]> {
  const rows = new AccessRows(options, native);
  let single: number | undefined;
  for (const count of COUNTS) {
    const machine = new Machine(platformOf(count));
    const bus = machine.mmioBus;
    const base = machine.vcfgBase;
    const scattered = registerAddresses(base, count);
    await rows.add(`read, ${countText(count)}`, reads(bus, scattered), `read ${count}`);
    await rows.add(`write, ${countText(count)}`, writes(bus, scattered), `write ${count}`);

    const name = `read, only the last of ${countText(count)}`;
    const timing = await measureSlice(name, options, reads(bus, lastFunctionAddresses(base, count)));
    single ??= timing.value.median;
    const flat = count === 1 ? {} : besidePeer('1 function', timing.value.median / single, FLAT_LIMIT);
    rows.figures.push({ name, unit: 'ns', ...timing, ...flat });
    if (count === COUNTS.at(-1)) {
      await rows.add('read, absent function', reads(bus, addressesFrom(base, REGISTER_COUNT)), 'read absent');
      await rows.add('read, unmapped address', reads(bus, addressesFrom(UNMAPPED, ACCESSES)), 'read unmapped');
      await rows.add('read through guest memory', reads(machine.memory, scattered));
      const small = scattered.map((address) => address & ~LARGE_REGISTER);
      const large = scattered.map((address) => (address & ~0xfn) | LARGE_REGISTER);
      rows.figures.push(...allocationRow('a read', reads(bus, small)));
      rows.figures.push(...allocationRow('a read of 0x80000001', reads(bus, large), false));
      rows.figures.push(...allocationRow('a write', writes(bus, scattered)));
    }
  }
  return rows.figures;
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
  const bareName = 'read of a bare typed array';
  const bareTime = await measure(
    bareName,
    options,
    () => {
      let sum = 0;
      for (let index = 0; index < ACCESSES; index++) sum = (sum + (bare[offsets[index] as number] as number)) | 0;
      sink[0] = sum;
    },
    ACCESSES,
  );
  const limit = bareTime.value.median + SHARED_LIMIT_NANOSECONDS;
  const pageName = 'read of a shared page';
  const pageTime = await measure(
    pageName,
    options,
    () => {
      let sum = 0;
      for (let index = 0; index < ACCESSES; index++) sum = (sum + page.read32((offsets[index] as number) * 4)) | 0;
      sink[0] = sum;
    },
    ACCESSES,
  );
  const text = `bare + ${SHARED_LIMIT_NANOSECONDS} ns`;
  const figures: Figure[] = [
    { name: bareName, unit: 'ns', ...bareTime },
    { name: pageName, unit: 'ns', ...pageTime, target: atMost(pageTime.value.median, limit, text) },
  ];
  for (const count of [1, 1000]) {
    const machine = new Machine(platformOf(count, { shared: true }));
    const name = `read of a shared page through guest memory, ${countText(count)}`;
    const addresses = sharedAddresses(machine.vcfgBase, count);
    figures.push({ name, unit: 'ns', ...(await measureSlice(name, options, reads(machine.memory, addresses))) });
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
  const native = await measureNative(options, COUNTS);
  const notes = ['Registers are scattered over all functions, in the same order here and in C.'];
  const missing = typeof native === 'string';
  if (missing) notes.push(native);
  const accesses = await benchAccesses(options, missing ? new Map() : native);
  const shared = await benchSharedPage(options);
  return { figures: [...accesses, ...shared, ...(await benchSnapshots(options))], notes };
}
