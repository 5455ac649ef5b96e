/**
 * `npm run build`: dist, by the `tsup` rows of package.json, and the explorer's page in dist/explorer. `--no-dts` leaves the
 * declarations out.
 */
import { join } from 'node:path';
import { build } from 'tsup';
import { buildExplorer } from './build-explorer.mjs';
import { projectFolder } from './project.mjs';
import { markFolder } from './pure-chunks.mjs';

await build({
  silent: true,
  ...(process.argv.includes('--no-dts') ? { dts: false } : {}),
  esbuildOptions(options, { format }) {
    // Writes numbers in place of the constants that stand for them: joined into one file, constants become variables,
    // and V8 does not compute with those ahead of time. Checking a whole window takes 40 % of the time.
    options.minifySyntax = format === 'esm';
    // The conversion of the command's chunks to CommonJS would otherwise replace each `?.` and `??` with a closure.
    if (format === 'cjs') options.supported = { 'optional-chain': false, 'nullish-coalescing': false };
  },
});

markFolder(join(projectFolder, 'dist'), ['cli']);

await buildExplorer(join(projectFolder, 'dist/explorer'));
