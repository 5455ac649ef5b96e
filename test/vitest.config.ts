import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { isolatedFiles } from './support/isolated-files.js';
import { skipReporter } from './support/skip-reporter.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const isolated = isolatedFiles(root);

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  test: {
    root,
    // Ends what never would. Tests count steps where they can, since a busy machine takes ten times as long as an idle one.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'threads',
    maxWorkers: 2,
    // Without it, starting programs from the large process of the tests takes a third of the processor time.
    setupFiles: ['test/support/spawn/spawn-elsewhere.ts'],
    reporters: ['default', skipReporter],
    // Loading the modules is a third of the work: most files share a thread, and with it the modules that are loaded.
    projects: [
      { extends: true, test: { name: 'shared', isolate: false, include: ['test/**/*.test.ts'], exclude: isolated } },
      { extends: true, test: { name: 'isolated', isolate: true, include: isolated } },
    ],
  },
});
