import { requireOneOf } from '../../base/check-arguments.js';
import type { Platform } from '../../vocab/index.js';
import { PAGE_BYTES } from '../layout.js';
import { checkPlatformShape } from '../platform-shape.js';
import { modelOfPlatform } from './from-platform/platform-model.js';
import type { RegisterFormat } from './import-registers.js';
import { writeIpxact } from './ipxact/write-ipxact.js';
import { ImportLog, type LeftOut } from './model/import-log.js';
import { writeSvd } from './svd/write-svd.js';
import { writeSystemRdl } from './systemrdl/write-systemrdl.js';

export interface ExportResult {
  readonly text: string;
  /** What the format cannot say, by kind, the most frequent first. */
  readonly leftOut: readonly LeftOut[];
}

/** Name of the device in SVD, of the map of all functions in SystemRDL, and of the component in IP-XACT. */
const WHOLE = 'vcfg';

/** The registers of a platform's functions as CMSIS-SVD, SystemRDL or IP-XACT. Throws a TypeError for any other format. */
export function exportRegisters(platform: Platform, format: RegisterFormat): ExportResult {
  checkPlatformShape(platform);
  requireOneOf(format, ['svd', 'systemrdl', 'ipxact'], 'exportRegisters: format');
  const log = new ImportLog(undefined);
  const model = modelOfPlatform(platform, log);
  const texts: Readonly<Record<RegisterFormat, () => string>> = {
    svd: () => writeSvd(model, WHOLE, PAGE_BYTES),
    systemrdl: () => writeSystemRdl(model, WHOLE, platform.vcfg.base),
    ipxact: () => writeIpxact(model, WHOLE, PAGE_BYTES),
  };
  return { text: texts[format](), leftOut: log.leftOut };
}
