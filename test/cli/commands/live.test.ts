import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withoutRepeats } from '../../../src/cli/commands/run/live-report.js';
import { onOwnLines } from '../../../src/cli/commands/run/live-shell.js';
import { processIo } from '../../../src/cli/process-io.js';
import { inScratchFolder } from '../../support/oracles.js';
import { SENSOR_HUB, vcfg } from '../fake-io.js';

test.each([
  [true, '# cat x\r\nread A\nread B\n# c\r\nread C\nat\n'],
  [false, '# cat xread A\nread B\n# cread C\nat\n'],
])('words begin on lines of their own, on a terminal (%s)', (isTerminal, expected) => {
  const shown: (string | Uint8Array)[] = [];
  const output = { isTerminal, columns: 80, write: (data: string | Uint8Array) => void shown.push(data) };
  const io = onOwnLines({ ...processIo({ version: () => '1', pageFolder: () => '' }), stdout: output, stderr: output });
  io.stdout.write('# cat x');
  io.stderr.write('read A\n');
  io.stderr.write('read B\n');
  io.stdout.write('# ');
  io.stdout.write('c');
  io.stderr.write('read C\n');
  io.stdout.write('at\n');
  expect(shown.join('')).toBe(expected);
});

test('what the core logs of a hook is told once, and the rest of its log is kept', () => {
  const of = (code: 'LIVE_HOOK' | 'REGISTER_HOOK_FAILED' | 'DSM_FAILED' | 'REGISTER_UNKNOWN') =>
    ({ code, severity: 'error', place: {}, message: 'It threw.', cure: 'Fix it.' }) as const;
  const logged = [of('REGISTER_HOOK_FAILED'), of('DSM_FAILED'), of('REGISTER_UNKNOWN')];
  expect(withoutRepeats(logged, [of('LIVE_HOOK')])).toEqual([of('REGISTER_UNKNOWN')]);
  expect(withoutRepeats(logged, [of('REGISTER_UNKNOWN')])).toEqual(logged);
});

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

  describe('refuses before it boots', () => {
    const refused = async (args: readonly string[]) => {
      const { code, stderr, codes } = await vcfg(['live', SENSOR_HUB, '--run', 'true', ...args]);
      expect(stderr).not.toMatch(/Booting|Continuing/);
      return { code, stderr, codes };
    };

    test.each([
      [['--with', 'qemu', '--files', 'out'], /--files is for guests in v86/],
      [['--with', 'qemu', '--bios', 'bios.bin'], /--bios is for guests in v86/],
      [['--driver', '--kernel', 'vmlinuz'], /--module and --driver need the headers/],
      [['--module', '.', '--kernel', 'vmlinuz'], /--module and --driver need the headers/],
      [['--shell', '--json'], /--shell and --json/],
    ])('%j', async (args, message) => {
      const { code, stderr, codes } = await refused(args);
      expect([code, codes]).toEqual([2, ['COMMAND_USAGE']]);
      expect(stderr).toMatch(message);
    });

    test('a window above 4 GiB, which QEMU gets, with --files', async () => {
      await inScratchFolder(async (folder) => {
        const file = join(folder, 'board.yaml');
        writeFileSync(file, 'vcfg: { base: 0x2_0000_0000, buses: 1 }\n');
        expect((await vcfg(['live', file, '--files', join(folder, 'out')])).code).toBe(2);
      });
    });

    test('a module folder that is missing, a file, or without a Makefile', async () => {
      expect((await refused(['--module', '/nonexistent'])).codes).toEqual(['COMMAND_FILE_MISSING']);
      expect((await refused(['--module', SENSOR_HUB])).codes).toEqual(['COMMAND_FILE_UNREADABLE']);
      await inScratchFolder(async (folder) => {
        const { code, stderr } = await refused(['--module', folder]);
        expect(code).toBe(1);
        expect(stderr).toMatch(/has no Makefile.*\[LIVE_MODULE_BUILD\]/);
      });
    });

    test('a device file that the platform names and that is missing', async () => {
      await inScratchFolder(async (folder) => {
        mkdirSync(join(folder, 'parts'));
        const platform = join(folder, 'board.yaml');
        const part = join(folder, 'parts/part.yaml');
        writeFileSync(platform, 'functions: []\ndevice: ./sensor.ts\n');
        const own = await vcfg(['live', platform, '--run', 'true']);
        expect(own).toMatchObject({ code: 1, codes: ['LIVE_DEVICE_FILE'] });
        expect(own.stderr).toContain(`${platform}:2: device: names the file ${join(folder, 'sensor.ts')}, which does`);
        expect(own.stderr).toContain(`relative to the folder of ${platform}`);
        writeFileSync(platform, 'functions: []\ninclude: parts/part.yaml\n');
        writeFileSync(part, 'device: sensor.ts\n');
        const included = await vcfg(['live', platform, '--run', 'true']);
        expect(included.stderr).toContain(`${part}:1: device: names the file ${join(folder, 'parts/sensor.ts')}`);
        expect(included.stderr).toContain(`relative to the folder of ${part}`);
      });
    });

    test('a device file that is missing or wrong', async () => {
      await inScratchFolder(async (folder) => {
        const file = join(folder, 'device.mjs');
        const missing = await refused(['--device', file]);
        expect(missing.stderr).toMatch(/There is no device file .*device\.mjs.*\[LIVE_DEVICE_FILE\]/);
        expect(missing.stderr).not.toMatch(/previous/);
        writeFileSync(file, 'export const device = { SENS: { NOPE: {} } };\n');
        const { code, stderr } = await refused(['--device', file]);
        expect(code).toBe(1);
        expect(stderr).toMatch(/SENS has no register NOPE.*\[LIVE_DEVICE_FILE\]/);
      });
    });
  });

  test('ends with the number of a signal, without booting, while the device file loads', async () => {
    await inScratchFolder(async (folder) => {
      const file = join(folder, 'device.mjs');
      writeFileSync(file, 'await new Promise((resolve) => setTimeout(resolve, 800));\nexport const device = {};\n');
      const interactive = {
        isTerminal: false,
        readKeys: () => () => {},
        onSignal: (take: (number: number) => void) => {
          const timer = setTimeout(() => take(15), 200);
          return () => clearTimeout(timer);
        },
      };
      const { code, stderr } = await vcfg(['live', SENSOR_HUB, '--run', 'true', '--device', file], { interactive });
      expect([code, stderr]).toEqual([143, '']);
    });
  });
});
