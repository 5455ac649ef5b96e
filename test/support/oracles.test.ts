import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, expect, it, type TestContext } from 'vitest';
import { isInstalled, packageOf } from '../setup/installed.mjs';
import { inScratchFolder, needs, type Oracle } from './oracles.js';

const { PATH, CI } = process.env;
afterEach(() => {
  process.env.PATH = PATH;
  if (CI === undefined) delete process.env.CI;
  else process.env.CI = CI;
});

/** Calls `work` while the search path begins with a clang of this version, which cannot link with sanitizers. */
function withBareClang<T>(version: string, work: () => T): Promise<T> {
  return inScratchFolder((folder) => {
    const script = `#!/bin/sh\n[ "$1" = -dumpversion ] && echo ${version} && exit\nexit 1\n`;
    writeFileSync(join(folder, 'clang'), script);
    chmodSync(join(folder, 'clang'), 0o755);
    process.env.PATH = `${folder}${delimiter}${PATH}`;
    return work();
  });
}

/** What `needs` says: the reason to skip, or that of a failure. */
function refusal(...oracles: Oracle[]): string {
  let skipped = 'nothing is missing';
  const context = {
    skip: (reason: string) => {
      skipped = `skip: ${reason}`;
    },
  };
  try {
    needs(context as unknown as TestContext, ...oracles);
  } catch (error) {
    return `fail: ${(error as Error).message}`;
  }
  return skipped;
}

it('a clang without its sanitizer runtime is told apart, and the package is that of its version', async () => {
  expect(await withBareClang('15.0.6', () => [isInstalled('clang'), isInstalled('clang-sanitizers')])).toEqual([
    true,
    false,
  ]);
  expect(await withBareClang('15.0.6', () => packageOf('clang-sanitizers'))).toBe('libclang-rt-15-dev');
  process.env.PATH = '';
  expect([isInstalled('clang-sanitizers'), packageOf('clang-sanitizers')]).toEqual([false, 'libclang-rt-14-dev']);
});

it('what is missing skips a test, and fails it with CI set; both name the package', async () => {
  const reason = 'clang-sanitizers not found: apt-get install libclang-rt-14-dev';
  delete process.env.CI;
  expect(await withBareClang('14.0.6', () => refusal('clang', 'clang-sanitizers'))).toBe(`skip: ${reason}`);
  process.env.CI = 'true';
  expect(await withBareClang('14.0.6', () => refusal('clang', 'clang-sanitizers'))).toBe(`fail: ${reason}`);
});
