/**
 * `npm run test:node -- 24 [ARGUMENTS]`: the tests on another version of Node.js, the newest with long-term support unless
 * a version is given. Arguments go to vitest.
 */
import { fail, heading } from './console.mjs';
import { installOracles } from './debian.mjs';
import { NEWEST_LTS, nodeProgram } from './node-versions.mjs';
import { prepare } from './project.mjs';
import { runTests } from './run-tests.mjs';

const [first, ...others] = process.argv.slice(2);
const isVersion = /^\d+$/.test(first ?? '');
const major = isVersion ? Number(first) : NEWEST_LTS;

heading('Preparing');
prepare();
installOracles();
const program = nodeProgram(major);
if (program === undefined) {
  if (process.env.CI && !isVersion) fail(`The tests need Node.js ${major} here.`, 'Is the registry reachable?');
  process.exit(0);
}

heading(`Testing on Node.js ${major}`);
process.exit(runTests(program, isVersion || first === undefined ? others : [first, ...others]));
