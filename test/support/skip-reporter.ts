import type { Reporter, TestModule } from 'vitest/node';

/** The result of a run. A file that could not run counts as one failure, as does an error outside of tests. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  /** Reason to the names of the tests skipped for it. */
  readonly reasons: Map<string, string[]>;
}

/** What of a test module is counted. */
type CountedModule = Pick<TestModule, 'relativeModuleId' | 'errors'> & {
  readonly children: {
    allTests(): Iterable<{
      readonly fullName: string;
      result(): { readonly state: string; readonly note?: string | undefined };
    }>;
    allSuites(): Iterable<{ errors(): readonly unknown[] }>;
  };
};

/** Counts tests, and collects the reasons for skipped ones. */
export function countTests(modules: readonly CountedModule[], unhandledErrors = 0): Counts {
  const counts: Counts = { passed: 0, failed: unhandledErrors, skipped: 0, reasons: new Map() };
  for (const testModule of modules) {
    counts.failed += testModule.errors().length;
    for (const suite of testModule.children.allSuites()) counts.failed += suite.errors().length;
    for (const test of testModule.children.allTests()) {
      const { state, note } = test.result();
      if (state === 'passed') counts.passed++;
      else if (state === 'failed') counts.failed++;
      else {
        counts.skipped++;
        const reason = note ?? 'not selected, or not reached';
        counts.reasons.set(reason, [
          ...(counts.reasons.get(reason) ?? []),
          `${testModule.relativeModuleId} > ${test.fullName}`,
        ]);
      }
    }
  }
  return counts;
}

/** The closing lines: each reason once with its tests, then the count alone on its line. */
export function formatCounts({ passed, failed, skipped, reasons }: Counts): string {
  const most = 10;
  const lines: string[] = [];
  for (const [reason, names] of reasons) {
    lines.push(`Skipped ${names.length}: ${reason}`, ...names.slice(0, most).map((name) => `  ${name}`));
    if (names.length > most) lines.push(`  and ${names.length - most} more`);
  }
  return [...lines, `${passed} passed, ${failed} failed, ${skipped} skipped`].join('\n');
}

/** At the end of a run, prints which tests were skipped and why, and the counts. */
export const skipReporter: Reporter = {
  onTestRunEnd(modules, unhandledErrors) {
    process.stdout.write(`${formatCounts(countTests(modules, unhandledErrors.length))}\n`);
  },
};
