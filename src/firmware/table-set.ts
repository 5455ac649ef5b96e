import type { Platform } from '../vocab/index.js';
import { type DsdtOptions, generateDsdt } from './dsdt.js';
import { generateFadt, generateMadt, generateMcfg } from './fixed-tables.js';

/** A table under the name that its files have. */
export interface NamedTable {
  /** `dsdt`, `ssdt`, `facp`: what stands before the dot. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The tables of one machine that do not say where the others are; {@link tableImage} makes those that do. */
export interface TableSet {
  readonly platform: Platform;
  /** The DSDT, then SSDTs in the order in which they load. */
  readonly aml: readonly NamedTable[];
  /** FADT, MADT and MCFG. */
  readonly data: readonly NamedTable[];
}

/** Every table of a platform. The same platform and options give the same bytes. */
export function generateTableSet(platform: Platform, options: DsdtOptions = {}): TableSet {
  const { revision: _, ...header } = options.identity ?? {};
  return {
    platform,
    aml: [{ name: 'dsdt', bytes: generateDsdt(platform, options) }],
    data: [
      { name: 'facp', bytes: generateFadt(platform, header) },
      { name: 'apic', bytes: generateMadt(platform, header) },
      { name: 'mcfg', bytes: generateMcfg(platform, header) },
    ],
  };
}
