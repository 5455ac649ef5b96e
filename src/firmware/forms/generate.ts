import type { Platform } from '../../vocab/index.js';
import type { FirmwareTablesOptions } from '../tables/firmware-tables.js';
import { generateTableSet } from '../tables/table-set.js';
import { FIRMWARE_OUTPUTS, type FirmwareFormat, type GeneratedOutput } from './outputs.js';

/**
 * The tables of a platform in the forms that a build wants, all of them if it does not say which. The same platform and
 * options give the same bytes.
 */
export function generateFirmwareFiles(
  platform: Platform,
  options: FirmwareTablesOptions & { readonly formats?: readonly FirmwareFormat[] } = {},
): GeneratedOutput {
  const set = generateTableSet(platform, options);
  const formats = options.formats ?? (Object.keys(FIRMWARE_OUTPUTS) as FirmwareFormat[]);
  const outputs = formats.map((format) => FIRMWARE_OUTPUTS[format](set));
  return {
    files: outputs.flatMap(({ files }) => files),
    diagnostics: outputs.flatMap(({ diagnostics }) => diagnostics),
  };
}
