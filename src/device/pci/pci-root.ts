import { formatHex } from '../../base/index.js';
import {
  checkWhole,
  packCheckedAddress,
  packPciAddress,
  unpackPciAddress,
  VCFG_REGISTER_BITS,
} from '../../platform/config-address.js';
import { PAGE_BYTES, PAGE_REGISTERS } from '../../platform/layout.js';
import { busSegment, functionSegment } from '../../platform/names/acpi-path.js';
import type { AddressRange, PciAddress } from '../../vocab/index.js';
import { type Bus, BusError, IoBus, labelOf, MmioBus } from '../bus/bus.js';
import { type BusDevice, type ConfigWriteResult, type DeviceRange, NO_CHANGE } from '../bus/bus-device.js';
import { checkBytes } from '../bus/words.js';
import { DiagnosticLog, thrownText } from '../diagnostic-log.js';
import type { PageMapper, SharedMemory } from '../memory/shared-memory.js';
import { ConfigPages, type ConfigPagesOptions } from '../windows/config-pages.js';
import { ABSENT, HEADER_TYPE_REGISTER, MULTIFUNCTION } from './header-layout.js';
import { HostBridge } from './host-bridge.js';
import { PciTopology } from './pci-topology.js';

/** A range of a function, on its bus or lost to another. */
export interface FunctionRange extends DeviceRange {
  readonly device: BusDevice;
}

export interface PciRootOptions {
  readonly mmioBus?: Bus;
  readonly ioBus?: Bus;
  readonly log?: DiagnosticLog;
  /** The virtual configuration window, in which shared pages are mapped, and what maps them. */
  readonly sharedPages?: { readonly base: bigint; readonly lengthBytes: number; readonly mapper: PageMapper };
  /** Where configuration spaces are mapped for reading. Without it, each read of one is an exit. */
  readonly configPages?: ConfigPagesOptions;
}

/**
 * The PCI functions of the machine by address, and the host bridge at 00:00.0, which is part of it. Config windows pass
 * it their decoded accesses; writes that move BARs are carried out on the buses. Methods that take an address throw a
 * RangeError for one that no function can have. crosvm f1e797a devices/src/pci/pci_root.rs
 */
export class PciRoot {
  readonly mmioBus: Bus;
  readonly ioBus: Bus;
  readonly log: DiagnosticLog;
  readonly #sharedPages: PciRootOptions['sharedPages'];
  readonly #configPages: ConfigPages | undefined;
  readonly #topology = new PciTopology();
  /** Functions by packed BDF, up to the end of the highest bus that has had one. */
  readonly #functions: (BusDevice | undefined)[] = [];
  /** Ranges that were not free when a guest placed them, in the order in which they were lost. */
  #lost: FunctionRange[] = [];
  /** Whether ranges are being moved, so that a range that has become free may be needed for another. */
  #isMoving = false;
  /** The function at 00:00.0. */
  readonly hostBridge: HostBridge;

  constructor(options: PciRootOptions = {}) {
    this.log = options.log ?? new DiagnosticLog();
    this.mmioBus = options.mmioBus ?? new MmioBus(this.log);
    this.ioBus = options.ioBus ?? new IoBus(this.log);
    this.#sharedPages = options.sharedPages;
    this.hostBridge = new HostBridge(this.log);
    if (options.configPages !== undefined) {
      this.#configPages = new ConfigPages(options.configPages);
      this.#mapHostBridge(this.#configPages);
    }
    for (const bus of [this.mmioBus, this.ioBus]) bus.watchRemovals(() => this.#restoreLost());
  }

  /** As in crosvm, the host bridge is reached through exits if its page cannot be mapped. */
  #mapHostBridge(pages: ConfigPages): void {
    try {
      pages.add(0, this.hostBridge, 0);
    } catch (thrown) {
      if (this.log.count('MEMORY_OVERLAP'))
        this.log.keep('MEMORY_OVERLAP', 'host bridge', `Its page is not mapped: ${thrownText(thrown)}.`);
    }
  }

