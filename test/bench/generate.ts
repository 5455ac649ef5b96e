import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeAml } from '../../src/aml/index.js';
import { ByteWriter } from '../../src/base/index.js';
import { encodeVcfgName, generateDsdt } from '../../src/firmware/index.js';
import { requirePlatform } from '../../src/platform/index.js';
import { projectFolder } from '../support/shared-material.js';
import { atLeastRate, type BenchOptions, type Figure, type GroupResult } from './figure.js';
import { measure } from './measure.js';
import { platformOf } from './platform-of.js';
import { DEVICE_COUNT, deviceOf, twoThousandDevices } from './two-thousand-devices.js';

const NAMES = 1000;
/** MB/s; a Rust crate that does the same was seen at 107-118. */
const GENERATION_TARGET = 60;

/** As an emitter without terms writes devices: each is bytes before the next is begun. */
function encodeOneByOne(): Uint8Array {
  const writer = new ByteWriter();
  for (let index = 0; index < DEVICE_COUNT; index++) writer.append(encodeAml([deviceOf(index)]));
  return writer.finish();
}

/** `npm run bench -- generate`: from a platform, or from terms, to bytes. */
export async function benchGenerate(options: BenchOptions): Promise<GroupResult> {
  const figures: Figure[] = [];
  const row = async (name: string, make: () => Uint8Array): Promise<Figure> => {
    const bytes = make().length;
    return { name, unit: 'ns', ...(await measure(name, options, make)), bytes };
  };

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

  const devices = twoThousandDevices();
  figures.push(await row('2000 devices, terms to bytes', () => encodeAml(devices)));
  for (const [name, make] of [
    ['2000 devices, built and encoded', () => encodeAml(twoThousandDevices())],
    ['2000 devices, built and encoded one by one', encodeOneByOne],
  ] as const) {
    const figure = await row(name, make);
    figures.push({ ...figure, target: atLeastRate(figure.bytes ?? 0, figure.value, GENERATION_TARGET) });
  }
  return { figures, notes: [] };
}
