import { effect, signal } from '@preact/signals';
import { WorkerPort } from '../workers/calls.js';
import type { PlatformAnswer, PlatformCalls } from '../workers/platform-worker.js';
import { platformFile } from './workspace.js';

/** The open platform as it was read. While its text has errors, the last valid one stays. */

export const platformWorker = new WorkerPort<PlatformCalls>('./platform-worker.js');

export const platformAnswer = signal<PlatformAnswer | undefined>(undefined);

let isReading = false;
let isStale = false;

async function read(): Promise<void> {
  const file = platformFile.peek();
  if (file === undefined) {
    platformAnswer.value = undefined;
    return;
  }
  if (isReading) {
    isStale = true;
    return;
  }
  isReading = true;
  try {
    const answer = await platformWorker.call('read', file);
    const before = platformAnswer.peek();
    platformAnswer.value =
      answer.platform === undefined && before !== undefined ? { ...before, diagnostics: answer.diagnostics } : answer;
  } catch {
    // A worker that could not be loaded; the next change tries again.
  } finally {
    isReading = false;
  }
  if (isStale) {
    isStale = false;
    await read();
  }
}

/** From now on, reads the platform whenever its text changes. Called before any pane asks the same worker for something else. */
export function followPlatform(): void {
  effect(() => {
    platformFile.value;
    void read();
  });
}
