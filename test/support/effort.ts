/**
 * How much the dearest tests try. `npm test` tries some of it, so that it is done in a few minutes; with VCFG_LONG=1,
 * which `npm run test:long` and .ci/run set, they try all.
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
