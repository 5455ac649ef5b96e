import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { projectFolder } from '../support/shared-material.js';
import type { Sources } from './import-rules.js';

/** TypeScript files of a folder of the project by their path below it, with `/`. */
export function readSources(folder: string): Sources {
  const root = join(projectFolder, folder);
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => path.endsWith('.ts'))
    .sort();
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

/** Every file that is or will be part of the project, from its folder. */
export function listProjectFiles(): string[] {
  const { stdout, error } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: projectFolder,
    encoding: 'utf8',
  });
  if (error) throw error;
  return stdout.split('\0').filter((path) => path !== '' && existsSync(join(projectFolder, path)));
}
