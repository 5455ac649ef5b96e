import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, say, seconds } from './console.mjs';

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

/** Runs a command to its end in the project's folder, quietly: its output is shown only if it fails, and ends the script. */
function runQuietly(what, program, args) {
  process.stdout.write(`${what} … `);
  const start = performance.now();
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: projectFolder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) {
    say('');
    console.error(error?.message ?? `${stdout}${stderr}`);
    fail(`${what} failed: ${program} ${args.join(' ')}`, 'The output above says why.');
  }
  say(seconds(performance.now() - start));
}

/**
 * Installs the npm packages of the lock file, unless they are there. Not with `npm ci`: that refuses a lock file which
 * lacks other systems' variants of a package, and npm leaves those out where a registry lacks them. This leaves the lock
 * file as it is too; that it fits package.json is for a test to say.
 */
export function installPackages() {
  const value = fingerprint(['package-lock.json'], process.platform, process.arch);
  if (stampIs('installed', value)) return;
  runQuietly('Installing npm packages (npm install)', 'npm', [
    'install',
    '--no-save',
    '--include=dev',
    '--no-progress',
  ]);
  stamp('installed', value);
}

/** Builds dist to run it, without declarations, unless it was built from these very sources. */
export function build() {
  const sources = readdirSync(join(projectFolder, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(projectFolder.length))
    .sort();
  const value = fingerprint(['package.json', 'package-lock.json', 'tsconfig.json', ...sources]);
  if (existsSync(join(projectFolder, 'dist/cli/main.cjs')) && stampIs('built', value)) return;
  runQuietly('Building dist (npm run build, without declarations)', 'npm', [
    'run',
    '--silent',
    'build',
    '--',
    '--no-dts',
  ]);
  stamp('built', value);
}

/** Makes a fresh clone ready: packages, then the build. */
export function prepare() {
  installPackages();
  build();
}
