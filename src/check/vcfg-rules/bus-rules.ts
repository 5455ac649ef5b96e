import { displayName } from '../../aml/index.js';
import { formatHex, formatPciAddress } from '../../base/index.js';
import { MOST_BUSES } from '../../platform/layout.js';
import { decodeMcfg, type McfgAllocation, mcfgOffset } from '../../tables/index.js';
import type { Place } from '../../vocab/index.js';
import type { Finding, Rule } from '../rules/rule.js';
import { type BusRange, mergeRanges, missingFrom, showRanges } from '../subject/bus-ranges.js';
import {
  type DeviceResources,
  deviceResources,
  firstBus,
  isHostBridge,
  segmentOf,
} from '../subject/device-resources.js';
import { placeOf } from '../subject/machine-names.js';
import type { Subject } from '../subject/subject.js';
import { placeIn } from '../subject/subject-table.js';

/** Buses that a table, or a part of one, gives the OS. */
interface Given {
  /** As a sentence begins, up to the buses: `MCFG has configuration space for`. */
  readonly what: string;
  /** Merged; one at least. */
  readonly ranges: readonly BusRange[];
}

/** All that a table gives, and how many buses it ought to be. */
interface GivenBuses extends Given {
  /** What has the last of them. */
  readonly highest: Given;
  /** Whose buses it has to have: `the window`. */
  readonly whose: string;
  /** The platform file's key for these. */
  readonly key: 'vcfg.buses' | 'ecam.buses';
  readonly wanted: number;
  readonly place: Place;
}

const LAST_BUS = MOST_BUSES - 1;

const lastOf = ({ ranges }: Given): number => ranges.at(-1)?.[1] ?? LAST_BUS;

/** Host bridges of the segment that the window is of; undefined if only running the tables tells which are. */
function windowBridges({ names }: Subject): readonly DeviceResources[] | undefined {
  const bridges = deviceResources(names).filter(isHostBridge);
  const segments = bridges.map((bridge) => segmentOf(bridge, names));
  return segments.includes(undefined) ? undefined : bridges.filter((_, index) => segments[index] === 0n);
}

/** What a host bridge's _CRS gives; undefined where only running it tells. */
function busesOfBridge(bridge: DeviceResources, subject: Subject) {
  const base = firstBus(bridge, subject.names);
  if (bridge.buses === undefined || base === undefined) return undefined;
  const path = displayName(bridge.path);
  const said = mergeRanges(bridge.buses);
  // Linux takes all buses of a bridge that does not say which. drivers/acpi/pci_root.c
  return said.length > 0
    ? { bridge, what: `${path} hands out`, ranges: said }
    : {
        bridge,
        what: `${path} does not say which buses it has, so that Linux takes`,
        ranges: [[base, LAST_BUS] as const],
      };
}

/** What the host bridges give together; undefined where only running one of them tells. */
function busesOfBridges(subject: Subject, wanted: number): GivenBuses | undefined {
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
    wanted,
    place: placeOf(bridge.crs ?? bridge.device),
  };
}

/** A window of configuration space of the segment that the VCFG window is of. */
interface OwnAllocation extends McfgAllocation {
  /** Where the first MCFG says this of it. */
  readonly placeOf: (field: keyof McfgAllocation) => Place;
}

function ownAllocations({ tables }: Subject): OwnAllocation[] {
  const mcfg = tables.find(({ header }) => header.signature === 'MCFG');
  const all = (mcfg && decodeMcfg(mcfg).value) ?? [];
  return all.flatMap((each, index) =>
    mcfg === undefined || each.segment !== 0
      ? []
      : [{ ...each, placeOf: (field: keyof McfgAllocation) => placeIn(mcfg, mcfgOffset(index, field)) }],
  );
}

/** What MCFG gives of the window's segment. */
function busesOfMcfg(subject: Subject, of: Pick<GivenBuses, 'whose' | 'key' | 'wanted'>): GivenBuses | undefined {
  const own = ownAllocations(subject);
  const [highest] = own.toSorted((a, b) => b.lastBus - a.lastBus);
  const ranges = mergeRanges(own.map(({ firstBus: first, lastBus: last }) => [first, last]));
  if (highest === undefined || ranges.length === 0) return undefined;
  const given = { what: 'MCFG has configuration space for', ranges };
  return { ...given, highest: given, ...of, place: highest.placeOf('lastBus') };
}

/**
 * What tables say of buses, where it is known how many there ought to be. MCFG's are the platform's ECAM's; of a window
 * without a platform they count where no bridge says which buses an OS numbers.
 */
