import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeCpio } from '../../src/firmware/index.js';
import { bootGuest } from '../../src/live/browser/index.js';
import { partsFor } from '../../src/live/node/boot.js';
import { cacheFolder, readBytes } from '../../src/live/node/cache.js';
import { cachedSeaBios } from '../../src/live/node/debian-parts.js';
import { readGuestFiles } from '../../src/live/v86/guest-files.js';
import { vcfg } from '../cli/fake-io.js';
import { needs } from '../support/oracles.js';
import { projectFolder } from '../support/shared-material.js';
import { boardMachine } from './board.js';

const BOARD = join(projectFolder, 'fixtures/live/board.yaml');
/** STAT of SENS, and CTRL written and read: the window is served. */
const SCRIPT = 'cat /mine.txt; devmem 0x80110004 32; devmem 0x80110000 32 0x51; devmem 0x80110000 32';
const SAID = 'mine\n0x00030041\n0x00000051\n';

describe('a guest of files of one’s own', () => {
  let folder = '';
  const at = (name: string) => join(folder, name);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'vcfg-own-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Kernel and initrd for a back end, under other names: the initrd has busybox and one file. Undefined without a mirror. */
  async function ownFiles(backEnd: 'v86' | 'qemu') {
    const parts = await partsFor(backEnd, {}, () => {}).catch(() => undefined);
    if (parts === undefined) return undefined;
    const archive = encodeCpio([
      { path: 'bin/busybox', contents: readBytes(parts.busyboxFile), executable: true },
      { path: 'mine.txt', contents: new TextEncoder().encode('mine\n') },
    ]);
    copyFileSync(parts.kernelFile, at(`kernel-${backEnd}`));
    // Linux unpacks either.
    writeFileSync(at(`initrd-${backEnd}`), backEnd === 'qemu' ? gzipSync(archive) : archive);
    return ['--kernel', at(`kernel-${backEnd}`), '--initrd', at(`initrd-${backEnd}`)];
  }
  const NO_MIRROR = "no live guest: Debian's kernel cannot be fetched";

  test('in v86: --kernel, --initrd and --bios, without a VGA BIOS', async (context) => {
    const files = await ownFiles('v86');
    const { bios } = cachedSeaBios(cacheFolder()) ?? {};
    if (files === undefined || bios === undefined) return context.skip(NO_MIRROR);
    mkdirSync(at('bios'));
    writeFileSync(at('bios/own.bin'), bios);
    const words = ['--with', 'v86', '--fresh', ...files, '--bios', at('bios/own.bin')];
    const { code, stdout, stderr } = await vcfg(['live', BOARD, ...words, '--run', SCRIPT, '--json']);
    expect(JSON.parse(stdout).run, stderr).toEqual({ output: SAID, exitCode: 0 });
    expect(code).toBe(0);
  });

  test('in QEMU: --kernel, and --initrd that is compressed', async (context) => {
    needs(context, 'qemu-system-x86_64', 'seabios');
    const files = await ownFiles('qemu');
    if (files === undefined) return context.skip(NO_MIRROR);
    const { code, stdout, stderr } = await vcfg(['live', BOARD, '--with', 'qemu', ...files, '--run', SCRIPT, '--json']);
    expect(JSON.parse(stdout).run, stderr).toEqual({ output: SAID, exitCode: 0 });
    expect(code).toBe(0);
  });

  test('from what --files wrote, as a page boots it', async (context) => {
    if ((await partsFor('v86', {}, () => {}).catch(() => undefined)) === undefined) return context.skip(NO_MIRROR);
    const { code, stderr } = await vcfg(['live', BOARD, '--files', at('page')]);
    expect(code, stderr).toBe(0);
    const files = await readGuestFiles(async (name) => {
      const file = join(at('page'), name);
      return existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined;
    });
    const guest = await bootGuest(boardMachine().machine, files);
    try {
      expect((await guest.run('devmem 0x80110004 32')).output).toBe('0x00030041\n');
    } finally {
      await guest.close();
    }
  });
});
