import { REGION_SPACES } from '../../aml/grammar/keywords.js';
import { pageOffset } from '../../guest/address.js';
import { SHARED_REGION, TRAPPED_REGION } from '../../platform/names/generated-names.js';
import type { Page, PciAddress } from '../../vocab/index.js';
import { driverFunctions, type WantedBits } from '../driver-rules/driver-functions.js';
import { perSubject } from '../subject/per-subject.js';
import type { PlacedField } from '../subject/placed-regions.js';
import type { Subject } from '../subject/subject.js';
import { windowRoom } from '../subject/window-place.js';
import { type OwnedRegion, ownerFinder, regionOwners } from './region-owner.js';
import { type WantedFunction, wantedOfDriver, wantedOfPlatform } from './wanted-function.js';

/**
 * How a region lies: at the start of the page that it is for; further on in that page; at no multiple of four bytes
 * there; at the start of the function's other page; elsewhere; before the window or behind its end, where it cannot be
 * told whose it should be; where only running the tables tells; not in memory.
 */
export type Lie = 'right' | 'inside' | 'unaligned' | 'swapped' | 'elsewhere' | 'outside' | 'unknown' | 'not-memory';

/** A region of the window: AML places it there, or the driver has names for its fields. */
export interface RegionView extends OwnedRegion {
  /** What the driver expects of the function that it is declared in. */
  readonly wanted: WantedFunction | undefined;
  /** The function whose page it should be; undefined where that cannot be told. */
  readonly address: PciAddress | undefined;
  /** The page that it is for: by its fields' names, by crosvm's name for it, else the one that it lies in. */
  readonly page: Page;
  readonly lie: Lie;
  /** Bytes from the window's base to where it ought to begin: its own page, or where it is if that will do. */
  readonly start: number | undefined;
  readonly fields: readonly PlacedField[];
}

/** A field of such a region. */
export interface FieldView {
  readonly field: PlacedField;
  readonly region: RegionView;
  /** The page that it is for. */
  readonly page: Page;
  /** From the window's base, its region where that ought to be; undefined where that cannot be told. */
  readonly firstBit: number | undefined;
  /** What the driver has under its name. */
  readonly wanted: WantedBits | undefined;
}

/** The two sides of a machine: what the driver expects, and what AML has. */
export interface Sides {
  readonly functions: readonly WantedFunction[];
  readonly regions: readonly RegionView[];
  readonly fields: readonly FieldView[];
  /** A field by its path, whatever region it is in. */
  readonly fieldAt: (path: string) => PlacedField | undefined;
}

/** Bytes of a function's page. */
export const PAGE_BYTES: number =
  pageOffset({ bus: 0, device: 0, function: 0 }, 'shared') - pageOffset({ bus: 0, device: 0, function: 0 }, 'trapped');

const SYSTEM_MEMORY = REGION_SPACES.indexOf('SystemMemory');
const PAGES: readonly Page[] = ['trapped', 'shared'];
const PAGE_OF_NAME: Readonly<Record<string, Page>> = { [TRAPPED_REGION]: 'trapped', [SHARED_REGION]: 'shared' };

/** What the driver expects: of the platform, else of its header for the devices that the tables have. */
function wantedFunctions(subject: Subject): WantedFunction[] {
  const { platform, driver, names } = subject;
  if (platform !== undefined) return wantedOfPlatform(platform, driver);
  if (driver === undefined) return [];
  const ownerOf = ownerFinder(subject);
  const paths = new Map<string, string>();
  for (const { term, path, inMethod } of names.all) {
    const owner = term.op === 'Device' && !inMethod ? ownerOf(path) : undefined;
    if (owner?.path === path && owner.address !== undefined) paths.set(keyOf(owner.address), path);
  }
  return driverFunctions(driver).flatMap((described) => {
    const path = paths.get(keyOf(described.address));
    return path === undefined ? [] : [wantedOfDriver(described, path)];
  });
}

const keyOf = ({ bus, device, function: fn }: PciAddress) => `${bus}:${device}:${fn}`;

function pageFor(
  { region, parts }: OwnedRegion,
  fields: readonly PlacedField[],
  bits: ReadonlyMap<string, WantedBits>,
): Page {
  // Of what a header has an offset alone, that offset would have to be right to tell the page.
  const known = fields.map(({ name }) => bits.get(name)).find((each) => each?.bits !== undefined);
  const named = PAGE_OF_NAME[region.path.slice(-TRAPPED_REGION.length)];
  return known?.page ?? named ?? (PAGES[parts?.page ?? 0] as Page);
}

