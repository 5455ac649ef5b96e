import { DiagnosticError } from '../../base/index.js';
import type { AddressRange, Diagnostic, PciAddress } from '../../vocab/index.js';
import { deviceFinding } from '../diagnostic-log.js';
import type { SharedMemory } from '../memory/shared-memory.js';

/** What JSON can hold: the form of every snapshot. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Where an access went and whose it was. crosvm f1e797a devices/src/bus.rs:44-51 */
export interface BusAccessInfo {
  /** From the base of the device's range. */
  readonly offset: bigint;
  /** The absolute address. */
  readonly address: bigint;
  /** Who made the access: the index of the virtual CPU. */
  readonly id: number;
}

/** What kind of device it is: a PCI function's identity, or the name of a device that is part of the machine. */
export type DeviceId =
  | { readonly kind: 'pci'; readonly vendor: number; readonly device: number }
  | { readonly kind: 'platform'; readonly name: string };

export type BusType = 'mmio' | 'io';

/** A range that a device answers for, and on which bus. */
export interface DeviceRange extends AddressRange {
  readonly type: BusType;
}

/** What a write to a configuration register asks of the machine. */
export interface ConfigWriteResult {
  readonly mmioRemove: readonly AddressRange[];
  readonly mmioAdd: readonly AddressRange[];
  readonly ioRemove: readonly AddressRange[];
  readonly ioAdd: readonly AddressRange[];
  /** Functions that the write unplugged. */
  readonly removedPciDevices: readonly PciAddress[];
}

/** The result of a write that asks for nothing. */
export const NO_CHANGE: ConfigWriteResult = Object.freeze({
  mmioRemove: Object.freeze([]),
  mmioAdd: Object.freeze([]),
  ioRemove: Object.freeze([]),
  ioAdd: Object.freeze([]),
  removedPciDevices: Object.freeze([]),
});

/** What can stop, go on, be saved and be put back. */
export interface Suspendable {
  /** Stops working on its own. Any number of times. */
  sleep(): void;
  /** Goes on after {@link sleep}. Any number of times. */
  wake(): void;
  /** The whole state, as JSON that {@link restore} takes. */
  snapshot(): Json;
  /** What {@link restore} would find wrong; changes nothing. */
  checkSnapshot(data: unknown): readonly Diagnostic[];
  /** Puts a state back. If anything is wrong with it, says what and changes nothing. */
  restore(data: unknown): readonly Diagnostic[];
}

/**
 * A device on a bus or a PCI function. Members are crosvm's `BusDevice`, f1e797a devices/src/bus.rs; those under "ours"
 * are not.
 */
export interface BusDevice extends Suspendable {
  /** Names the device in diagnostics and snapshots. */
  debugLabel(): string;
  deviceId(): DeviceId;
  /** Answers a read by filling `data`, which holds zeros. */
  read(info: BusAccessInfo, data: Uint8Array): void;
  write(info: BusAccessInfo, data: Uint8Array): void;
  /** An unsigned dword of the function's configuration header and capabilities. */
  configRegisterRead(register: number): number;
  /** A write of bytes `[offset, offset + data.length)` of a dword of the configuration space. */
  configRegisterWrite(register: number, offset: number, data: Uint8Array): ConfigWriteResult;
  /** Puts the configuration space at `[base, base + length)` of the memory and keeps it fresh there; false if it will not. */
  initPciConfigMapping(memory: SharedMemory, base: number, length: number): boolean;
  /** A register of the virtual configuration window: 0..1023 trapped page, 1024..2047 shared page while it is not mapped. */
  virtualConfigRegisterRead(register: number): number;
  virtualConfigRegisterWrite(register: number, value: number): void;
  /** Called once in the process or thread that the device was moved to. */
  onSandboxed(): void;
  /** The ranges that the device answers for now. */
  getRanges(): readonly DeviceRange[];
  /** The device is gone from the machine. */
  destroyDevice(): void;
  /** The secondary bus number if the device is a PCI-to-PCI bridge. */
  isBridge(): number | undefined;

  // Ours
  /**
   * A four-byte read at an offset below 2^32: {@link read} without its allocations. Present with `writeDword`, or not.
   * May be signed: the bus takes its 32 bits, and numbers from 2^31 up can cost an object each time they are returned.
   */
  readDword?(offsetBytes: number): number;
  /** A four-byte write at an offset below 2^32: {@link write} without its allocations. */
  writeDword?(offsetBytes: number, value: number): void;
  /** The shared page of the function's virtual configuration registers, to be mapped into guest memory. */
  sharedPage?(): SharedMemory | undefined;
  /** How many accesses that reached the device were answered with zeros or thrown away because of their shape. */
  readonly drops?: number;
}

/** The defaults of crosvm's trait: reads leave zeros, writes vanish, suspending is an error. */
export abstract class BusDeviceBase implements BusDevice {
  abstract debugLabel(): string;
  abstract deviceId(): DeviceId;

  read(_info: BusAccessInfo, _data: Uint8Array): void {}
  write(_info: BusAccessInfo, _data: Uint8Array): void {}
  configRegisterRead(_register: number): number {
    return 0;
  }
  configRegisterWrite(_register: number, _offset: number, _data: Uint8Array): ConfigWriteResult {
    return NO_CHANGE;
  }
  initPciConfigMapping(_memory: SharedMemory, _base: number, _length: number): boolean {
    return false;
  }
  virtualConfigRegisterRead(_register: number): number {
    return 0;
  }
  virtualConfigRegisterWrite(_register: number, _value: number): void {}
  onSandboxed(): void {}
  getRanges(): readonly DeviceRange[] {
    return [];
  }
  destroyDevice(): void {}
  isBridge(): number | undefined {
    return undefined;
  }

  sharedPage(): SharedMemory | undefined {
    return undefined;
  }

  #notSuspendable(what: string): Diagnostic {
    return deviceFinding('DEVICE_NOT_SUSPENDABLE', this.debugLabel(), `${this.debugLabel()} cannot ${what}.`);
  }
  /** Throws a DiagnosticError, as do {@link wake} and {@link snapshot}, until a device overrides them. */
  sleep(): void {
    throw new DiagnosticError([this.#notSuspendable('sleep')]);
  }
  wake(): void {
    throw new DiagnosticError([this.#notSuspendable('wake')]);
  }
  snapshot(): Json {
    throw new DiagnosticError([this.#notSuspendable('be saved')]);
  }
  checkSnapshot(_data: unknown): readonly Diagnostic[] {
    return [this.#notSuspendable('be restored')];
  }
  restore(data: unknown): readonly Diagnostic[] {
    return this.checkSnapshot(data);
  }
}
