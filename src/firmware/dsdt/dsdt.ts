import { asl, encodeAml, type Term } from '../../aml/index.js';
import { HOST_BRIDGE_PATH } from '../../platform/names/acpi-path.js';
import { DSDT_64_BIT_REVISION, encodeTable, type TableIdentity } from '../../tables/index.js';
import type { Platform } from '../../vocab/index.js';
import { tableIdentity } from '../tables/table-identity.js';
import { decodingMethods } from './dsm-decode.js';
import { encodingMethods } from './dsm-encode.js';
import { eventHandlers, type Placed } from './event-handlers.js';
import { busDevices, type FunctionTree, functionTree, registerTerms } from './function-devices.js';
import type { RegionOptions } from './function-regions.js';
import { hostBridgeTerms } from './host-bridge.js';
import { motherboard } from './motherboard.js';
import { processors } from './processors.js';
import { sleepStates } from './sleep-states.js';
import { type VcfgNameOptions, vcfgName } from './vcfg-name.js';

export interface DsdtOptions extends RegionOptions {
  /** How `VCFG` is written. */
  readonly vcfgWidth?: VcfgNameOptions['width'];
  /** Header fields that differ from the generator's own. */
  readonly identity?: Partial<Omit<TableIdentity, 'signature'>>;
}

/** The methods that every `_DSM` calls; none if no function of the platform has one, be it there or added later. */
export function sharedMethods({ functions }: Platform): Term[] {
  return functions.some(({ profile }) => profile === 'vfio') ? [...encodingMethods(), ...decodingMethods()] : [];
}

/** Where what belongs to the virtual configuration registers stands: in each function's Device, or in another table. */
export type RegisterPlace = 'here' | 'elsewhere';

/**
 * The terms of a DSDT with Devices for some functions. `VCFG` comes first, so that every region that adds to it finds it
 * while the table loads.
 */
export function termsOfDsdt(
  platform: Platform,
  tree: FunctionTree,
  kept: readonly Placed[],
  place: RegisterPlace,
  options: DsdtOptions,
): Term[] {
  const width = options.vcfgWidth;
  const here = place === 'here';
  return [
    vcfgName(platform.vcfg.base, width === undefined ? {} : { width }),
    ...sleepStates(),
    asl.Device(HOST_BRIDGE_PATH, [
      ...hostBridgeTerms(platform),
      ...tree.routing.hostBridge,
      ...(here ? sharedMethods(platform) : []),
      ...busDevices(tree, 0, {
        kept: new Set(kept),
        contents: (described) => (here ? registerTerms(described, options) : []),
      }),
    ]),
    motherboard(platform),
    processors(platform),
    ...(here ? eventHandlers(kept) : []),
  ];
}

/** The terms of a DSDT that holds everything. */
export function dsdtTerms(platform: Platform, options: DsdtOptions = {}): Term[] {
  const tree = functionTree(platform);
  return termsOfDsdt(platform, tree, tree.functions, 'here', options);
}

/** A DSDT of given terms. */
export function encodeDsdt(terms: readonly Term[], { identity = {} }: DsdtOptions): Uint8Array {
  const { revision = DSDT_64_BIT_REVISION, ...header } = identity;
  return encodeTable(tableIdentity('DSDT', revision, header), encodeAml(terms));
}

/**
 * A whole DSDT for a platform: `VCFG` at the root, the host bridge, and a Device with its register regions and methods
 * for every function, at the path that crosvm gives it. The same platform gives the same bytes.
 */
export function generateDsdt(platform: Platform, options: DsdtOptions = {}): Uint8Array {
  return encodeDsdt(dsdtTerms(platform, options), options);
}
