import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Machine } from '../../src/device/index.js';
import { DeviceSwitch } from '../../src/live/index.js';
import { loadDeviceFile, watchFiles } from '../../src/live/node/device-file.js';
import type { Diagnostic } from '../../src/vocab/index.js';
import { inScratchFolder } from '../support/oracles.js';
import { boardPlatform } from './board.js';

const source = (value: string) => `import { defineDevice } from 'acpi-vcfg/live';
const answer: number = 1;
export const device = defineDevice({ SENS: { STAT: { read: (): number => ${value} } } });
`;

function machineWith(findings: Diagnostic[] = []) {
  const device = new DeviceSwitch((finding) => findings.push(finding));
  const machine = new Machine(boardPlatform(), device.options);
  device.attach(machine);
  return { device, read: () => machine.memory.read32(machine.vcfgBase + 0x11_0004n) };
}

describe('a device file', () => {
  test('in TypeScript is loaded, each time anew, and nothing is left beside it', async () => {
    await inScratchFolder(async (folder) => {
      const file = join(folder, 'sensor.ts');
      const { device, read } = machineWith();
      for (const value of [answerOf(1), answerOf(2)]) {
        writeFileSync(file, source(value.text));
        device.replace(await loadDeviceFile(file));
        expect(read()).toBe(value.number);
      }
      expect(readdirSync(folder)).toEqual(['sensor.ts']);
    });
  });

  test('with an error of syntax is refused in one line, with a full stop before the cure', async () => {
    await inScratchFolder(async (folder) => {
      const file = join(folder, 'bad.ts');
      writeFileSync(file, 'const a: = 1\n');
      await expect(loadDeviceFile(file)).rejects.toThrow(
        /^[^\n]*bad\.ts cannot be loaded: [^\n\\]*"=".*\. Correct it\./,
      );
    });
  });

  test('that throws in a hook is reported with its place', async () => {
    await inScratchFolder(async (folder) => {
      const file = join(folder, 'sensor.ts');
      writeFileSync(file, source("{ throw new Error('third'); }"));
      const findings: Diagnostic[] = [];
      const { device, read } = machineWith(findings);
      device.replace(await loadDeviceFile(file));
      expect(read()).toBe(0x3_0041);
      expect(findings[0]?.message).toMatch(/SENS\.STAT threw at .*sensor\.ts.*: Error: third/);
    });
  });

  test('in JavaScript that throws in a hook is reported with its line and column', async () => {
    await inScratchFolder(async (folder) => {
      const file = join(folder, 'sensor.mjs');
      const line = "export const device = { SENS: { STAT: { read: () => { throw new Error('fourth'); } } } };";
      writeFileSync(file, `// A sensor.\n\n${line}\n`);
      const findings: Diagnostic[] = [];
      const { device, read } = machineWith(findings);
      device.replace(await loadDeviceFile(file));
      expect(read()).toBe(0x3_0041);
      const place = `${file}:3:${line.indexOf('new Error') + 1}`;
      expect(findings[0]?.message).toBe(`The hook SENS.STAT threw at ${place}: Error: fourth.`);
    });
  });

  test.each([
    ['broken.ts', 'export const device = {', /cannot be loaded/],
    ['empty.mjs', 'export const other = 1;', /exports no device/],
    ['missing.ts', undefined, /There is no device file .*missing\.ts/],
  ])('%s is refused', async (name, text, message) => {
    await inScratchFolder(async (folder) => {
      const file = join(folder, name);
      if (text !== undefined) writeFileSync(file, text);
      await expect(loadDeviceFile(file)).rejects.toThrow(message);
      await expect(loadDeviceFile(file)).rejects.toThrow(/LIVE_DEVICE_FILE/);
    });
  });

  test('is watched, until it is not', async () => {
    await inScratchFolder(async (folder) => {
      const file = join(folder, 'sensor.ts');
      writeFileSync(file, source('1'));
      let changed: () => void = () => {};
      const isChanged = new Promise<void>((resolve) => {
        changed = resolve;
      });
      const watcher = watchFiles([file], changed);
      writeFileSync(file, source('2'));
      await isChanged;
      watcher.close();
    });
  });

  test('names the files that it imports, for the watch', async () => {
    await inScratchFolder(async (folder) => {
      const file = join(folder, 'sensor.ts');
      writeFileSync(join(folder, 'answer.ts'), 'export const other = (): number => 5;\n');
      writeFileSync(file, `import { other } from './answer.js';\n${source('other()')}`);
      const { device, read } = machineWith();
      const named: string[] = [];
      device.replace(await loadDeviceFile(file, (files) => named.push(...files)));
      expect(read()).toBe(5);
      expect(named.toSorted()).toEqual([join(folder, 'answer.ts'), file]);
    });
  });
});

function answerOf(number: number): { readonly text: string; readonly number: number } {
  return { text: `answer + ${number - 1}`, number };
}
