import { splitOffset, windowLengthBytes } from '../../guest/index.js';
import { MOST_BUSES } from '../../platform/layout.js';
import type { McfgAllocation } from '../../tables/index.js';
import type { Platform } from '../../vocab/index.js';
import { type Declared, integerOf, isNamedVcfg, type MachineNames, ROOT_VCFG } from './machine-names.js';
import type { PlacedRegion } from './placed-regions.js';

/** Where the window is, by the tables and by what is expected. */
export interface WindowPlace {
  /** Every object named VCFG, at any path, except those that methods make while they run. */
  readonly named: readonly Declared[];
  /** The one that a driver finds: at the root, the first if there are several. */
  readonly root: Declared | undefined;
  /** Its value as written, if it is an Integer constant. */
  readonly written: bigint | undefined;
  /** What the OS sees: the low half if integers have 32 bits. */
  readonly seen: bigint | undefined;
  /** What it should be, if a platform or a base is given. */
  readonly expected: bigint | undefined;
  /** Where the window should be: what is expected, or else what is written. */
  readonly base: bigint | undefined;
  /** Buses that it should have, if a platform or their number is given. */
  readonly expectedBuses: number | undefined;
  /** Buses that the window has: those expected, or else those of ECAM, as in crosvm; undefined if neither is known. */
  readonly buses: number | undefined;
  /** Bytes of these buses, or else of the buses that AML has regions for. */
  readonly lengthBytes: bigint;
}

export interface WindowGiven {
  readonly platform: Platform | undefined;
  readonly base: bigint | undefined;
  readonly buses: number | undefined;
  readonly ecam: readonly McfgAllocation[];
  readonly regions: readonly PlacedRegion[];
}

/** The highest bus that has a region; 0 if none has. */
function lastBusUsed(regions: readonly PlacedRegion[]): number {
  const most = windowLengthBytes(MOST_BUSES);
  const parts = { bus: 0, device: 0, function: 0, page: 0, index: 0, byte: 0 };
  const inside = regions.flatMap(({ windowOffset }) =>
    windowOffset !== undefined && windowOffset >= 0n && windowOffset < BigInt(most) ? [Number(windowOffset)] : [],
  );
  return inside.reduce((last, offset) => Math.max(last, splitOffset(offset, parts).bus), 0);
}

export function windowPlace(names: MachineNames, integerBits: 32 | 64, given: WindowGiven): WindowPlace {
  const named = names.all.filter(({ path, inMethod }) => !inMethod && isNamedVcfg(path));
  const root = named.find(({ path }) => path === ROOT_VCFG);
  const written = integerOf(root);
  const expected = given.base ?? given.platform?.vcfg.base;
  const ecamBuses = given.ecam.reduce(
    (most, { segment, lastBus }) => (segment === 0 ? Math.max(most, lastBus + 1) : most),
    0,
  );
  const expectedBuses = given.buses ?? given.platform?.vcfg.buses;
  const buses = expectedBuses ?? (ecamBuses === 0 ? undefined : ecamBuses);
  return {
    named,
    root,
    written,
    seen: written === undefined ? undefined : BigInt.asUintN(integerBits, written),
    expected,
    base: expected ?? written,
    expectedBuses,
    buses,
    lengthBytes: BigInt(windowLengthBytes(buses ?? lastBusUsed(given.regions) + 1)),
  };
}

/** What the window has room for: its buses, or if those are unknown, the most that any window has. */
export function windowRoom({ buses = MOST_BUSES }: WindowPlace): {
  readonly buses: number;
  readonly lengthBytes: bigint;
} {
  return { buses, lengthBytes: BigInt(windowLengthBytes(buses)) };
}
