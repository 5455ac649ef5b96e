/**
 * `npm run test:live`: real Linux guests, in v86 and in QEMU. The first run downloads a kernel for each; arguments go to vitest.
 * With `--long`, fifty guests in v86 and twenty in QEMU are booted in a row, instead of four and three.
 */
import { heading } from './console.mjs';
import { installPrograms } from './debian.mjs';
import { prepare } from './project.mjs';
import { runTests } from './run-tests.mjs';

heading('Preparing');
prepare();
installPrograms(['qemu-system-x86_64', 'qemu-system-aarch64', 'gcc', 'make', 'seabios']);

heading('Testing');
const args = process.argv.slice(2).filter((arg) => arg !== '--long');
if (args.length < process.argv.length - 2) process.env.VCFG_LONG = '1';
process.exit(runTests(process.execPath, args, 'test/live/vitest.config.ts'));
