import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isInstalled } from '../setup/installed.mjs';
import { inScratchFolder, run } from '../support/oracles.js';
import { projectFolder } from '../support/shared-material.js';
import type { Took } from './turns.js';

/** The C programs that the device core is measured beside; each takes its turn when it is asked. */
export interface NativePeers {
  /** What an access of this row took: `read 32`, `write 1000`, `read absent`. Undefined where there is no C program. */
  readonly withLocks: ((row: string) => Promise<Took>) | undefined;
  /** The same without mutexes: what a monitor of one thread would do, as the device core here is. */
  readonly withoutLocks: ((row: string) => Promise<Took>) | undefined;
  /** Why a program is missing. */
  readonly notes: readonly string[];
}

const SOURCE = join(projectFolder, 'test/bench/native/trapped-access.c');

/** Starts a program that answers each row it reads with a line of the nanoseconds on the clock and of the processor. */
function start(program: string): { readonly ask: (row: string) => Promise<Took>; readonly end: () => Promise<void> } {
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, 'close');
  return {
    ask: async (row) => {
      child.stdin.write(`${row}\n`);
      const { value, done } = await lines.next();
      const [wall, cpu] = done ? [] : value.split(' ').map(Number);
      if (wall === undefined || cpu === undefined) throw new Error(`trapped-access does not answer "${row}".`);
      return { wall, cpu };
    },
    end: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

/** Builds the C programs and does the work beside them; they end with it. */
export function besideNative<T>(work: (peers: NativePeers) => Promise<T>): Promise<T> {
  return inScratchFolder(async (folder) => {
    const missing = (why: string) => work({ withLocks: undefined, withoutLocks: undefined, notes: [why] });
    if (!isInstalled('gcc')) return missing('The C program is not measured: gcc not found; apt-get install gcc.');
    const programs: ReturnType<typeof start>[] = [];
    for (const locks of [1, 0]) {
      const program = join(folder, `trapped-access-${locks}`);
      const built = run('gcc', ['-O2', '-pthread', `-DLOCKS=${locks}`, '-o', program, SOURCE]);
      if (built.status !== 0) {
        for (const each of programs) await each.end();
        return missing(`The C program is not measured, since gcc does not build it:\n${built.stderr}`);
      }
      programs.push(start(program));
    }
    try {
      const [withLocks, withoutLocks] = programs.map(({ ask }) => ask);
      return await work({ withLocks, withoutLocks, notes: [] });
    } finally {
      for (const each of programs) await each.end();
    }
  });
}
