/** `npm run print-rate [-- DIR]`: makes a fresh clone ready and counts which tables survive being printed as ASL. */
import { installPackages } from './project.mjs';
import { runTypeScript } from './run-typescript.mjs';

installPackages();
process.exit(await runTypeScript('test/asl/print/rate.ts', process.argv.slice(2)));
