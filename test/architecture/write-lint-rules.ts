/** Rewrites the `overrides` of biome.json from the rows of rooms.ts. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../support/shared-material.js';
import { lintOverrides } from './lint-rules.js';
import { ROOMS } from './rooms.js';

const file = join(projectFolder, 'biome.json');
const settings = JSON.parse(readFileSync(file, 'utf8'));
settings.overrides = lintOverrides(ROOMS);
// On one line: the formatter then breaks only what is too long.
writeFileSync(file, JSON.stringify(settings));
