import { DiagnosticError, formatHex } from '../../base/index.js';
import { PAGE_BYTES } from '../../platform/layout.js';
import type { AddressRange, MemoryPort } from '../../vocab/index.js';
import type { Bus } from '../bus/bus.js';
import { RangeTable } from '../bus/range-table.js';
import {
  checkBytes,
  checkDword,
  checkWide,
  highHalf,
  joined,
  loadDword,
  lowHalf,
  split,
  storeDword,
} from '../bus/words.js';
import { checkObject } from '../check-arguments.js';
import { deviceFinding } from '../diagnostic-log.js';
import { Ram } from './ram.js';
import { type PageMapper, SharedMemory } from './shared-memory.js';

/** What a guest reaches without an exit: RAM, or mapped pages with what reads them. */
type Region =
  | { readonly kind: 'ram'; readonly view: undefined; readonly ram: Ram }
  | { readonly kind: 'page'; readonly view: DataView; readonly memory: SharedMemory; readonly readOnly: boolean };

/** How often a guest touched memory. */
export interface GuestCounts {
  /** Accesses that left the guest and went to the bus. */
  readonly exits: number;
  /** Accesses that RAM and mapped pages answered. */
  readonly direct: number;
}

/**
 * Guest-physical memory as a guest sees it: RAM and mapped pages answer directly, everything else goes to the bus. An
 * access that crosses a 4 KiB boundary is made in parts, as hardware does; an access of no bytes is none. Addresses wrap
 * at 2^64. A device may itself access this memory while it answers.
 */
export class GuestMemory implements MemoryPort, PageMapper {
  readonly bus: Bus;
  readonly #regions = new RangeTable<Region>();
  readonly #watchers = new Set<PageMapper>();
  #exits = 0;
  #direct = 0;

  constructor(bus: Bus) {
    checkObject('bus', bus, 'a Bus');
    this.bus = bus;
  }

  get counts(): GuestCounts {
    return { exits: this.#exits, direct: this.#direct };
  }

  resetCounts(): void {
    this.#exits = 0;
    this.#direct = 0;
  }

  #insert(base: bigint, lengthBytes: bigint, region: Region): void {
    checkWide('the last address', base + lengthBytes - 1n);
    const page = BigInt(PAGE_BYTES);
    if (base % page !== 0n || lengthBytes % page !== 0n || lengthBytes <= 0n)
      throw new RangeError(
        `base is ${formatHex(base)} and lengthBytes ${lengthBytes}; both must be multiples of ${PAGE_BYTES}.`,
      );
    const other = this.#regions.overlapping(base, lengthBytes);
    if (other !== undefined) {
      const message = `The memory at ${formatHex(base)} overlaps the memory at ${formatHex(other.base)}.`;
      throw new DiagnosticError([deviceFinding('MEMORY_OVERLAP', region.kind, message)]);
    }
    this.#regions.insert(base, lengthBytes, region);
  }

  /** Adds RAM. Throws a TypeError or RangeError unless it is whole pages of the address space, and a DiagnosticError if it overlaps. */
  addRam(range: AddressRange): Ram {
    checkObject('range', range, '{ base, lengthBytes }, both bigints');
    const { base, lengthBytes } = range;
    checkWide('base', base);
    const ram = new Ram(lengthBytes);
    this.#insert(base, lengthBytes, { kind: 'ram', view: undefined, ram });
    return ram;
  }