function givenBuses(subject: Subject): GivenBuses[] {
  const { platform, window, dsdt } = subject;
  const { wantedBuses } = window;
  if (wantedBuses === undefined) return [];
  const bridges = dsdt === undefined ? undefined : busesOfBridges(subject, wantedBuses);
  const mcfg = platform
    ? busesOfMcfg(subject, { whose: "the platform's ECAM window", key: 'ecam.buses', wanted: platform.ecam.buses })
    : bridges === undefined
      ? busesOfMcfg(subject, { whose: 'the window', key: 'vcfg.buses', wanted: wantedBuses })
      : undefined;
  return [bridges, mcfg].filter((each) => each !== undefined);
}

const countedBuses = (count: number) => (count === 1 ? '1 bus' : `${count} buses`);

const AGAIN = 'Generate the tables again';

function* tooMany(subject: Subject): Generator<Finding> {
  for (const { highest, whose, key, wanted, place } of givenBuses(subject)) {
    const last = lastOf(highest);
    if (last < wanted) continue;
    const end = `${whose} of ${countedBuses(wanted)} ends with bus ${formatHex(wanted - 1, 2)}`;
    const other = subject.platform
      ? `raise ${key} in the platform file`
      : `give --buses ${Math.min(last + 1, MOST_BUSES)}`;
    yield {
      place,
      message: `${highest.what} ${showRanges(highest.ranges)}, and ${end}.`,
      cure: `${AGAIN}, or ${other} if the machine has that many.`,
    };
  }
}

function* tooFew(subject: Subject): Generator<Finding> {
  const { platform } = subject;
  for (const { what, ranges, whose, key, wanted, place } of givenBuses(subject)) {
    const missing = missingFrom(ranges, wanted);
    const [[before] = [0]] = missing;
    if (missing.length === 0) continue;
    const lost = platform?.functions.find(({ address: { bus } }) =>
      ranges.every(([first, last]) => bus < first || bus > last),
    );
    const at = lost && ` The platform has ${lost.name} at ${formatPciAddress(lost.address)}, which is on none of them.`;
    const other = platform ? `lower ${key} in the platform file` : `give --buses ${before}`;
    const end = `${whose} of ${countedBuses(wanted)} has ${showRanges(missing)} too`;
    yield {
      place,
      message: `${what} ${showRanges(ranges)} alone, and ${end}.${at ?? ''}`,
      // Without bus 0 there is no number of buses that fits.
      cure: before === 0 ? `${AGAIN}.` : `${AGAIN}, or ${other} if the machine has no more.`,
      ...(lost === undefined ? {} : { severity: 'error', function: lost.address }),
    };
  }
}

function* otherEcam(subject: Subject): Generator<Finding> {
  const own = ownAllocations(subject);
  const [first] = own;
  const base = subject.platform?.ecam.base;
  if (base === undefined || first === undefined || own.some((each) => each.base === base)) return;
  const message = `MCFG has configuration space from ${formatHex(first.base)} on, and the platform from ${formatHex(base)}.`;
  yield { place: first.placeOf('base'), message };
}

const SOURCE = 'PCI Firmware 3.0 §4.1.2 (MCFG), §4.1.3; ACPI 6.5 §6.4.3.5 (WordBusNumber)';

/** Whether tables and platform are of the same buses; asked where a platform, or a number of buses, is given. */
export const BUS_RULES: readonly Rule[] = [
  {
    code: 'VCFG_BUSES_TOO_MANY',
    family: 'vcfg',
    severity: 'warning',
    what: "MCFG or the host bridge's constant _CRS gives the OS more buses than the platform has, or `--buses`. A bridge whose _CRS names no buses has all 256 in Linux.",
    why: 'The OS may number a bus that the window has no room for: registers of functions there lie behind its end, where something else is.',
    cure: 'Generate the tables again, or raise vcfg.buses or ecam.buses in the platform file, or `--buses`, if the machine has that many.',
    source: SOURCE,
    find: tooMany,
  },
  {
    code: 'VCFG_BUSES_TOO_FEW',
    family: 'vcfg',
    severity: 'warning',
    what: "MCFG or the host bridges' constant _CRS leaves out buses that the platform has, or `--buses`. An error if the platform has a function on one of the others.",
    why: 'The OS finds no function on the buses that are left out: no driver ever asks for that part of the window.',
    cure: 'Generate the tables again, or lower vcfg.buses or ecam.buses in the platform file, or `--buses`, if the machine has no more.',
    source: SOURCE,
    find: tooFew,
  },
  {
    code: 'VCFG_ECAM_BASE',
    family: 'vcfg',
    severity: 'error',
    what: 'MCFG has configuration space elsewhere than the platform.',
    why: 'The OS reads configuration registers where there are none: it finds no function, and no driver asks for the window.',
    cure: 'Generate the tables again, or correct ecam.base in the platform file.',
    source: 'PCI Firmware 3.0 §4.1.2',
    find: otherEcam,
  },
];
