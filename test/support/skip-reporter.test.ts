import { expect, it } from 'vitest';
import { countTests, formatCounts } from './skip-reporter.js';

const row = (fullName: string, state: string, note?: string) => ({ fullName, result: () => ({ state, note }) });

const testModule = (rows: ReturnType<typeof row>[], errors = 0, suiteErrors = 0) => ({
  relativeModuleId: 'test/a.test.ts',
  errors: () => Array.from({ length: errors }, () => ({ message: 'broken', stacks: [] })),
  children: {
    allTests: () => rows,
    allSuites: () => [{ errors: () => Array.from({ length: suiteErrors }) }],
  },
});

it('counts tests, and each fault outside a test as a failure', () => {
  const rows = [row('a', 'passed'), row('b', 'failed'), row('c', 'skipped', 'no iasl'), row('d', 'pending')];
  const counts = countTests([testModule(rows), testModule([], 1), testModule([row('e', 'passed')], 0, 1)], 1);
  expect(counts).toMatchObject({ passed: 2, failed: 4, skipped: 2 });
});

it('names each reason once, its tests below, and the count alone on the last line', () => {
  const many = Array.from({ length: 12 }, (_, index) => row(`t${index}`, 'skipped', 'no iasl'));
  const text = formatCounts(countTests([testModule([...many, row('f', 'skipped')])]));
  expect(text.split('\n')).toEqual([
    'Skipped 12: no iasl',
    ...Array.from({ length: 10 }, (_, index) => `  test/a.test.ts > t${index}`),
    '  and 2 more',
    'Skipped 1: not selected, or not reached',
    '  test/a.test.ts > f',
    '0 passed, 0 failed, 13 skipped',
  ]);
});
