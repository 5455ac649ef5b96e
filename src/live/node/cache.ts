import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { SavedGuest, SavedGuests } from '../port/port.js';
import type { Recorded } from '../port/window.js';

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
/** Four bytes of length, then the accesses as JSON, then the state. */
const HEAD_BYTES = 4;
/** Fast: a kept guest is written once, and while the user waits. */
const COMPRESSION = { level: 1 } as const;

/** Booted guests as compressed files in a folder. A damaged one counts as missing. */
export function savedGuestsIn(folder: string): SavedGuests {
  const fileOf = (name: string) => join(folder, 'states', `${name}.gz`);
  return {
    async load(name) {
      const file = fileOf(name);
      if (!existsSync(file)) return undefined;
      try {
        const bytes = await unzip(readFileSync(file));
        const length = bytes.readUInt32LE(0);
        const accesses = JSON.parse(bytes.toString('utf8', HEAD_BYTES, HEAD_BYTES + length)) as Recorded[];
        const state = new Uint8Array(bytes.length - HEAD_BYTES - length);
        state.set(bytes.subarray(HEAD_BYTES + length));
        return { accesses, state: state.buffer } satisfies SavedGuest;
      } catch {
        rmSync(file, { force: true });
        return undefined;
      }
    },
    async store(name, { state, accesses }) {
      const text = Buffer.from(JSON.stringify(accesses));
      const head = Buffer.alloc(HEAD_BYTES);
      head.writeUInt32LE(text.length);
      writeWhole(fileOf(name), await zip(Buffer.concat([head, text, new Uint8Array(state)]), COMPRESSION));
    },
  };
}
