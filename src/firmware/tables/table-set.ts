import type { Platform } from '../../vocab/index.js';
import { type FirmwareTablesOptions, firmwareTables } from './firmware-tables.js';
import { generateFadt, generateMadt, generateMcfg } from './fixed-tables.js';
import type { HeaderOptions, NamedTable } from './table-identity.js';

/** The tables of one machine that hold no addresses of others; {@link tableImage} makes those that do. */
export interface TableSet {
  readonly platform: Platform;
  /** Header fields that differ from the generator's own. */
  readonly header: HeaderOptions;
  /** The DSDT, then SSDTs in the order in which they load. */
  readonly aml: readonly NamedTable[];
  /** SSDTs that are loaded when a function is added, each in addition to those of `aml`. */
  readonly hotPlug: readonly NamedTable[];
  /** FADT, MADT and MCFG. */
  readonly data: readonly NamedTable[];
  /** All of `aml` in one DSDT. */
  readonly whole: () => Uint8Array;
}

/**
 * Every table of a platform. The same platform and options give the same bytes. Throws a RangeError if the platform does
 * not have one of the functions in `hotPlug`.
 */
export function generateTableSet(platform: Platform, options: FirmwareTablesOptions = {}): TableSet {
  const { revision: _, ...header } = options.identity ?? {};
  const { dsdt, ssdts, hotPlug } = firmwareTables(platform, options);
  return {
    platform,
    header,
    aml: [{ name: 'dsdt', bytes: dsdt }, ...ssdts],
    hotPlug,
    data: [
      { name: 'facp', bytes: generateFadt(platform, header) },
      { name: 'apic', bytes: generateMadt(platform, header) },
      { name: 'mcfg', bytes: generateMcfg(platform, header) },
    ],
    whole: () => (ssdts.length === 0 ? dsdt : firmwareTables(platform, { ...options, split: 'one' }).dsdt),
  };
}
