/** `npm run mutate -- ROOM`: how many small changes to a room its tests notice; arguments go to test/mutation/main.ts. */
import { installPackages } from './project.mjs';
import { runTypeScript } from './run-typescript.mjs';

installPackages();
process.exit(await runTypeScript('test/mutation/main.ts', process.argv.slice(2)));
