import { encodeAml } from '../../aml/index.js';
import { DiagnosticError, errorAt, formatHex } from '../../base/index.js';
import { MOTHERBOARD_PATH } from '../../platform/names/generated-names.js';
import { checkPlatformShape } from '../../platform/platform-shape.js';
import { encodeTable } from '../../tables/index.js';
import type { Diagnostic, Platform } from '../../vocab/index.js';
import { windowReservation } from '../dsdt/motherboard.js';
import { vcfgName } from '../dsdt/vcfg-name.js';
import { type HeaderOptions, tableIdentity } from '../tables/table-identity.js';

const SSDT_REVISION = 2;

/**
 * An SSDT that adds a VCFG window to a machine with ACPI tables of its own: `VCFG`, and a device that reserves the window.
 * It refers to nothing in that machine's DSDT, and has no host bridge, since the machine has one.
 */
export function generateWindowSsdt(platform: Platform, options: HeaderOptions = {}): Uint8Array {
  checkPlatformShape(platform);
  const { vcfg } = platform;
  if (vcfg.absent) {
    const message = 'The platform has vcfg: none, so there is no window to add to a machine.';
    throw new DiagnosticError([
      errorAt('FIRMWARE_NO_WINDOW', { path: '\\VCFG' }, message, 'Give the window in the platform file.'),
    ]);
  }
  const terms = [
    vcfgName(vcfg.base),
    windowReservation(MOTHERBOARD_PATH, { base: vcfg.base, lengthBytes: BigInt(vcfg.lengthBytes) }),
  ];
  return encodeTable(tableIdentity('SSDT', SSDT_REVISION, options), encodeAml(terms));
}

/** A warning if QEMU's guest would read another value: QEMU's own DSDT has revision 1, which cuts integers to 32 bits. */
export function qemuFindings({ vcfg: { base } }: Platform): Diagnostic[] {
  const seen = base & 0xffff_ffffn;
  if (seen === base) return [];
  return [
    {
      code: 'FIRMWARE_VCFG_CUT',
      severity: 'warning',
      place: { path: '\\VCFG' },
      message: `QEMU's own DSDT has 32-bit integers: with -acpitable a guest reads ${formatHex(seen)} instead of ${formatHex(base)}.`,
      cure: 'Give the window a base below 4 GiB, or replace that DSDT: use vcfg inject on a dump of it, then an initrd override.',
    },
  ];
}
