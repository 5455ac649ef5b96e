import { formatPciAddress } from '../../base/index.js';
import { checkWhole } from '../../platform/config-address.js';
import { PAGE_BYTES } from '../../platform/layout.js';
import { VFIO_QUEUE_LENGTH, VFIO_REGISTERS } from '../../platform/vfio-profile.js';
import type { FunctionDescription } from '../../vocab/index.js';
import type { Json } from '../bus/bus-device.js';
import { checkObject, checkOptionalFunction } from '../check-arguments.js';
import { type DiagnosticLog, thrownText } from '../diagnostic-log.js';
import { SharedMemory } from '../memory/shared-memory.js';
import { PciFunction } from '../pci/pci-function.js';
import { bytesJson, type SnapshotReader } from '../snapshot-reader.js';
import { checkDescription } from './check-description.js';
import { type DsmCall, type DsmValue, readDsmCall, writeDsmResult } from './dsm-mailbox.js';

const UNSUPPORTED = 0xffff_ffff;

/** What a passed-through function does on the host. Whatever it throws is a diagnostic and never reaches the guest. */
export interface VfioBackend {
  /** The guest has put the function into low power, or back into full power. */
  powerState?(state: 'low' | 'full'): void;
  /**
   * Runs the host's _DSM with the arguments in the shared page, and writes the result to the page. Throws if it cannot; the
   * page then keeps its contents, except for a result of type 0.
   */
  evaluateDsm?(page: Uint8Array): void;
}

/** Makes the `evaluateDsm` of a backend from a function of values. Throws a TypeError if it is not a function. */
export function dsmOnValues(evaluate: (call: DsmCall) => DsmValue): (page: Uint8Array) => void {
  checkOptionalFunction('evaluate', evaluate ?? null);
  return (page) => writeDsmResult(page, evaluate(readDsmCall(page)));
}

/** What a register of the profile does. */
interface Behaviour {
  readonly read?: () => number;
  readonly write?: (value: number) => void;
}

/**
 * A passed-through function: power management, _DSM over the mailbox in the shared page, and a queue of notifications.
 * crosvm f1e797a devices/src/pci/vfio_pci.rs:1957-2025
 */
export class VfioFunction extends PciFunction {
  readonly description: FunctionDescription;
  readonly #backend: VfioBackend;
  readonly #page = new SharedMemory(PAGE_BYTES);
  readonly #behaviours: readonly (Behaviour | undefined)[];
  #notifications: number[] = [];
  #lowPower = false;

