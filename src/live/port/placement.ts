import { formatHex } from '../../base/index.js';
import { endOf, formatRange, freeRun, overlaps } from '../../platform/address-ranges.js';
import { acpiPathOf } from '../../platform/index.js';
import { ecamAlignment, FOUR_GIB } from '../../platform/layout.js';
import { hostBridgePath } from '../../platform/names/acpi-path.js';
import type { AddressRange, Diagnostic, Platform } from '../../vocab/index.js';
import { liveError, liveFinding } from './events.js';

/** Where a back end can have a platform's windows. */
export interface GuestSpace {
  /** The back end, for sentences. */
  readonly name: string;
  /** RAM from address 0. */
  readonly memoryBytes: bigint;
  /** Addresses for the windows, in ascending order, apart. */
  readonly free: readonly AddressRange[];
  /** What a window takes up at a place, if that is more than itself; undefined if it cannot be there. */
  readonly around?: (window: AddressRange) => AddressRange | undefined;
  /** Where windows are that cannot be at their own place. Default: the first place that is free. */
  readonly fallbackBase?: bigint;
  /** Whether the guest's kernel module can map a window above 4 GiB to one below, so that its addresses need not change. */
  readonly mapsHighWindows?: boolean;
  /** What keeps the window from its own place, as the end of a sentence. */
  readonly why: string;
  /** Whether it can have an ECAM of its own; without, the guest uses the ports alone. */
  readonly hasEcam: boolean;
  /** The back end's own ECAM, which every guest has. */
  readonly ecam?: Platform['ecam'];
}

/** A platform as a live guest has it. */
export interface PlacedPlatform {
  readonly platform: Platform;
  /** Where the back end has the window. The same as the platform's, unless the guest's kernel maps that to it. */
  readonly windowBase: bigint;
  /** What was changed, and why: notes. */
  readonly notes: readonly Diagnostic[];
}

const PAGE = 4096n;
/** Buses' worth of window: the alignment of its base. */
const WINDOW_ALIGNMENT = 2n << 20n;

/** Whether a window can be at a place, with all that it takes up there. */
function windowFits(window: AddressRange, space: GuestSpace, taken: readonly AddressRange[]): boolean {
  const whole = space.around === undefined ? window : space.around(window);
  return whole !== undefined && fits(whole, space, taken);
}

function fits(range: AddressRange, space: GuestSpace, taken: readonly AddressRange[]): boolean {
  const inside = space.free.some(({ base, lengthBytes }) => range.base >= base && endOf(range) <= base + lengthBytes);
  return inside && !taken.some((other) => overlaps(range, other));
}

/** The first base in free space for a range, aligned. */
function placeFor(
  lengthBytes: bigint,
  alignment: bigint,
  space: GuestSpace,
  taken: readonly AddressRange[],
): AddressRange | undefined {
  for (const free of space.free) {
    const found = freeRun(free.base, endOf(free), taken, alignment);
    if (found !== undefined && found.lengthBytes >= lengthBytes) return { base: found.base, lengthBytes };
  }
  return undefined;
}

/** Where a window is that cannot be at its own place. Throws a DiagnosticError if there is no room. */
function otherPlace({ vcfg }: Platform, space: GuestSpace, memory: readonly AddressRange[]): AddressRange {
  const lengthBytes = BigInt(vcfg.lengthBytes);
  const found =
    space.fallbackBase === undefined
      ? placeFor(lengthBytes, WINDOW_ALIGNMENT, space, memory)
      : { base: space.fallbackBase, lengthBytes };
  if (found !== undefined && windowFits(found, space, memory)) return found;
  throw liveError(
    'LIVE_WINDOW_PLACE',
    `The window of ${vcfg.buses} buses takes ${vcfg.lengthBytes >> 20} MiB, and a guest in ${space.name} has no room for it.`,
    'Give the platform fewer buses: vcfg: { buses: 64 } takes 128 MiB.',
  );
}

/**
 * A platform as it is generated for a live guest: the same functions, and RAM and windows where the back end can have them. A
 * window that lies elsewhere in the platform is moved, with a note; one above 4 GiB stays if the back end and the guest's module
 * can map it. Throws a DiagnosticError if there is no room.
 */
