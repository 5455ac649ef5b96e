import { asl, buffer, encodeAml, makeTerm, type Op, type Term } from '../../aml/index.js';
import { adrOf, packPciAddress } from '../../platform/config-address.js';
import { acpiPaths, hostBridgePath } from '../../platform/names/acpi-path.js';
import type { FunctionDescription, Platform } from '../../vocab/index.js';
import type { Placed } from './event-handlers.js';
import { functionRegions, type RegionOptions } from './function-regions.js';
import { type InterruptRouting, interruptRouting } from './interrupt-routing.js';
import { dsmMethod, powerResource } from './vfio-terms.js';

/** All functions of a platform with their paths, buses and interrupts. */
export interface FunctionTree {
  /** In BDF order. */
  readonly functions: readonly Placed[];
  readonly buses: ReadonlyMap<number, readonly Placed[]>;
  readonly routing: InterruptRouting;
  /** Whether the guest has the window: without it, no function has registers. */
  readonly hasWindow: boolean;
  /** What every function of the `vfio` profile has beside its regions. */
  readonly vfio: readonly Term[];
}

export function functionTree(platform: Platform): FunctionTree {
  const paths = acpiPaths(platform);
  const buses = new Map<number, Placed[]>();
  const functions = platform.functions.map((described): Placed => {
    const placed = { described, path: paths.get(packPciAddress(described.address)) as string };
    const bus = buses.get(described.address.bus);
    if (bus) bus.push(placed);
    else buses.set(described.address.bus, [placed]);
    return placed;
  });
  const vfio = [...powerResource(), dsmMethod(hostBridgePath(platform))];
  return { functions, buses, routing: interruptRouting(platform), hasWindow: !platform.vcfg.absent, vfio };
}

/** The terms that the virtual configuration registers of a function add to its scope; none if it has no registers. */
export function registerTerms(
  { hasWindow, vfio }: FunctionTree,
  described: FunctionDescription,
  options: RegionOptions,
): Term[] {
  if (!hasWindow) return [];
  const regions = functionRegions(described, options);
  return described.profile === 'vfio' ? [...regions, ...vfio] : regions;
}

/** A Unicode buffer: UTF-16 little-endian with a NUL. ACPI 6.5 §19.6.141 */
function unicode(text: string): Op<'Buffer'> {
  const bytes = new Uint8Array(2 * (text.length + 1));
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < text.length; index++) view.setUint16(2 * index, text.charCodeAt(index), true);
  return buffer(bytes);
}

const lastSegment = (path: string) => path.slice(path.lastIndexOf('.') + 1);
/** The path of the device that contains another. */
export const parentPath = (path: string): string => path.slice(0, path.lastIndexOf('.'));

/**
 * Some functions and everything below them, in BDF order, except functions whose packed BDF is in `leftOut` and everything
 * below those.
 */
export function withBelow(tree: FunctionTree, roots: readonly Placed[], leftOut: ReadonlySet<number>): Placed[] {
  const kept = new Set<Placed>(roots);
  // Functions that are added to the set while it is iterated are visited too.
  for (const { described } of kept) {
    const below = described.bridge ? (tree.buses.get(described.bridge.secondary) ?? []) : [];
    for (const placed of below) if (!leftOut.has(packPciAddress(placed.described.address))) kept.add(placed);
  }
  return tree.functions.filter((placed) => kept.has(placed));
}

/** Which functions get Devices, and what a Device contains besides its address and label. */
export interface DeviceOptions {
  readonly kept: ReadonlySet<Placed>;
  readonly contents: (described: FunctionDescription) => readonly Term[];
  /**
   * Gives the Devices of a bus as one term of their bytes, where there are many. The terms of each are gone when the next
   * one is made: with thousands of functions, collecting them took as long as everything else.
   */
  readonly inBytes?: boolean;
}

/** From how many Devices of a bus on their bytes are worth a copy. */
const MANY = 32;

/** The Device of a function, and in a bridge the Devices of the bus below it. */
export function functionDevice(tree: FunctionTree, { described, path }: Placed, options: DeviceOptions): Op<'Device'> {
  const { bridge } = described;
  return asl.Device(lastSegment(path), [
    asl.Name('_ADR', adrOf(described.address)),
    ...(described.label === undefined ? [] : [asl.Name('_STR', unicode(described.label))]),
    ...options.contents(described),
    ...(bridge ? [...tree.routing.prtOf(bridge.secondary), ...busDevices(tree, bridge.secondary, options)] : []),
  ]);
}

/** The Devices of a bus and of all buses below it. */
export function busDevices(tree: FunctionTree, bus: number, options: DeviceOptions): Term[] {
  const placed = (tree.buses.get(bus) ?? []).filter((each) => options.kept.has(each));
  const deviceOf = (each: Placed) => functionDevice(tree, each, options);
  if (!options.inBytes || placed.length < MANY) return placed.map(deviceOf);
  const devices = function* () {
    for (const each of placed) yield deviceOf(each);
  };
  return [makeTerm('Raw', [encodeAml(devices())])];
}
