import { PAGE_BYTES } from '../../platform/layout.js';

/** Where things are in a trap mailbox, in dwords: one access at a time, and at most a page of it. */
const IS_WRITE = 1;
const ADDRESS_LOW = 2;
const ADDRESS_HIGH = 3;
const LENGTH = 4;
/** In doubles: how many accesses the guest made without a trap. */
const DIRECT = 4;
const DATA_BYTES = 64;

/** One trapped access, as the host took it out of the mailbox. */
export interface TrappedAccess {
  readonly isWrite: boolean;
  readonly addressHigh: number;
  readonly addressLow: number;
  /** What is written, or room for what is read: the host's own bytes. At most 4096. */
  readonly data: Uint8Array;
}

/**
 * A guest thread's trapped access in memory that it shares with the host. The guest may write anything there at any
 * time, so the host copies before it looks.
 */
export class TrapMailbox {
  readonly buffer: SharedArrayBuffer;
  /** For mailbox-state. */
  readonly state: Int32Array<SharedArrayBuffer>;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #counts: Float64Array<SharedArrayBuffer>;
  readonly #data: Uint8Array<SharedArrayBuffer>;

  /** With a buffer: the other end of the mailbox that the buffer is of. */
  constructor(buffer = new SharedArrayBuffer(DATA_BYTES + PAGE_BYTES)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer, 0, DATA_BYTES / 4);
    this.state = this.#words.subarray(0, 1);
    this.#counts = new Float64Array(buffer, 0, DATA_BYTES / 8);
    this.#data = new Uint8Array(buffer, DATA_BYTES, PAGE_BYTES);
  }

  /** Guest: writes a request, with its data if it is a write. */
  writeRequest(isWrite: boolean, addressHigh: number, addressLow: number, data: Uint8Array): void {
    this.#words[IS_WRITE] = isWrite ? 1 : 0;
    this.#words[ADDRESS_HIGH] = addressHigh;
    this.#words[ADDRESS_LOW] = addressLow;
    this.#words[LENGTH] = data.length;
    if (isWrite) this.#data.set(data);
  }

  /** Guest: takes what a read answered. */
  readAnswer(data: Uint8Array): void {
    data.set(this.#data.subarray(0, data.length));
  }

  /** Host: the request, copied; undefined if the guest wrote what is none. */
  readRequest(): TrappedAccess | undefined {
    const isWrite = this.#words[IS_WRITE] as number;
    const length = this.#words[LENGTH] as number;
    if (isWrite >>> 1 !== 0 || length < 0 || length > PAGE_BYTES) return undefined;
    const data = new Uint8Array(length);
    if (isWrite === 1) data.set(this.#data.subarray(0, length));
    const addressHigh = (this.#words[ADDRESS_HIGH] as number) >>> 0;
    const addressLow = (this.#words[ADDRESS_LOW] as number) >>> 0;
    return { isWrite: isWrite === 1, addressHigh, addressLow, data };
  }

  /** Host: what the guest reads; zeros for a request that was none. */
  writeAnswer(data?: Uint8Array): void {
    if (data === undefined) this.#data.fill(0);
    else this.#data.set(data);
  }

  /** Guest: counts an access that needed no trap. */
  countDirect(): void {
    (this.#counts[DIRECT] as number)++;
  }

  /** Accesses that needed no trap, as the guest says: 0 if what it says is no count. */
  get direct(): number {
    const said = this.#counts[DIRECT] as number;
    return Number.isSafeInteger(said) && said >= 0 ? said : 0;
  }
}
