import { asl, encodeAml, fixedInteger, integer, type Op } from '../../aml/index.js';
import { VCFG_NAME } from '../../platform/names/generated-names.js';

/** How `VCFG` can be written. */
export const VCFG_WIDTHS = ['shortest', 'fixed'] as const;

export interface VcfgNameOptions {
  /** `shortest`: as crosvm and iasl write it. `fixed`: always eight bytes, so that firmware can patch it. Default: shortest. */
  readonly width?: (typeof VCFG_WIDTHS)[number];
}

/** `Name (VCFG, base)`. crosvm f1e797a x86_64/src/lib.rs:2244-2248 */
export function vcfgName(base: bigint, options: VcfgNameOptions = {}): Op<'Name'> {
  return asl.Name(VCFG_NAME, options.width === 'fixed' ? fixedInteger(base, 8) : integer(base));
}

/** The bytes of `Name (VCFG, base)` alone. Throws as {@link vcfgName} does. */
export function encodeVcfgName(base: bigint, options: VcfgNameOptions = {}): Uint8Array {
  return encodeAml([vcfgName(base, options)]);
}
