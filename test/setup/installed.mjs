import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Debian 12's package for each program, or other thing, that tests compare with. */
export const ORACLES = JSON.parse(readFileSync(new URL('../support/oracles.json', import.meta.url), 'utf8'));

const MODULES = '/lib/modules';

/** Folder to build kernel modules in, for any kernel whose headers are installed; undefined if there are none. */
export function kernelBuildFolder() {
  return (existsSync(MODULES) ? readdirSync(MODULES) : [])
    .map((version) => join(MODULES, version, 'build'))
    .find((folder) => existsSync(join(folder, 'Makefile')));
}

/** Where on the search path a program is; undefined if it is nowhere. */
export function pathOf(program) {
  const places = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, program));
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const onSearchPath = (program) => pathOf(program) !== undefined;

/** Whether a compiler can link a program with its sanitizers: their runtime is often a package of its own. */
function linksSanitizers(compiler) {
  if (!onSearchPath(compiler)) return false;
  const folder = mkdtempSync(join(tmpdir(), 'vcfg-link-'));
  const flags = ['-fsanitize=address,undefined', '-x', 'c', '-', '-o', join(folder, 'main')];
  const { status } = spawnSync(compiler, flags, { input: 'int main(void) { return 0; }\n', timeout: 60_000 });
  rmSync(folder, { recursive: true, force: true });
  return status === 0;
}

/** How to tell whether something other than a program is there. */
const OTHERS = {
  seabios: () => existsSync('/usr/share/seabios/bios.bin'),
  'linux-headers': () => kernelBuildFolder() !== undefined,
  'gcc-sanitizers': () => linksSanitizers('gcc'),
  'clang-sanitizers': () => linksSanitizers('clang'),
};

/** Whether a program is on the search path, or something else that oracles.json names is installed. */
export function isInstalled(name) {
  return Object.hasOwn(OTHERS, name) ? OTHERS[name]() : onSearchPath(name);
}

/** Major version of an installed compiler; undefined if it is missing or does not say. */
function majorVersion(compiler) {
  return /^\d+/.exec(spawnSync(compiler, ['-dumpversion'], { encoding: 'utf8' }).stdout ?? '')?.[0];
}

/** The Debian package that holds a program or other thing. A sanitizer runtime's is that of the installed compiler. */
export function packageOf(name) {
  const [, compiler] = /^(.*)-sanitizers$/.exec(name) ?? [];
  const version = compiler && majorVersion(compiler);
  return version ? ORACLES[name].replace(/\d+/, version) : ORACLES[name];
}