  /** The RAM, in ascending order. */
  get ram(): readonly (AddressRange & { readonly ram: Ram })[] {
    return this.#regions.entries.flatMap(({ base, length, value }) =>
      value.kind === 'ram' ? [{ base, lengthBytes: length, ram: value.ram }] : [],
    );
  }

  map(base: bigint, memory: SharedMemory, readOnly: boolean): void {
    if (!(memory instanceof SharedMemory))
      throw new TypeError(`memory is ${String(memory)}; it must be a SharedMemory.`);
    checkWide('base', base);
    this.#insert(base, BigInt(memory.lengthBytes), { kind: 'page', view: memory.view, memory, readOnly });
    for (const watcher of this.#watchers) watcher.map(base, memory, readOnly);
  }

  /** Throws a DiagnosticError if no page was mapped there. */
  unmap(base: bigint): void {
    checkWide('base', base);
    if (this.#regions.startingAt(base)?.value.kind !== 'page') {
      const message = `No page is mapped at ${formatHex(base)}.`;
      throw new DiagnosticError([deviceFinding('MEMORY_UNMAPPED', 'page', message)]);
    }
    this.#regions.remove(base);
    for (const watcher of this.#watchers) watcher.unmap(base);
  }

  /** Maps in `watcher` whatever is mapped here, now and later, until the returned function is called. */
  watch(watcher: PageMapper): () => void {
    for (const { base, value } of this.#regions.entries)
      if (value.kind === 'page') watcher.map(base, value.memory, value.readOnly);
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** The mapped page at an address, which a guest that runs natively touches without an exit. Undefined for RAM and elsewhere. */
  mappedAt(address: bigint): { readonly memory: SharedMemory; readonly offsetBytes: number } | undefined {
    split(address);
    const entry = this.#regions.find(highHalf(), lowHalf());
    return entry?.value.kind === 'page'
      ? { memory: entry.value.memory, offsetBytes: this.#regions.offsetLow }
      : undefined;
  }

  read32(address: bigint): number {
    split(address);
    const high = highHalf();
    const low = lowHalf();
    if ((low & (PAGE_BYTES - 1)) > PAGE_BYTES - 4) {
      const dword = new Uint8Array(4);
      this.read(address, dword);
      return loadDword(dword);
    }
    const entry = this.#regions.find(high, low);
    if (entry === undefined) {
      this.#exits++;
      return this.bus.read32At(high, low, 0);
    }
    this.#direct++;
    const { value } = entry;
    return value.view === undefined
      ? value.ram.read32(this.#offset())
      : value.view.getUint32(this.#regions.offsetLow, true);
  }

  write32(address: bigint, value: number): void {
    split(address);
    checkDword(value);
    const high = highHalf();
    const low = lowHalf();
    if ((low & (PAGE_BYTES - 1)) > PAGE_BYTES - 4) {
      const dword = new Uint8Array(4);
      storeDword(dword, value);
      this.write(address, dword);
      return;
    }
    const entry = this.#regions.find(high, low);
    if (entry === undefined || (entry.value.kind === 'page' && entry.value.readOnly)) {
      this.#exits++;
      this.bus.write32At(high, low, value, 0);
      return;
    }
    this.#direct++;
    if (entry.value.kind === 'page') entry.value.memory.view.setUint32(this.#regions.offsetLow, value, true);
    else entry.value.ram.write32(this.#offset(), value);
  }

  /** Fills `data` from an address. Each part that neither RAM nor a page answers is one exit. */
  read(address: bigint, data: Uint8Array, id = 0): void {
    this.#inParts(address, data, (at, part) => {
      const entry = this.#regions.find(highHalf(), lowHalf());
      if (entry === undefined) {
        this.#exits++;
        this.bus.read(at, part, id);
        return;
      }
      this.#direct++;
      const { value } = entry;
      if (value.kind === 'ram') value.ram.read(this.#offset(), part);
      else part.set(value.memory.bytes.subarray(this.#regions.offsetLow, this.#regions.offsetLow + part.length));
    });
  }

  /** Writes `data` to an address. Each part that neither RAM nor a writable page takes is one exit. */
  write(address: bigint, data: Uint8Array, id = 0): void {
    this.#inParts(address, data, (at, part) => {
      const entry = this.#regions.find(highHalf(), lowHalf());
      const value = entry?.value;
      if (value === undefined || (value.kind === 'page' && value.readOnly)) {
        this.#exits++;
        this.bus.write(at, part, id);
        return;
      }
      this.#direct++;
      if (value.kind === 'ram') value.ram.write(this.#offset(), part);
      else value.memory.bytes.set(part, this.#regions.offsetLow);
    });
  }

  /** The offset found last, in RAM shorter than 2^53. */
  #offset(): number {
    return this.#regions.offsetHigh * 0x1_0000_0000 + this.#regions.offsetLow;
  }

  /** Calls `access` for each part of an access that lies in one page, with the part's address split. */
  #inParts(address: bigint, data: Uint8Array, access: (at: bigint, part: Uint8Array) => void): void {
    checkBytes(data);
    split(address);
    let at = joined(highHalf(), lowHalf());
    let done = 0;
    while (done < data.length) {
      split(at);
      const room = PAGE_BYTES - (lowHalf() & (PAGE_BYTES - 1));
      const part = data.subarray(done, done + room);
      access(at, part);
      done += part.length;
      split(at + BigInt(part.length));
      at = joined(highHalf(), lowHalf());
    }
  }
}
