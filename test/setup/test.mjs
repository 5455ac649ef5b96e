/** `npm test`: makes a fresh clone ready, installs missing oracles where it may, runs the tests; arguments go to vitest. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { heading } from './console.mjs';
import { installOracles } from './debian.mjs';
import { prepare, projectFolder } from './project.mjs';

heading('Preparing');
prepare();
installOracles();

heading('Testing');
const vitest = join(projectFolder, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--config', 'test/vitest.config.ts', ...process.argv.slice(2)],
  { cwd: projectFolder, stdio: 'inherit' },
);
process.exit(status ?? 1);
