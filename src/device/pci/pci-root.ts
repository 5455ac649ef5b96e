import {
  checkWhole,
  packCheckedAddress,
  packPciAddress,
  unpackPciAddress,
  VCFG_REGISTER_BITS,
} from '../../platform/config-address.js';
import { PAGE_BYTES, PAGE_REGISTERS } from '../../platform/layout.js';
import { busSegment, functionSegment } from '../../platform/names/acpi-path.js';
import type { PciAddress } from '../../vocab/index.js';
import { type Bus, IoBus, MmioBus } from '../bus/bus.js';
import { type BusDevice, type ConfigWriteResult, type DeviceRange, NO_CHANGE } from '../bus/bus-device.js';
import { checkBytes, checkDword } from '../bus/words.js';
import { checkObject } from '../check-arguments.js';
import { DiagnosticLog, thrownText } from '../diagnostic-log.js';
import { checkPooledWords, type PooledWords } from '../functions/word-pool.js';
import type { PageMapper, SharedMemory } from '../memory/shared-memory.js';
import { ConfigPages, type ConfigPagesOptions } from '../windows/config-pages.js';
import { type FunctionRange, FunctionRanges } from './function-ranges.js';
import { ABSENT, HEADER_TYPE_REGISTER, MULTIFUNCTION } from './header-layout.js';
import { HostBridge } from './host-bridge.js';
import { PciTopology } from './pci-topology.js';
import { ASK, RegisterIndex } from './register-index.js';

export interface PciRootOptions {
  readonly mmioBus?: Bus;
  readonly ioBus?: Bus;
  readonly log?: DiagnosticLog;
  /** The virtual configuration window, in which shared pages are mapped, and what maps them. */
  readonly sharedPages?: { readonly base: bigint; readonly lengthBytes: number; readonly mapper: PageMapper };
  /** Where configuration spaces are mapped for reading. Without it, each read of one is an exit. */
  readonly configPages?: ConfigPagesOptions;
}

/** What each option of a PCI root is, for a message. */
const PART_NAMES = {
  mmioBus: 'a Bus',
  ioBus: 'a Bus',
  log: 'a DiagnosticLog',
  sharedPages: '{ base, lengthBytes, mapper }',
  configPages: '{ base, registerBits, mapper }',
} as const;

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
  readonly #registers = new RegisterIndex();
  readonly #ranges: FunctionRanges;
  /** The function at 00:00.0. */
  readonly hostBridge: HostBridge;

  /** Throws a TypeError or RangeError for options that cannot be used. */
  constructor(options: PciRootOptions = {}) {
    checkObject('options', options, 'PciRootOptions');
    for (const name of ['mmioBus', 'ioBus', 'log', 'sharedPages', 'configPages'] as const)
      if (options[name] !== undefined) checkObject(`options.${name}`, options[name], PART_NAMES[name]);
    this.log = options.log ?? new DiagnosticLog();
    this.mmioBus = options.mmioBus ?? new MmioBus(this.log);
    this.ioBus = options.ioBus ?? new IoBus(this.log);
    this.#sharedPages = options.sharedPages;
    this.#ranges = new FunctionRanges(this.mmioBus, this.ioBus, this.log);
    this.hostBridge = new HostBridge(this.log);
    if (options.configPages !== undefined) {
      this.#configPages = new ConfigPages(options.configPages);
      this.#mapHostBridge(this.#configPages);
    }
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

  #set(packed: number, device: BusDevice | undefined, words?: PooledWords): void {
    const end = (packed | 0xff) + 1;
    while (this.#functions.length < end) this.#functions.push(undefined);
    this.#functions[packed] = device;
    this.#registers.set(packed, words);
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
    checkObject('device', device, 'a BusDevice');
    const words = device.registerWords?.();
    if (words !== undefined) checkPooledWords(words);
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
    this.#set(packed, device, words);
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
    if (device !== undefined) this.#ranges.move(() => this.#remove(address, device));
  }

  #remove(address: PciAddress, device: BusDevice): void {
    this.#ranges.removeAll(device);
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

  /**
   * Replaces the ranges of all functions on the buses: takes them off, makes a change to the functions, and puts the
   * returned ones on, which must be free. Ranges that functions answer for but do not have then are lost.
   */
  replaceRanges(change: () => readonly FunctionRange[]): void {
    this.#ranges.replace(
      this.functions().map(({ device }) => device),
      change,
    );
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
    this.#ranges.move(() => {
      this.#ranges.change('mmio', device, result.mmioRemove, result.mmioAdd);
      this.#ranges.change('io', device, result.ioRemove, result.ioAdd);
      for (const address of result.removedPciDevices) this.removeDevice(address);
    });
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
    const value = this.#registers.read(packed, register);
    if (value !== ASK) return value;
    const device = this.#at(packed);
    return device === undefined ? 0 : device.virtualConfigRegisterRead(register);
  }

  /**
   * Writes a virtual configuration register; the host bridge and absent functions ignore it. Throws a RangeError unless
   * the register is 0..2047.
   */
  virtualConfigSpaceWrite(address: PciAddress, register: number, value: number): void {
    checkWhole('register', register, 2 * PAGE_REGISTERS - 1);
    checkDword(value);
    this.virtualConfigWritePacked(packCheckedAddress(address), register, value);
  }

  /** {@link virtualConfigSpaceWrite} by `bus << 8 | device << 3 | function`, unchecked. */
  virtualConfigWritePacked(packed: number, register: number, value: number): void {
    if (!this.#registers.write(packed, register, value)) this.#at(packed)?.virtualConfigRegisterWrite(register, value);
  }

  /** The ACPI path that the firmware gives a function; undefined if there is none, and for the host bridge. */
  acpiPath(address: PciAddress): string | undefined {
    const device = this.device(address);
    if (device === undefined) return undefined;
    const own = functionSegment(address, device.isBridge());
    return ['_SB_', ...this.#topology.pathTo(address.bus).map(busSegment), own].join('.');
  }
}

/** The offset of a function's shared page in the virtual configuration window. */
function sharedPageOffset(packed: number): number {
  return packed * 2 ** VCFG_REGISTER_BITS + PAGE_BYTES;
}
