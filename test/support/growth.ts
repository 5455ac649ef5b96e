/** Milliseconds of one call. */
function timeOf(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/**
 * How many times as long `work` takes on an input as `reference` does: the least of several rounds, which alternate, so that
 * a busy machine slows both. Stops at the first ratio of `enough` or less: it is a bound that is asked about, not a figure.
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
