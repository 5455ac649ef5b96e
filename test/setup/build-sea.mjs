/**
 * `npm run build:sea [-- FILE]`: vcfg as one executable file, for people without Node.js. It holds Node.js 26, which can build
 * such files by itself, and the command with its code cache. `vcfg explore` and `vcfg live` in the emulator are left out:
 * they need files beside the command.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fail, say } from './console.mjs';
import { nodeProgram } from './node-versions.mjs';
import { build, cacheFolder, projectFolder } from './project.mjs';
import { loadEsbuild } from './run-typescript.mjs';

/** The first version whose --build-sea needs no other program. */
const MAJOR = 26;

build();
const node = nodeProgram(MAJOR);
if (node === undefined) fail(`Node.js ${MAJOR} is needed.`, 'Is the npm registry within reach?');
const folder = join(cacheFolder, 'sea');
mkdirSync(folder, { recursive: true });
const main = join(folder, 'vcfg.cjs');
const output = resolve(process.argv[2] ?? join(projectFolder, 'dist/vcfg'));
await loadEsbuild().build({
  entryPoints: [join(projectFolder, 'src/cli/start.ts')],
  outfile: main,
  bundle: true,
  minifySyntax: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['v86'],
  banner: { js: "const ownUrl = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': 'ownUrl', 'import.meta.resolve': 'undefined' },
  logLevel: 'warning',
});
const texts = [
  'package.json',
  ...readdirSync(join(projectFolder, 'dist/cli/help')).map((name) => `dist/cli/help/${name}`),
];
const config = join(folder, 'sea.json');
const assets = Object.fromEntries(texts.map((path) => [path, join(projectFolder, path)]));
const settings = { main, output, assets, useCodeCache: true, disableExperimentalSEAWarning: true };
writeFileSync(config, JSON.stringify(settings));
const { status, stderr } = spawnSync(node, ['--build-sea', config], { encoding: 'utf8' });
if (status !== 0) fail('The executable was not built.', stderr);
say(`${output}`);