export function placePlatform(
  given: Platform,
  space: GuestSpace,
  { hasModule = false }: { readonly hasModule?: boolean } = {},
): PlacedPlatform {
  const notes: Diagnostic[] = [];
  const platform = placePaths(given, notes);
  const memory = [{ base: 0n, lengthBytes: space.memoryBytes }];
  const wanted = { base: platform.vcfg.base, lengthBytes: BigInt(platform.vcfg.lengthBytes) };
  const place = windowFits(wanted, space, memory) ? wanted : otherPlace(platform, space, memory);
  const isMapped = place !== wanted && space.mapsHighWindows === true && hasModule && wanted.base >= FOUR_GIB;
  const window = isMapped ? wanted : place;
  if (isMapped)
    notes.push(
      liveFinding(
        'LIVE_BACK_END',
        `The window is at ${formatHex(wanted.base)}, where ${space.name} cannot trap accesses: the guest’s module maps it to a device at ${formatHex(place.base)}. Until the module is loaded, accesses reach nothing.`,
        'Power resources are switched on once it is loaded. For accesses of an _INI, put the window below 4 GiB.',
        'note',
      ),
    );
  else if (place !== wanted)
    notes.push(
      liveFinding(
        'LIVE_WINDOW_MOVED',
        `The platform has its window at ${formatHex(wanted.base)}, and the live guest at ${formatHex(place.base)}: ${space.why}.`,
        'The tables, drivers and \\VCFG of the guest use the new base.',
        'note',
      ),
    );
  const { ecam, mcfgNotes } = placeEcam(platform, place, memory, space);
  notes.push(...mcfgNotes);
  const taken = [window, place, ecam, ...memory];
  const kept = platform.windows.mmio32;
  const isKept = kept !== undefined && !taken.some((other) => overlaps(kept, other));
  const found = isKept ? kept : longestFree(space, taken);
  const { mmio32: _, ...windows } = platform.windows;
  return {
    platform: {
      ...platform,
      memory,
      ecam,
      vcfg: { ...platform.vcfg, base: window.base },
      windows: { ...windows, ...(found !== undefined && { mmio32: found }) },
    },
    windowBase: place.base,
    notes,
  };
}

/** A host bridge that a generated DSDT can have: directly below \_SB. */
const HOST_PATH = /^\\_SB_?\.\w+$/;

/**
 * The platform with ACPI paths that a whole DSDT of its own can have. The guest has none of the tables for which the platform gives
 * `host` and `path`, so a Device is only where its parent is generated too.
 */
function placePaths(platform: Platform, notes: Diagnostic[]): Platform {
  if (platform.host === undefined) return platform;
  const moved = (what: string, from: string, to: string) => {
    const message = `${what} is at ${from} in the platform's own machine, and at ${to} in the live guest.`;
    notes.push(liveFinding('LIVE_PATH_MOVED', message, 'The guest does not have the machine’s own tables.', 'note'));
  };
  const { host, ...withoutHost } = platform;
  const root = HOST_PATH.test(host) ? platform : { ...withoutHost };
  const bare = { ...root, functions: platform.functions.map(({ path: _, ...described }) => described) };
  if (root !== platform) moved('The host bridge', host, hostBridgePath(bare));
  const functions = platform.functions.map((described, index) => {
    const { path } = described;
    const { path: __, ...generated } = described;
    if (path === undefined) return described;
    const place = acpiPathOf(bare, described.address);
    // In the same scope as the generated name, the Device can have its own.
    if (path.slice(0, path.lastIndexOf('.')) === place.slice(0, place.lastIndexOf('.'))) return described;
    moved(platform.functions[index]?.name ?? '', path, place);
    return generated;
  });
  return { ...root, functions };
}

function longestFree(space: GuestSpace, taken: readonly AddressRange[]): AddressRange | undefined {
  const runs = space.free.flatMap((free) => freeRun(free.base, endOf(free), taken, PAGE) ?? []);
  return runs.toSorted((a, b) => (a.lengthBytes > b.lengthBytes ? -1 : 1))[0];
}

function placeEcam(platform: Platform, window: AddressRange, memory: readonly AddressRange[], space: GuestSpace) {
  if (space.ecam !== undefined) return { ecam: space.ecam, mcfgNotes: [] };
  const { ecam } = platform;
  const taken = [window, ...memory];
  if (!space.hasEcam || fits(ecam, space, taken)) return { ecam, mcfgNotes: [] };
  const place = placeFor(ecam.lengthBytes, ecamAlignment(ecam.buses), space, taken);
  const message =
    place === undefined
      ? `The guest has no room for the platform's ECAM window, ${formatRange(ecam)}.`
      : `The platform has its ECAM window at ${formatHex(ecam.base)}, and the live guest at ${formatHex(place.base)}.`;
  const cure =
    place === undefined
      ? 'It reaches configuration spaces by ports 0xcf8 and 0xcfc.'
      : 'The MCFG of the guest follows.';
  return {
    ecam: place === undefined ? { ...ecam, buses: 0 } : { ...ecam, base: place.base },
    mcfgNotes: [liveFinding('LIVE_ECAM_MOVED', message, cure, 'note')],
  };
}
