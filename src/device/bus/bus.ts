import { formatHex } from '../../base/index.js';
import type { MemoryPort } from '../../vocab/index.js';
import { DiagnosticLog, thrownText } from '../diagnostic-log.js';
import { loadDword, storeDword } from '../memory/dword.js';
import type { BusAccessInfo, BusDevice, BusType } from './bus-device.js';
import { BusError } from './bus-error.js';
import { RangeTable } from './range-table.js';
import { checkWide, highHalf, joined, lowHalf, split } from './wide-address.js';

/** How often a bus was used. */
export interface BusCounts {
  readonly reads: number;
  readonly writes: number;
  /** Accesses to addresses that no device answers for. */
  readonly misses: number;
  /** Accesses that reached a device which answered with zeros, or threw them away, because of their shape. */
  readonly drops: number;
}

const EMPTY = { base: 0n, lengthBytes: 0n };

/**
 * Devices by address. Only the first byte of an access is looked up: one that runs past the end of its range goes whole
 * to that device. An address without a device reads zeros. crosvm f1e797a devices/src/bus.rs
 */
export class Bus implements MemoryPort {
  readonly type: BusType;
  readonly log: DiagnosticLog;
  readonly #table = new RangeTable<BusDevice>();
  /** How many ranges each device has. */
  readonly #ranges = new Map<BusDevice, number>();
  #reads = 0;
  #writes = 0;
  #misses = 0;
  /** Drops of devices that are off the bus, less what each had dropped when it came on. */
  #pastDrops = 0;

  constructor(type: BusType, log: DiagnosticLog = new DiagnosticLog()) {
    this.type = type;
    this.log = log;
  }

  /** Adds a device's range. Throws a BusError if it is empty or overlaps another; nothing changes then. */
  insert(device: BusDevice, base: bigint, lengthBytes: bigint): void {
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

  /** Takes a range off. Throws a BusError unless base and length are those it was inserted with. */
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
  }

  /** The device whose range begins at `base`. */
  deviceAt(base: bigint): BusDevice | undefined {
    return this.#table.startingAt(base)?.value;
  }

  /** Whether just this range is on the bus and is the device's. */
  holds(device: BusDevice, base: bigint, lengthBytes: bigint): boolean {
    const entry = this.#table.startingAt(base);
    return entry?.value === device && entry.length === lengthBytes;
  }

  /** The ranges in ascending order, each with its device. */
  get ranges(): readonly { readonly base: bigint; readonly lengthBytes: bigint; readonly device: BusDevice }[] {
    return this.#table.entries.map(({ base, length, value }) => ({ base, lengthBytes: length, device: value }));
  }

  get counts(): BusCounts {
    let drops = this.#pastDrops;
    for (const device of this.#ranges.keys()) drops += device.drops ?? 0;
    return { reads: this.#reads, writes: this.#writes, misses: this.#misses, drops };
  }

  /** Fills `data` from the device at an address, with zeros if there is none. False if there is none. */
  read(address: bigint, data: Uint8Array, id = 0): boolean {
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

  /** Hands `data` to the device at an address. False if there is none. */
  write(address: bigint, data: Uint8Array, id = 0): boolean {
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
    this.write32At(highHalf(), lowHalf(), value, 0);
  }

  /** {@link read32} of an address that is already in halves. */
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

  /** {@link write32} to an address that is already in halves. */
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
      this.log.keep('DEVICE_FAILED', device.debugLabel(), `The device threw: ${thrownText(thrown)}.`);
    return 0;
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
