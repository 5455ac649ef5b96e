import { endOf } from '../../../platform/address-ranges.js';
import type { AddressRange } from '../../../vocab/index.js';

const ascending = <Range extends AddressRange>(ranges: readonly Range[]): Range[] =>
  ranges.filter(({ lengthBytes }) => lengthBytes > 0n).sort((a, b) => (a.base < b.base ? -1 : a.base > b.base ? 1 : 0));

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

/** The same addresses as ranges that are apart from each other, in ascending order. */
export function merged(ranges: readonly AddressRange[]): AddressRange[] {
  const apart: AddressRange[] = [];
  for (const range of ascending(ranges)) {
    const last = apart.at(-1);
    if (last === undefined || range.base > endOf(last)) apart.push(range);
    else if (endOf(range) > endOf(last))
      apart[apart.length - 1] = { base: last.base, lengthBytes: endOf(range) - last.base };
  }
  return apart;
}
