import { asl, eisaId, encodeAml, type Op, type Term } from '../../aml/index.js';
import { hostBridgePath } from '../../platform/names/acpi-path.js';
import { PROCESSORS_PATH } from '../../platform/names/generated-names.js';
import { checkPlatformShape } from '../../platform/platform-shape.js';
import { SLEEP_TYPES } from '../../platform/power-ports.js';
import { DSDT_64_BIT_REVISION, encodeTable, type TableIdentity } from '../../tables/index.js';
import type { Platform } from '../../vocab/index.js';
import { checkChoices, tableIdentity } from '../tables/table-identity.js';
import { decodingMethods } from './dsm-decode.js';
import { encodingMethods } from './dsm-encode.js';
import { eventDevice } from './event-device.js';
import { eventHandlers, type Placed } from './event-handlers.js';
import { busDevices, type FunctionTree, functionTree, registerTerms } from './function-devices.js';
import { REGION_ACCESSES, type RegionOptions } from './function-regions.js';
import { hostBridgeTerms } from './host-bridge.js';
import { motherboard } from './motherboard.js';
import { VCFG_WIDTHS, type VcfgNameOptions, vcfgName } from './vcfg-name.js';

export interface DsdtOptions extends RegionOptions {
  /** How `VCFG` is written. */
  readonly vcfgWidth?: VcfgNameOptions['width'];
  /** Header fields that differ from the generator's own. */
  readonly identity?: Partial<Omit<TableIdentity, 'signature'>>;
}

/** Throws a TypeError or RangeError for a platform or options that cannot be used. */
export function checkDsdtCall(platform: Platform, options: DsdtOptions): void {
  checkPlatformShape(platform);
  checkChoices(options, { vcfgWidth: VCFG_WIDTHS, accesses: REGION_ACCESSES });
}

/** The methods that every `_DSM` calls; none if no function of the platform, present or added later, has a `_DSM`. */
export function sharedMethods(platform: Platform): Term[] {
  if (platform.vcfg.absent || !platform.functions.some(({ profile }) => profile === 'vfio')) return [];
  const host = hostBridgePath(platform);
  return [...encodingMethods(host), ...decodingMethods(host)];
}

/** Where the terms for the virtual configuration registers go: into each function's Device, or into another table. */
export type RegisterPlace = 'here' | 'elsewhere';

/** The Devices of functions as terms, or, to be encoded at once, as bytes. */
export type DeviceForm = 'terms' | 'bytes';

/**
 * The terms of a DSDT with Devices for some functions. `VCFG` comes first: the offset of every region adds to it, and is
 * evaluated while the table loads.
 */
export function termsOfDsdt(
  platform: Platform,
  tree: FunctionTree,
  kept: readonly Placed[],
  place: RegisterPlace,
  options: DsdtOptions,
  form: DeviceForm = 'terms',
): Term[] {
  const width = options.vcfgWidth;
  const here = place === 'here';
  return [
    ...(platform.vcfg.absent ? [] : [vcfgName(platform.vcfg.base, width === undefined ? {} : { width })]),
    // Without fixed hardware there is no register to write a sleep type to.
    ...(platform.arch === undefined ? sleepStates() : []),
    asl.Device(hostBridgePath(platform), [
      ...hostBridgeTerms(platform),
      ...tree.routing.hostBridge,
      ...(here ? sharedMethods(platform) : []),
      ...busDevices(tree, 0, {
        kept: new Set(kept),
        inBytes: form === 'bytes',
        contents: (described) => (here ? registerTerms(tree, described, options) : []),
      }),
    ]),
    motherboard(platform),
    processors(platform),
    ...eventDevice(platform),
    ...(here ? eventHandlers(platform, kept) : []),
  ];
}

/** The terms of a DSDT that holds everything. */
export function dsdtTerms(platform: Platform, options: DsdtOptions = {}): Term[] {
  return wholeDsdt(platform, options, 'terms');
}

function wholeDsdt(platform: Platform, options: DsdtOptions, form: DeviceForm): Term[] {
  checkDsdtCall(platform, options);
  if (platform.host !== undefined) {
    throw new RangeError(
      `platform.host is ${platform.host}: that machine has a DSDT. generateTableSet makes an SSDT for it, and injectPlatform changes its DSDT.`,
    );
  }
  const tree = functionTree(platform);
  return termsOfDsdt(platform, tree, tree.functions, 'here', options, form);
}

/** A DSDT with the given terms. */
export function encodeDsdt(terms: readonly Term[], { identity = {} }: DsdtOptions): Uint8Array {
  const { revision = DSDT_64_BIT_REVISION, ...header } = identity;
  return encodeTable(tableIdentity('DSDT', revision, header), encodeAml(terms));
}

/**
 * A whole DSDT for a platform: `VCFG` at the root, the host bridge, and for every function a Device with its register
 * regions and methods, at the path that crosvm gives it. The same platform gives the same bytes. Throws a TypeError or
 * RangeError for a platform or options that cannot be used, such as a platform with a `host`, which has a DSDT already.
 */
export function generateDsdt(platform: Platform, options: DsdtOptions = {}): Uint8Array {
  return encodeDsdt(wholeDsdt(platform, options, 'bytes'), options);
}

/** The SLP_TYP values of PM1a and PM1b control for a sleep state, and two reserved values. ACPI 6.5 §7.4.2 */
function sleepState(name: string, type: number): Op<'Name'> {
  return asl.Name(name, asl.Package([type, type, 0, 0]));
}

/** The sleep states: S1, in which the machine waits, and S5, in which it is off. */
function sleepStates(): Op<'Name'>[] {
  return [sleepState('_S1', SLEEP_TYPES.s1), sleepState('_S5', SLEEP_TYPES.s5)];
}

/** `C000`, `C001`: the names that crosvm and QEMU use. */
const segment = (number: number) => `C${number.toString(16).toUpperCase().padStart(3, '0')}`;

/**
 * A device for each processor of the MADT, with the same UID, in a processor container: an OS looks there for objects that
 * belong to a processor. ACPI 6.5 §8.4; crosvm f1e797a x86_64/src/acpi.rs
 */
function processors({ cpus }: Platform): Op<'Device'> {
  return asl.Device(PROCESSORS_PATH, [
    asl.Name('_HID', asl.String('ACPI0010')),
    asl.Name('_CID', eisaId('PNP0A05')),
    ...Array.from({ length: cpus }, (_, number) =>
      asl.Device(segment(number), [asl.Name('_HID', asl.String('ACPI0007')), asl.Name('_UID', number)]),
    ),
  ]);
}
