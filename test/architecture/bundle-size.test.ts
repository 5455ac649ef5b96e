import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../support/shared-material.js';

/** What a page takes that imports something of the package as built, with the packages that it needs, minified. */

interface Bundler {
  build(options: object): Promise<{ readonly outputFiles: readonly { readonly contents: Uint8Array }[] }>;
}

const DIST = join(projectFolder, 'dist');
const require = createRequire(import.meta.url);
/** esbuild, as it comes with tsup. */
const esbuild = createRequire(require.resolve('tsup'))('esbuild') as Bundler;

async function bundledBytes(entry: string, names: string): Promise<number> {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: `export ${names} from './${entry}/index.js';`, resolveDir: DIST },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    platform: 'browser',
    external: ['node:*', 'v86'],
    logLevel: 'error',
  });
  return outputFiles[0]?.contents.length ?? 0;
}

/** The most kilobytes (1000 bytes) of everything that an entry exports, and of single functions. */
const MOST: readonly (readonly [entry: string, names: string, kilobytes: number])[] = [
  ['guest', '*', 14],
  ['device', '*', 95],
  ['aml', '*', 103.5],
  ['platform', '*', 245],
  ['check', '*', 725],
  ['platform', '{ packPciAddress }', 2],
  ['firmware', '{ encodeVcfgName }', 41],
  ['firmware', '{ generateDsdt }', 88],
  ['check', '{ checkWindow }', 47],
  ['check', '{ checkSet }', 518],
  ['device', '{ MmioBus }', 14],
  ['tables', '*', 36],
];

describe.skipIf(!existsSync(join(DIST, 'index.js')) && !process.env.CI)('a bundle of the package as built', () => {
  it.each(MOST)('of %s %s is at most %i kB', async (entry, names, kilobytes) => {
    expect((await bundledBytes(entry, names)) / 1000).toBeLessThanOrEqual(kilobytes);
  });

  it('makes no code at run time, which a page without unsafe-eval refuses', async () => {
    const { outputFiles } = await esbuild.build({
      stdin: { contents: `export * from './tables/index.js';`, resolveDir: DIST },
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
    });
    expect(new TextDecoder().decode(outputFiles[0]?.contents)).not.toMatch(/new Function\b|\beval\(/);
  });
});
