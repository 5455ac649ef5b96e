import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig, mergeConfig } from 'vitest/config';
import tests from '../vitest.config.js';
import type { Mutant } from './mutants.js';

const mutant = JSON.parse(process.env.VCFG_MUTANT ?? 'null') as Mutant | null;

/** The project's own tests, with one change made to one file as it is loaded: no file on disk changes. */
// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default mergeConfig(
  tests,
  defineConfig({
    plugins: [
      {
        name: 'mutant',
        enforce: 'pre',
        load(id) {
          if (mutant === null || resolve(id.split('?')[0] as string) !== resolve(mutant.file)) return undefined;
          const text = readFileSync(mutant.file, 'utf8');
          return text.slice(0, mutant.start) + mutant.replacement + text.slice(mutant.end);
        },
      },
    ],
    test: { bail: 1 },
  }),
);
