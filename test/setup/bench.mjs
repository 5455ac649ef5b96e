/** `npm run bench`: makes a fresh clone ready and runs the benchmarks; arguments go to them. */
import { prepare } from './project.mjs';
import { runTypeScript } from './run-typescript.mjs';

prepare();
process.exit(await runTypeScript('test/bench/main.ts', process.argv.slice(2), ['--expose-gc']));
