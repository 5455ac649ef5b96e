import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { savedGuestFile, savedGuestsIn, usableCache } from '../../src/live/node/cache.js';
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
