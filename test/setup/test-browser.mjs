/**
 * `npm run test:browser [-- PART_OF_A_PATH…]`: runs every test that does not need Node.js in Chromium. Their imports
 * show which those are.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fail, heading, say, seconds } from './console.mjs';
import { installPrograms } from './debian.mjs';
import { pathOf } from './installed.mjs';
import { installPackages, projectFolder } from './project.mjs';
import { importsOfTests, loadEsbuild } from './run-typescript.mjs';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-sync',
  '--metrics-recording-only',
  '--no-first-run',
  '--no-default-browser-check',
];

/** Packages that run in a page too. */
const IN_PAGE = new Set(['vitest', 'fast-check', 'yaml', 'zod', 'binary-parser']);
const runsInPage = ({ path, external }) => !external || IN_PAGE.has(path.split('/')[0]);

/** Whether a file of the tests uses what Node.js has as a global, without an import. */
const usesNodeGlobals = (path) =>
  path.startsWith('test/') && /\b(Buffer|process|setImmediate)\b/.test(readFileSync(join(projectFolder, path), 'utf8'));

/** Test files that import no module of Node.js, directly or not, and use none of its globals. */
async function testsWithoutNode(parts) {
  return [...(await importsOfTests('test'))]
    .filter(
      ([test, { imports, inputs }]) =>
        imports.every(runsInPage) &&
        !Object.keys(inputs).some(usesNodeGlobals) &&
        (parts.length === 0 || parts.some((part) => test.includes(part))),
    )
    .map(([test]) => test);
}

/** A module that runs all of them in a page. */
async function bundle(esbuild, tests) {
  const lines = [
    `import { runFiles } from './test/browser/run-in-page.ts';`,
    'globalThis.outcomes = runFiles({',
    ...tests.map((path) => `  ${JSON.stringify(path)}: () => import(${JSON.stringify(`./${path}`)}),`),
    '});',
  ];
  const { outputFiles } = await esbuild.build({
    stdin: { contents: lines.join('\n'), resolveDir: projectFolder, loader: 'ts' },
    outfile: 'tests.js',
    write: false,
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2023',
    alias: { vitest: join(projectFolder, 'test/browser/vitest-in-page.ts') },
    define: { 'process.env.NODE_ENV': '"test"' },
    logLevel: 'error',
  });
  return outputFiles[0].text;
}

/** Serves a page with the module. Resolves to its address and a function that stops the server. */
function serve(script) {
  const server = createServer((request, response) => {
    const isScript = request.url === '/tests.js';
    // A page has SharedArrayBuffer only if it is isolated from other origins.
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    response.setHeader('Content-Type', isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8');
    response.end(
      isScript ? script : '<!doctype html><title>Tests</title><script type="module" src="/tests.js"></script>',
    );
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({ address: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() });
    });
  });
}

heading('Preparing');
installPackages();
if (installPrograms(['chromium']).length > 0) {
  if (process.env.CI) fail('The tests for browsers need Chromium here.', 'apt-get install chromium');
  say('SKIPPED every test in Chromium: apt-get install chromium');
  process.exit(0);
}
const esbuild = loadEsbuild();
const tests = await testsWithoutNode(process.argv.slice(2));
const page = await serve(await bundle(esbuild, tests));

heading(`${tests.length} test files in Chromium`);
const { chromium } = await import('playwright-core');
const started = performance.now();
// A user's folder of its own for each run: playwright makes one and removes it.
const executablePath = pathOf('chromium');
const browser = await chromium.launch({ executablePath, headless: true, args: FLAGS, timeout: 300_000 });
try {
  const tab = await browser.newPage();
  tab.setDefaultTimeout(0);
  tab.on('pageerror', (error) => console.error(String(error)));
  await tab.goto(page.address);
  await tab.waitForFunction('globalThis.outcomes !== undefined');
  const outcomes = await tab.evaluate('globalThis.outcomes');
  const failed = outcomes.filter(({ state }) => state === 'fail');
  for (const { name, message } of failed) say(`FAILED ${name}\n${message}\n`);
  const count = (state) => outcomes.filter((outcome) => outcome.state === state).length;
  say(`Chromium ${browser.version()}, ${seconds(performance.now() - started)}`);
  say(`${count('pass')} passed, ${failed.length} failed, ${outcomes.length - count('pass') - failed.length} skipped`);
  process.exitCode = failed.length > 0 || count('pass') === 0 ? 1 : 0;
} finally {
  await browser.close();
  page.close();
}
