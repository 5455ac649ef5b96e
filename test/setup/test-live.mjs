/**
 * `npm run test:live`: real Linux guests, in v86 and in QEMU. The first run downloads a kernel for each; arguments go to vitest.
 */
import { heading } from './console.mjs';
import { installPrograms } from './debian.mjs';
import { prepare } from './project.mjs';
import { runTests } from './run-tests.mjs';

heading('Preparing');
prepare();
installPrograms(['qemu-system-x86_64', 'gcc', 'make', 'seabios']);

heading('Testing');
process.exit(runTests(process.execPath, process.argv.slice(2), 'test/live/vitest.config.ts'));
