import { DiagnosticError, formatHex } from '../../base/index.js';
import type { AddressRange, MemoryPort } from '../../vocab/index.js';
import { checkInstance, checkObject, checkOptionalChoice } from '../check-arguments.js';
import { DiagnosticLog, deviceFinding, thrownText } from '../diagnostic-log.js';
import type { BusAccessInfo, BusDevice, BusType } from './bus-device.js';
import { RangeTable } from './range-table.js';
import { checkBytes, checkDword, checkWide, highHalf, joined, loadDword, lowHalf, split, storeDword } from './words.js';

/** A range that a bus refused to insert or remove. */
export class BusError extends DiagnosticError {
  readonly kind: 'Overlap' | 'Empty';
  readonly base: bigint;
  readonly lengthBytes: bigint;
  /** The lowest range in the way; base and length 0 if the given range was empty. Only for the kind `Overlap`. */
  readonly other: AddressRange | undefined;

  constructor(bus: string, base: bigint, lengthBytes: bigint, other?: AddressRange) {
    const range = `The range ${formatHex(base)} of ${formatHex(lengthBytes)} bytes`;
    const finding =
      other === undefined
        ? deviceFinding('BUS_EMPTY', bus, `${range} is not on the bus.`)
        : deviceFinding(
            'BUS_OVERLAP',
            bus,
            lengthBytes === 0n
              ? `${range} is empty.`
              : `${range} overlaps the one at ${formatHex(other.base)} of ${formatHex(other.lengthBytes)} bytes.`,
          );
    super([finding]);
    this.kind = other === undefined ? 'Empty' : 'Overlap';
    this.base = base;
    this.lengthBytes = lengthBytes;
    this.other = other;
  }
}

/** A range on a bus, with the device that answers for it. */
export interface BusRange extends AddressRange {
  readonly device: BusDevice;
}

/** How often a bus was used. */
export interface BusCounts {
  readonly reads: number;
  readonly writes: number;
  /** Accesses to addresses for which no device answers. */
  readonly misses: number;
  /** Accesses that a device answered with zeros, or dropped, because of their shape. */
  readonly drops: number;
}

const EMPTY = { base: 0n, lengthBytes: 0n };

/**
 * Devices by address. Only the first byte of an access is looked up: an access that runs past the end of a range goes
 * whole to that range's device. An address without a device reads as zeros. crosvm f1e797a devices/src/bus.rs
 */
export class Bus implements MemoryPort {
  readonly type: BusType;
  readonly log: DiagnosticLog;
  readonly #table = new RangeTable<BusDevice>();
  /** How many ranges each device has. */
  readonly #ranges = new Map<BusDevice, number>();
  readonly #watchers = new Set<() => void>();
  #reads = 0;
  #writes = 0;
  #misses = 0;
  /** Drops of devices that have left the bus, minus those from before each device came onto it. */
  #pastDrops = 0;

  /** Throws a RangeError or TypeError for a type that is not `mmio` or `io`, and for a log that is not a DiagnosticLog. */
  constructor(type: BusType, log: DiagnosticLog = new DiagnosticLog()) {
    checkOptionalChoice('type', type ?? null, ['mmio', 'io']);
    checkInstance('log', log, DiagnosticLog, 'a DiagnosticLog');
    this.type = type;
    this.log = log;
  }

  /**
   * Adds a device's range. Throws a BusError if it is empty or overlaps another, and a TypeError or RangeError unless
   * base and length are 64-bit bigints. Nothing changes then.
   */
  insert(device: BusDevice, base: bigint, lengthBytes: bigint): void {
    checkObject('device', device, 'a BusDevice');
    checkWide('base', base);
    checkWide('lengthBytes', lengthBytes);
    if (lengthBytes === 0n) throw new BusError(this.type, base, lengthBytes, EMPTY);
    const other = this.#table.overlapping(base, lengthBytes);
    if (other !== undefined)
      throw new BusError(this.type, base, lengthBytes, { base: other.base, lengthBytes: other.length });
    const ranges = this.#ranges.get(device) ?? 0;
    if (ranges === 0) this.#pastDrops -= device.drops ?? 0;
    this.#ranges.set(device, ranges + 1);
    this.#table.insert(base, lengthBytes, device);
  }

