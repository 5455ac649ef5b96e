import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inScratchFolder } from '../../support/oracles.js';
import { SENSOR_HUB, vcfg } from '../fake-io.js';

describe('vcfg live', () => {
  test('without a terminal or anything to run is bad usage', async () => {
    const { code, stderr } = await vcfg(['live', SENSOR_HUB]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/nothing to run.*--run.*\[COMMAND_USAGE\]/);
  });

  test.each([
    ['0', 'COMMAND_USAGE'],
    ['x', 'NUMBER_SYNTAX'],
    ['-1', 'NUMBER_SYNTAX'],
  ])('refuses --timeout %s', async (seconds, expected) => {
    const { code, codes } = await vcfg(['live', SENSOR_HUB, '--run', 'true', `--timeout=${seconds}`]);
    expect([code, codes]).toEqual([2, [expected]]);
  });

  test('--types writes the names of the platform', async () => {
    await inScratchFolder(async (folder) => {
      const file = join(folder, 'board.d.ts');
      expect((await vcfg(['live', SENSOR_HUB, '--types', file])).code).toBe(0);
      expect(readFileSync(file, 'utf8')).toContain("readonly SENS: 'CTRL' | 'STAT'");
    });
  });

  test('says what is wrong with a device file before it boots', async () => {
    await inScratchFolder(async (folder) => {
      const file = join(folder, 'device.mjs');
      writeFileSync(file, 'export const device = { SENS: { NOPE: {} } };\n');
      const { code, stderr } = await vcfg(['live', SENSOR_HUB, '--run', 'true', '--device', file]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/SENS has no register NOPE.*\[LIVE_DEVICE_FILE\]/);
    });
  });
});
