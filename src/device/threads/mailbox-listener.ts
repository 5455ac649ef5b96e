import { answerMailbox, CLOSED, closeMailbox, REQUEST } from './mailbox-state.js';

/**
 * How a server learns of a request. `wait`: it watches the state word without blocking, with `Atomics.waitAsync`.
 * `message`: the caller sends a message through its port. `poll`: the server looks when it likes.
 */
export type Wake = 'wait' | 'message' | 'poll';
export const WAKES: readonly Wake[] = ['wait', 'message', 'poll'];

/** ES2024, which the compiler's library does not declare yet. */
interface WaitAsync {
  waitAsync?(
    array: Int32Array,
    index: number,
    value: number,
  ): { readonly async: true; readonly value: Promise<string> } | { readonly async: false; readonly value: string };
}
const { waitAsync } = Atomics as WaitAsync;

/** `wait` where the engine supports it, otherwise `message`. */
export const DEFAULT_WAKE: Exclude<Wake, 'poll'> = waitAsync === undefined ? 'message' : 'wait';

/** Requests answered in a row before timers and messages of the server's thread get their turn. */
const TURN = 256;

/** The server's end of a mailbox: answers requests one at a time. Nothing that the other thread writes makes it throw. */
export class MailboxListener {
  readonly #state: Int32Array;
  readonly #serve: () => void;
  #isServing = false;

  /** `serve` reads the request from the mailbox and writes its answer there. It must not throw. */
  constructor(state: Int32Array, wake: Wake, serve: () => void) {
    this.#state = state;
    this.#serve = serve;
    if (wake === 'wait') void this.#listen();
  }

  /** Answers the pending request. False if there is none. */
  poll(): boolean {
    if (this.#isServing || Atomics.load(this.#state, 0) !== REQUEST) return false;
    this.#isServing = true;
    try {
      this.#serve();
    } finally {
      this.#isServing = false;
    }
    answerMailbox(this.#state);
    return true;
  }

  close(): void {
    closeMailbox(this.#state);
  }

  async #listen(): Promise<void> {
    for (let turn = 1; ; turn++) {
      if (turn % TURN === 0) await new Promise((resolve) => setTimeout(resolve, 0));
      if (this.poll()) continue;
      const seen = Atomics.load(this.#state, 0);
      if (seen === CLOSED) return;
      if (seen !== REQUEST) await waitAsync?.call(Atomics, this.#state, 0, seen).value;
    }
  }
}
