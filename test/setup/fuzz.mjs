/** `npm run fuzz`: mutates tables at random and checks what happens; arguments go to test/fuzz/main.ts. */
import { installPackages } from './project.mjs';
import { runTypeScript } from './run-typescript.mjs';

installPackages();
process.exit(await runTypeScript('test/fuzz/main.ts', process.argv.slice(2), ['--expose-gc']));
