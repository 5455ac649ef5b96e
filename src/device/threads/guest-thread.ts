import { DiagnosticError, formatHex } from '../../base/index.js';
import { PAGE_BYTES } from '../../platform/layout.js';
import type { MemoryPort } from '../../vocab/index.js';
import { RangeTable } from '../bus/range-table.js';
import { checkBytes, highHalf, joined, loadDword, lowHalf, split, storeDword } from '../bus/words.js';
import { checkObject, checkPort } from '../check-arguments.js';
import { deviceFinding } from '../diagnostic-log.js';
import type { GuestCounts } from '../memory/guest-memory.js';
import type { Wake } from './mailbox-listener.js';
import { callMailbox, endCall } from './mailbox-state.js';
import { TrapMailbox } from './trap-mailbox.js';

/** The part of a MessagePort that threads need. Both Node.js and browsers have it, though the types of Node.js hide it. */
export interface ThreadPort {
  postMessage(message: unknown): void;
  onmessage: ThreadListener['listen'] | null;
}

/** As a method, its parameter type is compatible with the listeners of browsers. */
interface ThreadListener {
  listen(event: { readonly data: unknown }): void;
}

/** Memory that a guest thread reaches without a trap. */
export interface ThreadRegion {
  readonly base: bigint;
  readonly buffer: SharedArrayBuffer;
  /** Writes to it trap. */
  readonly readOnly: boolean;
  /** One dword: 1 while the region is mapped. */
  readonly live: SharedArrayBuffer;
}

/** What a guest thread starts with. Pass it to the worker unchanged, in a message or as its worker data. */
export interface GuestStart {
  /** The id of the accessor, as devices see it. */
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
 * Guest-physical memory in a thread of the guest's own. RAM and mapped pages are accessed in place; everything else traps
 * through a mailbox, which blocks this thread until the host has answered. A trap throws a DiagnosticError if the host has
 * closed or does not answer in time. Accesses to a page that is unmapped trap from then on. A page that is mapped later is
 * accessed in place once this thread has returned to its event loop and received the host's message; until then accesses
 * to it trap, with the same result.
 */
export class GuestThread implements MemoryPort {
  readonly #id: number;
  readonly #mailbox: TrapMailbox;
  readonly #timeout: number;
  readonly #ring: (() => void) | undefined;
  readonly #regions = new RangeTable<Region>();
  readonly #dword = new Uint8Array(4);
  #exits = 0;

  /** `port` is the other end of the host's port, if it has one. Throws a RangeError without it if the host needs it. */
  constructor(start: GuestStart, port?: ThreadPort) {
    checkObject('start', start, 'a GuestStart, as ThreadHost.connect returns it');
    if (port !== undefined) checkPort('port', port);
    if (start.wake === 'message' && port === undefined)
      throw new RangeError(
        'port is undefined; the host of this guest is woken by messages, so pass the other end of its port.',
      );
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

  /** The region that takes an access without a trap, if there is one. Leaves the offset in it in {@link #offset}. */
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

  /** Fills `data` from an address, page by page. Each part that neither RAM nor a page answers is one trap. */
  read(address: bigint, data: Uint8Array): void {
    this.#inParts(false, address, data, (region, part) => {
      const offset = this.#offset();
      part.set(region.bytes.subarray(offset, offset + part.length));
    });
  }

  /** Writes `data` to an address, page by page. Each part that neither RAM nor a writable page takes is one trap. */
  write(address: bigint, data: Uint8Array): void {
    this.#inParts(true, address, data, (region, part) => region.bytes.set(part, this.#offset()));
  }

  #inParts(
    isWrite: boolean,
    address: bigint,
    data: Uint8Array,
    direct: (region: Region, part: Uint8Array) => void,
  ): void {
    checkBytes(data);
    split(address);
    let done = 0;
    while (done < data.length) {
      split(address + BigInt(done));
      const high = highHalf();
      const low = lowHalf();
      const part = data.subarray(done, done + PAGE_BYTES - (low & (PAGE_BYTES - 1)));
      const region = this.#direct(isWrite, high, low);
      if (region === undefined) this.#trap(isWrite, high, low, part);
      else direct(region, part);
      done += part.length;
    }
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
        : deviceFinding(
            'THREAD_TIMEOUT',
            `guest ${this.#id}`,
            `Nothing answered ${access} within ${this.#timeout} ms.`,
          );
    return new DiagnosticError([finding]);
  }
}
