import type { TestContext } from 'vitest';

/**
 * How much the most expensive tests cover. In `npm test` they use a sample, so that it takes a few minutes; with
 * VCFG_LONG=1, which `npm run test:long` and .ci/run set, they use everything.
 */
const isLong = process.env.VCFG_LONG === '1';

/** A number of runs, or what else is less in the short form. */
export function effort<T>(short: T, long: T): T {
  return isLong ? long : short;
}

/** Skips the test in the short form, and says where it runs. */
export function onlyInLong(context: TestContext): void {
  if (!isLong) context.skip('takes long: npm run test:long runs it');
}

/** All of a list in the long form, else every `step`-th element, from the first. */
export function someOf<T>(list: readonly T[], step: number): readonly T[] {
  return isLong ? list : list.filter((_, index) => index % step === 0);
}
