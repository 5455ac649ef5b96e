/** `npm run fuzz`: breaks tables at random, and looks at what becomes of them; arguments go to test/fuzz/main.ts. */
import { installPackages } from './project.mjs';
import { runTypeScript } from './run-typescript.mjs';

installPackages();
process.exit(await runTypeScript('test/fuzz/main.ts', process.argv.slice(2), ['--expose-gc']));
