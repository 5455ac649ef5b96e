/** `npm run docs`: writes the pages of docs that are generated, and prints what changed; `--check` only tells. */
import { installPackages } from './project.mjs';
import { runTypeScript } from './run-typescript.mjs';

installPackages();
process.exit(await runTypeScript('test/docs/main.ts', process.argv.slice(2)));
