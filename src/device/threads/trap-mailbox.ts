import { PAGE_BYTES } from '../../platform/layout.js';

/** The layout of a trap mailbox, in dwords. It holds one access of at most a page. */
const IS_WRITE = 1;
const ADDRESS_LOW = 2;
const ADDRESS_HIGH = 3;
const LENGTH = 4;
/** In doubles: how many accesses the guest has made without a trap. */
const DIRECT = 4;
const DATA_BYTES = 64;

/** One trapped access, as the host copied it from the mailbox. */
export interface TrappedAccess {
  readonly isWrite: boolean;
  readonly addressHigh: number;
  readonly addressLow: number;
  /** The bytes that are written, or space for those that are read; at most 4096. They belong to the host. */
  readonly data: Uint8Array;
}

/**
 * The trapped access of a guest thread, in memory that it shares with the host. The guest may write anything there at any
 * time, so the host copies before it looks.
 */
export class TrapMailbox {
  readonly buffer: SharedArrayBuffer;
  /** The state word of mailbox-state.ts. */
  readonly state: Int32Array<SharedArrayBuffer>;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #counts: Float64Array<SharedArrayBuffer>;
  readonly #data: Uint8Array<SharedArrayBuffer>;

  /** With a buffer: the other end of the mailbox in that buffer. */
  constructor(buffer = new SharedArrayBuffer(DATA_BYTES + PAGE_BYTES)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer, 0, DATA_BYTES / 4);
    this.state = this.#words.subarray(0, 1);
    this.#counts = new Float64Array(buffer, 0, DATA_BYTES / 8);
    this.#data = new Uint8Array(buffer, DATA_BYTES, PAGE_BYTES);
  }

  /** Guest: writes a request, and its data if it is a write. */
  writeRequest(isWrite: boolean, addressHigh: number, addressLow: number, data: Uint8Array): void {
    this.#words[IS_WRITE] = isWrite ? 1 : 0;
    this.#words[ADDRESS_HIGH] = addressHigh;
    this.#words[ADDRESS_LOW] = addressLow;
    this.#words[LENGTH] = data.length;
    if (isWrite) this.#data.set(data);
  }

  /** Guest: copies the answer to a read. */
  readAnswer(data: Uint8Array): void {
    data.set(this.#data.subarray(0, data.length));
  }

  /** Host: a copy of the request; undefined if what the guest wrote is not one. */
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

  /** Host: writes what the guest reads; zeros for an invalid request. */
  writeAnswer(data?: Uint8Array): void {
    if (data === undefined) this.#data.fill(0);
    else this.#data.set(data);
  }

  /** Guest: counts an access without a trap. */
  countDirect(): void {
    (this.#counts[DIRECT] as number)++;
  }

  /** Accesses without a trap, as the guest counts them; 0 if what it wrote is not a count. */
  get direct(): number {
    const count = this.#counts[DIRECT] as number;
    return Number.isSafeInteger(count) && count >= 0 ? count : 0;
  }
}
