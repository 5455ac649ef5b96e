/**
 * `npm run smoke [-- VERSION…]`: the built command and library on each version of Node.js that users have; says which it
 * could not get.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { fail, heading } from './console.mjs';
import { NODE_VERSIONS, nodeProgram } from './node-versions.mjs';
import { prepare } from './project.mjs';

heading('Preparing');
prepare();

const wanted = process.argv.length > 2 ? process.argv.slice(2).map(Number) : NODE_VERSIONS;
const tests = fileURLToPath(new URL('smoke-tests.mjs', import.meta.url));
const failed = wanted.filter((major) => {
  heading(`Node.js ${major}`);
  const program = nodeProgram(major);
  return (
    program !== undefined &&
    spawnSync(program, ['--test', '--test-reporter=spec', tests], { stdio: 'inherit' }).status !== 0
  );
});
if (failed.length > 0) fail(`Failed on Node.js ${failed.join(', ')}.`, 'The output above says what.');
