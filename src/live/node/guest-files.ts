import { existsSync } from 'node:fs';
import { savedGuestPath } from '../port/saved-guest.js';
import { GUEST_FILE_NAMES, type ReadFile } from '../v86/guest-files.js';
import { emulatorParts, type PartsOptions, softwareFor } from './boot.js';
import { readBytes, savedGuestFile, usableCache } from './cache.js';

const SAVED = new RegExp(`^${savedGuestPath('([0-9a-f]{32})').replace('.', '\\.')}$`);

/** Reads the files that guests in v86 are made of, and saved guests, by their names in a page. Fetches what is not there yet. */
export async function guestFileReader(
  options: PartsOptions,
  say: (text: string) => void,
  note: (text: string) => void,
): Promise<ReadFile> {
  const cache = usableCache(options.cacheFolder);
  const emulator = await emulatorParts(cache, options.biosFile, say);
  const software = await softwareFor('v86', cache, options, say, note);
  const parts: Partial<Record<string, Uint8Array>> = { ...emulator, ...software };
  const files = new Map(Object.entries(GUEST_FILE_NAMES).map(([part, name]) => [name as string, parts[part]]));
  return async (name) => {
    const saved = SAVED.exec(name)?.[1];
    if (saved === undefined) return files.get(name);
    const file = savedGuestFile(cache, saved);
    return existsSync(file) ? readBytes(file) : undefined;
  };
}
