import { REGION_SPACES } from '../../aml/grammar/keywords.js';
import { pageOffset } from '../../guest/address.js';
import { SHARED_REGION, TRAPPED_REGION } from '../../platform/names/generated-names.js';
import type { Page, PciAddress } from '../../vocab/index.js';
import { driverFunctions, type ExpectedBits } from '../driver-rules/driver-functions.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import type { DriverFacts } from '../subject/driver-facts.js';
import { perSubject } from '../subject/per-subject.js';
import type { PlacedField } from '../subject/placed-regions.js';
import { windowRoom } from '../subject/window-place.js';
import { type ExpectedFunction, expectedOfDriver, expectedOfPlatform } from './expected-function.js';
import { type OwnedRegion, ownerFinder, regionOwners } from './region-owner.js';

/**
 * Where a region is:
 * - `right`: at the start of its page
 * - `inside`: further on in its page, where the driver expects its fields
 * - `unaligned`: in its page, but not at a multiple of four bytes
 * - `swapped`: at the start of the function's other page
 * - `elsewhere`: anywhere else, its own place being known
 * - `outside`: before or after the window, its own place being unknown
 * - `unknown`: known only when the tables run
 * - `not-memory`: not in SystemMemory
 */
export type RegionPlacement =
  | 'right'
  | 'inside'
  | 'unaligned'
  | 'swapped'
  | 'elsewhere'
  | 'outside'
  | 'unknown'
  | 'not-memory';

/** A region of the window: AML places it there, or the driver knows its fields by name. */
export interface WindowRegion extends OwnedRegion {
  /** What the driver expects of the function whose Device declares it. */
  readonly expected: ExpectedFunction | undefined;
  /** The function whose page it should be; undefined if that is unknown. */
  readonly address: PciAddress | undefined;
  /** The page that it is for: by its fields' names, by crosvm's name for the region, or else by where it is. */
  readonly page: Page;
  readonly placement: RegionPlacement;
  /** Bytes from the window's base to where it should begin: its page, or where it is if that is good enough. */
  readonly start: number | undefined;
  readonly fields: readonly PlacedField[];
}

/** A field of such a region. */
export interface WindowField {
  readonly field: PlacedField;
  readonly region: WindowRegion;
  /** The page that the field belongs in. */
  readonly page: Page;
  /** From the window's base, with its region where that should be; undefined if that is unknown. */
  readonly firstBit: number | undefined;
  /** What the driver has under the field's name. */
  readonly expected: ExpectedBits | undefined;
}

/** Functions as the driver expects them, beside the regions and fields that AML has for them. */
export interface WindowRegions {
  readonly functions: readonly ExpectedFunction[];
  readonly regions: readonly WindowRegion[];
  readonly fields: readonly WindowField[];
  /** The field at a path, in whatever region. */
  readonly fieldAt: (path: string) => PlacedField | undefined;
}

/** Bytes of a function's page. */
export const PAGE_BYTES: number =
  pageOffset({ bus: 0, device: 0, function: 0 }, 'shared') - pageOffset({ bus: 0, device: 0, function: 0 }, 'trapped');

const SYSTEM_MEMORY = REGION_SPACES.indexOf('SystemMemory');
const PAGES: readonly Page[] = ['trapped', 'shared'];
const PAGE_OF_NAME: Readonly<Record<string, Page>> = { [TRAPPED_REGION]: 'trapped', [SHARED_REGION]: 'shared' };

/** What the driver expects: by the platform, or without one by its header, for the devices that the tables have. */
function expectedFunctions(subject: CheckedMachine): ExpectedFunction[] {
  const { platform, driver, names } = subject;
  if (platform === undefined && driver === undefined) return [];
  const ownerOf = ownerFinder(subject);
  const paths = new Map<string, string>();
  for (const { term, path, inMethod } of names.all) {
    const owner = term.op === 'Device' && !inMethod ? ownerOf(path) : undefined;
    if (owner?.path === path && owner.address !== undefined) paths.set(keyOf(owner.address), path);
  }
  if (platform !== undefined)
    return expectedOfPlatform(platform, driver, (address, generated) =>
      names.at(generated).length > 0 ? generated : paths.get(keyOf(address)),
    );
  return driverFunctions(driver as DriverFacts).flatMap((described) => {
    const path = paths.get(keyOf(described.address));
    return path === undefined ? [] : [expectedOfDriver(described, path)];
  });
}

const keyOf = ({ bus, device, function: fn }: PciAddress) => `${bus}:${device}:${fn}`;

function pageFor(
  { region, parts }: OwnedRegion,
  fields: readonly PlacedField[],
  bits: ReadonlyMap<string, ExpectedBits>,
): Page {
  // Where a header gives an offset only, the page follows from it only if the offset is right.
  const known = fields.map(({ name }) => bits.get(name)).find((each) => each?.bits !== undefined);
  const named = PAGE_OF_NAME[region.path.slice(-TRAPPED_REGION.length)];
  return known?.page ?? named ?? (PAGES[parts?.page ?? 0] as Page);
}

