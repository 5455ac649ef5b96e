import { displayName } from '../../aml/index.js';
import { formatHex } from '../../base/index.js';
import { endOf, isWithin } from '../../platform/address-ranges.js';
import { type BarSpace, type BridgeWindow, neededRoom, spaceOf, unplaced } from '../../platform/bars/bar-room.js';
import type { AddressRange, BarDescription, FunctionDescription, Place } from '../../vocab/index.js';
import { lowestOverlap } from '../aml-rules/facts/range-index.js';
import type { Finding, Rule } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { placeOf } from '../subject/machine-names.js';
import { ecamWindows, ramOf } from '../subject/occupied-memory.js';
import { type HostBridge, hostBridges } from './bridge-windows.js';

const show = (range: AddressRange) => `${formatHex(range.base)}..${formatHex(endOf(range) - 1n)}`;

const crsPlace = ({ resources: { crs, device } }: HostBridge): Place => placeOf(crs ?? device);
const nameOf = ({ resources: { path, how } }: HostBridge): string => `${displayName(path)}${how}`;

/** A BAR whose address the platform file gives. */
interface PlacedBar extends AddressRange {
  readonly owner: FunctionDescription;
  readonly bar: BarDescription;
  /** `BAR 0 of SENS, at 0xd0000000..0xd000ffff,` */
  readonly what: string;
}

function* placedBars({ platform }: CheckedMachine): Generator<PlacedBar> {
  for (const owner of platform?.functions ?? []) {
    for (const bar of owner.bars ?? []) {
      if (bar.isAddressGiven === undefined) continue;
      const range = { base: bar.address, lengthBytes: bar.sizeBytes };
      yield { ...range, owner, bar, what: `BAR ${bar.index} of ${owner.name}, at ${show(range)},` };
    }
  }
}

/** Why a BAR cannot be where it is; undefined if it can. */
function whyOutside({ bar, ...range }: PlacedBar, bridge: HostBridge): string | undefined {
  const space = spaceOf(bar.kind);
  const holding = (windows: readonly BridgeWindow[]) =>
    windows.filter((window) => window.space === space && isWithin(range, window));
  const windows = holding(bridge.windows);
  if (windows.some(({ isPrefetchable }) => !isPrefetchable || bar.prefetchable)) return undefined;
  const [prefetchable] = windows;
  if (prefetchable !== undefined)
    return `in ${show(prefetchable)}, which ${nameOf(bridge)} hands out to prefetchable BARs, and it is not one`;
  const [consumed] = holding(bridge.consumed);
  if (consumed !== undefined)
    return `in ${show(consumed)}, which ${nameOf(bridge)} uses itself (ResourceConsumer) and does not hand out`;
  return `in no ${space === 'ports' ? 'port range' : 'memory range'} that ${nameOf(bridge)} hands out`;
}

function* outsideCrs(subject: CheckedMachine): Generator<Finding> {
  const bridges = hostBridges(subject);
  for (const placed of placedBars(subject)) {
    const bridge = bridges.find(({ hasBus }) => hasBus(placed.owner.address.bus));
    const why = bridge && whyOutside(placed, bridge);
    if (bridge === undefined || why === undefined) continue;
    yield { place: crsPlace(bridge), function: placed.owner.address, message: `${placed.what} is ${why}.` };
  }
}

function* overlapping(subject: CheckedMachine): Generator<Finding> {
  const { root, seen = 0n, lengthBytes } = subject.window;
  const ofWindow =
    root === undefined || seen === 0n ? [] : [{ base: seen, lengthBytes, what: 'the window', place: placeOf(root) }];
  const takenAt = lowestOverlap<AddressRange & { readonly what: string; readonly place?: Place }>([
    ...ofWindow,
    ...ecamWindows(subject).map((range) => ({ ...range, what: 'the ECAM window' })),
    ...ramOf(subject),
  ]);
  for (const placed of placedBars(subject)) {
    const taken = spaceOf(placed.bar.kind) === 'memory' ? takenAt(placed) : undefined;
    // What has no place is the platform's, which was compared with its BARs when it was read.
    if (taken?.place === undefined) continue;
    yield {
      place: taken.place,
      function: placed.owner.address,
      message: `${placed.what} overlaps ${taken.what} at ${show(taken)}.`,
    };
  }
}

