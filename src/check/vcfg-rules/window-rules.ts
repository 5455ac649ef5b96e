import { displayName } from '../../aml/index.js';
import { formatHex, formatPciAddress } from '../../base/index.js';
import { endOf, overlaps } from '../../platform/address-ranges.js';
import { MOST_BUSES, VCFG_BYTES_PER_BUS } from '../../platform/layout.js';
import type { AddressRange, Place } from '../../vocab/index.js';
import { describeWindow, showAddress } from '../rules/describe-place.js';
import type { Finding, Rule } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { type DeviceResources, deviceResources, isHostBridge, isMotherboard } from '../subject/device-resources.js';
import { placeOf } from '../subject/machine-names.js';
import { ecamWindows, ramOf } from '../subject/occupied-memory.js';
import { windowRoom } from '../subject/window-place.js';
import { REGENERATE } from './field-rules.js';
import { ownerFinder, regionOwners } from './region-owner.js';

/** Something that the window must keep clear of. */
interface Obstacle extends AddressRange {
  /** What is there, with its article. */
  readonly what: string;
  readonly other?: Place;
}

const show = (range: AddressRange) => `${formatHex(range.base)}..${formatHex(endOf(range) - 1n)}`;

/** The window where it should be, and the place of its base's declaration; undefined if either is unknown. */
function windowOf({ window: { root, base, lengthBytes } }: CheckedMachine) {
  if (root === undefined || base === undefined || base === 0n) return undefined;
  return { base, lengthBytes, place: placeOf(root) };
}

function* clashes(subject: CheckedMachine, obstacles: Iterable<Obstacle>): Generator<Finding> {
  const window = windowOf(subject);
  if (window === undefined) return;
  for (const obstacle of obstacles) {
    if (!overlaps(window, obstacle)) continue;
    yield {
      place: window.place,
      ...(obstacle.other === undefined ? {} : { other: obstacle.other }),
      message: `The window ${show(window)} overlaps ${obstacle.what} at ${show(obstacle)}.`,
    };
  }
}

/** Devices in the memory map. */
const mappedDevices = ({ memoryMap }: CheckedMachine): Obstacle[] =>
  memoryMap
    .filter(({ kind }) => kind === 'device')
    .map(({ base, lengthBytes, label, place }) => ({ base, lengthBytes, what: `"${label}"`, other: place }));

function ramObstacles(subject: CheckedMachine): Obstacle[] {
  return ramOf(subject).map(({ place, ...ram }) => (place === undefined ? ram : { ...ram, other: place }));
}

function ecamOf(subject: CheckedMachine): Obstacle[] {
  return ecamWindows(subject).map(({ base, lengthBytes, place }) =>
    place === undefined
      ? { base, lengthBytes, what: "the platform's ECAM window" }
      : { base, lengthBytes, what: 'the ECAM window', other: place },
  );
}

function resourcesOf(devices: readonly DeviceResources[], what: (path: string) => string): Obstacle[] {
  return devices.flatMap(({ path, crs, memory, how }) =>
    (memory ?? []).map(({ base, lengthBytes, kind }) => ({
      base,
      lengthBytes,
      what: `${what(displayName(path))} (${kind})${how}`,
      ...(crs === undefined ? {} : { other: placeOf(crs) }),
    })),
  );
}

function bridgeWindowsOf({ names }: CheckedMachine): Obstacle[] {
  return resourcesOf(deviceResources(names).filter(isHostBridge), (path) => `what ${path} gives to BARs`);
}

function othersOf(subject: CheckedMachine): Obstacle[] {
  const devices = deviceResources(subject.names).filter((each) => !isHostBridge(each) && !isMotherboard(each));
  const window = windowOf(subject);
  // A driver that has claimed a function's registers appears as a device within the window.
  const inside = (range: AddressRange) =>
    window !== undefined && range.base >= window.base && endOf(range) <= endOf(window);
  return [...resourcesOf(devices, (path) => path), ...mappedDevices(subject).filter((each) => !inside(each))];
}

