import { encodeAml } from '../../aml/index.js';
import { DiagnosticError } from '../../base/index.js';
import { encodeTable } from '../../tables/index.js';
import type { Platform } from '../../vocab/index.js';
import { decodeTable } from '../decode-table.js';
import { type Injected, type InjectOptions, injectVcfg } from '../patch/inject-vcfg.js';
import { type Evaluate, existingMachine } from './existing-machine.js';
import { ontoTerms } from './onto-terms.js';
import { placeFunctions } from './place-functions.js';

export interface InjectPlatformOptions extends InjectOptions {
  /** Tells what is not a constant in the table; without it, only constants count. */
  readonly evaluate?: Evaluate;
}

export interface InjectedPlatform extends Injected {
  /** The platform with the paths and events that fit the table. */
  readonly platform: Platform;
}

/**
 * Puts `VCFG` into a DSDT as {@link injectVcfg} does, and after everything else what the table lacks of a platform: what
 * `generateTableSet` puts into an SSDT for the machine. Throws as `injectVcfg` does, and a DiagnosticError if something
 * cannot be added.
 */
export function injectPlatform(
  table: Uint8Array,
  platform: Platform,
  options: InjectPlatformOptions = {},
): InjectedPlatform {
  const first = injectVcfg(table, platform.vcfg.base, options);
  const decoded = decodeTable(first.bytes);
  const machine = existingMachine([{ file: options.file ?? decoded.header.signature, decoded }], options.evaluate);
  const placed = placeFunctions(platform, machine);
  const { terms, diagnostics } = ontoTerms(placed, machine, { baseName: '\\VCFG' });
  if (diagnostics.some(({ severity }) => severity === 'error')) throw new DiagnosticError(diagnostics);
  return {
    bytes: encodeTable(decoded.header, encodeAml([...decoded.terms, ...terms])),
    diagnostics: [...first.diagnostics, ...diagnostics],
    replaced: first.replaced,
    platform: placed.platform,
  };
}
