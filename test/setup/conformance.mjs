/** `npm run conformance [-- DIR]`: makes a fresh clone ready and replays crosvm's recorded runs. */
import { installPackages } from './project.mjs';
import { runTypeScript } from './run-typescript.mjs';

installPackages();
process.exit(await runTypeScript('test/conformance/main.ts', process.argv.slice(2)));
