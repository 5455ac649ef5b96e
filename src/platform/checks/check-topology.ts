import { comparePciAddress, formatHex, formatPciAddress } from '../../base/index.js';
import type { Platform } from '../../vocab/index.js';
import { packPciAddress } from '../config-address.js';
import { MOST_BUSES } from '../layout.js';
import { paddedName, paddedPath } from '../names/name-seg.js';
import type { Findings, Path } from '../read/findings.js';
import type { FunctionInput } from '../schema/schema.js';

/** A function of the file, with its path there. */
interface Placed {
  readonly input: FunctionInput;
  readonly path: Path;
}

interface Bridge extends Placed {
  readonly secondary: number;
  readonly subordinate: number;
}

type Windows = Pick<Platform, 'vcfg' | 'ecam'>;

const hexBus = (bus: number) => formatHex(bus, 2);

function naming({ input }: Placed): string {
  return `${input.name} at ${formatPciAddress(input.address)}`;
}

/** Addresses and names must be unique, and the host bridge's address is taken. */
function checkUnique(functions: readonly Placed[], findings: Findings): void {
  const addresses = new Map<number, Placed>();
  const names = new Map<string, Placed>();
  for (const placed of functions) {
    const { input, path } = placed;
    const packed = packPciAddress(input.address);
    const sameAddress = addresses.get(packed);
    const sameName = names.get(paddedName(input.name));
    if (packed === 0) {
      const message = `${input.name} is at 00:00.0, which is the host bridge.`;
      findings.add('PLATFORM_ROOT_ADDRESS', [...path, 'address'], message, 'Move it, for example to 00:01.0.');
    } else if (sameAddress) {
      const message = `${input.name} is at ${formatPciAddress(input.address)}, as is ${sameAddress.input.name} (${findings.where(sameAddress.path)}).`;
      findings.add('PLATFORM_DUPLICATE_ADDRESS', [...path, 'address'], message, 'Give each its own address.');
    } else addresses.set(packed, placed);
    if (sameName) {
      const message = `Two functions are named ${input.name}; the other is at ${findings.where(sameName.path)}.`;
      findings.add('PLATFORM_DUPLICATE_FUNCTION_NAME', [...path, 'name'], message, 'Give each its own name.');
    } else names.set(paddedName(input.name), placed);
  }
  for (const { input, path } of functions) {
    const first = { ...input.address, function: 0 };
    const packed = packPciAddress(first);
    if (input.address.function === 0 || packed === 0 || addresses.has(packed)) continue;
    const message = `${input.name} is at ${formatPciAddress(input.address)}, but there is no ${formatPciAddress(first)}.`;
    const cure = 'Add a function there: a guest that finds no function 0 looks for no others (PCI 3.0 §3.2.2.3.4).';
    findings.add('PLATFORM_NO_FUNCTION_ZERO', [...path, 'address'], message, cure, { severity: 'warning' });
  }
}

/** A path names one Device, in tables that exist. */
function checkPaths(functions: readonly Placed[], host: string | undefined, findings: Findings): void {
  const owners = new Map<string, Placed | undefined>(host === undefined ? [] : [[paddedPath(host), undefined]]);
  for (const placed of functions) {
    const { input, path } = placed;
    if (input.path === undefined) continue;
    const key = paddedPath(input.path);
    if (host === undefined) {
      const message = `${naming(placed)} has its Device at ${input.path}, but the platform gives no host, so a whole DSDT is generated.`;
      const cure = "Give the path of the machine's host bridge as host, or remove path.";
      findings.add('PLATFORM_PATH_WITHOUT_HOST', [...path, 'path'], message, cure);
    } else if (owners.has(key)) {
      const owner = owners.get(key);
      const other = owner === undefined ? 'the host bridge' : `${naming(owner)} (${findings.where(owner.path)})`;
      const message = `${naming(placed)} has its Device at ${input.path}, as does ${other}.`;
      findings.add('PLATFORM_DUPLICATE_PATH', [...path, 'path'], message, 'Give each its own Device.');
    } else owners.set(key, placed);
  }
}

/** Every bus must belong to both windows. */
function checkBuses(functions: readonly Placed[], windows: Windows, findings: Findings): void {
  const { buses } = windows.vcfg;
  const last = `The window's last bus is ${hexBus(buses - 1)}.`;
  for (const placed of functions) {
    const { input, path } = placed;
    const { bus } = input.address;
    const raise = (wanted: number) => `Raise vcfg.buses to ${wanted + 1} or more, or move it.`;
    if (bus >= buses) {
      findings.add(
        'PLATFORM_BUS_OUTSIDE_WINDOW',
        [...path, 'address'],
        `${naming(placed)} is on bus ${hexBus(bus)}. ${last}`,
        raise(bus),
      );
    } else if (bus >= windows.ecam.buses) {
      const message = `${naming(placed)} has no configuration space in the ECAM window, whose last bus is ${hexBus(windows.ecam.buses - 1)}.`;
      const cure = `Raise ecam.buses to ${bus + 1} or more.`;
      findings.add('PLATFORM_ECAM_LACKS_BUS', [...path, 'address'], message, cure, { severity: 'warning' });
    }
    const below = Math.max(input.bridge?.secondary ?? 0, input.bridge?.subordinate ?? 0);
    if (below >= buses) {
      const message = `${naming(placed)} leads to bus ${hexBus(below)}. ${last}`;
      findings.add('PLATFORM_BUS_OUTSIDE_WINDOW', [...path, 'bridge'], message, raise(below));
    }
  }
}