/** Widest guest-physical address that x86-64 has. Intel SDM vol. 3 §4.1.4 */
const MOST_ADDRESS_BITS = 52;

function* pastAddressBits(subject: CheckedMachine): Generator<Finding> {
  const window = windowOf(subject);
  if (window === undefined) return;
  const bits = subject.platform?.addressBits ?? MOST_ADDRESS_BITS;
  if (endOf(window) <= 1n << BigInt(bits)) return;
  yield {
    place: window.place,
    message: `The window ${show(window)} reaches past the last of ${bits} address bits, ${formatHex((1n << BigInt(bits)) - 1n)}.`,
  };
}

/** Up to which address ranges cover a window without a gap. */
function coveredUpTo(window: AddressRange, ranges: readonly AddressRange[]): bigint {
  let at = window.base;
  for (const range of ranges.toSorted((a, b) => (a.base < b.base ? -1 : 1))) {
    if (range.base <= at && endOf(range) > at) at = endOf(range);
  }
  return at;
}

function* notReserved(subject: CheckedMachine): Generator<Finding> {
  const { dsdt, platform, regions, names, memoryMap } = subject;
  const window = windowOf(subject);
  if (window === undefined || dsdt === undefined) return;
  if (platform === undefined && !regions.some(({ windowOffset }) => windowOffset !== undefined)) return;
  const boards = deviceResources(names).filter(isMotherboard);
  if (boards.some(({ memory }) => memory === undefined)) return;
  const reserved = memoryMap.filter(({ kind }) => kind === 'reserved');
  const upTo = coveredUpTo(window, [...boards.flatMap(({ memory }) => memory ?? []), ...reserved]);
  if (upTo >= endOf(window)) return;
  const [board] = boards.filter(({ crs }) => crs !== undefined);
  const what = upTo === window.base ? 'not reserved' : `reserved only up to ${formatHex(upTo - 1n)}`;
  yield {
    place: window.place,
    ...(board?.crs === undefined ? {} : { other: placeOf(board.crs) }),
    message: `The window ${show(window)} is ${what}: no _CRS of a PNP0C02 device covers all of it${board?.how ?? ''}.`,
  };
}

/** Regions at the right place, but on a bus that the window does not have. */
function* regionsOutside(subject: CheckedMachine): Generator<Finding & { readonly owner: string }> {
  const { lengthBytes } = windowRoom(subject.window);
  for (const { region, offset, owner, isOwn } of regionOwners(subject)) {
    if (offset === undefined || offset < lengthBytes || owner === undefined || !isOwn) continue;
    const bus = Number(offset / VCFG_BYTES_PER_BUS);
    const of = owner.address === undefined ? '' : ` (${formatPciAddress(owner.address)})`;
    yield {
      owner: owner.path,
      place: placeOf(region.declared),
      ...(owner.address === undefined ? {} : { function: owner.address }),
      message: `It is at ${showAddress(subject, offset)}, on bus ${bus}${of}, but ${describeWindow(subject)} ends at ${showAddress(subject, lengthBytes - 1n)}.`,
      ...(bus < MOST_BUSES
        ? {}
        : { cure: `A window has at most ${MOST_BUSES} buses, so the offset is wrong. ${REGENERATE}` }),
    };
  }
}

/** Devices on such a bus of which no region was reported: a driver may still ask for their registers. */
function* busOutside(subject: CheckedMachine): Generator<Finding> {
  const reported = new Set<string>();
  for (const { owner, ...finding } of regionsOutside(subject)) {
    reported.add(owner);
    yield finding;
  }
  const { root, buses } = subject.window;
  if (root === undefined || buses === undefined) return;
  const ownerOf = ownerFinder(subject);
  for (const declared of subject.names.all) {
    const { path, term, inMethod } = declared;
    if (term.op !== 'Device' || inMethod || reported.has(path)) continue;
    const { path: of, address } = ownerOf(path) ?? {};
    if (of !== path || address === undefined || address.bus < buses) continue;
    yield {
      place: placeOf(declared),
      function: address,
      message: `It is ${formatPciAddress(address)}, on bus ${address.bus}, but ${describeWindow(subject)} ends with bus ${buses - 1}.`,
    };
  }
}