/** The function whose pages a region should be in: its owner, on the bus that it lies on if the owner's is not known. */
function addressFor({ owner, parts }: OwnedRegion): PciAddress | undefined {
  if (owner === undefined) return undefined;
  const bus = owner.bus ?? parts?.bus;
  return bus === undefined || bus > 255 ? undefined : { bus, device: owner.device, function: owner.function };
}

/** Whether a region that begins within its page has a field where the driver looks for it. */
function holdsWanted(start: number, fields: readonly PlacedField[], bits: ReadonlyMap<string, WantedBits>): boolean {
  const known = fields.filter(({ name }) => bits.has(name));
  return known.length === 0 || known.some(({ name, lowBit }) => bits.get(name)?.firstBit === start * 8 + lowBit);
}

function viewOf(
  owned: OwnedRegion,
  wanted: WantedFunction | undefined,
  fields: readonly PlacedField[],
  bits: ReadonlyMap<string, WantedBits>,
  windowBytes: bigint,
): RegionView {
  const page = pageFor(owned, fields, bits);
  const address = addressFor(owned);
  const common = { ...owned, wanted, address, page, fields };
  const { region, parts, isOwn } = owned;
  const offset = owned.offset === undefined ? undefined : Number(owned.offset);
  const own = address === undefined ? undefined : pageOffset(address, page);
  if (region.space !== SYSTEM_MEMORY) return { ...common, lie: 'not-memory', start: own };
  if (offset === undefined)
    return { ...common, lie: region.address === undefined ? 'unknown' : 'elsewhere', start: own };
  if (own === undefined && (offset < 0 || offset >= windowBytes))
    return { ...common, lie: 'outside', start: undefined };
  if (own === undefined) return { ...common, lie: offset % 4 === 0 ? 'right' : 'unaligned', start: offset };
  if (offset === own) return { ...common, lie: 'right', start: own };
  if (!isOwn || parts === undefined) return { ...common, lie: 'elsewhere', start: own };
  const inPage = parts.index * 4 + parts.byte;
  if (PAGES[parts.page] !== page) return { ...common, lie: inPage === 0 ? 'swapped' : 'elsewhere', start: own };
  if (parts.byte !== 0) return { ...common, lie: 'unaligned', start: inPage < 4 ? own : offset - parts.byte };
  return holdsWanted(offset, fields, bits)
    ? { ...common, lie: 'inside', start: offset }
    : { ...common, lie: 'elsewhere', start: own };
}

function fieldViewOf(field: PlacedField, region: RegionView, bits: ReadonlyMap<string, WantedBits>): FieldView {
  const { start, wanted, address } = region;
  const firstBit = start === undefined ? undefined : start * 8 + field.lowBit;
  // A region that belongs to no function may span several pages.
  const at = firstBit === undefined ? 0 : Math.floor(firstBit / 8 / PAGE_BYTES) % PAGES.length;
  const page = address === undefined ? (PAGES[at] as Page) : region.page;
  const direct = wanted !== undefined && field.declared.scope === wanted.path;
  return { field, region, page, firstBit, wanted: direct ? bits.get(field.name) : undefined };
}

function compareSides(subject: Subject): Sides {
  const functions = wantedFunctions(subject);
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
  const regions: RegionView[] = [];
  const fields: FieldView[] = [];
  for (const owned of regionOwners(subject)) {
    const wanted = owned.owner && byPath.get(owned.owner.path);
    const own = fieldsOf.get(owned.region) ?? [];
    const bits = new Map((wanted?.wanted ?? []).map((each) => [each.name, each]));
    const isNamed = () => own.some(({ name, declared }) => declared.scope === wanted?.path && bits.has(name));
    if (owned.offset === undefined && !isNamed()) continue;
    const view = viewOf(owned, wanted, own, bits, windowBytes);
    regions.push(view);
    for (const field of own) fields.push(fieldViewOf(field, view, bits));
  }
  return { functions, regions, fields, fieldAt: (path) => fieldByPath.get(path) };
}

/** What driver and AML have of the same functions, matched by path and name. */
export const sidesOf: (subject: Subject) => Sides = perSubject(compareSides);
