import { formatHex } from '../../base/index.js';
import type { AddressRange } from '../../vocab/index.js';
import { type Bus, BusError, labelOf } from '../bus/bus.js';
import type { BusDevice, BusType, DeviceRange } from '../bus/bus-device.js';
import type { DiagnosticLog } from '../diagnostic-log.js';

/** A range of a function, on its bus or lost to another. */
export interface FunctionRange extends DeviceRange {
  readonly device: BusDevice;
}

function isSameRange(a: FunctionRange, b: FunctionRange): boolean {
  return a.device === b.device && a.type === b.type && a.base === b.base && a.lengthBytes === b.lengthBytes;
}

/**
 * The ranges of functions on the buses. One that is placed over another is lost, and comes back when it is free.
 * Deviates: in crosvm it is lost for good, and its removal may take the range of another device.
 */
export class FunctionRanges {
  readonly #buses: Readonly<Record<BusType, Bus>>;
  readonly #log: DiagnosticLog;
  /** Ranges that were not free when a guest placed them, in the order in which they were lost. */
  #lost: FunctionRange[] = [];
  /** Whether ranges are being moved, so that a range that has become free may be needed for another. */
  #isMoving = false;

  constructor(mmio: Bus, io: Bus, log: DiagnosticLog) {
    this.#buses = { mmio, io };
    this.#log = log;
    for (const bus of [mmio, io]) bus.watchRemovals(() => this.#restoreLost());
  }

  /** Makes a change during which ranges leave and enter the buses. Lost ranges come back only after it. */
  move(change: () => void): void {
    const wasMoving = this.#isMoving;
    this.#isMoving = true;
    try {
      change();
    } finally {
      this.#isMoving = wasMoving;
      this.#restoreLost();
    }
  }

  /** Puts the lost ranges that have become free back on their buses. */
  #restoreLost(): void {
    if (this.#isMoving || this.#lost.length === 0) return;
    this.#lost = this.#lost.filter((range) => this.#insert(range) !== undefined);
  }

  /** Puts a range on its bus, if it is free. */
  #insert({ type, device, base, lengthBytes }: FunctionRange): BusError | undefined {
    try {
      this.#buses[type].insert(device, base, lengthBytes);
      return undefined;
    } catch (thrown) {
      if (thrown instanceof BusError) return thrown;
      throw thrown;
    }
  }

  /** Takes a range off its bus. One that its device has lost stays with the device that has it. */
  #remove(range: FunctionRange): void {
    const { type, device, base, lengthBytes } = range;
    const lost = this.#lost.findIndex((each) => isSameRange(each, range));
    if (lost >= 0) this.#lost.splice(lost, 1);
    else if (this.#buses[type].holds(device, base, lengthBytes)) this.#buses[type].remove(base, lengthBytes);
  }

  /** Takes all ranges of a device off the buses. */
  removeAll(device: BusDevice): void {
    for (const range of device.getRanges()) this.#remove({ ...range, device });
    this.#lost = this.#lost.filter((range) => range.device !== device);
  }

  /** Takes some ranges of a device off a bus, then puts others on. One that is not free is lost, with a diagnostic. */
  change(type: BusType, device: BusDevice, removed: readonly AddressRange[], added: readonly AddressRange[]): void {
    for (const { base, lengthBytes } of removed) this.#remove({ type, device, base, lengthBytes });
    for (const { base, lengthBytes } of added) {
      const range = { type, device, base, lengthBytes };
      const error = this.#insert(range);
      if (error === undefined || this.#buses[type].holds(device, base, lengthBytes)) continue;
      this.#lost.push(range);
      if (this.#log.count('PCI_RANGE_LOST'))
        this.#log.keep(
          'PCI_RANGE_LOST',
          labelOf(device),
          `It does not answer at ${formatHex(base)} until that is free: ${error.diagnostics[0]?.message}`,
        );
    }
  }

  /** Takes all ranges of some devices off the buses, makes a change, and puts the returned ones on, which must be free. */
  replace(list: readonly BusDevice[], change: () => readonly FunctionRange[]): void {
    this.move(() => {
      const devices = new Set(list);
      for (const bus of Object.values(this.#buses))
        for (const { device, base, lengthBytes } of bus.ranges) if (devices.has(device)) bus.remove(base, lengthBytes);
      this.#lost = [];
      for (const { type, device, base, lengthBytes } of change()) this.#buses[type].insert(device, base, lengthBytes);
      for (const device of devices)
        for (const range of device.getRanges())
          if (!this.#buses[range.type].holds(device, range.base, range.lengthBytes))
            this.#lost.push({ ...range, device });
    });
  }
}
