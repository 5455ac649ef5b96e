import {
  refuseArgument,
  requireArray,
  requireObject,
  requireOption,
  requireText,
  requireWithin,
} from '../../base/check-arguments.js';
import type { Diagnostic, PciAddress, Platform } from '../../vocab/index.js';
import { packPciAddress } from '../config-address.js';
import { readPlatform } from '../read/read-platform.js';
import { ImportLog, type LeftOut } from './model/import-log.js';
import { DEFAULT_IMPORT_LIMITS, type ImportLimits } from './model/limits.js';
import type { RegisterModel } from './model/register-model.js';
import type { IncludeResolver } from './systemrdl/preprocess.js';

/** Formats of register descriptions. */
export type RegisterFormat = 'svd' | 'systemrdl' | 'ipxact';

export interface ImportOptions {
  /** Name of the file, for places and for a comment in the platform file. */
  readonly file?: string;
  /** Default: if the text begins with `<`, SVD or IP-XACT by its outermost element, else SystemRDL. */
  readonly format?: RegisterFormat;
  /** Names of the peripherals or address maps to import, in any case. Default: all that have registers. */
  readonly peripherals?: readonly string[];
  /** Address of the first function; others follow it on the same bus. Default: 00:04.0 */
  readonly address?: PciAddress;
  /** Byte offset in each peripheral at which the page begins; a multiple of 4. Default: 0 */
  readonly offset?: number;
  /** Gives the files that a SystemRDL file includes. Default: none. */
  readonly include?: IncludeResolver;
  /** Limits that differ from {@link DEFAULT_IMPORT_LIMITS}. */
  readonly limits?: Partial<ImportLimits>;
}

export interface ImportResult {
  /** A platform file; undefined if one of the diagnostics is an error. */
  readonly text: string | undefined;
  /** The same, as it is read. */
  readonly platform: Platform | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** What was not carried over, by kind, the most frequent first. */
  readonly leftOut: readonly LeftOut[];
}

const FORMAT_NAMES: Readonly<Record<RegisterFormat, string>> = {
  svd: 'CMSIS-SVD',
  systemrdl: 'SystemRDL',
  ipxact: 'IP-XACT',
};

/** Path without its folders. */
const baseName = (path: string): string => path.replace(/^.*[\\/]/, '');

interface ReadModel {
  readonly model: RegisterModel;
  readonly format: RegisterFormat;
}

async function readModel(text: string, options: ImportOptions, log: ImportLog): Promise<ReadModel | undefined> {
  const limits = { ...DEFAULT_IMPORT_LIMITS, ...options.limits };
  if (text.length > limits.characters) {
    const message = `The file has ${text.length} characters; at most ${limits.characters} are read.`;
    log.error('IMPORT_TOO_LARGE', {}, message, 'Split the file and import the parts.');
    return undefined;
  }
  const { file, format, include = () => undefined } = options;
  const plain = text.replace(/^\uFEFF/, '');
  // Not imported above, nor is what writes the platform: every user of a platform would load them.
  if (format !== 'systemrdl' && (format !== undefined || text.trimStart().startsWith('<')))
    return (await import('./read-xml-model.js')).readXmlModel(plain, format, limits, log);
  const { readSystemRdl } = await import('./systemrdl/read-systemrdl.js');
  const model = readSystemRdl(plain, file, include, limits, log);
  return model && { model, format: 'systemrdl' };
}

function headOf({ model, format }: ReadModel, name: string): string[] {
  const title = [model.name, model.description].filter(Boolean).join(': ').slice(0, 200);
  return [`Imported from ${name} (${FORMAT_NAMES[format]}).`, ...(title === '' ? [] : [title])].map((line) =>
    line.replaceAll(/\p{Cc}/gu, ' '),
  );
}

function checkOptions(options: ImportOptions): void {
  const { offset = 0, peripherals, address, include, limits } = options;
  requireObject(options, 'importRegisters: options');
  requireOption(options.format, Object.keys(FORMAT_NAMES), 'importRegisters: format');
  requireWithin(offset, 0, 0xffff_fffc, 'importRegisters: offset');
  if (offset % 4 !== 0) throw new RangeError(`importRegisters: offset is ${offset}; it must be a multiple of 4.`);
  if (options.file !== undefined) requireText(options.file, 'importRegisters: file');
  if (peripherals !== undefined) requireArray(peripherals, 'importRegisters: peripherals', 'an array of names');
  for (const [index, name] of (peripherals ?? []).entries())
    requireText(name, `importRegisters: peripherals[${index}]`);
  if (address !== undefined) packPciAddress(address);
  if (limits !== undefined) requireObject(limits, 'importRegisters: limits');
  if (include !== undefined && typeof include !== 'function') {
    refuseArgument('importRegisters: include', include, 'a function');
  }
}

async function importChecked(text: string, options: ImportOptions): Promise<ImportResult> {
  const log = new ImportLog(options.file);
  const nothing = () => ({ text: undefined, platform: undefined, diagnostics: log.diagnostics, leftOut: log.leftOut });
  const read = await readModel(text, options, log);
  if (read === undefined || log.hasErrors) return nothing();
  const { model } = read;
  const { toPlatformRows } = await import('./to-platform/to-platform.js');
  const { platformText } = await import('./to-platform/platform-text.js');
  const rows = toPlatformRows(model, options, log);
  if (rows.functions.length === 0 && !log.hasErrors) {
    const message =
      model.blocks.length === 0
        ? 'The file has no peripherals or address maps.'
        : 'No peripheral has a register that fits on a page.';
    log.error('IMPORT_NO_REGISTERS', {}, message, 'Is this the right file? The list of what was left out says why.');
  }
  if (log.hasErrors) return nothing();
  const source = options.file === undefined ? 'the register description' : baseName(options.file);
  const written = platformText(rows, headOf(read, source), source);
  const { platform, diagnostics } = readPlatform(written);
  return {
    text: platform === undefined ? undefined : written,
    platform,
    diagnostics: [...log.diagnostics, ...diagnostics],
    leftOut: log.leftOut,
  };
}

/**
 * Makes a platform file of a register description. Reports what is wrong with it, and what a platform file cannot say;
 * does not throw on a bad file. Throws a TypeError or RangeError for options that make no sense.
 */
export function importRegisters(text: string, options: ImportOptions = {}): Promise<ImportResult> {
  requireText(text, 'importRegisters: text');
  checkOptions(options ?? refuseArgument('importRegisters: options', options, 'an object'));
  return importChecked(text, options);
}
