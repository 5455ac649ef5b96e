/**
 * Changes the code of a room in one place at a time and runs the tests that import it: a change that no test notices is a gap
 * in the tests. `npm run mutate -- ROOM [--files PART] [--most N] [--seed N] [--seconds N]`.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '../fuzz/random.js';
import { importsOfTests } from '../setup/run-typescript.mjs';
import { projectFolder } from '../support/shared-material.js';
import equivalents from './equivalent.json' with { type: 'json' };
import { type Mutant, mutantsOf } from './mutants.js';

/** A mutant that no test can notice, by file and summary, and why. */
interface Equivalent {
  readonly file: string;
  readonly summary: string;
  readonly reason: string;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    files: { type: 'string', default: '' },
    most: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '120' },
  },
});
const [room] = positionals;
const rooms = readdirSync(join(projectFolder, 'src'));
if (room === undefined || !rooms.includes(room)) {
  console.error(`Give a room of src: ${rooms.join(', ')}.`);
  process.exit(2);
}

const files = readdirSync(join(projectFolder, 'src', room), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => `src/${room}/${path}`)
  .filter((path) => path.includes(values.files))
  .sort();
if (files.length === 0) {
  console.error(`No file of src/${room} has "${values.files}" in its path.`);
  process.exit(2);
}
const isEquivalent = ({ file, summary }: Mutant) =>
  (equivalents as readonly Equivalent[]).some((row) => row.file === file && row.summary === summary);
const all = files.flatMap((file) => mutantsOf(file, readFileSync(join(projectFolder, file), 'utf8')));
const left = all.filter((mutant) => !isEquivalent(mutant));

/** Some of the mutants, the same for the same seed, in the order of the files. */
function sample(mutants: readonly Mutant[], most: number): Mutant[] {
  const random = createRandom(Number(values.seed));
  const pool = [...mutants];
  const taken: Mutant[] = [];
  while (taken.length < most && pool.length > 0) taken.push(...pool.splice(random.below(pool.length), 1));
  return taken.sort((a, b) => a.file.localeCompare(b.file) || a.start - b.start);
}

/** The room's own test files, with the files of src that they import, directly or not. */
const reached = await importsOfTests(`test/${room}`);
const testsOf = (file: string) => [...reached].filter(([, { inputs }]) => file in inputs).map(([test]) => test);

function runTests(tests: readonly string[], mutant?: Mutant): 'passed' | 'failed' | 'timed out' {
  const vitest = join(projectFolder, 'node_modules/vitest/vitest.mjs');
  const flags = ['run', '--config', 'test/mutation/vitest.config.ts', '--reporter=dot', ...tests];
  const { status, error } = spawnSync(process.execPath, [vitest, ...flags], {
    cwd: projectFolder,
    stdio: 'ignore',
    timeout: Number(values.seconds) * 1000,
    killSignal: 'SIGKILL',
    env: { ...process.env, ...(mutant && { VCFG_MUTANT: JSON.stringify(mutant) }) },
  });
  if (error !== undefined) return 'timed out';
  return status === 0 ? 'passed' : 'failed';
}

const tried = sample(left, Number(values.most));
console.log(
  `${all.length} mutants in ${files.length} files, ${all.length - left.length} known to be equivalent; ${tried.length} tried`,
);
const every = [...new Set(tried.flatMap(({ file }) => testsOf(file)))];
if (every.length > 0 && runTests(every) !== 'passed') {
  console.error('The tests fail without any mutant: fix them first.');
  process.exit(1);
}
const survivors: Mutant[] = [];
for (const mutant of tried) {
  const tests = testsOf(mutant.file);
  const outcome = tests.length === 0 ? 'passed' : runTests(tests, mutant);
  if (outcome === 'passed') survivors.push(mutant);
  console.log(
    `${outcome === 'passed' ? 'SURVIVED' : outcome.padEnd(8)}  ${mutant.file}:${mutant.line}  ${mutant.summary}`,
  );
}
const killed = tried.length - survivors.length;
console.log(
  `\n${killed} of ${tried.length} mutants of ${room} noticed: ${((100 * killed) / Math.max(1, tried.length)).toFixed(1)} %`,
);
for (const { file, line, summary } of survivors) console.log(`survived  ${file}:${line}  ${summary}`);
