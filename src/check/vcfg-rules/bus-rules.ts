import { displayName } from '../../aml/index.js';
import { formatHex, formatPciAddress } from '../../base/index.js';
import { MOST_BUSES } from '../../platform/layout.js';
import { decodeMcfg, type McfgAllocation, mcfgOffset } from '../../tables/index.js';
import type { Place } from '../../vocab/index.js';
import type { Finding, Rule } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import {
  type DeviceResources,
  deviceResources,
  firstBus,
  isHostBridge,
  segmentOf,
} from '../subject/device-resources.js';
import { placeOf } from '../subject/machine-names.js';
import { placeIn } from '../subject/subject-table.js';

/** The first and the last bus of a run of buses. */
type BusRange = readonly [first: number, last: number];

/** In order, with ranges that touch or overlap merged; a range that ends before it begins holds no bus. */
function mergeRanges(ranges: readonly BusRange[]): readonly BusRange[] {
  const merged: [first: number, last: number][] = [];
  for (const [first, last] of ranges.filter((range) => range[0] <= range[1]).toSorted((a, b) => a[0] - b[0])) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

/** The runs of the first `buses` buses that merged ranges leave out. */
function missingFrom(merged: readonly BusRange[], buses: number): readonly BusRange[] {
  const firsts = [0, ...merged.map(([, last]) => last + 1)];
  const lasts = [...merged.map(([first]) => first - 1), buses - 1];
  return mergeRanges(firsts.map((first, index) => [first, Math.min(lasts[index] as number, buses - 1)]));
}

const MOST_SHOWN = 4;

/** `bus 0x00`, `buses 0x00..0x07`, `buses 0x00..0x07, 0x3f`; the first few if there are many. */
function showRanges(ranges: readonly BusRange[]): string {
  const shown = ranges.slice(0, MOST_SHOWN).map(([first, last]) => {
    const from = formatHex(first, 2);
    return first === last ? from : `${from}..${formatHex(last, 2)}`;
  });
  const [only] = ranges;
  const isOne = ranges.length === 1 && only?.[0] === only?.[1];
  const more = ranges.length > MOST_SHOWN ? ` and ${ranges.length - MOST_SHOWN} more runs` : '';
  return `${isOne ? 'bus' : 'buses'} ${shown.join(', ')}${more}`;
}

/** Buses that a table, or part of one, gives the OS. */
interface Given {
  /** The beginning of a sentence, up to the buses: `MCFG has configuration space for`. */
  readonly what: string;
  /** Merged; at least one. */
  readonly ranges: readonly BusRange[];
}

/** All buses that a table gives, and how many there should be. */
interface GivenBuses extends Given {
  /** The part with the highest bus. */
  readonly highest: Given;
  /** Whose buses it should cover: `the window`. */
  readonly whose: string;
  /** The platform file's key for their number. */
  readonly key: 'vcfg.buses' | 'ecam.buses';
  readonly expected: number;
  readonly place: Place;
}

const LAST_BUS = MOST_BUSES - 1;

const lastOf = ({ ranges }: Given): number => ranges.at(-1)?.[1] ?? LAST_BUS;

/** Host bridges of the window's segment; undefined if that is known only when the tables run. */
function windowBridges({ names }: CheckedMachine): readonly DeviceResources[] | undefined {
  const bridges = deviceResources(names).filter(isHostBridge);
  const segments = bridges.map((bridge) => segmentOf(bridge, names));
  return segments.includes(undefined) ? undefined : bridges.filter((_, index) => segments[index] === 0n);
}

/** The buses of a host bridge's _CRS; undefined if they are known only when it runs. */
function busesOfBridge(bridge: DeviceResources, subject: CheckedMachine) {
  const base = firstBus(bridge, subject.names);
  if (bridge.buses === undefined || base === undefined) return undefined;
  const path = displayName(bridge.path);
  const listed = mergeRanges(bridge.buses);
  // Linux assumes all buses for a bridge that does not list them. drivers/acpi/pci_root.c
  return listed.length > 0
    ? { bridge, what: `${path}${bridge.how} hands out`, ranges: listed }
    : {
        bridge,
        what: `${path} does not list its buses, so Linux assumes`,
        ranges: [[base, LAST_BUS] as const],
      };
}

/** The buses of all host bridges; undefined if those of one are known only when it runs. */
function busesOfBridges(subject: CheckedMachine, expected: number): GivenBuses | undefined {
  const bridges = (windowBridges(subject) ?? []).map((bridge) => busesOfBridge(bridge, subject));
  const known = bridges.filter((each) => each !== undefined);
  const [highest] = known.toSorted((a, b) => lastOf(b) - lastOf(a));
  if (highest === undefined || known.length < bridges.length) return undefined;
  const { bridge } = highest;
  return {
    what: known.length === 1 ? highest.what : 'The host bridges hand out',
    ranges: mergeRanges(known.flatMap(({ ranges }) => ranges)),
    highest,
    whose: 'the window',
    key: 'vcfg.buses',
    expected,
    place: placeOf(bridge.crs ?? bridge.device),
  };
}

/** An ECAM window of the VCFG window's segment. */
interface OwnAllocation extends McfgAllocation {
  /** The place of one of its values in the first MCFG. */
  readonly placeOf: (field: keyof McfgAllocation) => Place;
}

function ownAllocations({ tables }: CheckedMachine): OwnAllocation[] {
  const mcfg = tables.find(({ header }) => header.signature === 'MCFG');
  const all = (mcfg && decodeMcfg(mcfg).value) ?? [];
  return all.flatMap((each, index) =>
    mcfg === undefined || each.segment !== 0
      ? []
      : [{ ...each, placeOf: (field: keyof McfgAllocation) => placeIn(mcfg, mcfgOffset(index, field)) }],
  );
}

/** The buses that MCFG gives of the window's segment. */
function busesOfMcfg(
  subject: CheckedMachine,
  of: Pick<GivenBuses, 'whose' | 'key' | 'expected'>,
): GivenBuses | undefined {
  const own = ownAllocations(subject);
  const [highest] = own.toSorted((a, b) => b.lastBus - a.lastBus);
  const ranges = mergeRanges(own.map(({ firstBus: first, lastBus: last }) => [first, last]));
  if (highest === undefined || ranges.length === 0) return undefined;
  const given = { what: 'MCFG has configuration space for', ranges };
  return { ...given, highest: given, ...of, place: highest.placeOf('lastBus') };
}

/**
 * The buses that tables give, where it is known how many there should be. MCFG is compared with the platform's ECAM
 * window; without a platform, it is compared with the window if no bridge lists its buses.
 */
function givenBuses(subject: CheckedMachine): GivenBuses[] {
  const { platform, window, dsdt } = subject;
  const { expectedBuses } = window;
  if (expectedBuses === undefined) return [];
  const bridges = dsdt === undefined ? undefined : busesOfBridges(subject, expectedBuses);
  const mcfg = platform
    ? busesOfMcfg(subject, { whose: "the platform's ECAM window", key: 'ecam.buses', expected: platform.ecam.buses })
    : bridges === undefined
      ? busesOfMcfg(subject, { whose: 'the window', key: 'vcfg.buses', expected: expectedBuses })
      : undefined;
  return [bridges, mcfg].filter((each) => each !== undefined);
}

const countedBuses = (count: number) => (count === 1 ? '1 bus' : `${count} buses`);

const AGAIN = 'Generate the tables again';

function* tooMany(subject: CheckedMachine): Generator<Finding> {
  for (const { highest, whose, key, expected, place } of givenBuses(subject)) {
    const last = lastOf(highest);
    if (last < expected) continue;
    const end = `${whose} of ${countedBuses(expected)} ends with bus ${formatHex(expected - 1, 2)}`;
    const other = subject.platform
      ? `raise ${key} in the platform file`
      : `give --buses ${Math.min(last + 1, MOST_BUSES)}`;
    yield {
      place,
      message: `${highest.what} ${showRanges(highest.ranges)}, but ${end}.`,
      cure: `${AGAIN}, or ${other} if the machine has that many.`,
    };
  }
}

function* tooFew(subject: CheckedMachine): Generator<Finding> {
  const { platform } = subject;
  for (const { what, ranges, whose, key, expected, place } of givenBuses(subject)) {
    const missing = missingFrom(ranges, expected);
    const [[before] = [0]] = missing;
    if (missing.length === 0) continue;
    const lost = platform?.functions.find(({ address: { bus } }) =>
      ranges.every(([first, last]) => bus < first || bus > last),
    );
    const at =
      lost && ` The platform has ${lost.name} at ${formatPciAddress(lost.address)}, on one of the missing buses.`;
    const other = platform ? `lower ${key} in the platform file` : `give --buses ${before}`;
    const end = `${whose} of ${countedBuses(expected)} also has ${showRanges(missing)}`;
    yield {
      place,
      message: `${what} only ${showRanges(ranges)}, but ${end}.${at ?? ''}`,
      // Without bus 0, no number of buses fits.
      cure: before === 0 ? `${AGAIN}.` : `${AGAIN}, or ${other} if the machine has no more.`,
      ...(lost === undefined ? {} : { severity: 'error', function: lost.address }),
    };
  }
}

function* otherEcam(subject: CheckedMachine): Generator<Finding> {
  const own = ownAllocations(subject);
  const [first] = own;
  const base = subject.platform?.ecam.base;
  if (base === undefined || first === undefined || own.some((each) => each.base === base)) return;
  const message = `MCFG has configuration space at ${formatHex(first.base)}, the platform at ${formatHex(base)}.`;
  yield { place: first.placeOf('base'), message };
}

const SOURCE = 'PCI Firmware 3.0 §4.1.2 (MCFG), §4.1.3; ACPI 6.5 §6.4.3.5 (WordBusNumber)';

/** Whether tables and platform have the same buses; checked if a platform or a number of buses is given. */
export const BUS_RULES: readonly Rule[] = [
  {
    code: 'VCFG_BUSES_TOO_MANY',
    family: 'vcfg',
    severity: 'warning',
    what: "MCFG or the host bridges' constant _CRS gives the OS more buses than the platform or `--buses` does. For Linux, a bridge whose _CRS lists no buses has all 256.",
    why: 'The OS may use a bus that the window does not have: registers of functions there are past its end, where something else is.',
    cure: 'Generate the tables again, or raise vcfg.buses or ecam.buses in the platform file, or `--buses`, if the machine has that many.',
    source: SOURCE,
    find: tooMany,
  },
  {
    code: 'VCFG_BUSES_TOO_FEW',
    family: 'vcfg',
    severity: 'warning',
    what: "MCFG or the host bridges' constant _CRS leaves out buses that the platform or `--buses` has. An error if the platform has a function on one of them.",
    why: 'The OS finds no function on those buses, so no driver ever uses that part of the window.',
    cure: 'Generate the tables again, or lower vcfg.buses or ecam.buses in the platform file, or `--buses`, if the machine has no more.',
    source: SOURCE,
    find: tooFew,
  },
  {
    code: 'VCFG_ECAM_BASE',
    family: 'vcfg',
    severity: 'error',
    what: 'MCFG and the platform have configuration space at different addresses.',
    why: 'The OS reads configuration registers where there are none: it finds no function, and no driver uses the window.',
    cure: 'Generate the tables again, or correct ecam.base in the platform file.',
    source: 'PCI Firmware 3.0 §4.1.2',
    find: otherEcam,
  },
];
