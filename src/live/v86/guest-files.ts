import { liveError } from '../port/events.js';
import type { LiveSoftware } from '../port/start-guest.js';
import type { EmulatorParts } from './back-end.js';

/** Everything that a guest in v86 is made of, besides the npm package's code, as bytes. */
export interface GuestFiles {
  readonly emulator: EmulatorParts;
  readonly software: LiveSoftware;
}

/** The name of each file, where a server or a folder has them. */
export const GUEST_FILE_NAMES = {
  wasm: 'v86.wasm',
  bios: 'bios.bin',
  vgaBios: 'vgabios-stdvga.bin',
  kernel: 'vmlinuz',
  busybox: 'busybox',
  initrd: 'initrd.img',
  module: 'vcfg_live.ko',
} as const;

/** Gives a file's bytes; undefined if there is none of that name. */
export type ReadFile = (name: string) => Promise<Uint8Array | undefined>;

/**
 * The files of a guest, wherever `read` has them. Three may be missing: the VGA BIOS; `busybox`, if there is `initrd.img`; and
 * `vcfg_live.ko`, without which the guest cannot evaluate objects. Throws a DiagnosticError that names the missing files.
 */
export async function readGuestFiles(read: ReadFile): Promise<GuestFiles> {
  const names = GUEST_FILE_NAMES;
  const parts = [names.wasm, names.bios, names.vgaBios, names.kernel, names.busybox, names.module];
  const [wasm, bios, vgaBios, kernel, busybox, module] = await Promise.all(parts.map(read));
  // Asked for only then: a page's console shows each file that its server does not have as an error.
  const initrd = busybox === undefined ? await read(names.initrd) : undefined;
  if (wasm === undefined || bios === undefined || kernel === undefined || (busybox ?? initrd) === undefined) {
    const needed = [
      [names.wasm, wasm],
      [names.bios, bios],
      [names.kernel, kernel],
      [names.busybox, busybox ?? initrd],
    ] as const;
    const missing = needed.flatMap(([name, bytes]) => (bytes === undefined ? [name] : []));
    throw liveError(
      'LIVE_PART_MISSING',
      `The guest is missing ${missing.join(', ')}.`,
      'vcfg live PLATFORM --files FOLDER writes all of its files.',
    );
  }
  return {
    emulator: { wasm, bios, ...(vgaBios && { vgaBios }) },
    software: { kernel, ...(busybox && { busybox }), ...(initrd && { initrd }), ...(module && { module }) },
  };
}
