import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Machine } from '../../device/index.js';
import type { Platform } from '../../vocab/index.js';
import type { BackEndName } from '../port/choose.js';
import { liveError, liveFinding } from '../port/events.js';
import type { RunningGuest } from '../port/guest.js';
import { type GuestOptions, type LiveSoftware, startGuest } from '../port/start-guest.js';
import { qemuBackEnd } from '../qemu/back-end.js';
import { type EmulatorParts, v86BackEnd } from '../v86/back-end.js';
import { TRIED_VERSION } from '../v86/emulator.js';
import { readBytes, savedGuestsIn, usableCache } from './cache.js';
import {
  cachedDebianParts,
  cachedSeaBios,
  type DebianArchitecture,
  type DebianParts,
  debianParts,
  seaBios,
  VGA_BIOS,
} from './debian-parts.js';
import { cachedModule, evaluationModule } from './kernel-module.js';

/** Where a guest's parts come from. */
export interface PartsOptions {
  /** The folder for downloads and kept guests. Default: of VCFG_LIVE_CACHE, or `acpi-vcfg/live` in the user's cache folder. */
  readonly cacheFolder?: string;
  /** A bzImage, instead of Debian's kernel. */
  readonly kernelFile?: string;
  /** An initrd with a static /bin/busybox, instead of Debian's. */
  readonly initrdFile?: string;
  /** SeaBIOS's bios.bin, instead of Debian's. */
  readonly biosFile?: string;
}

export interface NodeOptions extends Omit<GuestOptions, 'saved'>, PartsOptions {
  /** Whether booted guests are kept for the next start. Default: true. */
  readonly keep?: boolean;
}

const ARCHITECTURES: Record<BackEndName, DebianArchitecture> = { v86: 'i386', qemu: 'amd64' };

/** The processor that guests of a back end have. */
export function architectureOf(backEnd: BackEndName): DebianArchitecture {
  return ARCHITECTURES[backEnd];
}

/** v86's WebAssembly, beside its code; undefined if the package is not installed. */
function emulatorWasm(): Uint8Array | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve('v86');
    return readBytes(join(dirname(entry), 'v86.wasm'));
  } catch {
    return undefined;
  }
}

/** What a cache folder and this machine have of a guest in v86, without a download or a build. */
export function cachedParts(cache: string): Partial<EmulatorParts & LiveSoftware> {
  const wasm = emulatorWasm();
  const parts = cachedDebianParts(cache, ARCHITECTURES.v86);
  const module = parts && cachedModule(cache, parts);
  return {
    ...(wasm && { wasm }),
    ...cachedSeaBios(cache),
    ...(parts && { kernel: readBytes(parts.kernelFile), busybox: readBytes(parts.busyboxFile) }),
    ...(module && { module }),
  };
}

/** v86's WebAssembly. Throws a DiagnosticError if the package is not installed. */
function requiredWasm(): Uint8Array {
  const wasm = emulatorWasm();
  if (wasm === undefined)
    throw liveError(
      'LIVE_EMULATOR_MISSING',
      'The optional npm package v86 is not installed.',
      `Install it: npm install v86@${TRIED_VERSION}; or use QEMU: --with qemu`,
    );
  return wasm;
}

/** What v86 itself is made of. A BIOS of the user's may have its VGA BIOS beside it, and works without. */
export async function emulatorParts(
  cache: string,
  biosFile: string | undefined,
  say: (text: string) => void,
): Promise<EmulatorParts> {
  const wasm = requiredWasm();
  if (biosFile === undefined) return { wasm, ...(await seaBios(cache, 'i386', say)) };
  const vgaFile = join(dirname(biosFile), VGA_BIOS);
  return { wasm, bios: readBytes(biosFile), ...(existsSync(vgaFile) && { vgaBios: readBytes(vgaFile) }) };
}

/** Kernel, busybox and module. Without a compiler there is no module: a note, and only evaluation is missing. */
export async function softwareFor(
  backEnd: BackEndName,
  cache: string,
  { kernelFile, initrdFile }: PartsOptions,
  say: (text: string) => void,
  note: (text: string) => void,
): Promise<LiveSoftware> {
  if (kernelFile !== undefined && initrdFile !== undefined)
    return { kernel: readBytes(kernelFile), initrd: readBytes(initrdFile) };
  const architecture = architectureOf(backEnd);
  const parts = await debianParts(cache, architecture, say);
  const kernel = readBytes(kernelFile ?? parts.kernelFile);
  const files =
    initrdFile === undefined ? { busybox: readBytes(parts.busyboxFile) } : { initrd: readBytes(initrdFile) };
  if (kernelFile !== undefined) return { kernel, ...files };
  try {
    return { kernel, ...files, module: await evaluationModule(cache, architecture, parts, say) };
  } catch (error) {
    note(error instanceof Error ? error.message : String(error));
    return { kernel, ...files };
  }
}

/** The parts that a back end's guests are made of, fetched if need be: for building modules for them. */
export function partsFor(
  backEnd: BackEndName,
  options: PartsOptions,
  say: (text: string) => void,
): Promise<DebianParts> {
  return debianParts(usableCache(options.cacheFolder), architectureOf(backEnd), say);
}

/** Boots a guest with the parts of this machine's cache folder. */
export async function bootOnNode(
  subject: Machine | Platform,
  name: BackEndName,
  options: NodeOptions,
): Promise<RunningGuest> {
  const cache = usableCache(options.cacheFolder);
  const say = options.progress ?? (() => {});
  const notes: string[] = [];
  const backEnd = name === 'qemu' ? qemuBackEnd() : v86BackEnd(await emulatorParts(cache, options.biosFile, say));
  const parts = await softwareFor(name, cache, options, say, (text) => notes.push(text));
  const saved = options.keep === false ? {} : { saved: savedGuestsIn(cache) };
  const guest = await startGuest(subject, backEnd, parts, { ...options, ...saved });
  for (const text of notes)
    guest.notes.push(
      liveFinding('LIVE_MODULE_BUILD', text, 'Without its module, the guest cannot evaluate objects.', 'warning'),
    );
  return guest;
}
