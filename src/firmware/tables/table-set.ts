import { DiagnosticError } from '../../base/index.js';
import type { Diagnostic, Platform } from '../../vocab/index.js';
import { checkDsdtCall } from '../dsdt/dsdt.js';
import { type Evaluate, type ExistingTable, existingMachine } from '../onto/existing-machine.js';
import { ontoTerms } from '../onto/onto-terms.js';
import { placedAsWritten, placeFunctions } from '../onto/place-functions.js';
import { encodeSsdt, type FirmwareTablesOptions, firmwareTables, hotPlugTables } from './firmware-tables.js';
import { architectureTables, generateFadt, generateMadt, generateMcfg } from './fixed-tables.js';
import type { HeaderOptions, NamedTable } from './table-identity.js';

/** The tables of one machine that hold no addresses of others; {@link tableImage} makes those that do. */
export interface TableSet {
  /** The platform; for a machine with tables of its own, with the paths and events that fit there. */
  readonly platform: Platform;
  /** Header fields that differ from the generator's own. */
  readonly header: HeaderOptions;
  /** The DSDT, then SSDTs in the order in which they load; for a machine with tables of its own, one SSDT. */
  readonly aml: readonly NamedTable[];
  /** SSDTs that are loaded when a function is added, each in addition to those of `aml`. */
  readonly hotPlug: readonly NamedTable[];
  /** FADT, MADT and MCFG, and those of the architecture; none for a machine with tables of its own. */
  readonly data: readonly NamedTable[];
  /** All of `aml` in one table. */
  readonly whole: () => Uint8Array;
  /** Warnings of what was made otherwise than the platform says. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface TableSetOptions extends FirmwareTablesOptions {
  /**
   * The AML tables of a machine that exists. Generated is then one SSDT, with what they lack. So it is for a platform
   * that has a `host`; without tables, its paths are taken as they are.
   */
  readonly onto?: readonly ExistingTable[];
  /** Tells of those tables what is not a constant, such as an `_ADR` that is a method; without it, only constants count. */
  readonly evaluate?: Evaluate;
}

/** What a machine with tables of its own lacks. Throws a DiagnosticError if it cannot be added. */
function ontoSet(platform: Platform, { onto, evaluate, ...given }: TableSetOptions): TableSet {
  const options: FirmwareTablesOptions = { ...given, baseName: '\\VCFG' };
  const machine = existingMachine(onto ?? [], evaluate);
  const { host } = platform;
  const placed =
    onto === undefined && host !== undefined
      ? placedAsWritten({ ...platform, host })
      : placeFunctions(platform, machine);
  const { terms, diagnostics } = ontoTerms(placed, machine, options);
  if (diagnostics.some(({ severity }) => severity === 'error')) throw new DiagnosticError(diagnostics);
  const { revision: _, ...header } = options.identity ?? {};
  const ssdt = encodeSsdt(header.oemTableId ?? 'VCFGSSDT', terms, options);
  return {
    platform: placed.platform,
    header,
    aml: [{ name: 'ssdt', bytes: ssdt }],
    hotPlug: hotPlugTables(placed.platform, options),
    data: [],
    whole: () => ssdt,
    diagnostics,
  };
}

/**
 * Every table of a platform. The same platform and options give the same bytes. Throws a RangeError if the platform does
 * not have one of the functions in `hotPlug`.
 */
export function generateTableSet(platform: Platform, options: TableSetOptions = {}): TableSet {
  checkDsdtCall(platform, options);
  if (options.onto !== undefined || platform.host !== undefined) return ontoSet(platform, options);
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
      ...architectureTables(platform, header),
    ],
    whole: () => (ssdts.length === 0 ? dsdt : firmwareTables(platform, { ...options, split: 'one' }).dsdt),
    diagnostics: [],
  };
}
