import { defineConfig } from 'vitest/config';
import { skipReporter } from './support/skip-reporter.js';

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    // For what never ends: a busy machine may take ten times as long as an idle one, and that is not a failure.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: 'threads',
    maxWorkers: 2,
    reporters: ['default', skipReporter],
  },
});
