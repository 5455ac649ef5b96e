import type { ResourceDescriptor } from '../../aml/index.js';
import { type BarSpace, type BridgeWindow, joined } from '../../platform/bars/bar-room.js';
import { MOST_BUSES } from '../../platform/layout.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import {
  type DeviceResources,
  deviceResources,
  firstBus,
  isHostBridge,
  segmentOf,
} from '../subject/device-resources.js';
import { perSubject } from '../subject/per-subject.js';

/** A host bridge, the windows of its constant _CRS, and what it uses itself. */
export interface HostBridge {
  readonly resources: DeviceResources;
  readonly windows: readonly BridgeWindow[];
  /** Ranges of its _CRS that are ResourceConsumer. */
  readonly consumed: readonly BridgeWindow[];
  readonly hasBus: (bus: number) => boolean;
}

/** The range of an address space descriptor; undefined for other descriptors. ACPI 6.5 §6.4.3.5 */
function windowOf(descriptor: ResourceDescriptor): (BridgeWindow & { readonly isConsumed: boolean }) | undefined {
  if (!('usage' in descriptor && 'min' in descriptor && 'length' in descriptor)) return undefined;
  const { kind, usage, min, length } = descriptor;
  const space: BarSpace | undefined = kind.endsWith('Memory') ? 'memory' : kind.endsWith('IO') ? 'ports' : undefined;
  if (space === undefined || BigInt(length) === 0n) return undefined;
  return {
    base: BigInt(min),
    lengthBytes: BigInt(length),
    space,
    isPrefetchable: 'caching' in descriptor && descriptor.caching === 'Prefetchable',
    isConsumed: usage === 'ResourceConsumer',
  };
}

function hostBridge(resources: DeviceResources, { names }: CheckedMachine): HostBridge | undefined {
  const { crs, descriptors, buses } = resources;
  const base = firstBus(resources, names);
  if (crs === undefined || descriptors === undefined || buses === undefined || base === undefined) return undefined;
  const all = descriptors.map(windowOf).filter((each) => each !== undefined);
  // Linux assumes all buses for a bridge that does not list them. drivers/acpi/pci_root.c
  const ranges = buses.length > 0 ? buses : [[base, MOST_BUSES - 1] as const];
  return {
    resources,
    windows: joined(all.filter(({ isConsumed }) => !isConsumed)),
    consumed: joined(all.filter(({ isConsumed }) => isConsumed)),
    hasBus: (bus) => ranges.some(([first, last]) => first <= bus && bus <= last),
  };
}

/** The host bridges of segment 0; none if anything about one of them is known only when the tables run. */
export const hostBridges = perSubject((subject): readonly HostBridge[] => {
  const { names } = subject;
  const bridges = deviceResources(names).filter(isHostBridge);
  const segments = bridges.map((bridge) => segmentOf(bridge, names));
  if (segments.includes(undefined)) return [];
  const own = bridges.filter((_, index) => segments[index] === 0n).map((each) => hostBridge(each, subject));
  return own.includes(undefined) ? [] : own.filter((each) => each !== undefined);
});
