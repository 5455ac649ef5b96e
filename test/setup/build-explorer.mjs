/**
 * Builds the explorer's page: its scripts and workers with rolldown, which makes them smaller than esbuild does, the style, and the
 * examples. `buildExplorer(folder)`
 * writes the folder; `node test/setup/build-explorer.mjs FOLDER` does so by hand.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { projectFolder } from './project.mjs';
import { loadEsbuild, loadRolldown } from './run-typescript.mjs';

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
  load(path) {
    if (!/zod[\\/]v4[\\/]core[\\/]core\.js$/.test(path)) return null;
    const flag = /\(_a\.__zod_globalConfig = \{\}\)/;
    return replaced(readFileSync(path, 'utf8'), flag, '(_a.__zod_globalConfig = { jitless: true })', 'zod');
  },
};

/** xterm.js with adopted sheets in place of style elements and attributes, which the page's policy forbids. */
const adoptedStyles = {
  name: 'adopted-styles',
  load(path) {
    if (!/@xterm[\\/]xterm[\\/]lib[\\/]xterm\.mjs$/.test(path)) return null;
    const text = readFileSync(path, 'utf8');
    const sheets = replaced(text, /createElement\("style"\)/g, 'createElement("adopted-style")', 'xterm.js');
    const attribute = /(\w+)\.setAttribute\("style",`\$\{\1\.getAttribute\("style"\)\|\|""\}\$\{(\w+)\};`\)/;
    return replaced(sheets, attribute, '$1.style.cssText+=$2+";"', 'xterm.js');
  },
};

/** yaml without what writes YAML, which the page never does. */
const onlyReading = {
  name: 'only-reading',
  load(path) {
    if (!/yaml[\\/]browser[\\/]dist[\\/]stringify[\\/]\w+\.js$/.test(path)) return null;
    const [, names = ''] = /^export \{ ([\w, ]+) \};$/m.exec(readFileSync(path, 'utf8')) ?? [];
    if (names === '') throw new Error(`yaml has changed: ${basename(path)} has no list of exports.`);
    return names
      .split(', ')
      .map((name) => `export function ${name}() { throw new Error('Nothing writes YAML here.'); }`)
      .join('\n');
  },
};

/** CodeMirror without the token names of its stream parsers, which keep every style of highlighting in the bundle. */
const noStreamLanguages = {
  name: 'no-stream-languages',
  load(path) {
    if (!/@codemirror[\\/]language[\\/]dist[\\/]index\.js$/.test(path)) return null;
    const names = /for \(let \[legacyName, name\] of \[[^;]*?\]\)\s*defaultTable\[legacyName\] = [^;]*;/;
    return replaced(readFileSync(path, 'utf8'), names, '', 'CodeMirror');
  },
};

const packageVersion = () => JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')).version;

const MAIN = join(SOURCE, 'main.tsx');

/** Built by itself: what it shares with another worker would be loaded by that one too, the guest included. */
const BOOT_WORKER = join(SOURCE, 'workers/boot-worker.ts');

/** Entries: the page's own scripts, and one for each worker but that of Boot. */
function entriesOf() {
  const names = readdirSync(join(SOURCE, 'workers')).filter((name) => name.endsWith('-worker.ts'));
  const workers = names.map((name) => join(SOURCE, 'workers', name)).filter((path) => path !== BOOT_WORKER);
  return [MAIN, ...workers];
}

/**
 * The page. Caches must not mix versions: the name of the style has a query with its hash, and the name of the script contains
 * its hash. With a query the script would be evaluated twice, since panes import it by its name alone.
 */
function writePage(folder, script) {
  const style = createHash('sha256')
    .update(readFileSync(join(folder, 'style.css')))
    .digest('hex')
    .slice(0, 12);
  const source = readFileSync(join(SOURCE, 'page/index.html'), 'utf8');
  const styled = replaced(source, /href="\.\/style\.css"/, `href="./style.css?${style}"`, 'index.html');
  writeFileSync(join(folder, 'index.html'), replaced(styled, /src="\.\/main\.js"/, `src="./${script}"`, 'index.html'));
}

/**
 * What goes into the script `tables` of the workers; the rest goes into `engine`. Two large scripts are 15 kB smaller (gzip) than
 * one for what each pair of workers shares, and a worker still loads little that it does not use.
 */