const CROSVM_WINDOW = 'crosvm f1e797a x86_64/src/lib.rs:1989-1996';

/** What can be wrong with where the window is. */
export const VCFG_WINDOW_RULES: readonly Rule[] = [
  {
    code: 'VCFG_OVERLAPS_RAM',
    family: 'vcfg',
    severity: 'error',
    what: 'The window overlaps RAM of the platform or of the memory map.',
    why: 'Registers there behave like memory, and no access reaches the device.',
    cure: 'Move the window above the end of RAM; base: auto in the platform file does, if its memory is that of the machine.',
    source: CROSVM_WINDOW,
    find: (subject) => clashes(subject, ramObstacles(subject)),
  },
  {
    code: 'VCFG_OVERLAPS_ECAM',
    family: 'vcfg',
    severity: 'error',
    what: 'The window overlaps the ECAM window of MCFG or of the platform.',
    why: 'An access there reaches configuration space, or the VMM refuses the second of the two windows.',
    cure: 'Move one of them.',
    source: 'PCI Firmware 3.0 §4.1.2 (MCFG)',
    find: (subject) => clashes(subject, ecamOf(subject)),
  },
  {
    code: 'VCFG_OVERLAPS_CRS',
    family: 'vcfg',
    severity: 'error',
    what: "The window overlaps a memory range of a host bridge's constant _CRS.",
    why: 'The OS may place a BAR on top of the registers.',
    cure: "Take the window out of the bridge's _CRS, or move it.",
    source: 'ACPI 6.5 §6.2.2 (_CRS)',
    find: (subject) => clashes(subject, bridgeWindowsOf(subject)),
  },
  {
    code: 'VCFG_OVERLAPS_OTHER',
    family: 'vcfg',
    severity: 'error',
    what: "The window overlaps another device's constant _CRS, or a device of the memory map.",
    why: 'Two devices claim the same addresses, and the VMM decides which of them answers.',
    cure: 'Move the window to addresses that nothing else uses.',
    source: 'ACPI 6.5 §6.2.2 (_CRS)',
    find: (subject) => clashes(subject, othersOf(subject)),
  },
  {
    code: 'VCFG_PAST_ADDRESS_BITS',
    family: 'vcfg',
    severity: 'error',
    what: `The window ends past the platform's address bits, or past ${MOST_ADDRESS_BITS} bits if no platform is given.`,
    why: 'The guest cannot map it: its page tables have no bits for such addresses.',
    cure: 'Move it down, or raise addressBits if the guest has more.',
    source: 'Intel SDM vol. 3 §4.1.4 (MAXPHYADDR)',
    find: pastAddressBits,
  },
  {
    code: 'VCFG_NOT_RESERVED',
    family: 'vcfg',
    severity: 'warning',
    what:
      'No _CRS of a PNP0C02 device covers the window, nor does the memory map, if given, reserve it. ' +
      'Checked only for a DSDT made for the window: a platform is given, or AML has regions in the window.',
    why: 'The OS considers the addresses free, and may put BARs or memory of a hot-plugged device there.',
    cure: 'Add a Device with _HID PNP0C02 whose _CRS covers the window; vcfg generate does.',
    source: 'PCI Firmware 3.0 §4.1.2; ACPI 6.5 §6.2.2',
    find: notReserved,
  },
  {
    code: 'VCFG_BUS_OUTSIDE',
    family: 'vcfg',
    severity: 'error',
    what: "A function's region, or a Device without regions, is on a bus that the window does not have.",
    why: 'After the window there is something else, or nothing. crosvm generates such AML silently, and drivers compute such addresses.',
    cure: 'Raise vcfg.buses in the platform file, or move the function to a lower bus.',
    source: 'crosvm f1e797a devices/src/pci/acpi.rs (DeviceVcfgRegister)',
    find: busOutside,
  },
];
