import { defineConfig } from 'vitest/config';
import { skipReporter } from '../support/skip-reporter.js';

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/explorer/**/*.live.ts', 'test/explorer/page.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // The page and its guest share the machine with whatever else runs.
    expect: { poll: { timeout: 30_000 } },
    // One browser at a time.
    fileParallelism: false,
    reporters: ['default', skipReporter],
  },
});
