/**
 * Installs the package as its users do, from `npm pack` and from git, in a strict TypeScript project, for both ways of
 * finding modules: every entry is imported, compiled against its declarations and run, and `npx vcfg` answers. From git
 * means the last commit. Part of `npm run package-check`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail, heading, say } from './console.mjs';
import { isInstalled } from './installed.mjs';
import { projectFolder } from './project.mjs';

const { name, version, exports, dependencies } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8'));
const ENTRIES = Object.keys(exports)
  .filter((entry) => !entry.endsWith('.json'))
  .map((entry) => name + entry.slice(1));

const scratch = mkdtempSync(join(tmpdir(), 'vcfg-package-'));

function run(program, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status === 0) return stdout;
  fail(`${program} ${args.join(' ')} failed in ${cwd}:`, error?.message ?? `${stdout}${stderr}`);
}

/** Imports every entry, as values and as types. */
const PROGRAM = [
  ...ENTRIES.map((entry, index) => `import * as entry${index} from '${entry}';`),
  `const entries: readonly object[] = [${ENTRIES.map((_, index) => `entry${index}`).join(', ')}];`,
  'const empty = entries.filter((entry) => Object.keys(entry).length === 0).length;',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the text of a program
  'export const answer: string = `${entries.length} entries, ${empty} empty`;',
  'declare const console: { log(text: string): void };',
  'console.log(answer);',
  '',
].join('\n');

const STRICT = {
  target: 'ES2023',
  lib: ['ES2023', 'DOM'],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
};
const RESOLUTIONS = [
  { module: 'NodeNext', moduleResolution: 'NodeNext' },
  { module: 'ESNext', moduleResolution: 'Bundler' },
];

function tryPackage(how, spec) {
  heading(`Installed from ${how}`);
  const folder = mkdtempSync(join(scratch, 'project-'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }));
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', spec], folder);
  const installed = join(folder, 'node_modules', name);
  const files = readdirSync(installed, { recursive: true }).map(String);
  const maps = files.filter((file) => file.endsWith('.map'));
  if (maps.length > 0)
    fail(`The package has source maps: ${maps.slice(0, 3).join(', ')}.`, 'They are not needed there.');
  for (const dependency of Object.keys(dependencies)) {
    if (!existsSync(join(folder, 'node_modules', dependency)))
      fail(`${dependency} was not installed.`, 'Is it a dependency?');
  }
  writeFileSync(join(folder, 'main.ts'), PROGRAM);
  const tsc = join(projectFolder, 'node_modules/typescript/bin/tsc');
  for (const resolution of RESOLUTIONS) {
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...STRICT, ...resolution }, files: ['main.ts'] }),
    );
    run(process.execPath, [tsc, '-p', folder], folder);
    const answer = run(process.execPath, ['main.js'], folder).trim();
    if (answer !== `${ENTRIES.length} entries, 0 empty`)
      fail(`${resolution.moduleResolution}: ${answer}.`, 'Each entry exports something.');
    say(`${resolution.moduleResolution}: ${answer}`);
  }
  const said = run('npx', ['--no-install', 'vcfg', '--version'], folder).trim();
  if (said !== version) fail(`npx vcfg --version says "${said}".`, `It is ${version}.`);
  say(`npx vcfg: ${said}`);
}

try {
  const packed = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', scratch], projectFolder));
  const [{ filename, size, unpackedSize, entryCount }] = Array.isArray(packed) ? packed : Object.values(packed);
  say(`npm pack: ${entryCount} files, ${size} bytes, ${unpackedSize} unpacked`);
  tryPackage('npm pack', join(scratch, filename));
  if (isInstalled('git')) tryPackage('git', `git+${pathToFileURL(projectFolder).href.replace(/\/$/, '')}`);
  else if (process.env.CI) fail('git not found.', 'apt-get install git');
  else say('SKIPPED the installation from git: apt-get install git');
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
