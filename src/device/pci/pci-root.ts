import { formatHex } from '../../base/index.js';
import { packPciAddress, unpackPciAddress, VCFG_REGISTER_BITS } from '../../platform/config-address.js';
import { PAGE_BYTES } from '../../platform/layout.js';
import { busSegment, functionSegment } from '../../platform/names/acpi-path.js';
import type { AddressRange, PciAddress } from '../../vocab/index.js';
import { type Bus, IoBus, MmioBus } from '../bus/bus.js';
import type { BusDevice, ConfigWriteResult, DeviceRange } from '../bus/bus-device.js';
import { BusError } from '../bus/bus-error.js';
import { DiagnosticLog } from '../diagnostic-log.js';
import type { PageMapper } from '../memory/page-mapper.js';
import type { SharedMemory } from '../memory/shared-memory.js';
import { ConfigPages, type ConfigPagesOptions } from '../windows/config-pages.js';
import { HostBridge } from './host-bridge.js';
import { PciTopology } from './pci-topology.js';

const ABSENT = 0xffff_ffff;
/** Header type and cache line; bit 23 says that the slot has several functions. PCI 3.0 §6.2.1 */
const HEADER_REGISTER = 3;
const MULTIFUNCTION = 0x0080_0000;

export interface PciRootOptions {
  readonly mmioBus?: Bus;
  readonly ioBus?: Bus;
  readonly log?: DiagnosticLog;
  /** Where shared pages are mapped: the virtual configuration window, and what maps them. */
  readonly sharedPages?: { readonly base: bigint; readonly lengthBytes: number; readonly mapper: PageMapper };
  /** Where configuration spaces are mapped for reading. Without it every read of one exits. */
  readonly configPages?: ConfigPagesOptions;
}

/**
 * The PCI functions of the machine by place, and the host bridge at 00:00.0, which is part of it. Config windows hand it
 * their decoded accesses; writes that move BARs are carried out on the buses. crosvm f1e797a devices/src/pci/pci_root.rs
 */
export class PciRoot {
  readonly mmioBus: Bus;
  readonly ioBus: Bus;
  readonly log: DiagnosticLog;
  readonly #sharedPages: PciRootOptions['sharedPages'];
  readonly #configPages: ConfigPages | undefined;
  readonly #topology = new PciTopology();
  /** Functions by packed BDF, up to the end of the last bus that has had one. */
  readonly #functions: (BusDevice | undefined)[] = [];
  /** The function at 00:00.0. */
  readonly hostBridge: HostBridge;

  constructor(options: PciRootOptions = {}) {
    this.log = options.log ?? new DiagnosticLog();
    this.mmioBus = options.mmioBus ?? new MmioBus(this.log);
    this.ioBus = options.ioBus ?? new IoBus(this.log);
    this.#sharedPages = options.sharedPages;
    if (options.configPages !== undefined) this.#configPages = new ConfigPages(options.configPages);
    this.hostBridge = new HostBridge(this.log);
  }