  /** Removes a range. Throws a BusError unless it was inserted with this base and length. */
  remove(base: bigint, lengthBytes: bigint): void {
    checkWide('base', base);
    checkWide('lengthBytes', lengthBytes);
    if (lengthBytes === 0n) throw new BusError(this.type, base, lengthBytes, EMPTY);
    const removed = this.#table.remove(base, lengthBytes);
    if (removed === undefined) throw new BusError(this.type, base, lengthBytes);
    const device = removed.value;
    const left = (this.#ranges.get(device) as number) - 1;
    if (left > 0) {
      this.#ranges.set(device, left);
    } else {
      this.#ranges.delete(device);
      this.#pastDrops += device.drops ?? 0;
    }
    for (const watcher of this.#watchers) watcher();
  }

  /** Calls `watcher` after each removal of a range, until the returned function is called. */
  watchRemovals(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** The device whose range begins at `base`. */
  deviceAt(base: bigint): BusDevice | undefined {
    return this.#table.startingAt(base)?.value;
  }

  /** Whether exactly this range is on the bus and belongs to the device. */
  holds(device: BusDevice, base: bigint, lengthBytes: bigint): boolean {
    const entry = this.#table.startingAt(base);
    return entry?.value === device && entry.length === lengthBytes;
  }

  /** The ranges in ascending order, each with its device. */
  get ranges(): readonly BusRange[] {
    return this.#table.entries.map(({ base, length, value }) => ({ base, lengthBytes: length, device: value }));
  }

  get counts(): BusCounts {
    let drops = this.#pastDrops;
    for (const device of this.#ranges.keys()) drops += device.drops ?? 0;
    return { reads: this.#reads, writes: this.#writes, misses: this.#misses, drops };
  }

  /** Fills `data` from the device at an address. Without a device, fills it with zeros and returns false. */
  read(address: bigint, data: Uint8Array, id = 0): boolean {
    checkBytes(data);
    split(address);
    const high = highHalf();
    const low = lowHalf();
    this.#reads++;
    data.fill(0);
    const entry = this.#table.find(high, low);
    if (entry === undefined) return this.#missed(high, low);
    const device = entry.value;
    try {
      if (data.length === 4 && device.readDword !== undefined && this.#table.offsetHigh === 0)
        storeDword(data, device.readDword(this.#table.offsetLow));
      else device.read(this.#info(high, low, id), data);
    } catch (thrown) {
      data.fill(0);
      this.#failed(device, thrown);
    }
    return true;
  }

  /** Passes `data` to the device at an address. False if there is none. */
  write(address: bigint, data: Uint8Array, id = 0): boolean {
    checkBytes(data);
    split(address);
    const high = highHalf();
    const low = lowHalf();
    this.#writes++;
    const entry = this.#table.find(high, low);
    if (entry === undefined) return this.#missed(high, low);
    const device = entry.value;
    try {
      if (data.length === 4 && device.writeDword !== undefined && this.#table.offsetHigh === 0)
        device.writeDword(this.#table.offsetLow, loadDword(data));
      else device.write(this.#info(high, low, id), data);
    } catch (thrown) {
      this.#failed(device, thrown);
    }
    return true;
  }

  /** One 4-byte little-endian read, 0 where there is no device. */
  read32(address: bigint): number {
    split(address);
    return this.read32At(highHalf(), lowHalf(), 0);
  }

  /** One 4-byte little-endian write. */
  write32(address: bigint, value: number): void {
    split(address);
    checkDword(value);
    this.write32At(highHalf(), lowHalf(), value, 0);
  }

  /** {@link read32} with the address already in halves. */
  read32At(high: number, low: number, id: number): number {
    this.#reads++;
    const entry = this.#table.find(high, low);
    if (entry === undefined) {
      this.#missed(high, low);
      return 0;
    }
    const device = entry.value;
    try {
      if (device.readDword !== undefined && this.#table.offsetHigh === 0)
        return device.readDword(this.#table.offsetLow) >>> 0;
      const data = new Uint8Array(4);
      device.read(this.#info(high, low, id), data);
      return loadDword(data);
    } catch (thrown) {
      return this.#failed(device, thrown);
    }
  }

  /** {@link write32} with the address already in halves. */
  write32At(high: number, low: number, value: number, id: number): void {
    this.#writes++;
    const entry = this.#table.find(high, low);
    if (entry === undefined) {
      this.#missed(high, low);
      return;
    }
    const device = entry.value;
    try {
      if (device.writeDword !== undefined && this.#table.offsetHigh === 0) {
        device.writeDword(this.#table.offsetLow, value >>> 0);
      } else {
        const data = new Uint8Array(4);
        storeDword(data, value);
        device.write(this.#info(high, low, id), data);
      }
    } catch (thrown) {
      this.#failed(device, thrown);
    }
  }

  #info(high: number, low: number, id: number): BusAccessInfo {
    const offset = joined(this.#table.offsetHigh, this.#table.offsetLow);
    return { offset, address: joined(high, low), id };
  }

  #missed(high: number, low: number): false {
    this.#misses++;
    if (this.log.count('BUS_UNMAPPED'))
      this.log.keep('BUS_UNMAPPED', this.type, `No device answers at ${formatHex(joined(high, low))}.`);
    return false;
  }

  #failed(device: BusDevice, thrown: unknown): 0 {
    if (this.log.count('DEVICE_FAILED'))
      this.log.keep('DEVICE_FAILED', labelOf(device), `The device threw: ${thrownText(thrown)}.`);
    return 0;
  }
}

/** The label of a device that may throw here too. */
export function labelOf(device: BusDevice): string {
  try {
    return String(device.debugLabel());
  } catch {
    return 'a device without a label';
  }
}

/** The bus of guest-physical memory. */
export class MmioBus extends Bus {
  constructor(log?: DiagnosticLog) {
    super('mmio', log);
  }
}

/** The bus of port numbers. */
export class IoBus extends Bus {
  constructor(log?: DiagnosticLog) {
    super('io', log);
  }
}
