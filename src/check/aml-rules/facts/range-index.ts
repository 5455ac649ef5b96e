import { ascending, endOf } from '../../../platform/address-ranges.js';
import type { AddressRange } from '../../../vocab/index.js';

/** The lowest of the ranges that overlaps the one asked for: sorted once, then found by halving. */
export function lowestOverlap<Range extends AddressRange>(
  ranges: readonly Range[],
): (asked: AddressRange) => Range | undefined {
  const sorted = ascending(ranges);
  // How far the ranges up to each one reach. The first that reaches past a base itself does.
  let end = 0n;
  const reach = sorted.map((range) => {
    if (endOf(range) > end) end = endOf(range);
    return end;
  });
  return (asked) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((reach[middle] as bigint) > asked.base) high = middle;
      else low = middle + 1;
    }
    const found = sorted[low];
    return found !== undefined && asked.lengthBytes > 0n && found.base < endOf(asked) ? found : undefined;
  };
}
