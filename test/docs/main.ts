import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectFolder } from '../support/shared-material.js';
import { difference } from './difference.js';
import { PAGES } from './pages.js';

const check = process.argv.includes('--check');
let stale = 0;
for (const { path, write } of PAGES) {
  const file = join(projectFolder, path);
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const after = write();
  if (before === after) {
    console.log(`${path}: as it was`);
    continue;
  }
  stale++;
  console.log(`${path}: ${check ? 'out of date' : 'written'}`);
  for (const line of difference(before, after)) console.log(`  ${line}`);
  if (check) continue;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, after);
}
if (check && stale > 0) {
  console.error('Run npm run docs, and look at what it changes.');
  process.exitCode = 1;
}
