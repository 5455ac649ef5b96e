/** `npm run docs`: writes the generated pages of docs and prints what changed; `--check` only prints. */
import { installPackages } from './project.mjs';
import { runTypeScript } from './run-typescript.mjs';

installPackages();
process.exit(await runTypeScript('test/docs/main.ts', process.argv.slice(2)));
