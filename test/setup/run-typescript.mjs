import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheFolder, projectFolder } from './project.mjs';

/** esbuild, as it comes with tsup. */
export function loadEsbuild() {
  const require = createRequire(import.meta.url);
  return createRequire(require.resolve('tsup'))('esbuild');
}

/** rolldown, as it comes with vitest. */
export function loadRolldown() {
  const require = createRequire(import.meta.url);
  const vite = createRequire(createRequire(require.resolve('vitest')).resolve('vite'));
  return import(pathToFileURL(vite.resolve('rolldown')).href);
}

/** The path of a source file, for sources that look for files beside themselves: the bundle is elsewhere. */
const keepPlaces = {
  name: 'keep-places',
  setup(bundler) {
    bundler.onLoad({ filter: /\.(?:ts|mjs)$/ }, ({ path }) => {
      const place = { url: pathToFileURL(path).href, filename: path, dirname: dirname(path) };
      const source = readFileSync(path, 'utf8');
      const contents = source.replaceAll(/\bimport\.meta\.(url|filename|dirname)\b/g, (_, key) =>
        JSON.stringify(place[key]),
      );
      return { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' };
    });
  },
};

/**
 * Bundles a TypeScript entry (path from the project's folder; npm packages stay outside) into the cache. Resolves to the
 * file that Node.js runs, as a program or as a worker. The packages must be installed: see `prepare`.
 */
export async function bundleTypeScript(entry) {
  const outfile = join(cacheFolder, `${entry.replaceAll('/', '-').replace(/\.ts$/, '')}.mjs`);
  await loadEsbuild().build({
    entryPoints: [join(projectFolder, entry)],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // As in dist.
    minifySyntax: true,
    sourcemap: 'inline',
    logLevel: 'warning',
    plugins: [keepPlaces],
  });
  return outfile;
}

/** A TypeScript entry and all that it imports as one module for a page, as text. What it imports from Node.js stays outside. */
export async function bundleForPage(entry) {
  const { outputFiles } = await loadEsbuild().build({
    entryPoints: [join(projectFolder, entry)],
    outfile: 'page.js',
    write: false,
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2023',
    // v86 looks for these where there is no browser.
    external: ['node:*', 'crypto', 'fs', 'perf_hooks'],
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}

/**
 * Bundles a TypeScript entry and runs it with `args`, Node.js itself with `nodeFlags`, in the folder where the user is.
 * Resolves to its exit code.
 */
export async function runTypeScript(entry, args = [], nodeFlags = []) {
  let outfile;
  try {
    outfile = await bundleTypeScript(entry);
  } catch (error) {
    // esbuild has already printed what is wrong in the sources.
    if (!Array.isArray(error.errors)) throw error;
    return 1;
  }
  const flags = ['--enable-source-maps', ...nodeFlags];
  return spawnSync(process.execPath, [...flags, outfile, ...args], { stdio: 'inherit' }).status ?? 1;
}

/** Every test file below a folder, and the project's files that each imports, directly or not. Paths are relative to the project. */
export async function importsOfTests(folder) {
  const tests = readdirSync(join(projectFolder, folder), { recursive: true })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => `${folder}/${path}`)
    .sort();
  const { metafile } = await loadEsbuild().build({
    entryPoints: tests,
    absWorkingDir: projectFolder,
    outdir: join(cacheFolder, 'imports'),
    write: false,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    metafile: true,
    logLevel: 'warning',
  });
  const outputs = Object.values(metafile.outputs).filter(({ entryPoint }) => entryPoint !== undefined);
  return new Map(outputs.map(({ entryPoint, inputs, imports }) => [entryPoint, { inputs, imports }]));
}
