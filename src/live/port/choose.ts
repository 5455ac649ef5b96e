import { formatHex } from '../../base/index.js';
import { FOUR_GIB } from '../../platform/layout.js';
import type { Diagnostic, Platform } from '../../vocab/index.js';
import { liveFinding } from './events.js';

export type BackEndName = 'v86' | 'qemu';

/**
 * The back end for a platform, and why it is not v86, which starts fastest and needs no other program. `asked` is what the user
 * wants.
 */
export function chooseBackEnd(
  { vcfg }: Pick<Platform, 'vcfg'>,
  asked?: BackEndName,
): { readonly name: BackEndName; readonly why: Diagnostic | undefined } {
  if (asked !== undefined) return { name: asked, why: undefined };
  if (vcfg.base + BigInt(vcfg.lengthBytes) <= FOUR_GIB) return { name: 'v86', why: undefined };
  const message = `The window is at ${formatHex(vcfg.base)}, above 4 GiB, but v86 has 32-bit addresses, so QEMU runs the guest.`;
  return {
    name: 'qemu',
    why: liveFinding('LIVE_BACK_END', message, 'With --with v86, it is moved below 4 GiB instead.', 'note'),
  };
}
