import { fromHex, parsePciAddress, toHex } from '../../src/base/index.js';
import {
  type BusAccessInfo,
  BusDeviceBase,
  type ConfigWriteResult,
  type DeviceId,
  type DeviceRange,
  type SharedMemory,
} from '../../src/device/index.js';
import type { AddressRange } from '../../src/vocab/index.js';

/** A call that reached a function when the recording was made: its name, the function's place, arguments and result. */
export type RecordedCall = readonly [string, string, ...unknown[]];

type RecordedRange = readonly [string, string];

interface RecordedWriteResult {
  readonly mmio_add: readonly RecordedRange[];
  readonly mmio_remove: readonly RecordedRange[];
  readonly io_add: readonly RecordedRange[];
  readonly io_remove: readonly RecordedRange[];
  readonly removed: readonly string[];
}

/** The calls of one row, in order, and what did not go as recorded. */
export class CallScript {
  #calls: RecordedCall[] = [];
  #faults: string[] = [];

  begin(calls: readonly RecordedCall[]): void {
    this.#calls = [...calls];
    this.#faults = [];
  }

  /** The next call, if it is the one that was recorded; a fault otherwise. */
  take(...made: readonly [string, string, ...unknown[]]): RecordedCall | undefined {
    const next = this.#calls[0];
    if (next !== undefined && JSON.stringify(next.slice(0, made.length)) === JSON.stringify(made))
      return this.#calls.shift();
    this.#faults.push(`called ${JSON.stringify(made)} where ${JSON.stringify(next ?? 'nothing')} was recorded`);
    return undefined;
  }

  /** Faults of the row: wrong calls, and recorded calls that were not made. */
  end(): string[] {
    return [...this.#faults, ...this.#calls.map((call) => `${JSON.stringify(call)} was not called`)];
  }
}

const rangeOf = ([base, length]: RecordedRange): AddressRange => ({ base: BigInt(base), lengthBytes: BigInt(length) });

/** A recorded result as this project's type. */
export function writeResultOf(recorded: RecordedWriteResult): ConfigWriteResult {
  return {
    mmioAdd: recorded.mmio_add.map(rangeOf),
    mmioRemove: recorded.mmio_remove.map(rangeOf),
    ioAdd: recorded.io_add.map(rangeOf),
    ioRemove: recorded.io_remove.map(rangeOf),
    removedPciDevices: recorded.removed.map(parsePciAddress),
  };
}

/** A recorded result as this project's type. */
export function rangesOf(recorded: unknown): DeviceRange[] {
  return (recorded as readonly [string, string, string][]).map(([base, length, type]) => ({
    ...rangeOf([base, length]),
    type: type === 'Mmio' ? 'mmio' : 'io',
  }));
}

/** A function that answers what the recorded one answered, and checks that it is asked the same. */
export class RecordedFunction extends BusDeviceBase {
  readonly #bdf: string;
  readonly #script: CallScript;
  /** The secondary bus if it is a bridge. */
  secondary: number | undefined;
  /** True while the function goes along with its bridge, which was not recorded: calls are answered without a script. */
  unrecorded = false;

  constructor(bdf: string, script: CallScript) {
    super();
    this.#bdf = bdf;
    this.#script = script;
  }

  override debugLabel(): string {
    return `recorded ${this.#bdf}`;
  }

  override deviceId(): DeviceId {
    return { kind: 'pci', vendor: 0x1af4, device: 0x1008 };
  }

  override read({ offset, address }: BusAccessInfo, data: Uint8Array): void {
    const call = this.#script.take(
      'read',
      this.#bdf,
      `0x${offset.toString(16)}`,
      `0x${address.toString(16)}`,
      toHex(data),
    );
    if (call !== undefined) data.set(fromHex(call[5] as string));
  }

  override write({ offset, address }: BusAccessInfo, data: Uint8Array): void {
    this.#script.take('write', this.#bdf, `0x${offset.toString(16)}`, `0x${address.toString(16)}`, toHex(data));
  }

  override configRegisterRead(register: number): number {
    return (this.#script.take('cr', this.#bdf, register)?.[3] ?? 0) as number;
  }

  override configRegisterWrite(register: number, offset: number, data: Uint8Array): ConfigWriteResult {
    const call = this.#script.take('cw', this.#bdf, register, offset, toHex(data));
    return call === undefined
      ? super.configRegisterWrite(register, offset, data)
      : writeResultOf(call[5] as RecordedWriteResult);
  }

  override initPciConfigMapping(_memory: SharedMemory, base: number, length: number): boolean {
    return (this.#script.take('init_map', this.#bdf, base, length)?.[4] ?? false) as boolean;
  }

  override virtualConfigRegisterRead(register: number): number {
    return (this.#script.take('vr', this.#bdf, register)?.[3] ?? 0) as number;
  }

  override virtualConfigRegisterWrite(register: number, value: number): void {
    this.#script.take('vw', this.#bdf, register, value);
  }

  override getRanges(): readonly DeviceRange[] {
    return this.unrecorded ? [] : rangesOf(this.#script.take('ranges', this.#bdf)?.[2] ?? []);
  }

  override isBridge(): number | undefined {
    if (this.unrecorded) return this.secondary;
    return (this.#script.take('is_bridge', this.#bdf)?.[2] ?? undefined) as number | undefined;
  }

  override destroyDevice(): void {
    if (!this.unrecorded) this.#script.take('destroy', this.#bdf);
  }
}
