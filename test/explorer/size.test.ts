import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../support/shared-material.js';

/** What the page takes before Boot is opened, gzipped, as built. */

const DIST = join(projectFolder, 'dist/explorer');
const MOST_KILOBYTES = 479;

/** What only Boot loads: its pane, which has xterm.js, and its worker, which is built by itself. */
const isOfBoot = (name: string) => name.startsWith('boot-');

/** The page's own script, as the page names it. */
const mainScript = () => /src="\.\/([^"]*)"/.exec(readFileSync(join(DIST, 'index.html'), 'utf8'))?.[1] ?? '';

/** Every script that the page can load without opening Boot: what names a file names it in quotes. */
function scriptsBeforeBoot(): ReadonlySet<string> {
  const found = new Set([mainScript()]);
  for (const name of found)
    for (const [, other = ''] of readFileSync(join(DIST, name), 'utf8').matchAll(/["'`]\.\/([\w.-]+\.js)["'`]/g))
      if (!isOfBoot(other)) found.add(other);
  return found;
}

const packedBytes = (name: string) => gzipSync(readFileSync(join(DIST, name)), { level: 9 }).length;

describe.skipIf(!existsSync(join(DIST, 'index.html')) && !process.env.CI)('the page as built', () => {
  it(`takes at most ${MOST_KILOBYTES} kB before Boot, all panes and workers together`, () => {
    const scripts = scriptsBeforeBoot();
    // The walk has found the panes and the workers.
    for (const start of ['page', 'panes', 'editor', 'shared', 'tables', 'engine', 'machine-worker', 'tables-worker'])
      expect([...scripts].some((name) => name.startsWith(start))).toBe(true);
    const files = [...scripts, 'style.css', 'index.html'];
    const bytes = files.reduce((sum, name) => sum + packedBytes(name), 0);
    console.log(`${Math.round(bytes / 1000)} kB before Boot, in ${files.length} files`);
    expect(bytes / 1000).toBeLessThanOrEqual(MOST_KILOBYTES);
    expect(bytes / 1000).toBeGreaterThan(100);
  });

  it('has one address for its own script, which would be evaluated again by another', () => {
    const imports = [...scriptsBeforeBoot()].filter((name) =>
      readFileSync(join(DIST, name), 'utf8').includes(`"./main`),
    );
    for (const name of imports) expect(readFileSync(join(DIST, name), 'utf8')).toContain(`"./${mainScript()}"`);
    expect(mainScript()).toMatch(/^main-[\w-]+\.js$/);
  });

  it('loads neither the emulator nor the terminal before Boot', () => {
    for (const name of scriptsBeforeBoot()) {
      const text = readFileSync(join(DIST, name), 'utf8');
      expect(text.includes('adopted-style') || text.includes('serial0-output-byte'), name).toBe(false);
    }
  });
});
