import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { projectFolder } from '../support/shared-material.js';
import type { Sources } from './import-rules.js';

/** TypeScript files of a folder, `.tsx` too, of the project by their path below it, with `/`. */
export function readSources(folder: string): Sources {
  const root = join(projectFolder, folder);
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => path.endsWith('.ts') || path.endsWith('.tsx'))
    .sort();
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

/** Generated folders that are not part of the project: the folders in .gitignore. */
const MADE = new Set(['.git', 'node_modules', 'dist', 'out', 'coverage', '.vcfg-cache']);

function walkProject(folder: string): string[] {
  return readdirSync(join(projectFolder, folder), { withFileTypes: true }).flatMap((entry) => {
    if (MADE.has(entry.name) || entry.name.endsWith('.tgz')) return [];
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? walkProject(path) : [path];
  });
}

/** Every file that is part of the project or not yet committed, by its path in the project. */
export function listProjectFiles(): string[] {
  const { stdout, error } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: projectFolder,
    encoding: 'utf8',
  });
  // A clone may be on a machine without git.
  if (error) return walkProject('');
  return stdout.split('\0').filter((path) => path !== '' && existsSync(join(projectFolder, path)));
}