const MOST_SHOWN = 4;

/** What a bridge hands out of one space, for the end of a sentence. */
function handedOut(space: BarSpace, windows: readonly BridgeWindow[]): string {
  const own = windows.filter((each) => each.space === space);
  const what = space === 'ports' ? 'ports' : 'memory';
  if (own.length === 0) return `It hands out no ${what}.`;
  const shown = own
    .slice(0, MOST_SHOWN)
    .map((each) => `${show(each)}${each.isPrefetchable ? ' (prefetchable)' : ''}`)
    .join(', ');
  return `It hands out ${what} ${shown}${own.length > MOST_SHOWN ? ` and ${own.length - MOST_SHOWN} more ranges` : ''}.`;
}

function* noRoom(subject: CheckedMachine): Generator<Finding> {
  const byBus = neededRoom(subject.platform?.functions ?? []);
  if (byBus.size === 0) return;
  const bridges = hostBridges(subject);
  const ownerOf = (bus: number) => bridges.find(({ hasBus }) => hasBus(bus));
  for (const bridge of bridges) {
    const needed = [...byBus].flatMap(([bus, pieces]) => (ownerOf(bus) === bridge ? pieces : []));
    const left = unplaced(needed, bridge.windows);
    for (const space of ['memory', 'ports'] as const) {
      const [first, ...others] = left.filter((each) => each.space === space);
      if (first === undefined) continue;
      const { what, owner, sizeBytes, is64Bit } = first;
      const size = formatHex(sizeBytes);
      const kind = space === 'ports' ? `${size} ports` : `${size} bytes of memory${is64Bit ? '' : ' below 4 GiB'}`;
      const more = others.length === 0 ? '' : `, nor for ${others.length} more`;
      yield {
        place: crsPlace(bridge),
        function: owner.address,
        message: `${nameOf(bridge)} has no room for ${what}, ${kind}${more}. ${handedOut(space, bridge.windows)}`,
      };
    }
  }
}

/** Whether the BARs of the platform fit the host bridges of the tables; checked if a platform is given. */
export const BAR_RULES: readonly Rule[] = [
  {
    code: 'VCFG_BAR_OUTSIDE_CRS',
    family: 'vcfg',
    severity: 'warning',
    what: "A BAR with a base in the platform file is in no range that its host bridge's _CRS hands out to such BARs.",
    why: 'Linux moves the BAR ("no compatible bridge window"), and whatever expects it at its base finds nothing there.',
    cure: "Move the BAR into the bridge's _CRS, remove its base, or correct the platform's windows and generate the tables again.",
    source: 'ACPI 6.5 §6.2.2 (_CRS), §6.4.3.5; Linux drivers/pci/setup-res.c',
    find: outsideCrs,
  },
  {
    code: 'VCFG_BAR_OVERLAPS',
    family: 'vcfg',
    severity: 'error',
    what: 'A BAR with a base in the platform file overlaps the window, the ECAM window of MCFG, or RAM of the memory map.',
    why: 'Accesses to the BAR reach registers, configuration space or memory, or the reverse.',
    cure: 'Move the BAR, or remove its base.',
    source: 'PCI 3.0 §6.2.5.1; PCI Firmware 3.0 §4.1.2',
    find: overlapping,
  },
  {
    code: 'VCFG_BAR_NO_ROOM',
    family: 'vcfg',
    severity: 'error',
    what:
      "The BARs of the platform do not all fit in what their host bridge's _CRS hands out: by size and alignment, below 4 GiB " +
      'if they have 32 bits, and outside prefetchable ranges if they are not prefetchable. Those below a PCI-to-PCI bridge share its windows, which are whole MiB.',
    why: 'Linux gives such a BAR no address ("failed to assign"), and its function does not work.',
    cure: "Enlarge the ranges in the bridge's _CRS (windows in the platform file), make a BAR smaller, or give it 64 bits.",
    source: 'ACPI 6.5 §6.2.2 (_CRS), §6.4.3.5; PCI-to-PCI Bridge 1.2 §3.2.5; Linux drivers/pci/setup-bus.c',
    find: noRoom,
  },
];
