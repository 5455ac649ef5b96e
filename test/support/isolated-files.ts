import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a test does to the whole thread that it runs in, or needs of it. */
const NEEDS_ITS_OWN_THREAD = [
  // Blocks are counted only of modules that are loaded afterwards: see step-count.ts.
  /\bstartCounting\b/,
  // Modules that others may have loaded already, or would get.
  /\bvi\.(mock|hoisted|resetModules)\b/,
  /\bvi\.(stubGlobal|stubEnv|useFakeTimers)\b/,
  /\bprocess\.env(\.\w+|\[[^\]]+\]) = |\bdelete process\.env\b/,
];

/** Whether a test file cannot share a thread, with its loaded modules, with other test files. */
export function needsIsolation(text: string): boolean {
  return NEEDS_ITS_OWN_THREAD.some((pattern) => pattern.test(text));
}

/** The test files that need a thread of their own, as paths from the project's folder. */
export function isolatedFiles(projectFolder: string): string[] {
  return readdirSync(join(projectFolder, 'test'), { recursive: true, encoding: 'utf8' })
    .map((name) => `test/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.test.ts') && needsIsolation(readFileSync(join(projectFolder, name), 'utf8')));
}
