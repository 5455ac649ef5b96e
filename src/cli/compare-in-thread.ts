import { existsSync } from 'node:fs';
import type { ComparedFunctions } from '../check/window.js';
import type { Io } from './io.js';

/** The thread's code, beside the command as built. */
const THREAD = new URL('./window-thread.cjs', import.meta.url);

/** Undefined on a machine of one core, and for the command as source, which no thread can load. */
export const compareInThread: NonNullable<Io['compareInThread']> = (range) => {
  // Not imported above: every command would wait for them.
  const { availableParallelism } = process.getBuiltinModule('node:os');
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  if (availableParallelism() < 2 || !existsSync(THREAD)) return undefined;
  const thread = new Worker(THREAD, { workerData: range });
  return new Promise<ComparedFunctions | undefined>((resolve) => {
    thread.once('message', resolve);
    // Where no thread can be started, or one runs out of memory: this one does the work.
    thread.once('error', () => resolve(undefined));
    thread.once('exit', () => resolve(undefined));
  });
};
