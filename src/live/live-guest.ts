import type { Machine } from '../device/index.js';
import type { Platform } from '../vocab/index.js';
import type { NodeOptions, PartsOptions } from './node/boot.js';
import { type BackEndName, chooseBackEnd } from './port/choose.js';
import type { RunningGuest } from './port/guest.js';
import { type GuestOptions, startGuest } from './port/start-guest.js';
import { v86BackEnd } from './v86/back-end.js';
import type { GuestFiles, ReadFile } from './v86/guest-files.js';

export interface LiveOptions extends NodeOptions, Pick<GuestOptions, 'saved'> {
  /** Default: v86, unless the platform needs QEMU. */
  readonly with?: BackEndName;
  /** The files of a guest in v86, instead of those of the cache folder. */
  readonly parts?: GuestFiles;
}

/** A Linux guest, running. */
export type LiveGuest = RunningGuest;

export const LiveGuest = {
  /**
   * Boots a Linux guest on a machine, or on one made for a platform. Its registers answer from then on, with the machine's hooks.
   * Throws a DiagnosticError if a part is missing or the guest does not come up, and a RangeError for an unknown back end.
   */
  async boot(subject: Machine | Platform, options: LiveOptions = {}): Promise<LiveGuest> {
    const platform = 'platform' in subject ? subject.platform : subject;
    const asked = options.with;
    if (asked !== undefined && asked !== 'v86' && asked !== 'qemu')
      throw new RangeError(`with is ${String(asked)}; it must be v86 or qemu.`);
    if (options.parts !== undefined)
      return startGuest(subject, v86BackEnd(options.parts.emulator), options.parts.software, options);
    const { name, why } = chooseBackEnd(platform, asked);
    const { bootOnNode } = await import('./node/boot.js');
    const guest = await bootOnNode(subject, name, options);
    if (why !== undefined) guest.notes.unshift(why);
    return guest;
  },
};

/**
 * Opens the files that a guest in v86 is made of, and the saved guests, for a server whose pages boot guests: each by its name below
 * the address that `fetchGuestFiles` of `acpi-vcfg/live/browser` is given. What is not in the cache folder is fetched first. Throws a
 * DiagnosticError if a part cannot be had.
 */
export async function openGuestFiles(
  options: PartsOptions & { readonly progress?: (text: string) => void } = {},
): Promise<ReadFile> {
  const { guestFileReader } = await import('./node/guest-files.js');
  const say = options.progress ?? (() => {});
  return guestFileReader(options, say, say);
}