  /** Throws a TypeError or RangeError for a description that no function can have, and for a backend of anything but functions. */
  constructor(description: FunctionDescription, log: DiagnosticLog, backend: VfioBackend = {}) {
    checkDescription(description);
    checkObject('backend', backend, '{ powerState?, evaluateDsm? }, both functions');
    for (const name of ['powerState', 'evaluateDsm'] as const) checkOptionalFunction(`backend.${name}`, backend[name]);
    const label = `${description.name} ${formatPciAddress(description.address)}`;
    super(label, { ...description.ids, headerType: 'device' }, log, description);
    this.description = description;
    this.#backend = backend;
    const behaviours: Record<(typeof VFIO_REGISTERS)[number]['name'], Behaviour> = {
      PFPM: { write: (value) => this.#setPower(value === 0) },
      PDSM: { write: () => this.#evaluateDsm() },
      NOTY: { read: () => this.#notifications.shift() ?? 0 },
    };
    const rows: Behaviour[] = [];
    for (const { name, index } of VFIO_REGISTERS) rows[index] = behaviours[name];
    this.#behaviours = rows;
  }

  override sharedPage(): SharedMemory {
    return this.#page;
  }

  /** Whether the guest has put the function into low power. */
  get isLowPower(): boolean {
    return this.#lowPower;
  }

  /** How many notifications the guest has not read yet. */
  get pendingNotifications(): number {
    return this.#notifications.length;
  }

  /**
   * Queues a notification for the guest. It is lost, with a diagnostic, if 1024 are unread, and if it is 0: that is what an
   * empty queue reads as, and the guest would stop reading before the notifications after it. Throws a RangeError unless
   * it is a whole number of 32 bits.
   * Deviates: crosvm queues 0 like any other value.
   */
  notify(value: number): void {
    checkWhole('value', value, 0xffff_ffff);
    if (value !== 0 && this.#notifications.length < VFIO_QUEUE_LENGTH) {
      this.#notifications.push(value);
    } else if (this.log.count('VFIO_NOTIFICATION_LOST')) {
      const reason = value === 0 ? 'an empty queue reads as 0 too' : `${VFIO_QUEUE_LENGTH} are unread`;
      this.log.keep('VFIO_NOTIFICATION_LOST', this.debugLabel(), `Notification ${value} is lost: ${reason}.`);
    }
  }

  override virtualConfigRegisterRead(index: number): number {
    const read = this.#behaviours[index]?.read;
    if (read !== undefined) return read();
    if (this.log.count('VFIO_READ_UNSUPPORTED'))
      this.log.keep('VFIO_READ_UNSUPPORTED', this.debugLabel(), `A read of register ${index} is not supported.`);
    return UNSUPPORTED;
  }

  override virtualConfigRegisterWrite(index: number, value: number): void {
    const write = this.#behaviours[index]?.write;
    if (write !== undefined) write(value);
    else if (this.log.count('VFIO_WRITE_UNSUPPORTED'))
      this.log.keep('VFIO_WRITE_UNSUPPORTED', this.debugLabel(), `A write of register ${index} is not supported.`);
  }

  #setPower(low: boolean): void {
    this.#lowPower = low;
    try {
      this.#backend.powerState?.(low ? 'low' : 'full');
    } catch (thrown) {
      if (this.log.count('VFIO_BACKEND_FAILED'))
        this.log.keep('VFIO_BACKEND_FAILED', this.debugLabel(), `powerState threw: ${thrownText(thrown)}.`);
    }
  }

  /**
   * The backend works on a copy, so that nobody sees a half-written page.
   * Deviates: if it fails, crosvm leaves the page unchanged, and the guest parses its own arguments as the result; here
   * the result has type 0.
   */
  #evaluateDsm(): void {
    const copy = this.#page.bytes.slice();
    try {
      if (this.#backend.evaluateDsm === undefined) throw new Error('the backend has no evaluateDsm');
      this.#backend.evaluateDsm(copy);
      this.#page.bytes.set(copy);
    } catch (thrown) {
      writeDsmResult(this.#page.bytes, undefined);
      if (this.log.count('DSM_FAILED'))
        this.log.keep('DSM_FAILED', this.debugLabel(), `_DSM failed: ${thrownText(thrown)}.`);
    }
  }

  protected override savedState(): { readonly [key: string]: Json } {
    return {
      low_power: this.#lowPower,
      notifications: [...this.#notifications],
      shared: bytesJson(this.#page.bytes),
    };
  }

  protected override prepareState(reader: SnapshotReader, fields: Readonly<Record<string, unknown>>): () => void {
    const label = this.debugLabel();
    const lowPower = reader.boolean(fields.low_power, `${label}.low_power`);
    const notifications = reader.array(fields.notifications, `${label}.notifications`, undefined, (item, at) =>
      reader.integer(item, at, 1, 0xffff_ffff),
    );
    if (notifications.length > VFIO_QUEUE_LENGTH)
      reader.refuse(
        'SNAPSHOT_VALUE',
        `${label}.notifications`,
        `There are ${notifications.length} notifications; the queue holds ${VFIO_QUEUE_LENGTH}.`,
      );
    const bytes = reader.bytes(fields.shared, `${label}.shared`, PAGE_BYTES);
    return () => {
      this.#lowPower = lowPower;
      this.#notifications = notifications;
      this.#page.bytes.set(bytes);
    };
  }
}
