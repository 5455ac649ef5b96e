import { existsSync } from 'node:fs';
import { savedGuestPath } from '../port/saved-guest.js';
import { GUEST_FILE_NAMES, type ReadFile } from '../v86/guest-files.js';
import { cachedParts, emulatorParts, type PartsOptions, softwareFor } from './boot.js';
import { cacheFolder, readBytes, savedGuestFile, savedGuestNames, usableCache } from './cache.js';

const SAVED = new RegExp(`^${savedGuestPath('([0-9a-f]{32})').replace('.', '\\.')}$`);

type Parts = Partial<Record<string, Uint8Array>>;

/** Reads parts by their names in a page, and saved guests from a cache folder. */
function readerOf(parts: Parts, cache: string): ReadFile {
  const files = new Map(Object.entries(GUEST_FILE_NAMES).map(([part, name]) => [name as string, parts[part]]));
  return async (name) => {
    const saved = SAVED.exec(name)?.[1];
    if (saved === undefined) return files.get(name);
    const file = savedGuestFile(cache, saved);
    return existsSync(file) ? readBytes(file) : undefined;
  };
}

/** Reads the files that guests in v86 are made of, and saved guests, by their names in a page. Fetches what is not there yet. */
export async function guestFileReader(
  options: PartsOptions,
  say: (text: string) => void,
  note: (text: string) => void,
): Promise<ReadFile> {
  const cache = usableCache(options.cacheFolder);
  const emulator = await emulatorParts(cache, options.biosFile, say);
  const software = await softwareFor('v86', cache, options, say, note);
  return readerOf({ ...emulator, ...software }, cache);
}

/** Files of guests that are there already. */
export interface CachedFiles {
  /** What there is, the saved guests too, by their names in a page. */
  readonly names: readonly string[];
  readonly read: ReadFile;
}

/** {@link guestFileReader} of what the cache folder has: nothing is fetched, built or written. */
export function cachedGuestFiles(folder: string = cacheFolder()): CachedFiles {
  const parts: Parts = cachedParts(folder);
  const names = Object.entries(GUEST_FILE_NAMES).flatMap(([part, name]) => (parts[part] === undefined ? [] : [name]));
  return { names: [...names, ...savedGuestNames(folder).map(savedGuestPath)], read: readerOf(parts, folder) };
}