const TABLES_SCRIPT =
  /[\\/]src[\\/](?:base|aml|asl|tables|explorer[\\/]analysis|firmware[\\/]decode-table|check[\\/]subject[\\/](?:table-outline|method-flags|object-text))/;

/** What panes share with workers. From other rooms they take a few words at most. */
const SHARED_WITH_PANES = /[\\/]src[\\/](?:base|guest|explorer|aml[\\/]grammar)[\\/]/;

/** Names the script that a module goes into: one of the workers', what the page needs at once, the panes, or the editor. */
function scriptOf(entries) {
  let parts;
  const partsOf = (infoOf) => {
    const reached = (starts) => {
      const found = new Set(starts);
      for (const id of found) for (const next of infoOf(id)?.importedIds ?? []) found.add(next);
      return found;
    };
    const page = reached([MAIN]);
    const lazy = [...page].flatMap((id) => infoOf(id)?.dynamicallyImportedIds ?? []);
    return {
      page,
      // Boot has a script of its own.
      panes: reached(lazy.filter((id) => !id.endsWith('boot-pane.tsx'))),
      workers: reached(entries.filter((path) => path !== MAIN)),
    };
  };
  return (id, context) => {
    parts ??= partsOf((each) => context.getModuleInfo(each));
    const { page, panes, workers } = parts;
    if (entries.includes(id)) return null;
    if (workers.has(id)) {
      if (page.has(id) || (panes.has(id) && SHARED_WITH_PANES.test(id))) return 'shared';
      return TABLES_SCRIPT.test(id) ? 'tables' : 'engine';
    }
    if (page.has(id)) return 'page';
    if (!panes.has(id)) return null;
    return id.includes('node_modules') ? 'editor' : 'panes';
  };
}

/** Bundles scripts into a folder. Resolves to what was written. */
async function bundle(entries, folder, minify) {
  const { rolldown } = await loadRolldown();
  const bundled = await rolldown({
    cwd: projectFolder,
    input: Object.fromEntries(entries.map((path) => [basename(path).replace(/\.tsx?$/, ''), path])),
    platform: 'browser',
    tsconfig: join(projectFolder, 'tsconfig.json'),
    // Named by what the page imports, but loaded by nothing in it: register descriptions in XML, and what v86 has in Node.js.
    external: ['saxes', /^node:/, 'crypto', 'fs', 'perf_hooks'],
    transform: {
      target: 'es2023',
      define: {
        'process.env.NODE_ENV': '"production"',
        'process.env.LOG_STREAM': 'undefined',
        PACKAGE_VERSION: JSON.stringify(packageVersion()),
      },
    },
    treeshake: { manualPureFunctions: ['tagHighlighter'] },
    plugins: [interpretedSchemas, adoptedStyles, onlyReading, noStreamLanguages],
    preserveEntrySignatures: false,
  });
  const { output } = await bundled.write({
    dir: folder,
    format: 'esm',
    entryFileNames: ({ name }) => (name === 'main' ? '[name]-[hash].js' : '[name].js'),
    chunkFileNames: '[name]-[hash].js',
    minify,
    codeSplitting: entries.includes(MAIN)
      ? { includeDependenciesRecursively: false, groups: [{ debugName: 'scripts', name: scriptOf(entries) }] }
      : true,
  });
  await bundled.close();
  return output;
}

/** Builds the page into a folder. Resolves to what rolldown says of each script. */
export async function buildExplorer(folder, { minify = true } = {}) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'examples'), { recursive: true });
  const own = await bundle(entriesOf(), folder, minify);
  const boot = await bundle([BOOT_WORKER], folder, minify);
  const esbuild = loadEsbuild();
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
  writePage(folder, own.find(({ name }) => name === 'main').fileName);
  return [...own, ...boot];
}

const [, script, folder] = process.argv;
if (import.meta.url === pathToFileURL(script).href) {
  if (folder === undefined) throw new Error('Give the folder to write.');
  for (const { fileName, code } of await buildExplorer(folder)) {
    const packed = gzipSync(code).length;
    console.log(`${String(code.length).padStart(9)} ${String(packed).padStart(8)} packed  ${fileName}`);
  }
}
