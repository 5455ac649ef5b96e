import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'vitest';

/** The project's own folder. */
export const projectFolder: string = new URL('../../', import.meta.url).pathname;

/** Recorded runs and real tables are beside the project, in a folder that is not part of it. */
const sharedFolder = process.env.VCFG_SHARED ?? join(projectFolder, '..', 'shared');

/** Where recorded runs are, if they are there. */
export const vectorsFolder: string = join(sharedFolder, 'vectors');

/** Where real tables are, if they are there. */
export const corpusFolder: string = join(sharedFolder, 'corpus');

function folderOrSkip(context: TestContext, name: string): string {
  const folder = join(sharedFolder, name);
  if (!existsSync(folder)) {
    const reason = `${join('..', 'shared', name)} is not there`;
    if (process.env.CI) throw new Error(reason);
    context.skip(reason);
  }
  return folder;
}

/** A recorded run of crosvm's own code. Skips the test where the recordings are not there; fails it with `CI` set. */
export function readVectors<T>(context: TestContext, file: string, reviver?: (text: string) => T): T {
  const text = readFileSync(join(folderOrSkip(context, 'vectors'), file), 'utf8');
  return reviver ? reviver(text) : (JSON.parse(text) as T);
}

/** Every real table of the corpus. Skips the test where the corpus is not there; fails it with `CI` set. */
export function readCorpus(context: TestContext): { name: string; bytes: Uint8Array }[] {
  return readTables(folderOrSkip(context, 'corpus'));
}

/** Every `.aml` file of a folder, by name; none if there is no such folder. */
export function readTables(folder: string): { name: string; bytes: Uint8Array }[] {
  return (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => name.endsWith('.aml'))
    .sort()
    .map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(folder, name))) }));
}
