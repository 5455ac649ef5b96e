import { existsSync } from 'node:fs';
import type { Io } from './io.js';

/** The threads' code, beside the command as built. */
const THREAD = new URL('./table-thread.cjs', import.meta.url);
/** Each thread has a heap of its own. */
const MOST_THREADS = 7;

/** What a thread is asked, and what it answers; no results if it could not do the job. */
export interface ThreadQuestion {
  readonly number: number;
  readonly job: unknown;
}
export interface ThreadAnswer {
  readonly number: number;
  readonly results?: readonly unknown[];
}

/** Undefined on a machine of one core, and for the command as source, which no thread can load. */
export const startThreads: NonNullable<Io['startThreads']> = (name, settings) => {
  // Not imported above: every command would wait for them.
  const { availableParallelism } = process.getBuiltinModule('node:os');
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const count = Math.min(availableParallelism() - 1, MOST_THREADS);
  if (count < 1 || !existsSync(THREAD)) return undefined;
  const threads = Array.from({ length: count }, () => {
    const worker = new Worker(THREAD, { workerData: { name, settings } });
    const asked = new Map<number, (results: readonly unknown[] | undefined) => void>();
    let isOver = false;
    // If the thread cannot start or runs out of memory, the asking thread does the work.
    const giveUp = () => {
      isOver = true;
      for (const answer of asked.values()) answer(undefined);
      asked.clear();
    };
    worker.on('message', ({ number, results }: ThreadAnswer) => {
      asked.get(number)?.(results);
      asked.delete(number);
    });
    worker.on('error', giveUp);
    worker.on('exit', giveUp);
    let last = 0;
    const run = (job: unknown) =>
      new Promise<readonly unknown[] | undefined>((resolve) => {
        if (isOver) return resolve(undefined);
        const number = ++last;
        asked.set(number, resolve);
        worker.postMessage({ number, job } satisfies ThreadQuestion);
      });
    return { run, end: () => void worker.terminate() };
  });
  return {
    count,
    run: (thread, job) => threads[thread]?.run(job) ?? Promise.resolve(undefined),
    end: () => {
      for (const { end } of threads) end();
    },
  };
};
