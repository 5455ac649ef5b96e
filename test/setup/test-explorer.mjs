/** `npm run test:explorer`: drives the explorer's page in Chromium as a user would; arguments go to vitest. */
import { heading } from './console.mjs';
import { installPrograms } from './debian.mjs';
import { prepare } from './project.mjs';
import { runTests } from './run-tests.mjs';

heading('Preparing');
prepare();
installPrograms(['chromium']);

heading('Testing');
process.exit(runTests(process.execPath, process.argv.slice(2), 'test/explorer/vitest.config.ts'));
