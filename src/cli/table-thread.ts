import { parentPort, workerData } from 'node:worker_threads';
import { JOBS, type Jobs } from './commands/table-jobs.js';
import type { TableWorkName } from './io.js';
import type { ThreadAnswer, ThreadQuestion } from './start-threads.js';

/** A thread that works on the tables it is given, and answers with the results. */

const { name, settings } = workerData as { name: TableWorkName; settings: unknown };
const ready: Promise<Jobs> = JOBS[name](settings);

parentPort?.on('message', async ({ number, job }: ThreadQuestion) => {
  let answer: ThreadAnswer = { number };
  try {
    answer = { number, results: (await ready)(job) };
  } catch {
    // A fault of the command itself. The asking thread does the job again, meets the fault and reports it with its place.
  }
  parentPort?.postMessage(answer);
});
