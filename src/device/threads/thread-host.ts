import { DiagnosticError } from '../../base/index.js';
import { joined } from '../bus/words.js';
import { checkInstance, checkObject, checkOptionalChoice, checkOptionalNumber, checkPort } from '../check-arguments.js';
import { DiagnosticLog, deviceFinding } from '../diagnostic-log.js';
import { type GuestCounts, GuestMemory } from '../memory/guest-memory.js';
import type { SharedMemory } from '../memory/shared-memory.js';
import type { GuestStart, ThreadPort, ThreadRegion } from './guest-thread.js';
import { DEFAULT_WAKE, MailboxListener, WAKES, type Wake } from './mailbox-listener.js';
import { TrapMailbox } from './trap-mailbox.js';

export interface ThreadHostOptions {
  readonly log?: DiagnosticLog;
  /**
   * How the host learns of a trap. Default: `message` for a guest with a port, which is faster; otherwise `wait`, where
   * the engine supports `Atomics.waitAsync`.
   */
  readonly wake?: Wake;
  /** Longer RAM is not shared with guests: their accesses to it trap. Default: 1 GiB. */
  readonly ramLimitBytes?: number;
  /** How long a guest waits for the answer to a trap. Default: 30,000. */
  readonly answerTimeoutMilliseconds?: number;
}

const RAM_LIMIT_BYTES = 0x4000_0000;
const ANSWER_TIMEOUT_MILLISECONDS = 30_000;

/** What the host keeps of a guest. */
interface Guest {
  readonly mailbox: TrapMailbox;
  readonly listener: MailboxListener;
  readonly port: ThreadPort | undefined;
  exits: number;
}

/**
 * Answers the traps of guests in other threads from a machine's memory. There may be any number of guests, each with its
 * own mailbox. The host never waits for a guest: if one dies, disconnect it. A guest shares the RAM that exists when it
 * connects; accesses to RAM added later trap.
 */
export class ThreadHost {
  readonly #memory: GuestMemory;
  readonly #log: DiagnosticLog;
  readonly #options: ThreadHostOptions;
  readonly #guests = new Map<number, Guest>();
  readonly #pages = new Map<bigint, ThreadRegion>();
  readonly #stopWatching: () => void;
  #lastId = 0;
  #isClosed = false;

  /** Throws a TypeError or RangeError for a memory or options that cannot be used. */
  constructor(memory: GuestMemory, options: ThreadHostOptions = {}) {
    checkInstance('memory', memory, GuestMemory, 'a GuestMemory');
    checkObject('options', options, 'ThreadHostOptions');
    if (options.log !== undefined) checkInstance('options.log', options.log, DiagnosticLog, 'a DiagnosticLog');
    checkOptionalChoice('options.wake', options.wake, WAKES);
    checkOptionalNumber('options.ramLimitBytes', options.ramLimitBytes, 0);
    checkOptionalNumber('options.answerTimeoutMilliseconds', options.answerTimeoutMilliseconds, 1);
    this.#memory = memory;
    this.#log = options.log ?? new DiagnosticLog();
    this.#options = options;
    this.#stopWatching = memory.watch({
      map: (base, page, readOnly) => this.#announce(base, page, readOnly),
      unmap: (base) => this.#withdraw(base),
    });
  }

  /**
   * Prepares for a guest, whose thread passes the result to GuestThread. Through `port`, whose other end goes to
   * GuestThread too, the guest learns of pages that are mapped later. Throws a RangeError without a port if guests wake
   * their host by messages, and a DiagnosticError once the host is closed.
   */
  connect(port?: ThreadPort): GuestStart {
    if (port !== undefined) checkPort('port', port);
    const wake = this.#options.wake ?? (port === undefined ? DEFAULT_WAKE : 'message');
    if (wake === 'message' && port === undefined)
      throw new RangeError('port is undefined; guests of this host wake it by messages, so each needs a port.');
    const id = ++this.#lastId;
    if (this.#isClosed)
      throw new DiagnosticError([deviceFinding('THREAD_CLOSED', `guest ${id}`, 'The host has closed.')]);
    const mailbox = new TrapMailbox();
    const listener = new MailboxListener(mailbox.state, wake, () => this.#serve(id));
    this.#guests.set(id, { mailbox, listener, port, exits: 0 });
    if (port !== undefined && wake === 'message') port.onmessage = () => void listener.poll();
    return {
      id,
      mailbox: mailbox.buffer,
      regions: [...this.#ramRegions(), ...this.#pages.values()],
      wake,
      answerTimeoutMilliseconds: this.#options.answerTimeoutMilliseconds ?? ANSWER_TIMEOUT_MILLISECONDS,
    };
  }

  #ramRegions(): ThreadRegion[] {
    const limit = this.#options.ramLimitBytes ?? RAM_LIMIT_BYTES;
    return this.#memory.ram
      .filter(({ ram }) => ram.lengthBytes <= limit)
      .map(({ base, ram }) => ({ base, buffer: ram.share(), readOnly: false, live: liveWord() }));
  }

  #announce(base: bigint, page: SharedMemory, readOnly: boolean): void {
    const region = { base, buffer: page.buffer, readOnly, live: liveWord() };
    this.#pages.set(base, region);
    for (const { port } of this.#guests.values()) port?.postMessage(region);
  }

  #withdraw(base: bigint): void {
    const region = this.#pages.get(base);
    if (region === undefined) return;
    Atomics.store(new Int32Array(region.live), 0, 0);
    this.#pages.delete(base);
  }

  #serve(id: number): void {
    const guest = this.#guests.get(id);
    if (guest === undefined) return;
    guest.exits++;
    const access = guest.mailbox.readRequest();
    if (access === undefined) {
      if (this.#log.count('THREAD_REQUEST'))
        this.#log.keep(
          'THREAD_REQUEST',
          `guest ${id}`,
          'The mailbox does not hold a valid access; it is answered with zeros.',
        );
      guest.mailbox.writeAnswer();
      return;
    }
    const address = joined(access.addressHigh, access.addressLow);
    if (access.isWrite) this.#memory.write(address, access.data, id);
    else this.#memory.read(address, access.data, id);
    if (!access.isWrite) guest.mailbox.writeAnswer(access.data);
  }

  /** Answers every waiting trap. Returns how many there were. */
  poll(): number {
    let answered = 0;
    for (const { listener } of this.#guests.values()) if (listener.poll()) answered++;
    return answered;
  }

  /**
   * The accesses of a connected guest: exits as the host counts them, direct ones as the guest does. Throws a RangeError
   * for a guest that is not connected.
   */
  counts(id: number): GuestCounts {
    const guest = this.#guests.get(id);
    if (guest === undefined)
      throw new RangeError(`id is ${String(id)}, and no such guest is connected; ${this.#connectedText()}.`);
    return { exits: guest.exits, direct: guest.mailbox.direct };
  }

  #connectedText(): string {
    const ids = [...this.#guests.keys()];
    return ids.length === 0 ? 'none is' : `those that are: ${ids.join(', ')}`;
  }

  /** Disconnects a guest: the trap in which it waits, or its next one, throws. Nothing happens if there is no such guest. */
  disconnect(id: number): void {
    this.#guests.get(id)?.listener.close();
    this.#guests.delete(id);
  }

  /** Disconnects every guest. None can connect afterwards. */
  close(): void {
    this.#isClosed = true;
    this.#stopWatching();
    for (const id of [...this.#guests.keys()]) this.disconnect(id);
  }
}

function liveWord(): SharedArrayBuffer {
  const word = new SharedArrayBuffer(4);
  new Int32Array(word)[0] = 1;
  return word;
}
