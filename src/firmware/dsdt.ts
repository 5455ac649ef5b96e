import { asl, buffer, eisaId, encodeAml, type Op, type Term } from '../aml/index.js';
import { acpiPaths, HOST_BRIDGE_PATH } from '../platform/acpi-path.js';
import { adrOf, packPciAddress } from '../platform/config-address.js';
import { DSDT_64_BIT_REVISION, encodeTable, type TableIdentity } from '../tables/index.js';
import type { FunctionDescription, Platform } from '../vocab/index.js';
import { functionRegions, type RegionOptions } from './function-regions.js';
import { type VcfgNameOptions, vcfgName } from './vcfg-name.js';

export interface DsdtOptions extends RegionOptions {
  /** How `VCFG` is written. */
  readonly vcfgWidth?: VcfgNameOptions['width'];
  /** Header fields that differ from the generator's own. */
  readonly identity?: Partial<Omit<TableIdentity, 'signature'>>;
}

const IDENTITY: TableIdentity = {
  signature: 'DSDT',
  revision: DSDT_64_BIT_REVISION,
  oemId: 'VCFG',
  oemTableId: 'VCFGDSDT',
  oemRevision: 1,
  creatorId: 'VCFG',
  creatorRevision: 1,
};

const lastSegment = (path: string) => path.slice(path.lastIndexOf('.') + 1);

/** The functions of each bus, in BDF order. */
function byBus(platform: Platform): ReadonlyMap<number, readonly FunctionDescription[]> {
  const buses = new Map<number, FunctionDescription[]>();
  for (const described of platform.functions) {
    const bus = buses.get(described.address.bus);
    if (bus) bus.push(described);
    else buses.set(described.address.bus, [described]);
  }
  return buses;
}

/** A Device for each function of a bus, and in each bridge the Devices of the bus below it. */
function devicesOf(platform: Platform, options: RegionOptions): Op<'Device'>[] {
  const paths = acpiPaths(platform);
  const buses = byBus(platform);
  const device = (described: FunctionDescription): Op<'Device'> =>
    asl.Device(lastSegment(paths.get(packPciAddress(described.address)) as string), [
      asl.Name('_ADR', adrOf(described.address)),
      ...(described.label === undefined ? [] : [asl.Name('_STR', unicode(described.label))]),
      ...functionRegions(described, options),
      ...(described.bridge ? bus(described.bridge.secondary) : []),
    ]);
  const bus = (number: number) => (buses.get(number) ?? []).map(device);
  return bus(0);
}

/** A Unicode buffer: UTF-16 little-endian with a NUL. ACPI 6.5 §19.6.141 */
function unicode(text: string): Op<'Buffer'> {
  const bytes = new Uint8Array(2 * (text.length + 1));
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < text.length; index++) view.setUint16(2 * index, text.charCodeAt(index), true);
  return buffer(bytes);
}

/** The DSDT's terms. `VCFG` comes first, so that every region that adds to it finds it while the table loads. */
export function dsdtTerms(platform: Platform, options: DsdtOptions = {}): Term[] {
  const width = options.vcfgWidth;
  return [
    vcfgName(platform.vcfg.base, width === undefined ? {} : { width }),
    asl.Device(HOST_BRIDGE_PATH, [
      asl.Name('_HID', eisaId('PNP0A08')),
      asl.Name('_CID', eisaId('PNP0A03')),
      asl.Name('_SEG', 0),
      asl.Name('_BBN', 0),
      asl.Name('_UID', 0),
      ...devicesOf(platform, options),
    ]),
  ];
}

/**
 * A whole DSDT for a platform: `VCFG` at the root, the host bridge, and a Device with its register regions for every
 * function, at the path that crosvm gives it. The same platform gives the same bytes.
 */
export function generateDsdt(platform: Platform, options: DsdtOptions = {}): Uint8Array {
  return encodeTable({ ...IDENTITY, ...options.identity }, encodeAml(dsdtTerms(platform, options)));
}
