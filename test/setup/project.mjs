import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, seconds } from './console.mjs';

/** The project's own folder, with a slash at its end. */
export const projectFolder = fileURLToPath(new URL('../../', import.meta.url));

/** Where what can be made again is kept: removing node_modules empties it. */
export const cacheFolder = join(projectFolder, 'node_modules/.cache/acpi-vcfg');

/** One hash of files' names and contents, and of `more`. */
function fingerprint(files, ...more) {
  const hash = createHash('sha256').update(more.join('\0'));
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(join(projectFolder, file)));
  return hash.digest('hex');
}

function stampIs(name, value) {
  const file = join(cacheFolder, name);
  return existsSync(file) && readFileSync(file, 'utf8') === value;
}

function stamp(name, value) {
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(join(cacheFolder, name), value);
}

/**
 * Runs a command to its end in the project's folder, quietly: its output is shown only if it fails, and ends the script.
 * `report` takes the words about it.
 */
export function runQuietly(what, program, args, { env = {}, report = (text) => process.stdout.write(text) } = {}) {
  report(`${what} … `);
  const start = performance.now();
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: projectFolder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, ...env },
  });
  if (status !== 0) {
    report('\n');
    console.error(error?.message ?? `${stdout}${stderr}`);
    fail(`${what} failed: ${program} ${args.join(' ')}`, 'The output above says why.');
  }
  report(`${seconds(performance.now() - start)}\n`);
}

/** Installs the npm packages of the lock file, unless they are there. */
export function installPackages() {
  const value = fingerprint(['package-lock.json'], process.platform, process.arch);
  if (stampIs('installed', value)) return;
  const flags = ['ci', '--include=dev', '--no-progress'];
  // Whoever calls this builds what they need: see `build`.
  runQuietly('Installing npm packages (npm ci)', 'npm', flags, { env: { VCFG_NO_PREPARE: '1' } });
  stamp('installed', value);
}

/** What builds dist, beside its sources: how it does so decides what is in it. */
const BUILDERS = ['build.mjs', 'build-explorer.mjs', 'pure-chunks.mjs'].map((name) => `test/setup/${name}`);

/** One hash of everything that dist is made of, and of what makes it. */
export function sourcesFingerprint() {
  const sources = readdirSync(join(projectFolder, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(projectFolder.length))
    .sort();
  return fingerprint(['package.json', 'package-lock.json', 'tsconfig.json', ...BUILDERS, ...sources]);
}

const isThere = (path) => existsSync(join(projectFolder, path));

/** Whether the packages that build dist are installed: `npm ci --omit=dev` leaves them out. */
export function isBuilder() {
  return ['tsup', 'typescript'].every((name) => isThere(`node_modules/${name}/package.json`));
}

/** Every file that package.json names as an entry of the package. */
function packageEntries() {
  const { bin, exports } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8'));
  const targets = Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  );
  return [...Object.values(bin), ...targets];
}

/** Builds dist to run it, without declarations, unless it was built from these very sources. */
export function build() {
  const value = sourcesFingerprint();
  if (isThere('dist/cli/main.cjs') && (stampIs('built', value) || stampIs('packaged', value))) return;
  const args = ['test/setup/build.mjs', '--no-dts'];
  runQuietly('Building dist (npm run build, without declarations)', process.execPath, args);
  stamp('built', value);
}

/** Builds dist as it is packed, with declarations, unless it was built from these very sources. */
export function buildPackage() {
  const value = sourcesFingerprint();
  if (packageEntries().every(isThere) && stampIs('packaged', value)) return;
  runQuietly('Building dist (npm run build)', process.execPath, ['test/setup/build.mjs'], {
    report: (text) => process.stderr.write(text),
  });
  stamp('packaged', value);
}

/** Makes a fresh clone ready: packages, then the build. */
export function prepare() {
  installPackages();
  build();
}
