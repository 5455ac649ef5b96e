import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeAml } from '../../src/aml/index.js';
import { checkSet } from '../../src/check/index.js';
import { encodeVcfgName, generateDsdt, generateTableSet, platformImage } from '../../src/firmware/index.js';
import { requirePlatform } from '../../src/platform/index.js';
import { projectFolder } from '../support/shared-material.js';
import { widePlatform } from '../support/wide-platform.js';
import { atLeastRate, type BenchOptions, type Figure, type GroupResult } from './figure.js';
import { measure } from './measure.js';
import { platformOf } from './platform-of.js';
import { eachOfTwoThousandDevices, twoThousandDevices } from './two-thousand-devices.js';

const NAMES = 1000;
/** MB/s; a Rust crate that does the same was seen at 107-118. */
const GENERATION_TARGET = 60;
const IMAGE_BASE = 0x10_0000n;

/** `npm run bench -- generate`: from a platform, or from terms, to bytes. */
export async function benchGenerate(options: BenchOptions): Promise<GroupResult> {
  const figures: Figure[] = [];
  const row = async (name: string, make: () => { readonly length: number }, bytes = make().length): Promise<Figure> => {
    return { name, unit: 'ns', ...(await measure(name, options, make)), bytes };
  };

  // First, and the whole before its parts: what is kept makes collecting what is not dearer.
  const devicesBytes = encodeAml(twoThousandDevices()).length;
  const wholes = [
    ['2000 devices, built and encoded one by one', () => encodeAml(eachOfTwoThousandDevices())],
    ['2000 devices, all built, then encoded', () => encodeAml(twoThousandDevices())],
  ] as const;
  for (const [name, make] of wholes) {
    const whole = await row(name, make, devicesBytes);
    figures.push({ ...whole, target: atLeastRate(devicesBytes, whole, GENERATION_TARGET) });
  }
  figures.push(await row('2000 devices, built', twoThousandDevices, devicesBytes));
  const devices = twoThousandDevices();
  figures.push(await row('2000 devices, encoded', () => encodeAml(devices)));

  const nameBytes = encodeVcfgName(0x1_0000_0000n).length;
  const name = 'Name (VCFG, base) alone';
  const writeNames = () => {
    for (let index = 0; index < NAMES; index++) encodeVcfgName(0x1_0000_0000n + (BigInt(index) << 21n));
  };
  figures.push({ name, unit: 'ns', ...(await measure(name, options, writeNames, NAMES)), bytes: nameBytes });

  const sensorHub = requirePlatform(readFileSync(join(projectFolder, 'fixtures/platforms/sensor-hub.yaml'), 'utf8'));
  figures.push(await row('DSDT of sensor-hub.yaml', () => generateDsdt(sensorHub)));
  for (const count of [100, 4000]) {
    const platform = platformOf(count, { shared: true });
    figures.push(await row(`DSDT of ${count} functions`, () => generateDsdt(platform)));
  }

  for (const count of [1, 100, 4000]) {
    const platform = widePlatform(count);
    const image = () => platformImage(generateTableSet(platform), IMAGE_BASE).bytes;
    figures.push(await row(`all tables of ${count} functions over 256 buses, as an image`, image));
    const inputs = generateTableSet(platform).aml.map(({ name, bytes }) => ({ file: name, bytes }));
    const check = () => checkSet(inputs, { platform }).findings;
    const bytes = inputs.reduce((sum, input) => sum + input.bytes.length, 0);
    figures.push(await row(`the DSDT of these ${count} functions, checked`, check, bytes));
  }

  return { figures, notes: [] };
}
