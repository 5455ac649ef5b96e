import { highHalf, LAST_ADDRESS, lowHalf, split } from './words.js';

/** One range of a {@link RangeTable}, with its numbers also in the form that lookups compare. */
export class RangeEntry<T> {
  readonly base: bigint;
  readonly length: bigint;
  readonly value: T;
  readonly baseHigh: number;
  readonly baseLow: number;
  /** The last offset in the range, as halves. */
  readonly lastHigh: number;
  readonly lastLow: number;
  /**
   * The last offset whose address has the same high half as the base, for the fast path of a lookup. The very last
   * address is left out: only there can two ranges meet, since ends saturate.
   */
  readonly reach: number;

  constructor(base: bigint, length: bigint, value: T) {
    this.base = base;
    this.length = length;
    this.value = value;
    split(base);
    this.baseHigh = highHalf();
    this.baseLow = lowHalf();
    split(length - 1n);
    this.lastHigh = highHalf();
    this.lastLow = lowHalf();
    const lastLow = this.baseHigh === 0xffff_ffff ? 0xffff_fffe : 0xffff_ffff;
    this.reach = Math.min(this.lastHigh === 0 ? this.lastLow : 0xffff_ffff, lastLow - this.baseLow);
  }
}

/** The exclusive end of a range of the address space, at most 2^64 - 1. crosvm f1e797a devices/src/bus.rs:346 */
function saturatedEnd(base: bigint, length: bigint): bigint {
  const end = base + length;
  if (end > LAST_ADDRESS) return LAST_ADDRESS;
  return end;
}

function overlaps(base: bigint, length: bigint, other: RangeEntry<unknown>): boolean {
  return base < saturatedEnd(other.base, other.length) && other.base < saturatedEnd(base, length);
}

/**
 * Ranges of the 64-bit address space that do not overlap, in order of their bases. A lookup is a binary search over
 * two typed arrays, or a few comparisons if it lands in the range found last. It allocates nothing.
 */
export class RangeTable<T> {
  readonly #entries: RangeEntry<T>[] = [];
  #high = new Uint32Array(16);
  #low = new Uint32Array(16);
  /** The range found last, while it is in the table. */
  #last: RangeEntry<T> | undefined;
  /** Index of the greatest base at or below the address searched for last, -1 if there was none. */
  #cursor = -1;
  /** Offset in the range found last, as halves. */
  offsetHigh = 0;
  offsetLow = 0;

  get entries(): readonly RangeEntry<T>[] {
    return this.#entries;
  }

  /** Index of the greatest base at or below an address, -1 if there is none. */
  #search(high: number, low: number): number {
    const highs = this.#high;
    const lows = this.#low;
    let from = 0;
    let to = this.#entries.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const at = highs[middle] as number;
      if (at < high || (at === high && (lows[middle] as number) <= low)) from = middle + 1;
      else to = middle;
    }
    return from - 1;
  }

  /** Whether a search for the address would return `index`. */
  #isAt(index: number, high: number, low: number): boolean {
    if (index >= 0) {
      const at = this.#high[index] as number;
      if (at > high || (at === high && (this.#low[index] as number) > low)) return false;
    }
    const next = index + 1;
    if (next >= this.#entries.length) return true;
    const at = this.#high[next] as number;
    return at > high || (at === high && (this.#low[next] as number) > low);
  }

  /** The range that holds an address, given as halves. Leaves the offset in it in `offsetHigh` and `offsetLow`. */
  find(high: number, low: number): RangeEntry<T> | undefined {
    const last = this.#last;
    if (last !== undefined && last.baseHigh === high) {
      const offset = low - last.baseLow;
      if (offset >= 0 && offset <= last.reach) {
        this.offsetHigh = 0;
        this.offsetLow = offset;
        return last;
      }
    }
    return this.#findElsewhere(high, low);
  }

  #findElsewhere(high: number, low: number): RangeEntry<T> | undefined {
    let index = this.#cursor;
    if (!this.#isAt(index, high, low)) {
      index = this.#search(high, low);
      this.#cursor = index;
    }
    if (index < 0) return undefined;
    const entry = this.#entries[index] as RangeEntry<T>;
    let offsetLow = low - entry.baseLow;
    let offsetHigh = high - entry.baseHigh;
    if (offsetLow < 0) {
      offsetLow += 0x1_0000_0000;
      offsetHigh -= 1;
    }
    if (offsetHigh > entry.lastHigh || (offsetHigh === entry.lastHigh && offsetLow > entry.lastLow)) return undefined;
    this.offsetHigh = offsetHigh;
    this.offsetLow = offsetLow;
    this.#last = entry;
    return entry;
  }

  /** The range that begins at `base`. */
  startingAt(base: bigint): RangeEntry<T> | undefined {
    split(base);
    const entry = this.#entries[this.#search(highHalf(), lowHalf())];
    return entry?.base === base ? entry : undefined;
  }

  /** The lowest range that overlaps `[base, base + length)`, or that begins at `base`. */
  overlapping(base: bigint, length: bigint): RangeEntry<T> | undefined {
    split(base);
    const before = this.#search(highHalf(), lowHalf());
    for (let index = Math.max(before - 1, 0); index < this.#entries.length; index++) {
      const entry = this.#entries[index] as RangeEntry<T>;
      if (overlaps(base, length, entry) || entry.base === base) return entry;
      if (entry.base >= saturatedEnd(base, length)) return undefined;
    }
    return undefined;
  }

  /** Inserts a range for which {@link overlapping} found nothing. */
  insert(base: bigint, length: bigint, value: T): void {
    const entry = new RangeEntry(base, length, value);
    const count = this.#entries.length;
    const index = this.#search(entry.baseHigh, entry.baseLow) + 1;
    if (count === this.#high.length) {
      this.#high = grown(this.#high);
      this.#low = grown(this.#low);
    }
    this.#high.copyWithin(index + 1, index, count);
    this.#low.copyWithin(index + 1, index, count);
    this.#high[index] = entry.baseHigh;
    this.#low[index] = entry.baseLow;
    this.#entries.splice(index, 0, entry);
  }

  /** Removes the range that begins at `base`, if its length is the given one or no length is given. */
  remove(base: bigint, length?: bigint): RangeEntry<T> | undefined {
    split(base);
    const index = this.#search(highHalf(), lowHalf());
    const entry = this.#entries[index];
    if (entry === undefined || entry.base !== base || (length !== undefined && entry.length !== length))
      return undefined;
    this.#high.copyWithin(index, index + 1, this.#entries.length);
    this.#low.copyWithin(index, index + 1, this.#entries.length);
    this.#entries.splice(index, 1);
    this.#cursor = -1;
    this.#last = undefined;
    return entry;
  }
}

function grown(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}
