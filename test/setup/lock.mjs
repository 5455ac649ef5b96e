/**
 * `npm run lock`: brings package-lock.json up to date with package.json, and adds the variants for other systems that the
 * registry does not have, so that `npm ci` takes it on every system.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { say } from './console.mjs';
import { completeLock, missingVariants } from './lock-file.mjs';
import { projectFolder, runQuietly } from './project.mjs';

const file = join(projectFolder, 'package-lock.json');
runQuietly('Bringing package-lock.json up to date', 'npm', ['install', '--package-lock-only', '--ignore-scripts']);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const added = Object.keys(missingVariants(lock)).length;
writeFileSync(file, `${JSON.stringify(completeLock(lock), null, 2)}\n`);
say(added === 0 ? 'No variant was missing.' : `${added} variants for other systems were added.`);
