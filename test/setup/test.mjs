/** `npm test`: makes a fresh clone ready, installs missing oracles where it may, runs the tests; arguments go to vitest. */
import { heading } from './console.mjs';
import { installOracles } from './debian.mjs';
import { prepare } from './project.mjs';
import { runTests } from './run-tests.mjs';

heading('Preparing');
prepare();
installOracles();

heading('Testing');
process.exit(runTests(process.execPath, process.argv.slice(2)));
