/**
 * Builds the explorer's page with esbuild: its scripts and workers, the style, and the examples. `buildExplorer(folder)`
 * writes the folder; `node test/setup/build-explorer.mjs FOLDER` does so by hand.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectFolder } from './project.mjs';
import { loadEsbuild } from './run-typescript.mjs';

const SOURCE = join(projectFolder, 'src/explorer');

/** What the page offers to open at once. */
const EXAMPLES = [
  'fixtures/platforms/sensor-hub.yaml',
  'fixtures/platforms/passthrough.yaml',
  ...readdirSync(join(projectFolder, 'fixtures/tables/q35')).map((name) => `fixtures/tables/q35/${name}`),
];

function replaced(text, pattern, replacement, what) {
  if (!pattern.test(text)) throw new Error(`${what} has changed: ${pattern} is not in it.`);
  return text.replace(pattern, replacement);
}

/** zod without its attempt to make code at run time. */
const interpretedSchemas = {
  name: 'interpreted-schemas',
  setup(bundler) {
    bundler.onLoad({ filter: /zod[\\/]v4[\\/]core[\\/]core\.js$/ }, ({ path }) => ({
      contents: replaced(
        readFileSync(path, 'utf8'),
        /\(_a\.__zod_globalConfig = \{\}\)/,
        '(_a.__zod_globalConfig = { jitless: true })',
        'zod',
      ),
    }));
  },
};

/** xterm.js with adopted sheets in place of style elements and attributes, which the page's policy forbids. */
const adoptedStyles = {
  name: 'adopted-styles',
  setup(bundler) {
    bundler.onLoad({ filter: /@xterm[\\/]xterm[\\/]lib[\\/]xterm\.mjs$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const sheets = replaced(text, /createElement\("style"\)/g, 'createElement("adopted-style")', 'xterm.js');
      const attribute = /(\w+)\.setAttribute\("style",`\$\{\1\.getAttribute\("style"\)\|\|""\}\$\{(\w+)\};`\)/;
      return { contents: replaced(sheets, attribute, '$1.style.cssText+=$2+";"', 'xterm.js') };
    });
  },
};

const packageVersion = () => JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')).version;

/** Built by itself: what it shares with another worker would be loaded by that one too, the guest included. */
const BOOT_WORKER = join(SOURCE, 'workers/boot-worker.ts');

/** Entries: the page's own scripts, and one for each worker but that of Boot. */
function entriesOf() {
  const names = readdirSync(join(SOURCE, 'workers')).filter((name) => name.endsWith('-worker.ts'));
  const workers = names.map((name) => join(SOURCE, 'workers', name)).filter((path) => path !== BOOT_WORKER);
  return [join(SOURCE, 'main.tsx'), ...workers];
}

/** The page, which loads a script and a style of this content: names do not change, and caches must not mix versions. */
function writePage(folder) {
  const versionOf = (name) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex')
      .slice(0, 12);
  const page = readFileSync(join(SOURCE, 'page/index.html'), 'utf8').replace(
    /(src|href)="\.\/(main\.js|style\.css)"/g,
    (_, attribute, name) => `${attribute}="./${name}?${versionOf(name)}"`,
  );
  writeFileSync(join(folder, 'index.html'), page);
}

/** Builds the page into a folder. Resolves to esbuild's account of each file. */
export async function buildExplorer(folder, { minify = true } = {}) {
  const esbuild = loadEsbuild();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'examples'), { recursive: true });
  const options = {
    absWorkingDir: projectFolder,
    outdir: folder,
    entryNames: '[name]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    minify,
    platform: 'browser',
    format: 'esm',
    target: 'es2023',
    // Named by what the page imports, but loaded by nothing in it: register descriptions in XML, and what v86 has in Node.js.
    external: ['saxes', 'node:*', 'crypto', 'fs', 'perf_hooks'],
    define: {
      'process.env.NODE_ENV': '"production"',
      'process.env.LOG_STREAM': 'undefined',
      PACKAGE_VERSION: JSON.stringify(packageVersion()),
    },
    metafile: true,
    logLevel: 'warning',
    plugins: [interpretedSchemas, adoptedStyles],
  };
  const builds = [entriesOf(), [BOOT_WORKER]].map((entryPoints) => esbuild.build({ ...options, entryPoints }));
  const metafiles = (await Promise.all(builds)).map(({ metafile }) => metafile);
  await esbuild.build({
    entryPoints: ['style', 'boot'].map((name) => join(SOURCE, `page/${name}.css`)),
    outdir: folder,
    bundle: true,
    minify,
    external: ['*.svg'],
    logLevel: 'warning',
  });
  for (const path of EXAMPLES) copyFileSync(join(projectFolder, path), join(folder, 'examples', basename(path)));
  copyFileSync(join(SOURCE, 'page/icon.svg'), join(folder, 'icon.svg'));
  writePage(folder);
  return { outputs: Object.assign({}, ...metafiles.map(({ outputs }) => outputs)) };
}

const [, script, folder] = process.argv;
if (import.meta.url === pathToFileURL(script).href) {
  if (folder === undefined) throw new Error('Give the folder to write.');
  const require = createRequire(import.meta.url);
  const { gzipSync } = require('node:zlib');
  const metafile = await buildExplorer(folder, { minify: true });
  for (const [path, { bytes }] of Object.entries(metafile.outputs)) {
    const packed = gzipSync(readFileSync(join(projectFolder, path))).length;
    console.log(`${String(bytes).padStart(9)} ${String(packed).padStart(8)} packed  ${basename(path)}`);
  }
}
