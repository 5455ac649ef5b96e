/**
 * The state word of a mailbox in shared memory, by which one thread calls another and waits:
 *
 *     caller   idle -> request          the call is written
 *     server   request -> answer        the answer is written
 *     caller   answer -> idle           the answer is read
 *     either   any -> closed            for good
 *
 * Each step is a compare-and-exchange, so that closing is never overwritten. The rest of the mailbox belongs to the caller
 * in the states idle and answer, and to the server in the state request.
 */
const IDLE = 0;
export const REQUEST = 1;
const ANSWER = 2;
export const CLOSED = 3;

/** How a call ended. After anything but an answer the mailbox is unusable. */
export type CallOutcome = 'answer' | 'closed' | 'timeout';

/**
 * Hands over a written request and blocks this thread until it is answered. Call {@link endCall} once the answer is read.
 * `ring` is called after the request is handed over, for a server that does not watch the word. Throws a TypeError in a
 * thread that may not block, such as the main thread of a browser.
 */
export function callMailbox(state: Int32Array, timeoutMilliseconds: number, ring?: () => void): CallOutcome {
  if (Atomics.compareExchange(state, 0, IDLE, REQUEST) !== IDLE) return 'closed';
  Atomics.notify(state, 0);
  ring?.();
  const deadline = performance.now() + timeoutMilliseconds;
  while (Atomics.load(state, 0) === REQUEST) {
    const left = deadline - performance.now();
    if (left > 0) Atomics.wait(state, 0, REQUEST, left);
    else if (Atomics.compareExchange(state, 0, REQUEST, CLOSED) === REQUEST) return 'timeout';
  }
  return Atomics.load(state, 0) === ANSWER ? 'answer' : 'closed';
}

/** Makes the mailbox ready for the next call. */
export function endCall(state: Int32Array): void {
  Atomics.compareExchange(state, 0, ANSWER, IDLE);
}

/** Hands over a written answer, unless the mailbox has been closed. */
export function answerMailbox(state: Int32Array): void {
  if (Atomics.compareExchange(state, 0, REQUEST, ANSWER) === REQUEST) Atomics.notify(state, 0);
}

/** Closes the mailbox and wakes whoever is waiting on it. */
export function closeMailbox(state: Int32Array): void {
  Atomics.store(state, 0, CLOSED);
  Atomics.notify(state, 0);
}
