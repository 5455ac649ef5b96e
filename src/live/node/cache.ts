import { createHash, randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { liveError } from '../port/events.js';
import type { SavedGuest, SavedGuests } from '../port/port.js';
import { encodeSavedGuest, readSavedGuest, savedGuestPath } from '../port/saved-guest.js';

/** Names the folder for downloads and kept guests. */
const CACHE_VARIABLE = 'VCFG_LIVE_CACHE';

/** The folder: of {@link CACHE_VARIABLE}, else in the user's cache folder. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  if (env[CACHE_VARIABLE]) return env[CACHE_VARIABLE];
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'acpi-vcfg', 'live');
}

/** Makes a folder and those above it. Not mkdirSync's own way, which never ends below /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Somebody else may have been faster.
    if (!existsSync(folder)) throw error;
  }
}

/** The cache folder, made if need be. Throws a DiagnosticError if it cannot be written to. */
export function usableCache(folder: string = cacheFolder()): string {
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw liveError(
      'LIVE_PART_MISSING',
      `The cache folder ${folder} cannot be used: ${text}.`,
      `Name another one: ${CACHE_VARIABLE}=FOLDER`,
    );
  }
  return folder;
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

/** A file's bytes, not as a Buffer. */
export function readBytes(path: string): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

/** Saved guests that a cache folder keeps, of about 40 MB each: those used last. */
const MOST_SAVED = 8;

/** The file of a saved guest in a cache folder. */
export function savedGuestFile(folder: string, name: string): string {
  return join(folder, savedGuestPath(name));
}

/** The names of the saved guests in a cache folder. */
export function savedGuestNames(folder: string): readonly string[] {
  const states = dirname(savedGuestFile(folder, ''));
  if (!existsSync(states)) return [];
  return readdirSync(states).flatMap((file) => /^([0-9a-f]{32})\.guest$/.exec(file)?.[1] ?? []);
}

/** Removes all but the saved guests that were used last. Files that another process removes meanwhile are no fault. */
function removeOldest(folder: string): void {
  const files = readdirSync(folder).map((name) => join(folder, name));
  const dated = files.flatMap((file) => {
    const modified = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    return modified === undefined ? [] : [{ file, modified }];
  });
  const old = dated.toSorted((a, b) => b.modified - a.modified).slice(MOST_SAVED);
  for (const { file } of old) rmSync(file, { force: true });
}

function readSavedFile(path: string): SavedGuest | undefined {
  const file = openSync(path, 'r');
  try {
    return readSavedGuest(fstatSync(file).size, (offset, lengthBytes) => {
      const bytes = new Uint8Array(lengthBytes);
      return bytes.subarray(0, readSync(file, bytes, 0, lengthBytes, offset));
    });
  } finally {
    closeSync(file);
  }
}

/** Booted guests as files in a folder, uncompressed: inflating one takes as long as all else of a start. A damaged one counts as missing. */
export function savedGuestsIn(folder: string): SavedGuests {
  return {
    async load(name) {
      const file = savedGuestFile(folder, name);
      if (!existsSync(file)) return undefined;
      const saved = readSavedFile(file);
      if (saved === undefined) {
        rmSync(file, { force: true });
        return undefined;
      }
      const now = new Date();
      utimesSync(file, now, now);
      return saved;
    },
    async store(name, saved) {
      const file = savedGuestFile(folder, name);
      writeWhole(file, encodeSavedGuest(saved));
      removeOldest(dirname(file));
    },
  };
}
