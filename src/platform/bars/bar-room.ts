import type { AddressRange, BarDescription, BarKind, FunctionDescription } from '../../vocab/index.js';
import { endOf, isWithin, merged, TakenRanges } from '../address-ranges.js';
import { FOUR_GIB } from '../layout.js';

/** How much room BARs and the windows of PCI-to-PCI bridges need in those of a host bridge, packed as Linux packs them. */

export type BarSpace = 'memory' | 'ports';

/** A BAR and the function that has it. */
interface OwnedBar {
  readonly owner: FunctionDescription;
  readonly bar: BarDescription;
}

/** A piece of a host bridge's windows that a BAR needs, or a bridge for the BARs below it. */
export interface NeededRoom {
  /** `BAR 0 of GPU0`, `the memory window of the bridge RP00`. */
  readonly what: string;
  readonly owner: FunctionDescription;
  readonly space: BarSpace;
  readonly sizeBytes: bigint;
  readonly alignBytes: bigint;
  /** Whether addresses at 4 GiB or above will do. */
  readonly is64Bit: boolean;
  readonly isPrefetchable: boolean;
  /** The BAR itself, unless it is below a bridge. */
  readonly bar?: BarDescription;
  /** Of the BARs that the piece is for, the one with the largest alignment. */
  readonly widest: OwnedBar;
  /** What its size is a multiple of: that of a bridge's window; of a BAR, its own size. */
  readonly granuleBytes: bigint;
}

export const spaceOf = (kind: BarKind): BarSpace => (kind === 'io' ? 'ports' : 'memory');

/** The windows of a PCI-to-PCI bridge, and what their ends are multiples of. PCI-to-PCI Bridge 1.2 §3.2.5 */
const PCI_BRIDGE_WINDOWS = [
  { name: 'I/O', space: 'ports', is64Bit: false, isPrefetchable: false, granuleBytes: 0x1000n },
  { name: 'memory', space: 'memory', is64Bit: false, isPrefetchable: false, granuleBytes: 0x10_0000n },
  { name: 'prefetchable', space: 'memory', is64Bit: true, isPrefetchable: true, granuleBytes: 0x10_0000n },
] as const;

type PciBridgeWindow = (typeof PCI_BRIDGE_WINDOWS)[number];

/** As Linux does: its window for 64 bits holds BARs that are both prefetchable and of 64 bits. drivers/pci/setup-bus.c */
function windowFor({ space, is64Bit, isPrefetchable }: NeededRoom): PciBridgeWindow['name'] {
  if (space === 'ports') return 'I/O';
  return is64Bit && isPrefetchable ? 'prefetchable' : 'memory';
}

const roundUp = (value: bigint, unit: bigint): bigint => ((value + unit - 1n) / unit) * unit;

/** Largest alignment first, so that nothing is lost between one and the next. */
const byAlignment = (a: NeededRoom, b: NeededRoom): number =>
  a.alignBytes > b.alignBytes ? -1 : a.alignBytes < b.alignBytes ? 1 : 0;

/** A bridge's window that holds all that is needed below it; undefined if that is nothing. */
function windowOver(
  bridge: FunctionDescription,
  window: PciBridgeWindow,
  inside: readonly NeededRoom[],
): NeededRoom | undefined {
  const { name, ...sort } = window;
  const largestFirst = inside.toSorted(byAlignment);
  const [first] = largestFirst;
  if (first === undefined) return undefined;
  const end = largestFirst.reduce((at, each) => roundUp(at, each.alignBytes) + each.sizeBytes, 0n);
  return {
    what: `the ${name} window of the bridge ${bridge.name}`,
    owner: bridge,
    ...sort,
    widest: first.widest,
    sizeBytes: roundUp(end, window.granuleBytes),
    // Both are powers of two.
    alignBytes: roundUp(first.alignBytes, window.granuleBytes),
  };
}

function ofBar(owner: FunctionDescription, bar: BarDescription): NeededRoom {
  const { index, kind, sizeBytes, prefetchable = false } = bar;
  return {
    what: `BAR ${index} of ${owner.name}`,
    owner,
    space: spaceOf(kind),
    sizeBytes,
    alignBytes: sizeBytes,
    is64Bit: kind === 'mem64',
    isPrefetchable: prefetchable,
    bar,
    widest: { owner, bar },
    granuleBytes: sizeBytes,
  };
}

/**
 * What functions need of their host bridge's windows, by the bus that needs it: that of a BAR, or the first one above it
 * that no bridge of the platform leads to.
 */
export function neededRoom(functions: readonly FunctionDescription[]): ReadonlyMap<number, readonly NeededRoom[]> {
  const bridges = new Map(functions.flatMap((each) => (each.bridge ? [[each.bridge.secondary, each] as const] : [])));
  const onBus = new Map<number, NeededRoom[]>();
  const add = (bus: number, needed: NeededRoom) => {
    const others = onBus.get(bus);
    if (others === undefined) onBus.set(bus, [needed]);
    else others.push(needed);
  };
  for (const each of functions) for (const bar of each.bars ?? []) add(each.address.bus, ofBar(each, bar));
  // A bridge's secondary bus is above its own, so those above are still to come.
  for (const [bus, bridge] of [...bridges].toSorted(([a], [b]) => b - a)) {
    const inside = onBus.get(bus) ?? [];
    onBus.delete(bus);
    for (const window of PCI_BRIDGE_WINDOWS) {
      const own = inside.filter((needed) => windowFor(needed) === window.name);
      const over = windowOver(bridge, window, own);
      if (over !== undefined) add(bridge.address.bus, over);
    }
  }
  return onBus;
}

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
