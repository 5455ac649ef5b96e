import { checkPlatformShape } from '../../platform/platform-shape.js';
import type { Platform } from '../../vocab/index.js';
import { generateCHeader } from '../c/header.js';
import type { TextFile } from '../driver-text.js';
import { type RowStyle, sampleRowLines } from '../sample-rows.js';
import { EDK2_AML_SOURCE } from './aml-source.js';
import { edk2BarLines, SHOW_BARS } from './bar-source.js';
import { EDK2_BODY, EDK2_HEAD, EDK2_INF } from './driver-source.js';
import { EDK2_FIND_HEADER, EDK2_FIND_SOURCE } from './find-source.js';

const ARRAY_NAMES = { fields: 'mFields', registers: 'mRegisters', runs: 'mRuns', functions: 'mFunctions' } as const;

const STYLE: RowStyle = {
  indent: '  ',
  beforeArguments: ' ',
  declare: {
    fields: 'STATIC CONST SAMPLE_FIELD  ',
    registers: 'STATIC CONST SAMPLE_REGISTER  ',
    runs: 'STATIC CONST SAMPLE_RUN  ',
    functions: 'STATIC CONST SAMPLE_FUNCTION  ',
  },
  nameArray: (kind, owner) => (owner === '' ? ARRAY_NAMES[kind] : `${ARRAY_NAMES[kind]}Of_${owner}`),
};

/**
 * A DXE driver for EDK2 that finds the window in the DSDT and shows every register and every shared run of the platform.
 * Its files, in the folder `edk2/VcfgSample`, are sources, headers and a module description. Depends on the platform
 * alone.
 * @throws what {@link generateCHeader} throws.
 */
export function generateEdk2Driver(platform: Platform): TextFile[] {
  checkPlatformShape(platform);
  const bars = edk2BarLines(platform);
  const loop = '  for (Function = mFunctions;';
  const body = bars.length === 0 ? EDK2_BODY : EDK2_BODY.replace(loop, `${SHOW_BARS}${loop}`);
  const source = [EDK2_HEAD, ...sampleRowLines(platform, STYLE), ...bars, body].join('\n');
  const files = [
    ['VcfgSample.c', 'an EDK2 driver that shows the registers', source],
    ['VcfgSample.inf', 'its description for a build', EDK2_INF],
    ['VcfgFind.c', 'its search for VCFG in a DSDT', EDK2_AML_SOURCE + EDK2_FIND_SOURCE],
    ['VcfgFind.h', "the search's interface", EDK2_FIND_HEADER],
    ['vcfg.h', 'the registers, for the driver', generateCHeader(platform)],
  ] as const;
  return files.map(([name, what, contents]) => ({ name: `edk2/VcfgSample/${name}`, contents, what }));
}
