import { type CachedFiles, cachedGuestFiles } from '../../live/node/guest-files.js';
import { GUEST_FILE_NAMES } from '../../live/v86/guest-files.js';
import type { GuestShelf } from './page-server.js';

const { wasm, bios, kernel, busybox } = GUEST_FILE_NAMES;
/** What no guest boots without. */
const NEEDED: readonly string[] = [wasm, bios, kernel, busybox];

/** The cache folder of `vcfg live` as the page reads it. Each request for the list looks at the folder again. */
export function guestShelf(): GuestShelf {
  let files: CachedFiles | undefined;
  return {
    list() {
      files = cachedGuestFiles();
      const { names } = files;
      return { names, missing: NEEDED.filter((name) => !names.includes(name)) };
    },
    async read(name) {
      files ??= cachedGuestFiles();
      return files.read(name);
    },
  };
}
