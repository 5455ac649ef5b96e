import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PlatformText } from '../../../src/cli/io.js';
import type { SharedWindow } from '../../../src/cli/window-buses.js';
import { readPlatform } from '../../../src/platform/index.js';
import { inScratchFolder } from '../../support/oracles.js';
import { type FakeWorld, SENSOR_HUB, vcfg } from '../fake-io.js';
import { check } from './checked-build.js';

describe('the window on two cores', () => {
  const argv = ['--base', '0x100000000', '--buses', '32'];
  const found = (bus: number) => ({
    code: 'VCFG_WINDOW_DECODE' as const,
    severity: 'error' as const,
    place: {},
    message: `On bus ${bus}.`,
    cure: 'y',
  });
  const checked = [{ what: 'window at 0x100000000, 32 buses', checked: '16777216 addresses' }];

  it('is compared by the thread or the command, and reported in the order of the buses', async () => {
    const windows: SharedWindow[] = [];
    const compareInThread: FakeWorld['compareInThread'] = async (window) => {
      windows.push(window);
      // The thread has taken three buses before the command takes its first.
      const counter = new Int32Array(window.next);
      const buses = [0, 1, 2].map(() => Atomics.add(counter, 0, 1));
      return buses.reverse().map((bus) => ({ bus, differing: 1, diagnostics: [found(bus)] }));
    };
    const ran = await check(argv, { compareInThread });
    expect(windows).toEqual([{ base: 0x1_0000_0000n, buses: 32, next: expect.any(SharedArrayBuffer) }]);
    expect(ran.codes).toEqual(['VCFG_WINDOW_DECODE', 'VCFG_WINDOW_DECODE', 'VCFG_WINDOW_DECODE']);
    expect(ran.findings.map(({ message }: { message: string }) => message.slice(0, 9))).toEqual(
      [0, 1, 2].map((bus) => `On bus ${bus}.`),
    );
    expect(ran.checked).toEqual(checked);
  });

  it.each<[string, FakeWorld['compareInThread']]>([
    ['cannot start', () => undefined],
    ['ends without a result', async () => undefined],
    [
      'ends after it has taken all buses',
      async ({ next, buses }) => {
        Atomics.add(new Int32Array(next), 0, buses);
        return undefined;
      },
    ],
  ])('is compared here where the thread %s', async (_, compareInThread) => {
    expect(await check(argv, { compareInThread })).toMatchObject({ codes: [], checked });
  });
});

/** A platform whose text is long enough for a thread of its own. */
const LONG = `${readFileSync(SENSOR_HUB, 'utf8')}${'# Nothing.\n'.repeat(30_000)}`;

describe('a large platform', () => {
  const withTables = (text: string, work: (platform: string, dsdt: string) => Promise<void>) =>
    inScratchFolder(async (folder) => {
      await vcfg(['generate', SENSOR_HUB, '-o', folder, '--format', 'aml']);
      const platform = join(folder, 'long.yaml');
      writeFileSync(platform, text);
      await work(platform, join(folder, 'dsdt.aml'));
    });

  it('is read by a thread while the tables are read here', () =>
    withTables(LONG, async (platform, dsdt) => {
      const given: PlatformText[] = [];
      const order: string[] = [];
      let answer = () => {};
      const ran = await check([dsdt, '--platform', platform, '--no-exhaustive'], {
        // The thread answers once the table was read: a command that waited for it first would never end.
        files: {
          read: (path) => {
            order.push(path);
            if (path === dsdt) answer();
            return readFileSync(path);
          },
        },
        readPlatformInThread: (asked) => {
          given.push(asked);
          return new Promise((resolve) => {
            answer = () => resolve(readPlatform(asked.text, { file: asked.file, hasOwnTables: true }));
          });
        },
      });
      expect(given).toEqual([{ file: platform, text: LONG, hasOwnTables: true }]);
      expect(order).toEqual([platform, dsdt]);
      expect(ran).toMatchObject({ code: 0, codes: [], stderr: '' });
    }));

  it.each<[string, FakeWorld['readPlatformInThread']]>([
    ['cannot start', () => undefined],
    ['ends without an answer', async () => undefined],
  ])('is read here where the thread %s', (_, readPlatformInThread) =>
    withTables(LONG, async (platform, dsdt) => {
      const argv = [dsdt, '--platform', platform, '--no-exhaustive'];
      expect(await check(argv, { readPlatformInThread })).toEqual(await check(argv));
    }),
  );

  it('has its own findings reported, and nothing of tables that cannot be read', () =>
    withTables(`${LONG}colour: blue\n`, async (platform) => {
      const readPlatformInThread: FakeWorld['readPlatformInThread'] = async ({ text, file }) =>
        readPlatform(text, { file });
      const argv = ['no-such.aml', '--platform', platform, '--no-exhaustive'];
      expect((await check(argv, { readPlatformInThread })).codes).toEqual(['PLATFORM_UNKNOWN_KEY']);
    }));

  it('is read here if it is not large', () =>
    withTables(readFileSync(SENSOR_HUB, 'utf8'), async (platform, dsdt) => {
      const readPlatformInThread = () => expect.fail('A thread was asked.');
      expect((await check([dsdt, '--platform', platform, '--no-exhaustive'], { readPlatformInThread })).code).toBe(0);
    }));
});
