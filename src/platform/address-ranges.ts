import { formatHex } from '../base/index.js';
import type { AddressRange } from '../vocab/index.js';

/** Arithmetic with ranges of addresses. */

/** A range as findings show it: `0x100000000..0x107ffffff`, the last address included. */
export function formatRange(range: AddressRange): string {
  return `${formatHex(range.base)}..${formatHex(endOf(range) - 1n)}`;
}

/**
 * The ranges in ascending order, each with an earlier one that overlaps it, if any: of all before it, the one that
 * reaches furthest, since one range may contain several that are apart.
 */
export function meetings<Range extends AddressRange>(
  ranges: readonly Range[],
): [range: Range, met: Range | undefined][] {
  let furthest: Range | undefined;
  return ranges
    .toSorted((a, b) => (a.base < b.base ? -1 : a.base > b.base ? 1 : 0))
    .map((range) => {
      const met = furthest !== undefined && overlaps(furthest, range) ? furthest : undefined;
      if (furthest === undefined || endOf(range) > endOf(furthest)) furthest = range;
      return [range, met];
    });
}

/** First address after the range. */
export function endOf(range: AddressRange): bigint {
  return range.base + range.lengthBytes;
}

export function overlaps(a: AddressRange, b: AddressRange): boolean {
  return a.base < endOf(b) && b.base < endOf(a);
}

/** Whether a range lies wholly in another. */
export const isWithin = (inner: AddressRange, outer: AddressRange): boolean =>
  inner.base >= outer.base && endOf(inner) <= endOf(outer);

/** The ranges in ascending order, without the empty ones. */
export const ascending = <Range extends AddressRange>(ranges: readonly Range[]): Range[] =>
  ranges.filter(({ lengthBytes }) => lengthBytes > 0n).sort((a, b) => (a.base < b.base ? -1 : a.base > b.base ? 1 : 0));

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

/**
 * The longest free range between `least` and `end` whose base is a multiple of `alignment`. The lowest of several of the
 * same length; undefined if there is none.
 */
export function freeRun(
  least: bigint,
  end: bigint,
  taken: readonly AddressRange[],
  alignment: bigint,
): AddressRange | undefined {
  let best: AddressRange | undefined;
  let from = least;
  const sorted = taken.toSorted((a, b) => (a.base < b.base ? -1 : 1));
  for (const { base, lengthBytes } of [...sorted, { base: end, lengthBytes: 0n }]) {
    const aligned = ((from + alignment - 1n) / alignment) * alignment;
    const until = base < end ? base : end;
    if (until - aligned > (best?.lengthBytes ?? 0n)) best = { base: aligned, lengthBytes: until - aligned };
    if (base + lengthBytes > from) from = base + lengthBytes;
  }
  return best;
}

/** The ranges that are taken in one space, by address and without overlap. */
export class TakenRanges {
  readonly #ranges: AddressRange[] = [];

  /** The place in the list of the first range that ends after an address. */
  #after(address: bigint): number {
    let [low, high] = [0, this.#ranges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (endOf(this.#ranges[middle] as AddressRange) <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  meeting(range: AddressRange): AddressRange | undefined {
    const found = this.#ranges[this.#after(range.base)];
    return found !== undefined && overlaps(found, range) ? found : undefined;
  }

  add(range: AddressRange): void {
    const at = this.#after(range.base);
    const [before, after] = [this.#ranges[at - 1], this.#ranges[at]];
    // Neighbours become one, so that the list stays short.
    const joinsBefore = before !== undefined && endOf(before) === range.base;
    const joinsAfter = after !== undefined && endOf(range) === after.base;
    const base = joinsBefore ? before.base : range.base;
    const end = joinsAfter ? endOf(after) : endOf(range);
    const from = joinsBefore ? at - 1 : at;
    this.#ranges.splice(from, (joinsBefore ? 1 : 0) + (joinsAfter ? 1 : 0), { base, lengthBytes: end - base });
  }

  /** The first multiple of an alignment in a window that has `size` free bytes after it. */
  firstFree(size: bigint, alignment: bigint, window: AddressRange): bigint | undefined {
    const aligned = (address: bigint) => ((address + alignment - 1n) / alignment) * alignment;
    let base = aligned(window.base);
    for (let at = this.#after(base); base + size <= endOf(window); at++) {
      const next = this.#ranges[at];
      if (next === undefined || next.base >= base + size) return base;
      base = aligned(endOf(next));
    }
    return undefined;
  }
}
