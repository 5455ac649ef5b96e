import { normalizeName } from '../../aml/index.js';
import { type OffsetParts, splitOffset, windowLengthBytes } from '../../guest/index.js';
import { endOf } from '../../platform/address-ranges.js';
import { adrOf, packPciAddress, unpackPciAddress } from '../../platform/config-address.js';
import { MOST_BUSES } from '../../platform/layout.js';
import { acpiPaths, busSegment } from '../../platform/names/acpi-path.js';
import type { FunctionDescription, PciAddress } from '../../vocab/index.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { deviceResources, firstBus, isHostBridge, segmentOf } from '../subject/device-resources.js';
import { integerOf } from '../subject/machine-names.js';
import { perSubject } from '../subject/per-subject.js';
import type { PlacedRegion } from '../subject/placed-regions.js';

/** The Device of a PCI function that holds a region. */
export interface RegionOwner {
  readonly path: string;
  readonly device: number;
  readonly function: number;
  /** Undefined below a bridge whose bus is known neither from a platform nor from crosvm's name for it (`PC01`). */
  readonly bus: number | undefined;
  /** The whole address, if the bus is known. */
  readonly address: PciAddress | undefined;
  /** The platform's description, if it has this function. */
  readonly described: FunctionDescription | undefined;
}

/** A region, whose it is by the scope that declares it, and where in the window it is. */
export interface OwnedRegion {
  readonly region: PlacedRegion;
  readonly owner: RegionOwner | undefined;
  /** Bytes from the window's base, from `VCFG` plus a constant or a constant address; undefined for other regions. */
  readonly offset: bigint | undefined;
  /** What is there; `bus` may exceed 255. Undefined below the base. */
  readonly parts: OffsetParts | undefined;
  /** It is in its owner's pages, as far as both are known. */
  readonly isOwn: boolean;
}

/** The functions of one bus by their _ADR. */
const BY_ADR: ReadonlyMap<bigint, PciAddress> = new Map(
  Array.from({ length: 256 }, (_, packed) => unpackPciAddress(packed)).map((at) => [BigInt(adrOf(at)), at]),
);

/** Buses by crosvm's names for the bridges that lead to them. */
const BY_SEGMENT: ReadonlyMap<string, number> = new Map(
  Array.from({ length: MOST_BUSES }, (_, bus) => [busSegment(bus), bus]),
);

const BUS_BYTES = BigInt(windowLengthBytes(1));

/** What is at an offset, past the last bus too. */
export function partsAt(offset: bigint): OffsetParts | undefined {
  if (offset < 0n || offset >> 40n !== 0n) return undefined;
  const parts = splitOffset(Number(offset % BUS_BYTES), { bus: 0, device: 0, function: 0, page: 0, index: 0, byte: 0 });
  parts.bus = Number(offset / BUS_BYTES);
  return parts;
}

/** The functions of the platform by their ACPI paths, as the decoder spells these. */
function describedByPath({ platform }: CheckedMachine): ReadonlyMap<string, FunctionDescription> {
  if (platform === undefined) return new Map();
  const paths = acpiPaths(platform);
  return new Map(
    platform.functions.flatMap((described) => {
      const path = paths.get(packPciAddress(described.address));
      return path === undefined ? [] : [[normalizeName(path), described] as const];
    }),
  );
}

const parentOf = (path: string) => path.slice(0, Math.max(path.lastIndexOf('.'), 1));
const lastSegment = (path: string) => path.slice(-4);

/**
 * Finds the function that the objects of a scope belong to: by the path that the generator gives the function, or by the
 * _ADR of the Device and the buses of the bridges above it, whatever their names.
 */
export const ownerFinder: (subject: CheckedMachine) => (scope: string) => RegionOwner | undefined =
  perSubject(makeOwnerFinder);

function makeOwnerFinder(subject: CheckedMachine): (scope: string) => RegionOwner | undefined {
  const { names, platform } = subject;
  const byAddress = new Map((platform?.functions ?? []).map((each) => [packPciAddress(each.address), each]));
  const described = describedByPath(subject);
  const bridges = new Map(
    deviceResources(names)
      .filter(isHostBridge)
      // The window has no room for functions of other segments.
      .map((bridge) => [bridge.path, segmentOf(bridge, names) === 0n ? firstBus(bridge, names) : undefined]),
  );
  /** The bus that the functions directly below a device are on. */
  const busBelow = (path: string): number | undefined => {
    if (bridges.has(path)) return bridges.get(path);
    return ownerAt(path)?.described?.bridge?.secondary ?? BY_SEGMENT.get(lastSegment(path));
  };
  const known = new Map<string, RegionOwner | undefined>();
  const ownerAt = (path: string): RegionOwner | undefined => {
    const of = described.get(path);
    if (of !== undefined) return { path, ...of.address, address: of.address, described: of };
    const adr = integerOf(names.at(`${path}._ADR`)[0]);
    if (adr === undefined || bridges.has(path)) return undefined;
    const place = BY_ADR.get(adr);
    if (place === undefined) return undefined;
    const { device, function: fn } = place;
    const bus = busBelow(parentOf(path));
    const address = bus === undefined ? undefined : { bus, device, function: fn };
    const known = address && byAddress.get(packPciAddress(address));
    return { path, device, function: fn, bus, address, described: known };
  };
  return (scope) => {
    if (known.has(scope)) return known.get(scope);
    let owner: RegionOwner | undefined;
    for (let path = scope; owner === undefined && path !== '\\'; path = parentOf(path)) owner = ownerAt(path);
    known.set(scope, owner);
    return owner;
  };
}

function offsetOf({ windowOffset, address, space }: PlacedRegion, { window: { base, lengthBytes } }: CheckedMachine) {
  if (windowOffset !== undefined) return windowOffset;
  if (base === undefined || base === 0n || address === undefined || space !== 0) return undefined;
  return address >= base && address < endOf({ base, lengthBytes }) ? address - base : undefined;
}

/** Every region with its owner. */
export const regionOwners: (subject: CheckedMachine) => readonly OwnedRegion[] = perSubject(
  (subject: CheckedMachine) => {
    const ownerOf = ownerFinder(subject);
    return subject.regions.map((region): OwnedRegion => {
      const owner = ownerOf(region.declared.scope);
      const offset = offsetOf(region, subject);
      const parts = offset === undefined ? undefined : partsAt(offset);
      return { region, owner, offset, parts, isOwn: parts !== undefined && isOf(parts, owner) };
    });
  },
);

function isOf(parts: OffsetParts, owner: RegionOwner | undefined): boolean {
  if (owner === undefined) return true;
  const { device, function: fn, bus } = owner;
  return parts.device === device && parts.function === fn && (bus === undefined || bus === parts.bus);
}
