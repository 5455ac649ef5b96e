import { highHalf, joined, LAST_ADDRESS, lowHalf, split } from './words.js';

/** The most that a stretch reaches past its first address, so that offsets in it are small integers to V8. */
const MOST_REACH = 0x7fff_ffff;

/** One range of a {@link RangeTable}, or a gap between ranges, with its numbers also in the form that lookups compare. */
export class RangeEntry<T> {
  readonly base: bigint;
  readonly length: bigint;
  readonly value: T;
  /** What a lookup in it finds: itself, or for a gap nothing. */
  readonly found: RangeEntry<T> | undefined;
  /** The base as halves, each as a signed number: V8 keeps those without an object of their own. */
  readonly baseHigh: number;
  readonly baseLow: number;
  /** The last offset in the range, as halves. */
  readonly lastHigh: number;
  readonly lastLow: number;
  /**
   * The last offset of the fast path of a lookup, where the high half of the address is still the base's; -1 if there is
   * none. The very last address is left out: only there can two ranges meet, since ends saturate.
   */
  readonly reach: number;

  constructor(base: bigint, length: bigint, value: T, isGap = false) {
    this.base = base;
    this.length = length;
    this.value = value;
    this.found = isGap ? undefined : this;
    split(base);
    const high = highHalf();
    const low = lowHalf();
    this.baseHigh = high | 0;
    this.baseLow = low | 0;
    split(length - 1n);
    this.lastHigh = highHalf();
    this.lastLow = lowHalf();
    const lastLow = high === 0xffff_ffff ? 0xffff_fffe : 0xffff_ffff;
    this.reach = Math.min(this.lastHigh === 0 ? this.lastLow : MOST_REACH, lastLow - low, MOST_REACH);
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

const PAGE_SHIFT = 12;
const FEWEST_SLOTS = 64;
/** For each range; so that in a window of which every second page is mapped each page has a slot of its own. */
const SLOTS_PER_RANGE = 4;
const MOST_SLOTS = 1 << 18;

/** Holds no address. */
function nowhere<T>(): RangeEntry<T> {
  return new RangeEntry(LAST_ADDRESS, 1n, undefined as T, true);
}

/**
 * Ranges of the 64-bit address space that do not overlap, in order of their bases. A lookup is a few comparisons if it
 * lands in the range or gap found last, or in the one found last for its page; else a binary search over two typed
 * arrays. Only the latter allocates, where it finds a gap.
 */
export class RangeTable<T> {
  readonly #entries: RangeEntry<T>[] = [];
  #high = new Uint32Array(16);
  #low = new Uint32Array(16);
  readonly #nowhere: RangeEntry<T> = nowhere();
  /** The range or gap that was searched for last, and the gap. */
  #last = this.#nowhere;
  #gap = this.#nowhere;
  /** What was found last for a page, by its number modulo the slots, a power of two. */
  #slots: RangeEntry<T>[] = new Array(FEWEST_SLOTS).fill(this.#nowhere);
  #areSlotsUsed = false;
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

  /** The range that holds an address, given as halves. Leaves the offset in it in `offsetHigh` and `offsetLow`. */
  find(high: number, low: number): RangeEntry<T> | undefined {
    const last = this.#last;
    if (last.baseHigh === (high | 0)) {
      const offset = (low - last.baseLow) | 0;
      if (offset >= 0 && offset <= last.reach) {
        this.offsetHigh = 0;
        this.offsetLow = offset;
        return last.found;
      }
    }
    return this.#findBySlot(high, low);
  }

  #findBySlot(high: number, low: number): RangeEntry<T> | undefined {
    const slots = this.#slots;
    const kept = slots[(low >>> PAGE_SHIFT) & (slots.length - 1)] as RangeEntry<T>;
    if (kept.baseHigh === (high | 0)) {
      const offset = (low - kept.baseLow) | 0;
      if (offset >= 0 && offset <= kept.reach) {
        this.offsetHigh = 0;
        this.offsetLow = offset;
        return kept.found;
      }
    }
    return this.#findBySearch(high, low);
  }

  #findBySearch(high: number, low: number): RangeEntry<T> | undefined {
    const index = this.#search(high, low);
    const entry = this.#entries[index];
    if (entry !== undefined) {
      let offsetLow = low - (entry.baseLow >>> 0);
      let offsetHigh = high - (entry.baseHigh >>> 0);
      if (offsetLow < 0) {
        offsetLow += 0x1_0000_0000;
        offsetHigh -= 1;
      }
      if (offsetHigh < entry.lastHigh || (offsetHigh === entry.lastHigh && offsetLow <= entry.lastLow)) {
        this.offsetHigh = offsetHigh;
        this.offsetLow = offsetLow;
        this.#keep(entry, low);
        return entry;
      }
    }
    this.#gap = this.#gapAt(index, high, low);
    this.#keep(this.#gap, low);
    return undefined;
  }

  #keep(entry: RangeEntry<T>, low: number): void {
    this.#last = entry;
    this.#slots[(low >>> PAGE_SHIFT) & (this.#slots.length - 1)] = entry;
    this.#areSlotsUsed = true;
  }

  /** The gap after the range of an index, as far as its addresses have this high half, and reach from one another. */
  #gapAt(index: number, high: number, low: number): RangeEntry<T> {
    const { baseHigh, baseLow, reach } = this.#gap;
    const offset = (low - baseLow) | 0;
    if (baseHigh === (high | 0) && offset >= 0 && offset <= reach) return this.#gap;
    const before = this.#entries[index];
    const after = this.#entries[index + 1];
    const address = joined(high, low);
    const end = before === undefined ? 0n : before.base + before.length;
    const nearest = address - BigInt(low & MOST_REACH);
    const first = end > nearest ? end : nearest;
    const limit = after === undefined ? LAST_ADDRESS : after.base;
    return new RangeEntry(first, limit > first ? limit - first : 1n, undefined as T, true);
  }

  /** After a change, what was found before says nothing. */
  #forget(): void {
    this.#last = this.#nowhere;
    this.#gap = this.#nowhere;
    const wanted = Math.min(this.#entries.length * SLOTS_PER_RANGE, MOST_SLOTS);
    let count = this.#slots.length;
    while (count < wanted) count *= 2;
    if (count > this.#slots.length) this.#slots = new Array(count).fill(this.#nowhere);
    else if (this.#areSlotsUsed) this.#slots.fill(this.#nowhere);
    this.#areSlotsUsed = false;
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
    const index = this.#search(entry.baseHigh >>> 0, entry.baseLow >>> 0) + 1;
    if (count === this.#high.length) {
      this.#high = grown(this.#high);
      this.#low = grown(this.#low);
    }
    this.#high.copyWithin(index + 1, index, count);
    this.#low.copyWithin(index + 1, index, count);
    this.#high[index] = entry.baseHigh;
    this.#low[index] = entry.baseLow;
    this.#entries.splice(index, 0, entry);
    this.#forget();
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
    this.#forget();
    return entry;
  }
}

function grown(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}