  #at(packed: number): BusDevice | undefined {
    return packed < this.#functions.length ? this.#functions[packed] : undefined;
  }

  #set(packed: number, device: BusDevice | undefined): void {
    const end = (packed | 0xff) + 1;
    while (this.#functions.length < end) this.#functions.push(undefined);
    this.#functions[packed] = device;
  }

  /** The function at a place; undefined for none, and for the host bridge. */
  device(address: PciAddress): BusDevice | undefined {
    return this.#at(packPciAddress(address));
  }

  /** Every function but the host bridge, in ascending order. */
  functions(): { readonly address: PciAddress; readonly device: BusDevice }[] {
    const found: { address: PciAddress; device: BusDevice }[] = [];
    for (const [packed, device] of this.#functions.entries())
      if (device !== undefined) found.push({ address: unpackPciAddress(packed), device });
    return found;
  }

  /** The functions on a bus and below it, in ascending order. */
  downstreamFunctions(bus: number): readonly PciAddress[] {
    return this.#topology.functionsBelow(bus);
  }

  /** The buses from bus 0 to a bus; none if there is no such bus. */
  pathToBus(bus: number): readonly number[] {
    return this.#topology.pathTo(bus);
  }

  /** Adds the bus below a bridge on `parent`. Throws a DiagnosticError if it is there already or its parent is not. */
  addBus(bus: number, parent: number): void {
    this.#topology.addBus(bus, parent);
  }

  /**
   * Adds a function and nothing around it: {@link addFunction} does the rest. Throws a DiagnosticError if something is
   * at the place or its bus is not there; nothing changes then. At 00:00.0 the host bridge stays: once, this is no error.
   */
  addDevice(address: PciAddress, device: BusDevice): void {
    this.#topology.addFunction(address);
    const packed = packPciAddress(address);
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

  /** Functions on buses past the window's last have no place in it: their shared page stays unmapped. */
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
   * Adds a function, its ranges on the buses and, for a bridge, the bus below it. Throws a DiagnosticError if any of it
   * cannot be; nothing changes then.
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
   * Removes a function with its ranges and its shared page; nothing happens if there is none.
   * Deviates: with a bridge go the functions below it, which crosvm leaves answering without an ACPI path.
   */
  removeDevice(address: PciAddress): void {
    const device = this.device(address);
    if (device === undefined) return;
    for (const { type, base, lengthBytes } of device.getRanges()) this.#removeRange(type, device, base, lengthBytes);
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

  /** Takes off a range that is the device's own: one that it lost to another device stays with that. */
  #removeRange(type: DeviceRange['type'], device: BusDevice, base: bigint, lengthBytes: bigint): void {
    if (this.#bus(type).holds(device, base, lengthBytes)) this.#bus(type).remove(base, lengthBytes);
  }

  /** A dword of a function's configuration space; all ones for an absent function. */
  configSpaceRead(address: PciAddress, register: number): number {
    return this.configReadPacked(packPciAddress(address), register);
  }

  /** {@link configSpaceRead} by `bus << 8 | device << 3 | function`. */
  configReadPacked(packed: number, register: number): number {
    if (packed === 0) return this.hostBridge.read(register);
    const value = this.#at(packed)?.configRegisterRead(register) ?? ABSENT;
    return register === HEADER_REGISTER && this.#laterFunctions(packed) > 0 ? (value | MULTIFUNCTION) >>> 0 : value;
  }

  /** How many of the functions 1..7 of a slot are there. */
  #laterFunctions(packed: number): number {
    let count = 0;
    for (let fn = 1; fn < 8; fn++) if (this.#at((packed & 0xfff8) | fn) !== undefined) count++;
    return count;
  }

  /** Writes bytes `[offset, offset + data.length)` of a dword and carries out what the write asks of the machine. */
  configSpaceWrite(address: PciAddress, register: number, offset: number, data: Uint8Array): void {
    this.configWritePacked(packPciAddress(address), register, offset, data);
  }

  /** {@link configSpaceWrite} by `bus << 8 | device << 3 | function`. */
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
    this.#moveRanges('mmio', device, result.mmioRemove, result.mmioAdd);
    this.#moveRanges('io', device, result.ioRemove, result.ioAdd);
    for (const address of result.removedPciDevices) this.removeDevice(address);
  }

  #moveRanges(
    type: DeviceRange['type'],
    device: BusDevice,
    removed: readonly AddressRange[],
    added: readonly AddressRange[],
  ): void {
    for (const { base, lengthBytes } of removed) this.#removeRange(type, device, base, lengthBytes);
    for (const { base, lengthBytes } of added) {
      try {
        this.#bus(type).insert(device, base, lengthBytes);
      } catch (thrown) {
        if (!(thrown instanceof BusError)) throw thrown;
        if (this.log.count('PCI_RANGE_LOST'))
          this.log.keep(
            'PCI_RANGE_LOST',
            device.debugLabel(),
            `The range at ${formatHex(base)} is not its own: ${thrown.message}`,
          );
      }
    }
  }

  /** A virtual configuration register, 0..2047; 0 for the host bridge and for an absent function. */
  virtualConfigSpaceRead(address: PciAddress, register: number): number {
    return this.virtualConfigReadPacked(packPciAddress(address), register);
  }

  /** {@link virtualConfigSpaceRead} by `bus << 8 | device << 3 | function`. */
  virtualConfigReadPacked(packed: number, register: number): number {
    const device = this.#at(packed);
    return device === undefined ? 0 : device.virtualConfigRegisterRead(register);
  }

  /** Writes a virtual configuration register; the host bridge and absent functions ignore it. */
  virtualConfigSpaceWrite(address: PciAddress, register: number, value: number): void {
    this.virtualConfigWritePacked(packPciAddress(address), register, value);
  }

  /** {@link virtualConfigSpaceWrite} by `bus << 8 | device << 3 | function`. */
  virtualConfigWritePacked(packed: number, register: number, value: number): void {
    this.#at(packed)?.virtualConfigRegisterWrite(register, value);
  }

  /** The ACPI path that the firmware gives a function; undefined for an absent one and for the host bridge. */
  acpiPath(address: PciAddress): string | undefined {
    const device = this.device(address);
    if (device === undefined) return undefined;
    const own = functionSegment(address, device.isBridge());
    return ['_SB_', ...this.#topology.pathTo(address.bus).map(busSegment), own].join('.');
  }
}

/** Where a function's shared page is in the virtual configuration window. */
function sharedPageOffset(packed: number): number {
  return packed * 2 ** VCFG_REGISTER_BITS + PAGE_BYTES;
}
