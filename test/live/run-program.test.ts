import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { endPrograms, runProgram } from '../../src/live/node/run-program.js';
import { inScratchFolder } from '../support/oracles.js';

/** A shell that waits for a child of its own, which writes its number first. */
const SCRIPT = 'sleep 300 & echo $! > child; wait';

const isRunning = (pid: string) => existsSync(`/proc/${pid}`);

test('programs end with what they started: when they are ended, and after their time', async () => {
  await inScratchFolder(async (folder) => {
    for (const milliseconds of [undefined, 300]) {
      const options = { cwd: folder, ...(milliseconds !== undefined && { milliseconds }) };
      const finished = runProgram('sh', ['-c', SCRIPT], options);
      await vi.waitFor(() => expect(readdirSync(folder)).toContain('child'), 5000);
      await vi.waitFor(() => expect(readFileSync(join(folder, 'child'), 'utf8')).toMatch(/\d/), 5000);
      const child = readFileSync(join(folder, 'child'), 'utf8').trim();
      if (milliseconds === undefined) endPrograms();
      expect(await finished).toMatchObject({ code: null });
      await vi.waitFor(() => expect(isRunning(child)).toBe(false), 5000);
      writeFileSync(join(folder, 'child'), '');
    }
  });
});

test('a program that is not there is undefined', async () => {
  expect(await runProgram('no-such-program', [])).toBeUndefined();
});
