import { expect, it } from 'vitest';
import { isolatedFiles, needsIsolation } from './isolated-files.js';
import { projectFolder } from './shared-material.js';

it.each([
  ['const measure = await startCounting();', true],
  ["vi.mock('../a.js');", true],
  ['process.env.CI = CI;', true],
  ['delete process.env[name];', true],
  ["vi.stubGlobal('BigInt', counting);", true],
  ['const cache = process.env.CI === undefined;', false],
  ["vi.spyOn(device, 'read').mockRestore();", false],
])('%s', (text, expected) => {
  expect(needsIsolation(text)).toBe(expected);
});

it('finds the test files of the project that need a thread of their own', () => {
  const files = isolatedFiles(projectFolder);
  expect(files).toContain('test/fuzz/check-growth.test.ts');
  expect(files).not.toContain('test/base/bytes.test.ts');
});
