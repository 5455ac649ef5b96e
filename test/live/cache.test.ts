import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { savedGuestFile, savedGuestsIn, usableCache } from '../../src/live/node/cache.js';
import { cachedGuestFiles } from '../../src/live/node/guest-files.js';
import { inScratchFolder } from '../support/oracles.js';

test('a cache folder is made, and one that cannot be is a finding', async () => {
  await inScratchFolder((folder) => {
    const inside = join(folder, 'a/b');
    expect(usableCache(inside)).toBe(inside);
    expect(existsSync(inside)).toBe(true);
    writeFileSync(join(folder, 'file'), '');
    expect(() => usableCache(join(folder, 'file/c'))).toThrow(/VCFG_LIVE_CACHE=FOLDER \[LIVE_PART_MISSING\]/);
  });
  if (existsSync('/proc')) expect(() => usableCache('/proc/none/c')).toThrow(/LIVE_PART_MISSING/);
});

test('saved guests are kept, damaged ones count as missing, and the oldest are removed', async () => {
  await inScratchFolder(async (folder) => {
    const guests = savedGuestsIn(folder);
    const saved = { state: new Uint8Array(64).buffer, accesses: [] };
    for (let number = 0; number < 9; number++) await guests.store(`guest${number}`, saved);
    expect(readdirSync(join(folder, 'states'))).toHaveLength(8);
    expect(await guests.load('guest8')).toEqual(saved);
    writeFileSync(savedGuestFile(folder, 'guest8'), 'damaged');
    expect(await guests.load('guest8')).toBeUndefined();
    expect(existsSync(savedGuestFile(folder, 'guest8'))).toBe(false);
  });
});

test('a page is told what the cache folder has, and nothing is fetched or made for it', async () => {
  const ours = ['busybox', 'vmlinuz'];
  await inScratchFolder(async (folder) => {
    const none = join(folder, 'none');
    const empty = cachedGuestFiles(none);
    expect(empty.names.filter((name) => ours.includes(name))).toEqual([]);
    expect(await empty.read('vmlinuz')).toBeUndefined();
    expect(existsSync(none)).toBe(false);

    const parts = join(folder, 'parts/i386');
    for (const below of ['boot', 'bin']) mkdirSync(join(parts, below), { recursive: true });
    const files = Object.fromEntries(
      ['boot/vmlinuz-6.1', 'bin/busybox'].map((name) => {
        writeFileSync(join(parts, name), name);
        return [name, createHash('sha256').update(name).digest('hex')];
      }),
    );
    writeFileSync(join(parts, 'manifest.json'), JSON.stringify({ version: 1, kernelVersion: '6.1', files }));
    const saved = '0123456789abcdef'.repeat(2);
    await savedGuestsIn(folder).store(saved, { state: new Uint8Array(64).buffer, accesses: [] });
    writeFileSync(join(folder, 'states/notes.txt'), '');
    const { names, read } = cachedGuestFiles(folder);
    expect(names.filter((name) => ours.includes(name) || name.startsWith('states/')).sort()).toEqual([
      ...ours.slice(0, 1),
      `states/${saved}.guest`,
      ...ours.slice(1),
    ]);
    expect(new TextDecoder().decode(await read('vmlinuz'))).toBe('boot/vmlinuz-6.1');
    expect((await read(`states/${saved}.guest`))?.length).toBeGreaterThan(64);
    // No name leads out of the folder.
    writeFileSync(join(folder, 'other.guest'), 'x');
    for (const name of ['../none', 'states/../other.guest', 'states/../parts/i386/manifest.json'])
      expect(await read(name)).toBeUndefined();
    writeFileSync(join(parts, 'bin/busybox'), 'damaged');
    expect(cachedGuestFiles(folder).names).not.toContain('vmlinuz');
  });
});
