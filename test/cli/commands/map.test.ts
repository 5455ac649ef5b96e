import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateMapFiles, generateRegisterReference, generateSvgMap } from '../../../src/drivers/index.js';
import { requirePlatform } from '../../../src/platform/index.js';
import { inScratchFolder } from '../../support/oracles.js';
import { SENSOR_HUB, vcfg } from '../fake-io.js';

const platform = requirePlatform(readFileSync(SENSOR_HUB, 'utf8'));
const PICTURES = ['registers-GPU0.svg', 'registers-MOTR.svg', 'registers-SENS.svg', 'window.svg'];

describe('vcfg map', () => {
  it('writes the reference and its pictures to a folder, and a line for each', () =>
    inScratchFolder(async (folder) => {
      const target = join(folder, 'a/b');
      const { code, stdout, stderr } = await vcfg(['map', SENSOR_HUB, '-o', target]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(readdirSync(target).sort()).toEqual(['registers.md', ...PICTURES].sort());
      for (const { name, contents } of generateMapFiles(platform)) {
        expect(readFileSync(join(target, name), 'utf8')).toBe(contents);
        expect(stdout).toContain(`${join(target, name)}  ${Buffer.byteLength(contents)} bytes  the `);
      }
    }));

  it.each([
    ['svg', PICTURES],
    ['markdown', ['registers.md']],
  ])('writes only %s to a folder', (format, names) =>
    inScratchFolder(async (folder) => {
      const { code, stdout } = await vcfg(['map', SENSOR_HUB, '-o', folder, '--format', format, '--json']);
      expect(code).toBe(0);
      expect(readdirSync(folder).sort()).toEqual(names);
      const paths = (JSON.parse(stdout) as { files: { path: string }[] }).files.map(({ path }) => path);
      expect(paths.sort()).toEqual(names.map((name) => join(folder, name)));
      // Without its pictures the reference does not refer to them.
      if (format === 'markdown') expect(readFileSync(join(folder, 'registers.md'), 'utf8')).not.toContain('.svg');
    }),
  );

  it('writes one file where the name says so, and a folder of that name as one', () =>
    inScratchFolder(async (folder) => {
      const one = { svg: generateSvgMap(platform), MD: generateRegisterReference(platform) };
      for (const [ending, wanted] of Object.entries(one)) {
        const file = join(folder, `hub.${ending}`);
        expect((await vcfg(['map', SENSOR_HUB, '-o', file])).code).toBe(0);
        expect(readFileSync(file, 'utf8')).toBe(wanted);
      }
      mkdirSync(join(folder, 'all.svg'));
      await vcfg(['map', SENSOR_HUB, '-o', join(folder, 'all.svg')]);
      expect(readdirSync(join(folder, 'all.svg'))).toHaveLength(5);
    }));

  it('writes to standard output', async () => {
    const stdin = readFileSync(SENSOR_HUB);
    const said = async (...more: string[]) => (await vcfg(['map', '-', '-o', '-', ...more], { stdin })).stdout;
    expect(await said()).toBe(generateRegisterReference(platform));
    expect(await said('--format', 'svg')).toBe(generateSvgMap(platform));
  });

  it.each([
    ['an ending that is not the format', ['-o', 'hub.svg', '--format', 'markdown'], 2, 'COMMAND_USAGE'],
    ['a format that there is not', ['-o', 'out', '--format', 'png'], 2, 'COMMAND_USAGE'],
    ['no output', [], 2, 'COMMAND_USAGE'],
  ])('refuses %s', async (_, args, code, finding) => {
    expect(await vcfg(['map', SENSOR_HUB, ...args])).toMatchObject({ code, codes: [finding], stdout: '' });
  });

  it('refuses JSON and the map on one output, as JSON', async () => {
    const { code, codes, stdout } = await vcfg(['map', SENSOR_HUB, '-o', '-', '--json']);
    expect([code, codes]).toEqual([2, ['COMMAND_USAGE']]);
    expect(JSON.parse(stdout).diagnostics).toMatchObject([{ code: 'COMMAND_USAGE' }]);
  });

  it('writes nothing if one file cannot be written', () =>
    inScratchFolder(async (folder) => {
      mkdirSync(join(folder, 'window.svg'));
      const { code, codes } = await vcfg(['map', SENSOR_HUB, '-o', folder]);
      expect({ code, codes }).toEqual({ code: 1, codes: ['COMMAND_CANNOT_WRITE'] });
      expect(readdirSync(folder)).toEqual(['window.svg']);
    }));
});
