import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generateEdk2Driver, generateLinuxModule } from '../../src/drivers/index.js';
import { SENSOR_HUB, vcfg } from '../cli/fake-io.js';
import { inScratchFolder } from '../support/oracles.js';
import { fixturePlatform } from './whole-platforms.js';

test.each([
  ['linux-module', generateLinuxModule],
  ['edk2-driver', generateEdk2Driver],
])('vcfg generate --format %s writes the sample, each to a folder of its own', (format, generate) =>
  inScratchFolder(async (folder) => {
    const { code, stdout, stderr } = await vcfg(['generate', SENSOR_HUB, '-o', folder, '--format', format]);
    expect([code, stderr]).toEqual([0, '']);
    const files = generate(fixturePlatform('sensor-hub'));
    for (const { name, contents, what } of files) {
      expect(readFileSync(join(folder, name), 'utf8')).toBe(contents);
      expect(stdout).toContain(`${join(folder, name)}  ${Buffer.byteLength(contents)} bytes  ${what}\n`);
    }
    expect(stdout.trimEnd().split('\n')).toHaveLength(files.length);
  }),
);