/** The bridge that each bus hangs below. */
function checkSecondaries(functions: readonly Placed[], findings: Findings): Map<number, Placed> {
  const owners = new Map<number, Placed>();
  for (const placed of functions) {
    const { input, path } = placed;
    if (!input.bridge) continue;
    const { secondary } = input.bridge;
    const { bus } = input.address;
    const earlier = owners.get(secondary);
    if (secondary <= bus) {
      const message = `The bridge ${naming(placed)} leads to bus ${hexBus(secondary)}, which is not above its own bus, ${hexBus(bus)}.`;
      const cure =
        bus === MOST_BUSES - 1
          ? 'No bus number is higher; move the bridge to a lower bus.'
          : `Buses are numbered from the host bridge down; give secondary ${bus + 1} or more.`;
      findings.add('PLATFORM_BRIDGE_SECONDARY', [...path, 'bridge', 'secondary'], message, cure);
    } else if (earlier) {
      const message = `The bridges ${naming(earlier)} (${findings.where(earlier.path)}) and ${naming(placed)} both lead to bus ${hexBus(secondary)}.`;
      const cure = 'Give each its own secondary bus.';
      findings.add('PLATFORM_DUPLICATE_SECONDARY', [...path, 'bridge', 'secondary'], message, cure);
    } else owners.set(secondary, placed);
  }
  return owners;
}

function checkReachable(functions: readonly Placed[], owners: ReadonlyMap<number, Placed>, findings: Findings): void {
  for (const placed of functions) {
    const { bus } = placed.input.address;
    if (bus === 0 || owners.has(bus)) continue;
    const message = `${naming(placed)} is on bus ${hexBus(bus)}, which no bridge leads to.`;
    const cure = `Add a function with bridge: { secondary: ${bus} }, or move it to bus 00.`;
    findings.add('PLATFORM_BUS_UNREACHABLE', [...placed.path, 'address'], message, cure);
  }
}

/** The last bus of each bridge: the one in the file, or the last bus below it. */
function checkSubordinates(owners: ReadonlyMap<number, Placed>, findings: Findings): Map<Placed, Bridge> {
  const bridges = new Map<Placed, Bridge>();
  const leastOf = new Map<number, number>();
  // From the highest bus down, so that all buses below a bridge are known before the bridge is checked.
  for (const [secondary, placed] of [...owners].toSorted(([a], [b]) => b - a)) {
    const least = Math.max(secondary, leastOf.get(secondary) ?? 0);
    const written = placed.input.bridge?.subordinate;
    if (written !== undefined && written < least) {
      const message = `The bridge ${naming(placed)} ends with bus ${hexBus(written)}, but bus ${hexBus(least)} is below it.`;
      const path = [...placed.path, 'bridge', 'subordinate'];
      findings.add(
        'PLATFORM_BRIDGE_SUBORDINATE',
        path,
        message,
        `Raise subordinate to ${least} or more, or remove it to have it computed.`,
      );
    }
    const subordinate = Math.max(least, written ?? 0);
    bridges.set(placed, { ...placed, secondary, subordinate });
    const { bus } = placed.input.address;
    leastOf.set(bus, Math.max(subordinate, leastOf.get(bus) ?? 0));
  }
  return bridges;
}

/**
 * Two bridges on one bus must not both claim a bus: a configuration access goes to one of them. PCI-to-PCI 1.2
 * §3.1.1
 */
function checkDisjoint(bridges: Iterable<Bridge>, findings: Findings): void {
  const sorted = [...bridges].toSorted(
    (a, b) => a.input.address.bus - b.input.address.bus || a.secondary - b.secondary,
  );
  sorted.forEach((bridge, index) => {
    const before = sorted[index - 1];
    if (!before || before.input.address.bus !== bridge.input.address.bus) return;
    if (bridge.secondary > before.subordinate) return;
    const message = `The bridge ${naming(before)} has buses ${hexBus(before.secondary)}..${hexBus(before.subordinate)}, which include bus ${hexBus(bridge.secondary)} of ${naming(bridge)}.`;
    const cure = 'Number the buses so that all those below one bridge come before those of the next.';
    findings.add('PLATFORM_BRIDGE_OVERLAP', [...bridge.path, 'bridge', 'secondary'], message, cure);
  });
}

/**
 * Checks the functions against each other and against the windows. Returns each bridge's buses, in the order of the
 * functions. `complete` is false for parts of the file that could not be read: what depends on them is not checked, as
 * a bus may be below a function that was left out.
 */
export function checkTopology(
  functions: readonly FunctionInput[],
  host: string | undefined,
  windows: Windows,
  complete: { readonly functions: boolean; readonly windows: boolean },
  findings: Findings,
): ({ secondary: number; subordinate: number } | undefined)[] {
  const all = functions.map((input, index): Placed => ({ input, path: ['functions', index] }));
  const ordered = all.toSorted((a, b) => comparePciAddress(a.input.address, b.input.address));
  checkUnique(all, findings);
  checkPaths(all, host, findings);
  if (complete.windows) checkBuses(ordered, windows, findings);
  const owners = checkSecondaries(ordered, findings);
  if (complete.functions) checkReachable(ordered, owners, findings);
  const bridges = checkSubordinates(owners, findings);
  checkDisjoint(bridges.values(), findings);
  return all.map((placed) => {
    const bridge = bridges.get(placed);
    return bridge && { secondary: bridge.secondary, subordinate: bridge.subordinate };
  });
}
