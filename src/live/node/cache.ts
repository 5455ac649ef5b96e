import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { SavedGuests } from '../port/port.js';
import { decodeSavedGuest, encodeSavedGuest } from '../port/saved-guest.js';

/** Names the folder for downloads and kept guests. */
const CACHE_VARIABLE = 'VCFG_LIVE_CACHE';

/** The folder: of {@link CACHE_VARIABLE}, else in the user's cache folder. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  if (env[CACHE_VARIABLE]) return env[CACHE_VARIABLE];
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'acpi-vcfg', 'live');
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A name beside `path` that nobody else uses. */
export function scratchName(path: string): string {
  return `${path}.${process.pid}-${randomBytes(4).toString('hex')}.part`;
}

/** Writes a file whole, or not at all. */
export function writeWhole(path: string, contents: Uint8Array | string): void {
  mkdirSync(dirname(path), { recursive: true });
  const scratch = scratchName(path);
  try {
    writeFileSync(scratch, contents, { flag: 'wx' });
    renameSync(scratch, path);
  } catch (error) {
    rmSync(scratch, { force: true });
    throw error;
  }
}

/** A file's bytes as an array of their own. */
export function readBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(path));
}

const zip = promisify(gzip);
const unzip = promisify(gunzip);
/** Fast: a kept guest is written once, and while the user waits. */
const COMPRESSION = { level: 1 } as const;

/** The file of a saved guest in a cache folder. */
export function savedGuestFile(folder: string, name: string): string {
  return join(folder, 'states', `${name}.gz`);
}

/** Booted guests as compressed files in a folder. A damaged one counts as missing. */
export function savedGuestsIn(folder: string): SavedGuests {
  return {
    async load(name) {
      const file = savedGuestFile(folder, name);
      if (!existsSync(file)) return undefined;
      const saved = await unzip(readFileSync(file)).then(decodeSavedGuest, () => undefined);
      if (saved === undefined) rmSync(file, { force: true });
      return saved;
    },
    async store(name, saved) {
      writeWhole(savedGuestFile(folder, name), await zip(encodeSavedGuest(saved), COMPRESSION));
    },
  };
}
