/**
 * `npm test`: makes a fresh clone ready, installs missing oracles where it may, runs the tests; arguments go to vitest.
 * With `--long`, as in `npm run test:long`, the expensive tests use everything, not a sample: see test/support/effort.ts.
 */
import { heading } from './console.mjs';
import { installOracles } from './debian.mjs';
import { prepare } from './project.mjs';
import { runTests } from './run-tests.mjs';

heading('Preparing');
prepare();
installOracles();

heading('Testing');
const args = process.argv.slice(2).filter((arg) => arg !== '--long');
if (args.length < process.argv.length - 2) process.env.VCFG_LONG = '1';
process.exit(runTests(process.execPath, args));
