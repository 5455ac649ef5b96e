import { formatHex } from '../../base/index.js';

/** The first and the last bus of a run of buses. */
export type BusRange = readonly [first: number, last: number];

/** In order, with those in one that touch or overlap; a range that ends before it begins holds no bus. */
export function mergeRanges(ranges: readonly BusRange[]): readonly BusRange[] {
  const merged: [first: number, last: number][] = [];
  for (const [first, last] of ranges.filter((range) => range[0] <= range[1]).toSorted((a, b) => a[0] - b[0])) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

/** The runs of the first so many buses that merged ranges leave out. */
export function missingFrom(merged: readonly BusRange[], buses: number): readonly BusRange[] {
  const firsts = [0, ...merged.map(([, last]) => last + 1)];
  const lasts = [...merged.map(([first]) => first - 1), buses - 1];
  return mergeRanges(firsts.map((first, index) => [first, Math.min(lasts[index] as number, buses - 1)]));
}

const MOST_SHOWN = 4;

/** `bus 0x00`, `buses 0x00..0x07`, `buses 0x00..0x07, 0x3f`; of many the first few. */
export function showRanges(ranges: readonly BusRange[]): string {
  const shown = ranges.slice(0, MOST_SHOWN).map(([first, last]) => {
    const from = formatHex(first, 2);
    return first === last ? from : `${from}..${formatHex(last, 2)}`;
  });
  const [only] = ranges;
  const isOne = ranges.length === 1 && only?.[0] === only?.[1];
  const more = ranges.length > MOST_SHOWN ? ` and ${ranges.length - MOST_SHOWN} more runs` : '';
  return `${isOne ? 'bus' : 'buses'} ${shown.join(', ')}${more}`;
}
