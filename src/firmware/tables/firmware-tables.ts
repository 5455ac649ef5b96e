import { asl, encodeAml, type Term } from '../../aml/index.js';
import { formatPciAddress } from '../../base/index.js';
import { packCheckedAddress, packPciAddress } from '../../platform/config-address.js';
import { HOST_BRIDGE_PATH } from '../../platform/names/acpi-path.js';
import { encodeTable } from '../../tables/index.js';
import type { PciAddress, Platform } from '../../vocab/index.js';
import { type DsdtOptions, encodeDsdt, sharedMethods, termsOfDsdt } from '../dsdt/dsdt.js';
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
import type { NamedTable } from './table-identity.js';
import { tableIdentity } from './table-identity.js';

export interface FirmwareTablesOptions extends DsdtOptions {
  /**
   * `one`: the DSDT holds everything. `crosvm`: the DSDT holds what any PCI machine has, and `VCFG`; an SSDT holds what
   * the virtual configuration registers bring.
   */
  readonly split?: 'one' | 'crosvm';
  /**
   * Functions that are added while the guest runs: each, with what is below it, is in a table of its own; in one, however
   * often it stands here.
   */
  readonly hotPlug?: readonly PciAddress[];
}

/** The tables of a platform that hold AML. */
export interface FirmwareTables {
  readonly dsdt: Uint8Array;
  /** Loaded with the DSDT, in this order. */
  readonly ssdts: readonly NamedTable[];
  /** Loaded when their function is added, each beside those above; in the order in which they were asked for. */
  readonly hotPlug: readonly NamedTable[];
}

/** The revision of crosvm's SSDT. It says nothing of the width of integers: the DSDT's does. */
const SSDT_REVISION = 2;

/** An SSDT with a name of its own, by which an OS tells tables apart. */
function encodeSsdt(oemTableId: string, terms: readonly Term[], { identity = {} }: DsdtOptions): Uint8Array {
  const { revision: _, ...header } = identity;
  return encodeTable(tableIdentity('SSDT', SSDT_REVISION, { ...header, oemTableId }), encodeAml(terms));
}

/** The functions of a platform by the table that they are in. */
interface Division {
  readonly tree: FunctionTree;
  /** Packed BDFs of those with a table of their own. */
  readonly own: ReadonlySet<number>;
}

function divide(platform: Platform, hotPlug: readonly PciAddress[]): Division {
  return { tree: functionTree(platform), own: new Set(hotPlug.map(packCheckedAddress)) };
}

/** Throws a RangeError for an address at which the platform has no function. */
function placedAt({ functions }: FunctionTree, address: PciAddress): Placed {
  const packed = packPciAddress(address);
  const placed = functions.find(({ described }) => packPciAddress(described.address) === packed);
  if (placed !== undefined) return placed;
  throw new RangeError(
    `${formatPciAddress(address)} is no function of the platform; it has ${functions.length}, and the host bridge is none.`,
  );
}

/** What the virtual configuration registers of some functions bring, for a table beside the DSDT. */
function ssdtTerms(platform: Platform, kept: readonly Placed[], options: DsdtOptions): Term[] {
  const shared = sharedMethods(platform);
  const scopes = kept.flatMap(({ described, path }) => {
    const terms = registerTerms(described, options);
    return terms.length === 0 ? [] : [asl.Scope(path, terms)];
  });
  return [...(shared.length === 0 ? [] : [asl.Scope(HOST_BRIDGE_PATH, shared)]), ...scopes, ...eventHandlers(kept)];
}

function encodeHotPlugTable({ tree, own }: Division, root: Placed, options: DsdtOptions): NamedTable {
  const kept = withBelow(tree, [root], own);
  const { address } = root.described;
  const calls = kept.some(({ described }) => described.profile === 'vfio');
  const device = functionDevice(tree, root, {
    kept: new Set(kept),
    contents: (described) => registerTerms(described, options),
  });
  const terms = [
    ...(calls ? [dsmExternals()] : []),
    asl.Scope(parentPath(root.path), [device]),
    ...eventHandlers(kept),
  ];
  const packed = packPciAddress(address).toString(16).toUpperCase().padStart(4, '0');
  return {
    name: `ssdt-${formatPciAddress(address).replaceAll(':', '-')}`,
    bytes: encodeSsdt(`VCFG${packed}`, terms, options),
  };
}

/**
 * The DSDT of a platform and, as asked for, SSDTs beside it. The same platform and options give the same bytes. Throws a
 * RangeError if a function to be added later is none of the platform's.
 */
export function firmwareTables(platform: Platform, options: FirmwareTablesOptions = {}): FirmwareTables {
  const { split = 'one', hotPlug = [] } = options;
  const division = divide(platform, hotPlug);
  const { tree, own } = division;
  const added = new Set(hotPlug.map((address) => placedAt(tree, address)));
  const first = (tree.buses.get(0) ?? []).filter(({ described }) => !own.has(packPciAddress(described.address)));
  const kept = withBelow(tree, first, own);
  const place = split === 'one' ? 'here' : 'elsewhere';
  const rest = split === 'one' ? [] : ssdtTerms(platform, kept, options);
  return {
    dsdt: encodeDsdt(termsOfDsdt(platform, tree, kept, place, options), options),
    ssdts: rest.length === 0 ? [] : [{ name: 'ssdt', bytes: encodeSsdt('VCFGSSDT', rest, options) }],
    hotPlug: [...added].map((root) => encodeHotPlugTable(division, root, options)),
  };
}

/**
 * The table of one function that is added while the guest runs, with everything below it if it is a bridge. It is loaded
 * beside the tables that {@link firmwareTables} makes with the function among its `hotPlug`. Throws a RangeError if the
 * platform has no such function.
 */
export function hotPlugTable(platform: Platform, address: PciAddress, options: FirmwareTablesOptions = {}): Uint8Array {
  const division = divide(platform, [address, ...(options.hotPlug ?? [])]);
  return encodeHotPlugTable(division, placedAt(division.tree, address), options).bytes;
}
