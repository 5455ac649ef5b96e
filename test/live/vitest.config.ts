import { defineConfig } from 'vitest/config';
import { skipReporter } from '../support/skip-reporter.js';

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/live/**/*.live.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // A guest takes a processor, and its files run one after another.
    pool: 'forks',
    fileParallelism: false,
    reporters: ['default', skipReporter],
  },
});
