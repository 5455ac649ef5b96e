import type { Io, TableWorkName, WorkThreads } from '../io.js';

/** The same work on many items, and what is done with its results. */
export interface SpreadWork<Item, Job, Result> {
  readonly io: Io;
  readonly name: TableWorkName;
  readonly settings: unknown;
  readonly items: readonly Item[];
  readonly bytesOf: (item: Item) => number;
  /** A job for a thread: plain data, which is copied. */
  readonly jobOf: (items: readonly Item[]) => Job;
  readonly doHere: (item: Item) => Result;
  /** Takes each result, in the order of the items. */
  readonly take: (result: Result, item: Item) => Promise<void>;
}

/** The least work for which threads gain more time than they take to start, a tenth of a second. */
const WORTH = { items: 8, bytes: 1 << 20 } as const;
/** A job ends with the item that reaches one of these. */
const JOB = { items: 32, bytes: 1 << 17 } as const;
/** Jobs that a thread has at a time, so that it need not wait while this thread is busy. */
const JOBS_AHEAD = 2;
/** Jobs given out before the first of them is taken, for each thread: bounds the results that are kept. */
const JOBS_KEPT = 4;

function batchesOf<Item>(items: readonly Item[], bytesOf: (item: Item) => number): Item[][] {
  const batches: Item[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const last = batches.at(-1);
    if (last === undefined || bytes >= JOB.bytes || last.length >= JOB.items) {
      batches.push([item]);
      bytes = bytesOf(item);
    } else {
      last.push(item);
      bytes += bytesOf(item);
    }
  }
  return batches;
}

/** Lets messages of the threads arrive. */
const letArrive = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Does the work in this thread and in others at the same time. */
async function inThreads<Item, Job, Result>(work: SpreadWork<Item, Job, Result>, threads: WorkThreads): Promise<void> {
  const { doHere, jobOf, take } = work;
  const batches = batchesOf(work.items, work.bytesOf);
  const results = new Map<number, readonly Result[]>();
  const most = JOBS_KEPT * (threads.count + 1);
  let next = 0;
  let taken = 0;
  let failure: { readonly error: unknown } | undefined;
  let wake = () => {};
  const mayStart = () => next < batches.length && next - taken < most && failure === undefined;
  const waiting = new Array<number>(threads.count).fill(0);
  const give = async (thread: number, index: number): Promise<void> => {
    const batch = batches[index] as Item[];
    const done = (await threads.run(thread, jobOf(batch))) as readonly Result[] | undefined;
    // A job that a thread could not do is done here, so that its error is reported with its place.
    results.set(index, done ?? batch.map(doHere));
  };
  const feed = () => {
    for (let ahead = 1; ahead <= JOBS_AHEAD; ahead++) {
      for (let thread = 0; thread < threads.count; thread++) {
        if (!mayStart()) return;
        if ((waiting[thread] as number) >= ahead) continue;
        waiting[thread] = (waiting[thread] as number) + 1;
        give(thread, next++)
          .catch((error: unknown) => {
            failure ??= { error };
          })
          .finally(() => {
            waiting[thread] = (waiting[thread] as number) - 1;
            feed();
            wake();
          });
      }
    }
  };
  while (taken < batches.length) {
    feed();
    const ready = results.get(taken);
    if (ready !== undefined) {
      results.delete(taken);
      const batch = batches[taken++] as Item[];
      for (const [index, item] of batch.entries()) await take(ready[index] as Result, item);
    } else if (mayStart()) {
      const index = next++;
      results.set(index, (batches[index] as Item[]).map(doHere));
      await letArrive();
    } else {
      const arrival = new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (failure === undefined) await arrival;
    }
    if (failure !== undefined) throw failure.error;
  }
}

/** Does the work on every item: in this thread, and in others too where there is much of it and there are cores for it. */
export async function spreadWork<Item, Job, Result>(work: SpreadWork<Item, Job, Result>): Promise<void> {
  const { io, items, bytesOf, name, settings } = work;
  const bytes = items.reduce((sum, item) => sum + bytesOf(item), 0);
  const isWorth = items.length >= WORTH.items && bytes >= WORTH.bytes;
  if (isWorth) io.expectLongWork?.();
  const threads = isWorth ? io.startThreads?.(name, settings) : undefined;
  if (threads === undefined) {
    for (const item of items) await work.take(work.doHere(item), item);
    return;
  }
  try {
    await inThreads(work, threads);
  } finally {
    threads.end();
  }
}
