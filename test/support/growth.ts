/** Milliseconds of one call. */
function timeOf(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/**
 * The ratio of the time of `work` to that of `reference`: the lowest of several alternating rounds, so that
 * a busy machine slows both. Stops at the first ratio of `enough` or less: only a bound matters, not the exact ratio.
 */
export function timesAsLong(work: () => unknown, reference: () => unknown, enough: number): number {
  let [least, shortest] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 8; round++) {
    shortest = Math.min(shortest, timeOf(reference));
    least = Math.min(least, timeOf(work));
    if (least <= enough * shortest) break;
  }
  return least / shortest;
}
