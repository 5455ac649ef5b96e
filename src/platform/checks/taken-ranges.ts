import type { AddressRange } from '../../vocab/index.js';
import { endOf, overlaps } from '../layout.js';

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
