import type { AddressRange } from '../../vocab/index.js';
import { endOf, isWithin, merged, TakenRanges } from '../address-ranges.js';
import { FOUR_GIB } from '../layout.js';
import { type BarSpace, byAlignment, type NeededRoom } from './needed-room.js';

/** Packs BARs and the windows of PCI-to-PCI bridges into those of a host bridge, as Linux does. */

/** Addresses that a host bridge hands out to BARs, as BARs have them. */
export interface BridgeWindow extends AddressRange {
  readonly space: BarSpace;
  /** Only prefetchable BARs may be placed there. */
  readonly isPrefetchable: boolean;
}

const SORTS = [
  { space: 'memory', isPrefetchable: false },
  { space: 'memory', isPrefetchable: true },
  { space: 'ports', isPrefetchable: false },
] as const;

/** Windows of one sort that touch become one, as in Linux: a BAR may lie across both. drivers/pci/probe.c */
export function joined(windows: readonly BridgeWindow[]): BridgeWindow[] {
  return SORTS.flatMap((sort) => {
    const same = windows.filter((each) => each.space === sort.space && each.isPrefetchable === sort.isPrefetchable);
    return merged(same).map((range) => ({ ...range, ...sort }));
  });
}

const END_OF_ADDRESSES = 1n << 64n;

/** What of the ranges is between two addresses. */
function partsOf(ranges: readonly AddressRange[], first: bigint, end: bigint): AddressRange[] {
  return ranges.flatMap((range) => {
    let { base } = range;
    let until = endOf(range);
    if (base < first) base = first;
    if (until > end) until = end;
    return base < until ? [{ base, lengthBytes: until - base }] : [];
  });
}

/**
 * The ranges that a piece may be placed in, in the order in which Linux tries them: with 64 bits, those above 4 GiB first.
 * drivers/pci/bus.c
 */
function rangesFor({ space, is64Bit, isPrefetchable }: NeededRoom, windows: readonly BridgeWindow[]): AddressRange[] {
  const own = windows.filter((each) => each.space === space && (isPrefetchable || !each.isPrefetchable));
  return is64Bit ? [...partsOf(own, FOUR_GIB, END_OF_ADDRESSES), ...own] : partsOf(own, 0n, FOUR_GIB);
}

/** What finds no place below one host bridge. BARs with a base in its windows stay there. */
export function unplaced(needed: readonly NeededRoom[], windows: readonly BridgeWindow[]): NeededRoom[] {
  const taken: Readonly<Record<BarSpace, TakenRanges>> = { memory: new TakenRanges(), ports: new TakenRanges() };
  const free = needed.filter(({ bar, space }) => {
    if (bar?.isAddressGiven === undefined) return true;
    const range = { base: bar.address, lengthBytes: bar.sizeBytes };
    const isThere = windows.some((window) => window.space === space && isWithin(range, window));
    if (isThere) taken[space].add(range);
    return !isThere;
  });
  return free.toSorted(byAlignment).filter((piece) => {
    const { space, sizeBytes, alignBytes } = piece;
    for (const range of rangesFor(piece, windows)) {
      const base = taken[space].firstFree(sizeBytes, alignBytes, range);
      if (base === undefined) continue;
      taken[space].add({ base, lengthBytes: sizeBytes });
      return false;
    }
    return true;
  });
}
