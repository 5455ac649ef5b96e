import type { Machine } from '../../device/index.js';
import type { Platform } from '../../vocab/index.js';
import type { RunningGuest } from '../port/guest.js';
import type { SavedGuests } from '../port/port.js';
import { decodeSavedGuest, encodeSavedGuest, savedGuestPath } from '../port/saved-guest.js';
import { type GuestOptions, startGuest } from '../port/start-guest.js';
import { v86BackEnd } from '../v86/back-end.js';
import { type GuestFiles, type ReadFile, readGuestFiles } from '../v86/guest-files.js';

/**
 * Boots a Linux guest in this page, on a machine or on one made for a platform. Throws a DiagnosticError if the npm package v86
 * cannot be loaded or the guest does not come up.
 */
export function bootGuest(
  subject: Machine | Platform,
  files: GuestFiles,
  options: GuestOptions = {},
): Promise<RunningGuest> {
  return startGuest(subject, v86BackEnd(files.emulator), files.software, options);
}

/** A server's answer as bytes; undefined if it does not have the file. */
async function fetchBytes(address: string): Promise<Uint8Array | undefined> {
  const response = await fetch(address);
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
}

/** An address below a folder's, with or without its final slash. */
function below(folder: string, name: string): string {
  return `${folder.replace(/\/$/, '')}/${name}`;
}

/** The files of a guest below an address. Throws a DiagnosticError that names those that the server does not have. */
export function fetchGuestFiles(folder: string): Promise<GuestFiles> {
  return readGuestFiles((name) => fetchBytes(below(folder, name)));
}

/** Name of the browser's storage for guests that were booted in a page. */
const STORAGE = 'acpi-vcfg-live';
/** Saved guests that the storage keeps, of about 40 MB each. */
const MOST_STORED = 4;

/**
 * Saved guests below an address, as the files of `vcfg live --files` have them; those that the server does not have are kept
 * in the browser's own storage once they have booted. A damaged one counts as missing. `read` reads the files below the address in
 * place of fetch: files that the user has picked, or only those that the server is known to have.
 */
export function savedGuestsAt(folder: string, read: ReadFile = (name) => fetchBytes(below(folder, name))): SavedGuests {
  const storage = () => (globalThis.caches === undefined ? undefined : caches.open(STORAGE));
  return {
    async load(name) {
      const stored = await (await storage())?.match(below(folder, savedGuestPath(name)));
      const bytes =
        stored === undefined ? await read(savedGuestPath(name)) : new Uint8Array(await stored.arrayBuffer());
      return bytes && decodeSavedGuest(bytes);
    },
    async store(name, saved) {
      const kept = await storage();
      if (kept === undefined) return;
      const bytes = new Blob([encodeSavedGuest(saved) as Uint8Array<ArrayBuffer>]);
      await kept.put(below(folder, savedGuestPath(name)), new Response(bytes));
      const all = await kept.keys();
      for (const old of all.slice(0, Math.max(0, all.length - MOST_STORED))) await kept.delete(old);
    },
  };
}
