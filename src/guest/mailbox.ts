/**
 * The registers and the shared page that crosvm gives a passed-through function, used without AML.
 * crosvm f1e797a devices/src/pci/vfio_pci.rs:1957-2025, devices/src/pci/acpi.rs
 */
import type { PciAddress } from '../vocab/index.js';
import { requireAddress } from './address.js';
import { openSharedPage } from './driver.js';
import { type DsmValue, decodeDsmValue, encodeDsmValue, uuidBytes } from './dsm-value.js';
import { guestError } from './guest-error.js';
import { requireObject, requireU64, shown } from './refuse.js';
import { requireMethods, type Window } from './window.js';

/** Indexes in the trapped page. */
const POWER_REGISTER = 0;
const DSM_REGISTER = 1;
const NOTIFICATION_REGISTER = 2;

const ENTER_LOW_POWER = 0;
const LEAVE_LOW_POWER = 1;
/** The host ignores the value. */
const RING = 1;

/** Byte offsets in the shared page, and lengths. */
const UUID_OFFSET = 0;
const REVISION_OFFSET = 16;
const FUNCTION_INDEX_OFFSET = 24;
const VALUE_OFFSET = 32;
const ARGUMENT_BYTES = 2048;
const RESULT_BYTES = 2080;

/** The type of a result if the host could not evaluate the method. */
const NO_RESULT = 0;

/** What `_DSM` is called with. ACPI 6.5 §9.1.1 */
export interface DsmRequest {
  /** As text, such as `e5c937d0-3553-4d7a-9117-ea4d19c3434d`. */
  readonly uuid: string;
  /** 0..2^64-1. */
  readonly revision: bigint;
  /** 0..2^64-1. */
  readonly functionIndex: bigint;
  /** The fourth argument, at most 2048 bytes once encoded. Default: an empty package. */
  readonly argument?: DsmValue;
}

/** One function's power, notifications and device-specific method. */
export interface Mailbox {
  /**
   * Has the host evaluate the function's `_DSM` and returns the result.
   * @throws GuestError GUEST_MAILBOX if the host returns no result, or bytes that are not a value; RangeError or TypeError
   * if the request does not fit in the mailbox.
   */
  evaluateDsm(request: DsmRequest): DsmValue;
  /** Takes the oldest notification off the queue; undefined if there is none. */
  popNotification(): number | undefined;
  enterLowPower(): void;
  leaveLowPower(): void;
}

/** The bytes of a request in the mailbox. */
function encodeRequest(request: DsmRequest): Uint8Array {
  requireObject('request', request, '{ uuid, revision, functionIndex }');
  const { uuid, revision, functionIndex, argument = [] } = request;
  const bytes = new Uint8Array(VALUE_OFFSET + ARGUMENT_BYTES);
  const view = new DataView(bytes.buffer);
  const integers = [
    ['revision', revision, REVISION_OFFSET],
    ['functionIndex', functionIndex, FUNCTION_INDEX_OFFSET],
  ] as const;
  bytes.set(uuidBytes(uuid), UUID_OFFSET);
  for (const [what, value, offset] of integers) {
    if (typeof value !== 'bigint') throw new TypeError(`${what} is ${shown(value)}; a bigint is needed, such as 1n`);
    requireU64(what, value);
    view.setBigUint64(offset, value, true);
  }
  encodeDsmValue(argument, bytes.subarray(VALUE_OFFSET));
  return bytes;
}

/** `bb:dd.f`, in hex. */
function bdfText({ bus, device, function: fn }: PciAddress): string {
  return `${bus.toString(16).padStart(2, '0')}:${device.toString(16).padStart(2, '0')}.${fn}`;
}

/**
 * The mailbox of the function at `address`, which must have the `vfio` profile. Throws a TypeError or RangeError for an
 * address or window that cannot be used.
 */
export function openMailbox(window: Window, address: PciAddress): Mailbox {
  requireMethods('window', window, ['address', 'read', 'write']);
  requireAddress(address);
  const path = `function ${bdfText(address)}`;
  const page = openSharedPage(window, address, `the mailbox of ${path}`);
  const trapped = (register: number) => ({ address, page: 'trapped', register }) as const;
  const write = (register: number, value: number) => window.write(trapped(register), value);
  return {
    evaluateDsm(request) {
      const bytes = encodeRequest(request);
      const view = new DataView(bytes.buffer);
      for (let offset = 0; offset < bytes.length; offset += 4) page.write(offset / 4, view.getUint32(offset, true));
      write(DSM_REGISTER, RING);
      // All of it is read before any of it is checked, so that the host cannot change it in between.
      const result = new DataView(new ArrayBuffer(RESULT_BYTES));
      for (let offset = 0; offset < RESULT_BYTES; offset += 4) {
        result.setUint32(offset, page.read((VALUE_OFFSET + offset) / 4), true);
      }
      if (result.getUint32(0, true) === NO_RESULT) {
        const cure = 'The method may not exist, or may refuse this UUID, revision or index: see the log of the host.';
        throw guestError('GUEST_MAILBOX', path, `The host returned no result for _DSM ${request.uuid}.`, cure);
      }
      return decodeDsmValue(new Uint8Array(result.buffer), path);
    },
    popNotification() {
      const value = window.read(trapped(NOTIFICATION_REGISTER));
      return value === 0 ? undefined : value;
    },
    enterLowPower: () => write(POWER_REGISTER, ENTER_LOW_POWER),
    leaveLowPower: () => write(POWER_REGISTER, LEAVE_LOW_POWER),
  };
}
