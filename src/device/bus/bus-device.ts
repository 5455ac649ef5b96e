import { DiagnosticError } from '../../base/index.js';
import type { AddressRange, Diagnostic, PciAddress } from '../../vocab/index.js';
import { deviceFinding } from '../diagnostic-log.js';
import type { PooledWords } from '../functions/word-pool.js';
import type { SharedMemory } from '../memory/shared-memory.js';
import { SnapshotReader } from '../snapshot-reader.js';

/** What JSON can hold: the form of every snapshot. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Where an access went and who made it. crosvm f1e797a devices/src/bus.rs:44-51 */
export interface BusAccessInfo {
  /** Counted from the base of the device's range. */
  readonly offset: bigint;
  /** The absolute address. */
  readonly address: bigint;
  /** Who made the access: the index of the virtual CPU. */
  readonly id: number;
}

/** What a device is: a PCI function's identity, or the name of a part of the machine. */
export type DeviceId =
  | { readonly kind: 'pci'; readonly vendor: number; readonly device: number }
  | { readonly kind: 'platform'; readonly name: string };

export type BusType = 'mmio' | 'io';

/** A range that a device answers for, and the bus it is on. */
export interface DeviceRange extends AddressRange {
  readonly type: BusType;
}

/** What a write to a configuration register asks the machine to do. */
export interface ConfigWriteResult {
  readonly mmioRemove: readonly AddressRange[];
  readonly mmioAdd: readonly AddressRange[];
  readonly ioRemove: readonly AddressRange[];
  readonly ioAdd: readonly AddressRange[];
  /** Functions that the write unplugged. */
  readonly removedPciDevices: readonly PciAddress[];
}

/** The result of a write that changes no range. */
export const NO_CHANGE: ConfigWriteResult = Object.freeze({
  mmioRemove: Object.freeze([]),
  mmioAdd: Object.freeze([]),
  ioRemove: Object.freeze([]),
  ioAdd: Object.freeze([]),
  removedPciDevices: Object.freeze([]),
});

/** What can be stopped, resumed, saved and restored. */
export interface Suspendable {
  /** Stops all activity of its own. May be called again. */
  sleep(): void;
  /** Resumes after {@link sleep}. May be called again. */
  wake(): void;
  /** The whole state, as JSON that {@link restore} takes. */
  snapshot(): Json;
  /** What {@link restore} would report; changes nothing. */
  checkSnapshot(data: unknown): readonly Diagnostic[];
  /** Restores a state. If anything is wrong with it, returns what, and changes nothing. */
  restore(data: unknown): readonly Diagnostic[];
}

/**
 * A device on a bus, or a PCI function. The members are those of crosvm's `BusDevice`, f1e797a devices/src/bus.rs, except
 * the ones after "Ours".
 */
export interface BusDevice extends Suspendable {
  /** Names the device in diagnostics and snapshots. */
  debugLabel(): string;
  deviceId(): DeviceId;
  /** Answers a read by filling `data`, which is zeroed. */
  read(info: BusAccessInfo, data: Uint8Array): void;
  write(info: BusAccessInfo, data: Uint8Array): void;
  /** A dword of the function's configuration header and capabilities, unsigned. */
  configRegisterRead(register: number): number;
  /** A write of bytes `[offset, offset + data.length)` of a dword of the configuration space. */
  configRegisterWrite(register: number, offset: number, data: Uint8Array): ConfigWriteResult;
  /** Copies the configuration space to `[base, base + length)` of the memory and keeps it up to date; false if it will not. */
  initPciConfigMapping(memory: SharedMemory, base: number, length: number): boolean;
  /** A register of the virtual configuration window: 0..1023 are the trapped page, 1024..2047 the shared page while it is not mapped. */
  virtualConfigRegisterRead(register: number): number;
  virtualConfigRegisterWrite(register: number, value: number): void;
  /** Called once, in the process or thread to which the device was moved. */
  onSandboxed(): void;
  /** The ranges that the device answers for now. */
  getRanges(): readonly DeviceRange[];
  /** The device has been removed from the machine. */
  destroyDevice(): void;
  /** The secondary bus number if the device is a PCI-to-PCI bridge. */
  isBridge(): number | undefined;

  // Ours
  /**
   * A four-byte read at an offset below 2^32: {@link read} without its allocations. Implement it together with
   * `writeDword`. The result may be signed: the bus takes its 32 bits, and returning a number from 2^31 up can cost an
   * allocation.
   */
  readDword?(offsetBytes: number): number;
  /** A four-byte write at an offset below 2^32: {@link write} without its allocations. */
  writeDword?(offsetBytes: number, value: number): void;
  /**
   * The words of a function's registers, which the PCI root accesses itself while an access needs nothing else; undefined
   * if each access is the function's own affair. Asked for once, when the function is added: from then on the root calls
   * neither {@link virtualConfigRegisterRead} nor {@link virtualConfigRegisterWrite} for such accesses.
   */
  registerWords?(): PooledWords | undefined;
  /** The shared page of the function's virtual configuration registers, for mapping into guest memory. */
  sharedPage?(): SharedMemory | undefined;
  /**
   * The ranges that {@link getRanges} will return once a snapshot that {@link checkSnapshot} accepts is restored;
   * undefined if the device cannot tell. A machine refuses a snapshot whose ranges are others.
   */
  savedRanges?(data: unknown): readonly DeviceRange[] | undefined;
  /** How many accesses reached the device but were answered with zeros or dropped because of their shape. */
  readonly drops?: number;
}

/** The defaults of crosvm's trait: reads give zeros, writes are dropped, suspending is an error. */
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
  /** Throws a DiagnosticError, as do {@link wake} and {@link snapshot}, unless the device overrides them. */
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

/** A device with nothing to stop or resume that is saved in snapshots. */
export abstract class SnapshotDevice extends BusDeviceBase {
  /** Checks a snapshot and leaves what is wrong with the reader. Returns what applies it if nothing is. */
  protected abstract prepare(reader: SnapshotReader, data: unknown): () => void;

  override sleep(): void {}

  override wake(): void {}

  #prepare(data: unknown): { readonly findings: readonly Diagnostic[]; readonly apply: () => void } {
    const reader = new SnapshotReader();
    const copy = reader.copy(data, this.debugLabel());
    const apply = reader.findings.length === 0 ? this.prepare(reader, copy) : () => {};
    return { findings: reader.findings, apply };
  }

  override checkSnapshot(data: unknown): readonly Diagnostic[] {
    return this.#prepare(data).findings;
  }

  override restore(data: unknown): readonly Diagnostic[] {
    const { findings, apply } = this.#prepare(data);
    if (findings.length === 0) apply();
    return findings;
  }
}