/** The function whose pages a region should be in: its owner; if the owner's bus is unknown, on the bus where it is. */
function addressFor({ owner, parts }: OwnedRegion): PciAddress | undefined {
  if (owner === undefined) return undefined;
  const bus = owner.bus ?? parts?.bus;
  return bus === undefined || bus > 255 ? undefined : { bus, device: owner.device, function: owner.function };
}

/** Whether a region that begins in the middle of its page has a field where the driver looks for it. */
function holdsExpected(
  start: number,
  fields: readonly PlacedField[],
  bits: ReadonlyMap<string, ExpectedBits>,
): boolean {
  const known = fields.filter(({ name }) => bits.has(name));
  return known.length === 0 || known.some(({ name, lowBit }) => bits.get(name)?.firstBit === start * 8 + lowBit);
}

function viewOf(
  owned: OwnedRegion,
  expected: ExpectedFunction | undefined,
  fields: readonly PlacedField[],
  bits: ReadonlyMap<string, ExpectedBits>,
  windowBytes: bigint,
): WindowRegion {
  const page = pageFor(owned, fields, bits);
  const address = addressFor(owned);
  const common = { ...owned, expected, address, page, fields };
  const { region, parts, isOwn } = owned;
  const offset = owned.offset === undefined ? undefined : Number(owned.offset);
  const own = address === undefined ? undefined : pageOffset(address, page);
  if (region.space !== SYSTEM_MEMORY) return { ...common, placement: 'not-memory', start: own };
  if (offset === undefined)
    return { ...common, placement: region.address === undefined ? 'unknown' : 'elsewhere', start: own };
  if (own === undefined && (offset < 0 || offset >= windowBytes))
    return { ...common, placement: 'outside', start: undefined };
  if (own === undefined) return { ...common, placement: offset % 4 === 0 ? 'right' : 'unaligned', start: offset };
  if (offset === own) return { ...common, placement: 'right', start: own };
  if (!isOwn || parts === undefined) return { ...common, placement: 'elsewhere', start: own };
  const inPage = parts.index * 4 + parts.byte;
  if (PAGES[parts.page] !== page) return { ...common, placement: inPage === 0 ? 'swapped' : 'elsewhere', start: own };
  if (parts.byte !== 0) return { ...common, placement: 'unaligned', start: inPage < 4 ? own : offset - parts.byte };
  return holdsExpected(offset, fields, bits)
    ? { ...common, placement: 'inside', start: offset }
    : { ...common, placement: 'elsewhere', start: own };
}

function fieldViewOf(field: PlacedField, region: WindowRegion, bits: ReadonlyMap<string, ExpectedBits>): WindowField {
  const { start, expected, address } = region;
  const firstBit = start === undefined ? undefined : start * 8 + field.lowBit;
  // A region outside of every function's Device may span several pages.
  const at = firstBit === undefined ? 0 : Math.floor(firstBit / 8 / PAGE_BYTES) % PAGES.length;
  const page = address === undefined ? (PAGES[at] as Page) : region.page;
  const direct = expected !== undefined && field.declared.scope === expected.path;
  return { field, region, page, firstBit, expected: direct ? bits.get(field.name) : undefined };
}

function findWindowRegions(subject: CheckedMachine): WindowRegions {
  const functions = expectedFunctions(subject);
  const byPath = new Map(functions.map((each) => [each.path, each]));
  const fieldsOf = new Map<unknown, PlacedField[]>();
  const fieldByPath = new Map<string, PlacedField>();
  for (const field of subject.fields) {
    if (!fieldByPath.has(field.path)) fieldByPath.set(field.path, field);
    const same = fieldsOf.get(field.region);
    if (same) same.push(field);
    else fieldsOf.set(field.region, [field]);
  }
  const { lengthBytes: windowBytes } = windowRoom(subject.window);
  const regions: WindowRegion[] = [];
  const fields: WindowField[] = [];
  for (const owned of regionOwners(subject)) {
    const expected = owned.owner && byPath.get(owned.owner.path);
    const own = fieldsOf.get(owned.region) ?? [];
    const bits = new Map((expected?.expected ?? []).map((each) => [each.name, each]));
    const isNamed = () => own.some(({ name, declared }) => declared.scope === expected?.path && bits.has(name));
    if (owned.offset === undefined && !isNamed()) continue;
    const view = viewOf(owned, expected, own, bits, windowBytes);
    regions.push(view);
    for (const field of own) fields.push(fieldViewOf(field, view, bits));
  }
  return { functions, regions, fields, fieldAt: (path) => fieldByPath.get(path) };
}

/** The window's regions and fields, matched with what the driver expects, by path and name. */
export const windowRegions: (subject: CheckedMachine) => WindowRegions = perSubject(findWindowRegions);
