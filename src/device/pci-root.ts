import { formatHex } from '../base/index.js';
import { packPciAddress, unpackPciAddress, VCFG_REGISTER_BITS } from '../platform/config-address.js';
import type { AddressRange, PciAddress } from '../vocab/index.js';
import { type Bus, IoBus, MmioBus } from './bus.js';
import type { BusDevice, ConfigWriteResult, DeviceRange } from './bus-device.js';
import { BusError } from './bus-error.js';
import { DiagnosticLog } from './diagnostic-log.js';
import type { PageMapper } from './page-mapper.js';
import { PciConfiguration } from './pci-configuration.js';
import { PciTopology } from './pci-topology.js';
import { PAGE_BYTES } from './shared-memory.js';

const ABSENT = 0xffff_ffff;
/** Header type and cache line; bit 23 says that the slot has several functions. PCI 3.0 §6.2.1 */
const HEADER_REGISTER = 3;
const MULTIFUNCTION = 0x0080_0000;
/** The registers of the host bridge that tell where the ECAM window is. */
const ECAM_BASE_REGISTER = 24;
const HOST_BRIDGE = { vendor: 0x8086, device: 0x1237, classCode: 0x06_0000, headerType: 'device' } as const;

export interface PciRootOptions {
  readonly mmioBus?: Bus;
  readonly ioBus?: Bus;
  readonly log?: DiagnosticLog;
  /** Where shared pages are mapped: base of the virtual configuration window, and what maps them. */
  readonly sharedPages?: { readonly base: bigint; readonly mapper: PageMapper };
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
  readonly #topology = new PciTopology();
  /** Functions by bus, then by devfn. */
  readonly #functions: (BusDevice | undefined)[][] = [];
  readonly #hostBridge: PciConfiguration;
  #ecamBase: bigint | undefined;

  constructor(options: PciRootOptions = {}) {
    this.log = options.log ?? new DiagnosticLog();
    this.mmioBus = options.mmioBus ?? new MmioBus(this.log);
    this.ioBus = options.ioBus ?? new IoBus(this.log);
    this.#sharedPages = options.sharedPages;
    this.#hostBridge = new PciConfiguration(HOST_BRIDGE, 'host bridge', this.log);
  }

  #at(packed: number): BusDevice | undefined {
    return this.#functions[packed >>> 8]?.[packed & 0xff];
  }

  #set(packed: number, device: BusDevice | undefined): void {
    let bus = this.#functions[packed >>> 8];
    if (bus === undefined) {
      bus = Array(256).fill(undefined);
      this.#functions[packed >>> 8] = bus as (BusDevice | undefined)[];
    }
    bus[packed & 0xff] = device;
  }

  /** The function at a place; undefined for none, and for the host bridge. */
  device(address: PciAddress): BusDevice | undefined {
    return this.#at(packPciAddress(address));
  }

  /** Every function but the host bridge, in ascending order. */
  functions(): { readonly address: PciAddress; readonly device: BusDevice }[] {
    const found: { address: PciAddress; device: BusDevice }[] = [];
    for (const [bus, devices] of this.#functions.entries())
      for (const [devfn, device] of (devices ?? []).entries())
        if (device !== undefined) found.push({ address: unpackPciAddress((bus << 8) | devfn), device });
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
    if (page !== undefined && this.#sharedPages !== undefined) {
      try {
        this.#sharedPages.mapper.map(this.#sharedPageAddress(packed), page, false);
      } catch (thrown) {
        this.#topology.removeFunction(address);
        throw thrown;
      }
    }
    this.#set(packed, device);
  }

  #sharedPageAddress(packed: number): bigint {
    const { base } = this.#sharedPages as NonNullable<PciRootOptions['sharedPages']>;
    return base + BigInt(packed * 2 ** VCFG_REGISTER_BITS + PAGE_BYTES);
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
    if (this.#sharedPages !== undefined && device.sharedPage?.() !== undefined)
      this.#sharedPages.mapper.unmap(this.#sharedPageAddress(packed));
  }

  /** Takes off a range that is the device's own: one that it lost to another device stays with that. */
  #removeRange(type: DeviceRange['type'], device: BusDevice, base: bigint, lengthBytes: bigint): void {
    if (this.#bus(type).deviceAt(base) === device) this.#bus(type).remove(base, lengthBytes);
  }

  /** A dword of a function's configuration space; all ones for an absent function. */
  configSpaceRead(address: PciAddress, register: number): number {
    return this.configReadPacked(packPciAddress(address), register);
  }

  /** {@link configSpaceRead} by `bus << 8 | device << 3 | function`. */
  configReadPacked(packed: number, register: number): number {
    if (packed === 0) return this.#readHostBridge(register);
    const value = this.#at(packed)?.configRegisterRead(register) ?? ABSENT;
    return register === HEADER_REGISTER && this.#isMultifunction(packed) ? (value | MULTIFUNCTION) >>> 0 : value;
  }

  #readHostBridge(register: number): number {
    if (this.#ecamBase !== undefined && register === ECAM_BASE_REGISTER)
      return (Number(this.#ecamBase & 0xffff_ffffn) | 1) >>> 0;
    if (this.#ecamBase !== undefined && register === ECAM_BASE_REGISTER + 1) return Number(this.#ecamBase >> 32n);
    return this.#hostBridge.readRegister(register);
  }

  /** Whether any of the functions 1..7 of a slot is there. */
  #isMultifunction(packed: number): boolean {
    const first = packed & 0xfff8;
    for (let fn = 1; fn < 8; fn++) if (this.#at(first | fn) !== undefined) return true;
    return false;
  }

  /** Writes bytes `[offset, offset + data.length)` of a dword and carries out what the write asks of the machine. */
  configSpaceWrite(address: PciAddress, register: number, offset: number, data: Uint8Array): void {
    this.configWritePacked(packPciAddress(address), register, offset, data);
  }

  /** {@link configSpaceWrite} by `bus << 8 | device << 3 | function`. */
  configWritePacked(packed: number, register: number, offset: number, data: Uint8Array): void {
    if (offset + data.length > 4) return;
    if (packed === 0) {
      this.#hostBridge.writeRegister(register, offset, data);
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

  /** Has the host bridge tell where the ECAM window is. */
  enablePcieCfgMmio(base: bigint): void {
    this.#ecamBase = base;
  }

  /** The ACPI path that the firmware gives a function; undefined for an absent one and for the host bridge. */
  acpiPath(address: PciAddress): string | undefined {
    const device = this.device(address);
    if (device === undefined) return undefined;
    const hex = (value: number) => value.toString(16).toUpperCase().padStart(2, '0');
    const secondary = device.isBridge();
    const own = secondary === undefined ? `PE${hex(packPciAddress(address) & 0xff)}` : `PC${hex(secondary)}`;
    return ['_SB_', ...this.#topology.pathTo(address.bus).map((bus) => `PC${hex(bus)}`), own].join('.');
  }
}
