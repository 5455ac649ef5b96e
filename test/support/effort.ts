/**
 * How much the most expensive tests cover. In `npm test` they use a sample, so that it takes a few minutes; with
 * VCFG_LONG=1, which `npm run test:long` and .ci/run set, they use everything.
 */
const isLong = process.env.VCFG_LONG === '1';

/** A number of runs: fewer in the short form. */
export function effort(short: number, long: number): number {
  return isLong ? long : short;
}

/** All of a list in the long form, else every `step`-th element, from the first. */
export function someOf<T>(list: readonly T[], step: number): readonly T[] {
  return isLong ? list : list.filter((_, index) => index % step === 0);
}
