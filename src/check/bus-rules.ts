import { displayName } from '../aml/index.js';
import { formatHex, formatPciAddress } from '../base/index.js';
import { MOST_BUSES } from '../platform/layout.js';
import { decodeMcfg, type McfgAllocation, mcfgOffset } from '../tables/index.js';
import type { Place } from '../vocab/index.js';
import { type DeviceResources, deviceResources, firstBus, isHostBridge, segmentOf } from './device-resources.js';
import { placeOf } from './machine-names.js';
import type { Finding, Rule } from './rule.js';
import { placeIn, type Subject } from './subject.js';

/** Buses that a table gives the OS, and how many it ought to be. */
interface GivenBuses {
  readonly first: number;
  readonly last: number;
  /** As a sentence begins, up to the buses: `MCFG has configuration space for`. */
  readonly what: string;
  /** Whose buses it has to have: `the window`. */
  readonly whose: string;
  /** The platform file's key for these. */
  readonly key: 'vcfg.buses' | 'ecam.buses';
  readonly wanted: number;
  readonly place: Place;
}

const LAST_BUS = MOST_BUSES - 1;

const show = ({ first, last }: GivenBuses) =>
  first === last ? `bus ${formatHex(first, 2)}` : `buses ${formatHex(first, 2)}..${formatHex(last, 2)}`;

/** Of numbers of which a table may have more than a call can take. */
const lowest = (buses: readonly number[]) => buses.reduce((least, bus) => Math.min(least, bus), LAST_BUS);

/** Host bridges of the segment that the window is of; undefined if only running the tables tells which are. */
function windowBridges({ names }: Subject): readonly DeviceResources[] | undefined {
  const bridges = deviceResources(names).filter(isHostBridge);
  const segments = bridges.map((bridge) => segmentOf(bridge, names));
  return segments.includes(undefined) ? undefined : bridges.filter((_, index) => segments[index] === 0n);
}

/** What the host bridges' _CRS give, from the first of all to the last; undefined where only running them tells. */
function busesOfBridges(subject: Subject, wanted: number): GivenBuses | undefined {
  const bridges = windowBridges(subject) ?? [];
  const ranges = bridges.map((bridge) => {
    const base = firstBus(bridge, subject.names);
    if (bridge.buses === undefined || base === undefined) return undefined;
    const says = bridge.buses.length > 0;
    // Linux takes all buses of a bridge that does not say which. drivers/acpi/pci_root.c
    const given = says ? bridge.buses : [[base, LAST_BUS] as const];
    const first = lowest(given.map(([min]) => min));
    const last = given.reduce((most, [, max]) => Math.max(most, max), 0);
    return { bridge, says, first, last };
  });
  const known = ranges.filter((range) => range !== undefined);
  const [highest] = known.toSorted((a, b) => b.last - a.last);
  if (highest === undefined || known.length < ranges.length) return undefined;
  const { bridge, says } = highest;
  const path = displayName(bridge.path);
  return {
    first: lowest(known.map(({ first }) => first)),
    last: highest.last,
    what: says ? `${path} hands out` : `${path} does not say which buses it has, so that Linux takes`,
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
  if (highest === undefined) return undefined;
  return {
    first: lowest(own.map(({ firstBus: first }) => first)),
    last: highest.lastBus,
    what: 'MCFG has configuration space for',
    ...of,
    place: highest.placeOf('lastBus'),
  };
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

const ending = ({ whose, wanted }: GivenBuses) =>
  `${whose} of ${wanted === 1 ? '1 bus' : `${wanted} buses`} ends with bus ${formatHex(wanted - 1, 2)}`;

function* tooMany(subject: Subject): Generator<Finding> {
  for (const given of givenBuses(subject)) {
    const { last, what, key, wanted, place } = given;
    if (last < wanted) continue;
    const cure = `Generate the tables again, or raise ${key} in the platform file if the machine has that many.`;
    yield { place, message: `${what} ${show(given)}, and ${ending(given)}.`, cure };
  }
}

function* tooFew(subject: Subject): Generator<Finding> {
  for (const given of givenBuses(subject)) {
    const { first, last, what, key, wanted, place } = given;
    if (first === 0 && last >= wanted - 1) continue;
    const lost = subject.platform?.functions.find(({ address: { bus } }) => bus < first || bus > last);
    const at = lost && ` The platform has ${lost.name} at ${formatPciAddress(lost.address)}, which is on none of them.`;
    yield {
      place,
      message: `${what} ${show(given)} alone, and ${ending(given)}.${at ?? ''}`,
      cure: `Generate the tables again, or lower ${key} in the platform file if the machine has no more.`,
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
    cure: 'Generate the tables again, or raise vcfg.buses or ecam.buses in the platform file if the machine has that many.',
    source: SOURCE,
    find: tooMany,
  },
  {
    code: 'VCFG_BUSES_TOO_FEW',
    family: 'vcfg',
    severity: 'warning',
    what: "MCFG or the host bridge's constant _CRS gives the OS fewer buses than the platform has, or `--buses`. An error if the platform has a function on one of the others.",
    why: 'The OS finds no function on the buses that are left out: no driver ever asks for that part of the window.',
    cure: 'Generate the tables again, or lower vcfg.buses or ecam.buses in the platform file if the machine has no more.',
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
