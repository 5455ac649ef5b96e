/** `npm run conformance [-- DIR]`: replays crosvm's recorded runs from a folder and prints a line for each file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vectorsFolder } from '../support/shared-material.js';
import { outcomeLine } from './outcome.js';
import { RECORDINGS } from './recordings.js';

const SHOWN = 10;

function main(folder: string): number {
  if (!existsSync(folder)) {
    console.error(`${folder}: there is no such folder. Give one that holds ${Object.keys(RECORDINGS).join(', ')}.`);
    return 2;
  }
  const files = readdirSync(folder)
    .filter((file) => Object.hasOwn(RECORDINGS, file))
    .sort();
  if (files.length === 0) {
    console.error(`${folder}: none of ${Object.keys(RECORDINGS).join(', ')} is here.`);
    return 2;
  }
  let wrong = 0;
  for (const file of files) {
    const outcome = (RECORDINGS[file] as (typeof RECORDINGS)[string])(readFileSync(join(folder, file), 'utf8'));
    console.log(outcomeLine(file, outcome));
    for (const { row, what } of outcome.wrong.slice(0, SHOWN)) console.error(`  row ${row}: ${what}`);
    if (outcome.wrong.length > SHOWN) console.error(`  … and ${outcome.wrong.length - SHOWN} more`);
    wrong += outcome.wrong.length;
  }
  return wrong === 0 ? 0 : 1;
}

process.exitCode = main(process.argv[2] ?? vectorsFolder);
