import { existsSync } from 'node:fs';
import type { ResourceLimits } from 'node:worker_threads';
import type { PlatformResult } from '../platform/index.js';
import type { Io, PlatformText } from './io.js';
import type { ComparedBus } from './window-buses.js';

/**
 * Lets a thread answer one question. Undefined on a machine with one core, and for the command run from source, which no
 * thread can load.
 */
function askThread<Answer>(
  thread: URL,
  workerData: unknown,
  resourceLimits: ResourceLimits = {},
): Promise<Answer | undefined> | undefined {
  // Not imported above: every command would wait for them.
  const { availableParallelism } = process.getBuiltinModule('node:os');
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  if (availableParallelism() < 2 || !existsSync(thread)) return undefined;
  const worker = new Worker(thread, { workerData, resourceLimits });
  return new Promise((resolve) => {
    worker.once('message', resolve);
    // No thread could be started, or it ran out of memory: the caller does the work.
    worker.once('error', () => resolve(undefined));
    worker.once('exit', () => resolve(undefined));
  });
}

// The threads' code, beside the command as built.
const WINDOW_THREAD = new URL('./window-thread.cjs', import.meta.url);
const PLATFORM_THREAD = new URL('./platform-thread.cjs', import.meta.url);

export const compareInThread: NonNullable<Io['compareInThread']> = (window) =>
  askThread<readonly ComparedBus[]>(WINDOW_THREAD, window);

/**
 * The memory for reading a platform, which usually takes about 100 bytes a character. With lower limits V8 collects garbage
 * sooner: without any, a megabyte of text took 80 MB more and as much time.
 */
const limitsOf = ({ text }: PlatformText): ResourceLimits => ({
  maxOldGenerationSizeMb: 48 + Math.ceil((text.length * 160) / (1 << 20)),
  maxYoungGenerationSizeMb: 12,
});

export const readPlatformInThread: NonNullable<Io['readPlatformInThread']> = (platform) =>
  askThread<PlatformResult>(PLATFORM_THREAD, platform, limitsOf(platform));
