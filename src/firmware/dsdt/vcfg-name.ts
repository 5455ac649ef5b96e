import { asl, encodeAml, fixedInteger, integer, type Op } from '../../aml/index.js';
import { VCFG_NAME } from '../../platform/names/generated-names.js';

export interface VcfgNameOptions {
  /** `shortest` as crosvm and iasl write it; `fixed` in eight bytes whatever the value, so that firmware can patch it. */
  readonly width?: 'shortest' | 'fixed';
}

/** `Name (VCFG, base)`. crosvm f1e797a x86_64/src/lib.rs:2244-2248 */
export function vcfgName(base: bigint, options: VcfgNameOptions = {}): Op<'Name'> {
  return asl.Name(VCFG_NAME, options.width === 'fixed' ? fixedInteger(base, 8) : integer(base));
}

/** The bytes of `Name (VCFG, base)` alone. Throws a DiagnosticError if `base` is no unsigned 64-bit integer. */
export function encodeVcfgName(base: bigint, options: VcfgNameOptions = {}): Uint8Array {
  return encodeAml([vcfgName(base, options)]);
}
