import { spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { projectFolder } from './project.mjs';

/** Runs vitest on this program of Node.js, which is also the one that tests start as `node`. Gives the exit code. */
export function runTests(program, args, config = 'test/vitest.config.ts') {
  const vitest = join(projectFolder, 'node_modules/vitest/vitest.mjs');
  const { status } = spawnSync(program, [vitest, 'run', '--config', config, ...args], {
    cwd: projectFolder,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${dirname(program)}${delimiter}${process.env.PATH ?? ''}` },
  });
  return status ?? 1;
}
