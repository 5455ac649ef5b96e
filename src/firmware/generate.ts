import type { Platform } from '../vocab/index.js';
import type { FirmwareTablesOptions } from './firmware-tables.js';
import { FIRMWARE_OUTPUTS, type FirmwareFormat, type GeneratedFile } from './outputs.js';
import { generateTableSet } from './table-set.js';

/** The tables of a platform in each form that a build may want, or in those asked for. The same platform and options give the same bytes. */
export function generateFirmwareFiles(
  platform: Platform,
  options: FirmwareTablesOptions & { readonly formats?: readonly FirmwareFormat[] } = {},
): readonly GeneratedFile[] {
  const set = generateTableSet(platform, options);
  const formats = options.formats ?? (Object.keys(FIRMWARE_OUTPUTS) as FirmwareFormat[]);
  return formats.flatMap((format) => FIRMWARE_OUTPUTS[format](set).files);
}
