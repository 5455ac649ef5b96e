import { asl, encodeAml, type Term } from '../../aml/index.js';
import { formatPciAddress } from '../../base/index.js';
import { packCheckedAddress, packPciAddress } from '../../platform/config-address.js';
import { hostBridgePath } from '../../platform/names/acpi-path.js';
import { encodeTable } from '../../tables/index.js';
import type { PciAddress, Platform } from '../../vocab/index.js';
import { checkDsdtCall, type DsdtOptions, encodeDsdt, sharedMethods, termsOfDsdt } from '../dsdt/dsdt.js';
import { dsmExternals } from '../dsdt/dsm-bytes.js';
import { eventHandlers, type Placed } from '../dsdt/event-handlers.js';
import {
  type FunctionTree,
  functionDevice,
  functionTree,
  parentPath,
  registerTerms,
  withBelow,
} from '../dsdt/function-devices.js';
import { checkChoices, checkList, type NamedTable, tableIdentity } from './table-identity.js';

/** How the terms can be divided between tables. */
const SPLITS = ['one', 'crosvm'] as const;

export interface FirmwareTablesOptions extends DsdtOptions {
  /**
   * `one`: the DSDT holds everything. `crosvm`: the DSDT holds what any PCI machine has, and `VCFG`; an SSDT holds
   * everything that belongs to the virtual configuration registers.
   */
  readonly split?: (typeof SPLITS)[number];
  /**
   * Functions that are added while the guest runs. Each gets a table of its own, which also holds everything below it. An
   * address that is listed twice still gets one table.
   */
  readonly hotPlug?: readonly PciAddress[];
}

/** The tables of a platform that hold AML. */
export interface FirmwareTables {
  readonly dsdt: Uint8Array;
  /** Loaded with the DSDT, in this order. */
  readonly ssdts: readonly NamedTable[];
  /** Loaded when their function is added, each in addition to those above; in the order in which they were asked for. */
  readonly hotPlug: readonly NamedTable[];
}

/** The revision of crosvm's SSDT. Only the DSDT's revision decides the width of integers. */
const SSDT_REVISION = 2;

/** An SSDT with a name of its own, by which an OS tells tables apart. */
export function encodeSsdt(oemTableId: string, terms: readonly Term[], { identity = {} }: DsdtOptions): Uint8Array {
  const { revision: _, ...header } = identity;
  return encodeTable(tableIdentity('SSDT', SSDT_REVISION, { ...header, oemTableId }), encodeAml(terms));
}

/** Which functions of a platform have a table of their own. */
export interface Division {
  readonly tree: FunctionTree;
  /** Packed BDFs of those with a table of their own. */
  readonly own: ReadonlySet<number>;
}

export function divide(platform: Platform, hotPlug: readonly PciAddress[]): Division {
  return { tree: functionTree(platform), own: new Set(hotPlug.map(packCheckedAddress)) };
}

/** Throws a RangeError for an address at which the platform has no function. */
function placedAt({ functions }: FunctionTree, address: PciAddress): Placed {
  const packed = packPciAddress(address);
  const placed = functions.find(({ described }) => packPciAddress(described.address) === packed);
  if (placed !== undefined) return placed;
  throw new RangeError(
    `The platform has no function at ${formatPciAddress(address)}; it must be one of its ${functions.length}, and the host bridge does not count.`,
  );
}

/** The terms for the virtual configuration registers of some functions, for a table besides the DSDT. */
function ssdtTerms(platform: Platform, tree: FunctionTree, kept: readonly Placed[], options: DsdtOptions): Term[] {
  const shared = sharedMethods(platform);
  const scopes = kept.flatMap(({ described, path }) => {
    const terms = registerTerms(tree, described, options);
    return terms.length === 0 ? [] : [asl.Scope(path, terms)];
  });
  return [
    ...(shared.length === 0 ? [] : [asl.Scope(hostBridgePath(platform), shared)]),
    ...scopes,
    ...eventHandlers(platform, kept),
  ];
}

function encodeHotPlugTable(
  platform: Platform,
  { tree, own }: Division,
  root: Placed,
  options: DsdtOptions,
): NamedTable {
  const kept = withBelow(tree, [root], own);
  const { address } = root.described;
  const calls = tree.hasWindow && kept.some(({ described }) => described.profile === 'vfio');
  const device = functionDevice(tree, root, {
    kept: new Set(kept),
    contents: (described) => registerTerms(tree, described, options),
  });
  const terms = [
    ...(calls ? [dsmExternals(hostBridgePath(platform))] : []),
    asl.Scope(parentPath(root.path), [device]),
    ...eventHandlers(platform, kept),
  ];
  const packed = packPciAddress(address).toString(16).toUpperCase().padStart(4, '0');
  return {
    name: `ssdt-${formatPciAddress(address).replaceAll(':', '-')}`,
    bytes: encodeSsdt(`VCFG${packed}`, terms, options),
  };
}

/** The functions that are there from the start: all but those with a table of their own and what is below these. */
export function keptFunctions({ tree, own }: Division): Placed[] {
  const first = (tree.buses.get(0) ?? []).filter(({ described }) => !own.has(packPciAddress(described.address)));
  return withBelow(tree, first, own);
}

/** The tables of the functions that are added later. Throws a RangeError if the platform does not have one of them. */
export function hotPlugTables(platform: Platform, options: FirmwareTablesOptions): NamedTable[] {
  const { hotPlug = [] } = options;
  const division = divide(platform, hotPlug);
  const roots = new Set(hotPlug.map((address) => placedAt(division.tree, address)));
  return [...roots].map((root) => encodeHotPlugTable(platform, division, root, options));
}

/**
 * The DSDT of a platform and, if asked for, SSDTs. The same platform and options give the same bytes. Throws a RangeError
 * if the platform does not have one of the functions in `hotPlug`, and a TypeError or RangeError for options that cannot
 * be used.
 */
export function firmwareTables(platform: Platform, options: FirmwareTablesOptions = {}): FirmwareTables {
  checkDsdtCall(platform, options);
  checkChoices(options, { split: SPLITS });
  const { split = 'one', hotPlug = [] } = options;
  checkList('hotPlug', hotPlug);
  const division = divide(platform, hotPlug);
  const { tree } = division;
  const kept = keptFunctions(division);
  const place = split === 'one' ? 'here' : 'elsewhere';
  const rest = split === 'one' ? [] : ssdtTerms(platform, tree, kept, options);
  return {
    dsdt: encodeDsdt(termsOfDsdt(platform, tree, kept, place, options, 'bytes'), options),
    ssdts: rest.length === 0 ? [] : [{ name: 'ssdt', bytes: encodeSsdt('VCFGSSDT', rest, options) }],
    hotPlug: hotPlugTables(platform, options),
  };
}

/**
 * The table of one function that is added while the guest runs, with everything below it if it is a bridge. It is for the
 * tables that {@link firmwareTables} makes with that function in `hotPlug`. Throws a RangeError if the platform has no
 * such function.
 */
export function hotPlugTable(platform: Platform, address: PciAddress, options: FirmwareTablesOptions = {}): Uint8Array {
  checkDsdtCall(platform, options);
  const division = divide(platform, [address, ...(options.hotPlug ?? [])]);
  return encodeHotPlugTable(platform, division, placedAt(division.tree, address), options).bytes;
}