  #at(packed: number): BusDevice | undefined {
    return packed < this.#functions.length ? this.#functions[packed] : undefined;
  }

  #set(packed: number, device: BusDevice | undefined): void {
    const end = (packed | 0xff) + 1;
    while (this.#functions.length < end) this.#functions.push(undefined);
    this.#functions[packed] = device;
  }

  /** The function at an address; undefined if there is none, and for the host bridge. */
  device(address: PciAddress): BusDevice | undefined {
    return this.#at(packCheckedAddress(address));
  }

  /** Every function except the host bridge, in ascending order. */
  functions(): { readonly address: PciAddress; readonly device: BusDevice }[] {
    const found: { address: PciAddress; device: BusDevice }[] = [];
    for (const [packed, device] of this.#functions.entries())
      if (device !== undefined) found.push({ address: unpackPciAddress(packed), device });
    return found;
  }

  /** The functions on a bus and on the buses below it, in ascending order. */
  downstreamFunctions(bus: number): readonly PciAddress[] {
    return this.#topology.functionsBelow(bus);
  }

  /** The buses on the way from bus 0 to a bus, both included; none if there is no such bus. */
  pathToBus(bus: number): readonly number[] {
    return this.#topology.pathTo(bus);
  }

  /** Adds the bus below a bridge on `parent`. Throws a DiagnosticError if the bus exists already or its parent does not. */
  addBus(bus: number, parent: number): void {
    this.#topology.addBus(bus, parent);
  }

  /**
   * Adds a function alone: {@link addFunction} also adds its ranges and bus. Throws a DiagnosticError if the address is
   * taken or its bus does not exist; nothing changes then. At 00:00.0 the host bridge stays, and the first such call is
   * not an error.
   */
  addDevice(address: PciAddress, device: BusDevice): void {
    const packed = packCheckedAddress(address);
    checkDevice(device);
    this.#topology.addFunction(address);
    if (packed === 0) return;
    const page = device.sharedPage?.();
    if (page !== undefined) {
      try {
        this.#mapSharedPage(packed, page);
      } catch (thrown) {
        this.#topology.removeFunction(address);
        throw thrown;
      }
    }
    this.#set(packed, device);
    try {
      this.#configPages?.add(packed, device, this.#laterFunctions(packed));
    } catch (thrown) {
      this.#forget(address, device);
      throw thrown;
    }
  }

  /** The window has no place for functions on buses past its last: their shared pages stay unmapped. */
  #mapSharedPage(packed: number, page: SharedMemory): void {
    const offset = sharedPageOffset(packed);
    if (this.#sharedPages === undefined || offset >= this.#sharedPages.lengthBytes) return;
    this.#sharedPages.mapper.map(this.#sharedPages.base + BigInt(offset), page, false);
  }

  #unmapSharedPage(packed: number): void {
    const offset = sharedPageOffset(packed);
    if (this.#sharedPages === undefined || offset >= this.#sharedPages.lengthBytes) return;
    this.#sharedPages.mapper.unmap(this.#sharedPages.base + BigInt(offset));
  }

  /**
   * Adds a function, its ranges on the buses and, for a bridge, the bus below it. Throws a DiagnosticError if any of that
   * is impossible; nothing changes then.
   */
  addFunction(address: PciAddress, device: BusDevice): void {
    const undo: (() => void)[] = [];
    try {
      this.addDevice(address, device);
      undo.push(() => this.#forget(address, device));
      const secondary = device.isBridge();
      if (secondary !== undefined) {
        this.addBus(secondary, address.bus);
        undo.push(() => this.#topology.removeBus(secondary));
      }
      for (const { type, base, lengthBytes } of device.getRanges()) {
        this.#bus(type).insert(device, base, lengthBytes);
        undo.push(() => this.#bus(type).remove(base, lengthBytes));
      }
    } catch (thrown) {
      for (const step of undo.reverse()) step();
      throw thrown;
    }
  }

  #bus(type: DeviceRange['type']): Bus {
    return type === 'mmio' ? this.mmioBus : this.ioBus;
  }

  /**
   * Removes a function with its ranges and its shared page, and with a bridge the functions below it. Nothing happens if
   * there is none.
   * Deviates: crosvm leaves the functions below a bridge, which then answer without an ACPI path.
   */
  removeDevice(address: PciAddress): void {
    const device = this.device(address);
    if (device !== undefined) this.#whileMoving(() => this.#remove(address, device));
  }

  #remove(address: PciAddress, device: BusDevice): void {
    for (const range of device.getRanges()) this.#removeRange({ ...range, device });
    this.#lost = this.#lost.filter((range) => range.device !== device);
    const secondary = device.isBridge();
    if (secondary !== undefined && this.#topology.parentOf(secondary) === address.bus) {
      for (const child of this.#topology.functionsBelow(secondary).toReversed()) this.removeDevice(child);
      this.#topology.removeBus(secondary);
    }
    device.destroyDevice();
    this.#forget(address, device);
  }

  #forget(address: PciAddress, device: BusDevice): void {
    const packed = packPciAddress(address);
    this.#topology.removeFunction(address);
    if (packed === 0) return;
    this.#set(packed, undefined);
    this.#configPages?.remove(packed, this.#laterFunctions(packed));
    if (device.sharedPage?.() !== undefined) this.#unmapSharedPage(packed);
  }

  /** Takes a device's range off its bus. One that it has lost stays with the device that has it. */
  #removeRange(range: FunctionRange): void {
    const { type, device, base, lengthBytes } = range;
    const lost = this.#lost.findIndex((each) => isSameRange(each, range));
    if (lost >= 0) this.#lost.splice(lost, 1);
    else if (this.#bus(type).holds(device, base, lengthBytes)) this.#bus(type).remove(base, lengthBytes);
  }

  /** Puts a device's range on its bus, if it is free. */
  #insertRange({ type, device, base, lengthBytes }: FunctionRange): BusError | undefined {
    try {
      this.#bus(type).insert(device, base, lengthBytes);
      return undefined;
    } catch (thrown) {
      if (thrown instanceof BusError) return thrown;
      throw thrown;
    }
  }

  /** Makes a change during which ranges leave and enter the buses. Lost ranges come back only after it. */
  #whileMoving(change: () => void): void {
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
    this.#lost = this.#lost.filter((range) => this.#insertRange(range) !== undefined);
  }

  /**
   * Replaces the ranges of all functions on the buses: takes them off, makes a change to the functions, and puts the
   * given ones on, which must be free. Ranges that functions then answer for without having them are lost.
   */
  replaceRanges(change: () => readonly FunctionRange[]): void {
    this.#whileMoving(() => {
      const devices = new Set(this.functions().map(({ device }) => device));
      for (const bus of [this.mmioBus, this.ioBus])
        for (const { device, base, lengthBytes } of bus.ranges) if (devices.has(device)) bus.remove(base, lengthBytes);
      this.#lost = [];
      for (const { type, device, base, lengthBytes } of change()) this.#bus(type).insert(device, base, lengthBytes);
      for (const device of devices)
        for (const range of device.getRanges())
          if (!this.#bus(range.type).holds(device, range.base, range.lengthBytes))
            this.#lost.push({ ...range, device });
    });
  }

  /**
   * A dword of a function's configuration space; all ones for an absent function and past the 64 registers of a header.
   * Throws a RangeError unless the register is 0..1023.
   */
  configSpaceRead(address: PciAddress, register: number): number {
    checkWhole('register', register, PAGE_REGISTERS - 1);
    return this.configReadPacked(packCheckedAddress(address), register);
  }

  /** {@link configSpaceRead} by `bus << 8 | device << 3 | function`, unchecked. */
  configReadPacked(packed: number, register: number): number {
    if (packed === 0) return this.hostBridge.read(register);
    const value = this.#at(packed)?.configRegisterRead(register) ?? ABSENT;
    return register === HEADER_TYPE_REGISTER && this.#laterFunctions(packed) > 0
      ? (value | MULTIFUNCTION) >>> 0
      : value;
  }

  /** How many of the functions 1..7 of a slot exist. */
  #laterFunctions(packed: number): number {
    let count = 0;
    for (let fn = 1; fn < 8; fn++) if (this.#at((packed & 0xfff8) | fn) !== undefined) count++;
    return count;
  }

  /**
   * Writes bytes `[offset, offset + data.length)` of a dword and does what the write asks of the machine. Throws a
   * RangeError unless the register is 0..1023 and the offset 0..3.
   */
  configSpaceWrite(address: PciAddress, register: number, offset: number, data: Uint8Array): void {
    checkWhole('register', register, PAGE_REGISTERS - 1);
    checkWhole('offset', offset, 3);
    checkBytes(data);
    this.configWritePacked(packCheckedAddress(address), register, offset, data);
  }

  /** {@link configSpaceWrite} by `bus << 8 | device << 3 | function`, unchecked. */
  configWritePacked(packed: number, register: number, offset: number, data: Uint8Array): void {
    if (offset + data.length > 4) return;
    if (packed === 0) {
      this.hostBridge.write(register, offset, data);
      return;
    }
    const device = this.#at(packed);
    if (device !== undefined) this.#carryOut(device, device.configRegisterWrite(register, offset, data));
  }

  #carryOut(device: BusDevice, result: ConfigWriteResult): void {
    if (result === NO_CHANGE) return;
    this.#whileMoving(() => {
      this.#moveRanges('mmio', device, result.mmioRemove, result.mmioAdd);
      this.#moveRanges('io', device, result.ioRemove, result.ioAdd);
      for (const address of result.removedPciDevices) this.removeDevice(address);
    });
  }

  #moveRanges(
    type: DeviceRange['type'],
    device: BusDevice,
    removed: readonly AddressRange[],
    added: readonly AddressRange[],
  ): void {
    for (const { base, lengthBytes } of removed) this.#removeRange({ type, device, base, lengthBytes });
    for (const { base, lengthBytes } of added) {
      const range = { type, device, base, lengthBytes };
      const error = this.#insertRange(range);
      if (error === undefined || this.#bus(type).holds(device, base, lengthBytes)) continue;
      this.#lost.push(range);
      if (this.log.count('PCI_RANGE_LOST'))
        this.log.keep(
          'PCI_RANGE_LOST',
          labelOf(device),
          `It does not answer at ${formatHex(base)} until that is free: ${error.diagnostics[0]?.message}`,
        );
    }
  }

  /**
   * A virtual configuration register; 0 for the host bridge and for an absent function. Throws a RangeError unless the
   * register is 0..2047.
   */
  virtualConfigSpaceRead(address: PciAddress, register: number): number {
    checkWhole('register', register, 2 * PAGE_REGISTERS - 1);
    return this.virtualConfigReadPacked(packCheckedAddress(address), register);
  }

  /** {@link virtualConfigSpaceRead} by `bus << 8 | device << 3 | function`, unchecked. */
  virtualConfigReadPacked(packed: number, register: number): number {
    const device = this.#at(packed);
    return device === undefined ? 0 : device.virtualConfigRegisterRead(register);
  }

  /**
   * Writes a virtual configuration register; the host bridge and absent functions ignore it. Throws a RangeError unless
   * the register is 0..2047.
   */
  virtualConfigSpaceWrite(address: PciAddress, register: number, value: number): void {
    checkWhole('register', register, 2 * PAGE_REGISTERS - 1);
    this.virtualConfigWritePacked(packCheckedAddress(address), register, value);
  }

  /** {@link virtualConfigSpaceWrite} by `bus << 8 | device << 3 | function`, unchecked. */
  virtualConfigWritePacked(packed: number, register: number, value: number): void {
    this.#at(packed)?.virtualConfigRegisterWrite(register, value);
  }

  /** The ACPI path that the firmware gives a function; undefined if there is none, and for the host bridge. */
  acpiPath(address: PciAddress): string | undefined {
    const device = this.device(address);
    if (device === undefined) return undefined;
    const own = functionSegment(address, device.isBridge());
    return ['_SB_', ...this.#topology.pathTo(address.bus).map(busSegment), own].join('.');
  }
}

function checkDevice(device: BusDevice): void {
  if (typeof device !== 'object' || device === null)
    throw new TypeError(`device is ${String(device)}; it must be a BusDevice.`);
}

function isSameRange(a: FunctionRange, b: FunctionRange): boolean {
  return a.device === b.device && a.type === b.type && a.base === b.base && a.lengthBytes === b.lengthBytes;
}

/** The offset of a function's shared page in the virtual configuration window. */
function sharedPageOffset(packed: number): number {
  return packed * 2 ** VCFG_REGISTER_BITS + PAGE_BYTES;
}
