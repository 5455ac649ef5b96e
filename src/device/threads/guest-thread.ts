import { DiagnosticError, formatHex } from '../../base/index.js';
import { PAGE_BYTES } from '../../platform/layout.js';
import type { MemoryPort } from '../../vocab/index.js';
import { RangeTable } from '../bus/range-table.js';
import { highHalf, joined, lowHalf, split } from '../bus/wide-address.js';
import { deviceFinding } from '../diagnostic-log.js';
import { loadDword, storeDword } from '../memory/dword.js';
import type { GuestCounts } from '../memory/guest-memory.js';
import type { Wake } from './mailbox-listener.js';
import { callMailbox, endCall } from './mailbox-state.js';
import { TrapMailbox } from './trap-mailbox.js';

/** What threads need of a MessagePort: those of Node.js and of browsers both are, though the types of Node.js hide it. */
export interface ThreadPort {
  postMessage(message: unknown): void;
  onmessage: ThreadListener['listen'] | null;
}

/** A method, whose parameter the compiler does not hold against that of a browser's. */
interface ThreadListener {
  listen(event: { readonly data: unknown }): void;
}

/** Memory that a guest thread reaches without a trap. */
export interface ThreadRegion {
  readonly base: bigint;
  readonly buffer: SharedArrayBuffer;
  /** Writes trap. */
  readonly readOnly: boolean;
  /** One dword: 1 while the region is mapped. */
  readonly live: SharedArrayBuffer;
}

/** What a guest thread starts with: hand it to the worker as it is, in a message or as its worker data. */
export interface GuestStart {
  /** The accessor's id that devices see. */
  readonly id: number;
  readonly mailbox: SharedArrayBuffer;
  readonly regions: readonly ThreadRegion[];
  readonly wake: Wake;
  /** How long a trap may take before the guest gives up. */
  readonly answerTimeoutMilliseconds: number;
}

interface Region {
  readonly readOnly: boolean;
  readonly live: Int32Array;
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/**
 * Guest-physical memory in a thread of the guest's own: RAM and mapped pages are reached in place, all else is trapped
 * through a mailbox, which blocks this thread until the host has answered. Each access throws a DiagnosticError once the
 * host has closed or has not answered in time. A page that is unmapped traps from then on; one that is mapped later traps
 * until this thread has taken the host's message, so until it has returned to its event loop, with the same values.
 */
export class GuestThread implements MemoryPort {
  readonly #id: number;
  readonly #mailbox: TrapMailbox;
  readonly #timeout: number;
  readonly #ring: (() => void) | undefined;
  readonly #regions = new RangeTable<Region>();
  readonly #dword = new Uint8Array(4);
  #exits = 0;

  /** `port` is the other end of the one that the host was given, if it was: a RangeError without it if the host needs it. */
  constructor(start: GuestStart, port?: ThreadPort) {
    if (start.wake === 'message' && port === undefined)
      throw new RangeError('The host of this guest is woken by messages: give the other end of its port.');
    this.#id = start.id;
    this.#mailbox = new TrapMailbox(start.mailbox);
    this.#timeout = start.answerTimeoutMilliseconds;
    this.#ring = start.wake === 'message' ? () => port?.postMessage(undefined) : undefined;
    for (const region of start.regions) this.#add(region);
    if (port !== undefined) port.onmessage = ({ data }) => this.#add(data as ThreadRegion);
  }

  get counts(): GuestCounts {
    return { exits: this.#exits, direct: this.#mailbox.direct };
  }

  #add({ base, buffer, readOnly, live }: ThreadRegion): void {
    const lengthBytes = BigInt(buffer.byteLength);
    for (;;) {
      const gone = this.#regions.overlapping(base, lengthBytes);
      if (gone === undefined) break;
      this.#regions.remove(gone.base);
    }
    const region = { readOnly, live: new Int32Array(live), bytes: new Uint8Array(buffer), view: new DataView(buffer) };
    this.#regions.insert(base, lengthBytes, region);
  }

  /** The region that takes an access directly, if one does; the offset in it is {@link #offset}. */
  #direct(isWrite: boolean, high: number, low: number): Region | undefined {
    const region = this.#regions.find(high, low)?.value;
    if (region === undefined || (isWrite && region.readOnly) || Atomics.load(region.live, 0) !== 1) return undefined;
    this.#mailbox.countDirect();
    return region;
  }

  /** The offset found last, in a region shorter than 2^53. */
  #offset(): number {
    return this.#regions.offsetHigh * 0x1_0000_0000 + this.#regions.offsetLow;
  }

  read32(address: bigint): number {
    split(address);
    const high = highHalf();
    const low = lowHalf();
    if ((low & (PAGE_BYTES - 1)) > PAGE_BYTES - 4) {
      this.read(address, this.#dword);
      return loadDword(this.#dword);
    }
    const region = this.#direct(false, high, low);
    if (region !== undefined) return region.view.getUint32(this.#offset(), true);
    this.#trap(false, high, low, this.#dword);
    return loadDword(this.#dword);
  }

  write32(address: bigint, value: number): void {
    split(address);
    const high = highHalf();
    const low = lowHalf();
    if ((low & (PAGE_BYTES - 1)) <= PAGE_BYTES - 4) {
      const region = this.#direct(true, high, low);
      if (region !== undefined) {
        region.view.setUint32(this.#offset(), value, true);
        return;
      }
    }
    storeDword(this.#dword, value);
    this.write(address, this.#dword);
  }

  /** Fills `data` from an address, page by page. Each part that no memory answers is one trap. */
  read(address: bigint, data: Uint8Array): void {
    this.#inParts(false, address, data, (region, part) => {
      const offset = this.#offset();
      part.set(region.bytes.subarray(offset, offset + part.length));
    });
  }

  /** Writes `data` to an address, page by page. Each part that no writable memory takes is one trap. */
  write(address: bigint, data: Uint8Array): void {
    this.#inParts(true, address, data, (region, part) => region.bytes.set(part, this.#offset()));
  }

  #inParts(
    isWrite: boolean,
    address: bigint,
    data: Uint8Array,
    direct: (region: Region, part: Uint8Array) => void,
  ): void {
    let done = 0;
    do {
      split(address + BigInt(done));
      const high = highHalf();
      const low = lowHalf();
      const part = data.subarray(done, done + PAGE_BYTES - (low & (PAGE_BYTES - 1)));
      const region = this.#direct(isWrite, high, low);
      if (region === undefined) this.#trap(isWrite, high, low, part);
      else direct(region, part);
      done += part.length;
    } while (done < data.length);
  }

  #trap(isWrite: boolean, high: number, low: number, data: Uint8Array): void {
    const { state } = this.#mailbox;
    this.#exits++;
    this.#mailbox.writeRequest(isWrite, high, low, data);
    const outcome = callMailbox(state, this.#timeout, this.#ring);
    if (outcome !== 'answer') throw this.#unanswered(outcome, isWrite, joined(high, low), data.length);
    if (!isWrite) this.#mailbox.readAnswer(data);
    endCall(state);
  }

  #unanswered(outcome: 'closed' | 'timeout', isWrite: boolean, address: bigint, length: number): DiagnosticError {
    const access = `the ${isWrite ? 'write' : 'read'} of ${length} bytes at ${formatHex(address)}`;
    const finding =
      outcome === 'closed'
        ? deviceFinding('THREAD_CLOSED', `guest ${this.#id}`, `The host has closed: nothing answers ${access}.`)
        : deviceFinding('THREAD_TIMEOUT', `guest ${this.#id}`, `In ${this.#timeout} ms nothing answered ${access}.`);
    return new DiagnosticError([finding]);
  }
}
