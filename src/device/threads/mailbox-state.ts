/**
 * The state word of a mailbox in shared memory, by which one thread calls another and waits:
 *
 *     caller   idle -> request          the call is written
 *     server   request -> answer        the answer is written
 *     caller   answer -> idle           the answer is read
 *     either   any -> closed            for good
 *
 * Each step is a compare-and-exchange, so that closing is never overwritten. What lies beside the word belongs to the
 * caller while it is idle or answered, and to the server while it is requested.
 */
const IDLE = 0;
export const REQUEST = 1;
const ANSWER = 2;
export const CLOSED = 3;

/** How a call ended. After anything but an answer the mailbox is of no more use. */
export type CallOutcome = 'answer' | 'closed' | 'timeout';

/**
 * Hands a written request over and blocks this thread until its answer is there; {@link endCall} when that is read.
 * `ring` is called once the request is out, for a server that does not watch the word. Throws a TypeError where a thread
 * may not block: the main thread of a browser.
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

/** Hands a written answer over, unless the mailbox was closed meanwhile. */
export function answerMailbox(state: Int32Array): void {
  if (Atomics.compareExchange(state, 0, REQUEST, ANSWER) === REQUEST) Atomics.notify(state, 0);
}

/** Ends all use of the mailbox and wakes whoever waits. */
export function closeMailbox(state: Int32Array): void {
  Atomics.store(state, 0, CLOSED);
  Atomics.notify(state, 0);
}
