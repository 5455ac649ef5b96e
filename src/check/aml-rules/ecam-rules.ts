import { displayName } from '../../aml/index.js';
import { formatHex } from '../../base/index.js';
import { endOf, merged } from '../../platform/address-ranges.js';
import type { AddressRange, Place } from '../../vocab/index.js';
import type { Finding, Rule } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { type DeviceResources, deviceResources, isHostBridge, isMotherboard } from '../subject/device-resources.js';
import { placeOf } from '../subject/machine-names.js';
import { type EcamWindow, ecamWindows, ramOf } from '../subject/occupied-memory.js';
import { placeIn } from '../subject/subject-table.js';
import { lowestOverlap } from './facts/range-index.js';

const show = (range: AddressRange) => `${formatHex(range.base)}..${formatHex(endOf(range) - 1n)}`;

/** Where the findings are: at the device's _CRS if it has one. */
function crsPlace({ device, crs }: DeviceResources): Place {
  return placeOf(crs ?? device);
}

function* notReserved(subject: CheckedMachine): Generator<Finding> {
  const { dsdt, names, memoryMap } = subject;
  if (dsdt === undefined) return;
  const boards = deviceResources(names).filter(isMotherboard);
  // What only running a _CRS tells cannot be said to be missing.
  if (boards.some(({ memory }) => memory === undefined)) return;
  const reserved = memoryMap.filter(({ kind }) => kind === 'reserved');
  const takenAt = lowestOverlap(merged([...boards.flatMap(({ memory }) => memory ?? []), ...reserved]));
  const board = boards.find(({ crs }) => crs !== undefined);
  for (const window of ecamWindows(subject)) {
    const taken = takenAt(window);
    const gap = taken !== undefined && taken.base <= window.base ? endOf(taken) : window.base;
    if (gap >= endOf(window)) continue;
    const what = taken === undefined ? 'in no' : `from ${formatHex(gap)} on not in any`;
    yield {
      place: board === undefined ? placeIn(dsdt, -1) : crsPlace(board),
      message: `The ECAM window ${show(window)} is ${what} PNP0C02 device's _CRS${board?.how ?? ''}.`,
      ...(window.place === undefined ? {} : { other: window.place }),
    };
  }
}

/** A memory range of a host bridge. */
interface BridgeRange extends AddressRange {
  readonly kind: string;
  readonly bridge: DeviceResources;
}

function overlapOf(window: EcamWindow, range: BridgeRange): Finding {
  return {
    place: crsPlace(range.bridge),
    message: `The ECAM window ${show(window)} overlaps ${show(range)}, which ${displayName(range.bridge.path)} hands out to BARs (${range.kind})${range.bridge.how}.`,
    ...(window.place === undefined ? {} : { other: window.place }),
  };
}

/** Names every window and every bridge that has an overlap, and not each pair: there may be very many of both. */
function* inBridge(subject: CheckedMachine): Generator<Finding> {
  const windows = ecamWindows(subject);
  const ranges = deviceResources(subject.names)
    .filter(isHostBridge)
    .flatMap((bridge) => (bridge.memory ?? []).map((range): BridgeRange => ({ ...range, bridge })));
  const rangeAt = lowestOverlap(ranges);
  const named = new Set<DeviceResources>();
  for (const window of windows) {
    const range = rangeAt(window);
    if (range === undefined) continue;
    named.add(range.bridge);
    yield overlapOf(window, range);
  }
  const windowAt = lowestOverlap(windows);
  for (const range of ranges) {
    const window = named.has(range.bridge) ? undefined : windowAt(range);
    if (window === undefined) continue;
    named.add(range.bridge);
    yield overlapOf(window, range);
  }
}

function* ecamInRam(subject: CheckedMachine): Generator<Finding> {
  const { dsdt } = subject;
  const ramAt = lowestOverlap(ramOf(subject));
  for (const window of ecamWindows(subject)) {
    const place = window.place ?? (dsdt && placeIn(dsdt, -1));
    const hit = ramAt(window);
    if (hit === undefined || place === undefined) continue;
    yield {
      place,
      message: `The ECAM window ${show(window)} overlaps ${show(hit)}, ${hit.what}.`,
      ...(hit.place === undefined ? {} : { other: hit.place }),
    };
  }
}

/** The display's memory and option ROMs of a PC: a platform's RAM goes over them in one range, and no OS uses it there. */
const LEGACY_HOLE = { base: 0xa_0000n, end: 0x10_0000n };

function* bridgeInRam(subject: CheckedMachine): Generator<Finding> {
  const ramAt = lowestOverlap(ramOf(subject));
  for (const bridge of deviceResources(subject.names).filter(isHostBridge)) {
    for (const range of bridge.memory ?? []) {
      const hit = ramAt(range);
      if (hit === undefined) continue;
      const isInHole = range.base >= LEGACY_HOLE.base && endOf(range) <= LEGACY_HOLE.end;
      if (isInHole && hit.place === undefined) continue;
      yield {
        place: crsPlace(bridge),
        message: `${show(range)} (${range.kind}), which ${displayName(bridge.path)} hands out to BARs${bridge.how}, overlaps ${show(hit)}, ${hit.what}.`,
        ...(hit.place === undefined ? {} : { other: hit.place }),
      };
    }
  }
}

/** What is wrong with the place of configuration space and of bridges’ windows; asked if MCFG or a platform is given. */
export const ECAM_RULES: readonly Rule[] = [
  {
    code: 'AML_ECAM_NOT_RESERVED',
    family: 'aml',
    severity: 'error',
    what: 'The ECAM window of MCFG, or of the platform, is not in the _CRS of a PNP0C02 device, nor reserved in the given memory map.',
    why: 'Linux says "not using MMCONFIG", and configuration registers above 0xff cannot be reached.',
    cure: 'Add a Device with _HID PNP0C02 whose _CRS covers the window.',
    source: 'PCI Firmware 3.0 §4.1.2; Linux arch/x86/pci/mmconfig-shared.c',
    find: notReserved,
  },
  {
    code: 'AML_ECAM_IN_BRIDGE',
    family: 'aml',
    severity: 'error',
    what: 'The ECAM window overlaps a memory range of a host bridge’s own _CRS.',
    why: 'The OS gives these addresses to BARs, and a device then answers in place of configuration registers.',
    cure: 'Remove the window from the bridge’s _CRS, and add it to the _CRS of a PNP0C02 device.',
    source: 'PCI Firmware 3.0 §4.1.2, §4.1.3',
    find: inBridge,
  },
  {
    code: 'AML_ECAM_IN_RAM',
    family: 'aml',
    severity: 'error',
    what: 'The ECAM window of MCFG, or of the platform, overlaps RAM in the platform or the given memory map.',
    why: 'Configuration registers there read as memory, or memory as registers: Linux finds no devices, or corrupts memory.',
    cure: 'Move the window above the end of low RAM, or remove it from the RAM in the memory map.',
    source: 'PCI Firmware 3.0 §4.1.2; Linux arch/x86/pci/mmconfig-shared.c',
    find: ecamInRam,
  },
  {
    code: 'AML_BRIDGE_IN_RAM',
    family: 'aml',
    severity: 'error',
    what: 'A memory range of a host bridge’s _CRS overlaps RAM in the platform or the given memory map.',
    why: 'The OS may place a BAR over RAM: accesses to the device then reach memory, or the reverse.',
    cure: 'Begin the range above the end of RAM.',
    source: 'ACPI 6.5 §6.2.2 (_CRS), §15 (memory map)',
    find: bridgeInRam,
  },
];
