import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { serveDevice } from '../../src/cli/commands/run/live-device.js';
import type { Io } from '../../src/cli/io.js';
import { Machine } from '../../src/device/index.js';
import { DeviceSwitch } from '../../src/live/index.js';
import { inScratchFolder } from '../support/oracles.js';
import { boardPlatform } from './board.js';

function makeServed() {
  const served = new DeviceSwitch(() => {});
  const machine = new Machine(boardPlatform(), served.options);
  served.attach(machine);
  const said: string[] = [];
  const io = { stderr: { write: (text: string) => void said.push(text), isTerminal: false }, env: {} } as unknown as Io;
  return { served, said, io, read: () => machine.memory.read32(machine.vcfgBase + 0x11_0004n) };
}

const device = (value: string, wait = 0) => `
${wait > 0 ? `await new Promise((resolve) => setTimeout(resolve, ${wait}));` : ''}
export const device = { SENS: { STAT: { read: () => ${value} } } };
`;

test('a device that was changed while it loads is served as it is now, however late the first answer comes', async () => {
  await inScratchFolder(async (folder) => {
    const file = join(folder, 'sensor.mjs');
    const { served, io, read } = makeServed();
    writeFileSync(file, device('1', 1500));
    const serving = serveDevice(file, served, io);
    await new Promise((resolve) => setTimeout(resolve, 200));
    writeFileSync(file, device('2'));
    const stop = await serving;
    expect(read()).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 1600));
    expect(read()).toBe(2);
    stop();
  });
});

test('a change that does not load is reported, the previous device stays, and the next change is served', async () => {
  await inScratchFolder(async (folder) => {
    const file = join(folder, 'sensor.mjs');
    const { served, said, io, read } = makeServed();
    writeFileSync(file, device('1'));
    const stop = await serveDevice(file, served, io);
    writeFileSync(join(folder, 'new'), 'export const device = {');
    renameSync(join(folder, 'new'), file);
    await vi.waitFor(
      () => expect(said.join('')).toMatch(/LIVE_DEVICE_FILE.*continues with the previous device/s),
      5000,
    );
    expect(read()).toBe(1);
    writeFileSync(file, device('3'));
    await vi.waitFor(() => expect(read()).toBe(3), 5000);
    stop();
  });
});

test('a change of what the device imports is served too', async () => {
  await inScratchFolder(async (folder) => {
    const file = join(folder, 'sensor.ts');
    const { served, io, read } = makeServed();
    writeFileSync(join(folder, 'answer.ts'), 'export const answer: number = 1;\n');
    writeFileSync(file, `import { answer } from './answer.js';\n${device('answer')}`);
    const stop = await serveDevice(file, served, io);
    expect(read()).toBe(1);
    writeFileSync(join(folder, 'answer.ts'), 'export const answer: number = 4;\n');
    await vi.waitFor(() => expect(read()).toBe(4), 5000);
    stop();
  });
});
