/** The largest PkgLength, its own bytes included: 28 bits. ACPI 6.5 §20.2.4 */
export const MAX_PKG_LENGTH = 0x0fff_ffff;

/** The most that stands behind it, since it has four bytes itself then. */
export const MAX_BODY_BYTES: number = MAX_PKG_LENGTH - 4;

/**
 * Bytes that iasl writes a PkgLength in, for what follows it. The thresholds leave room for the length's own bytes;
 * iasl uses the same ones for the widths of fields, which do not count them.
 */
export function pkgLengthWidth(bodyBytes: number): number {
  if (bodyBytes < 0x3f) return 1;
  if (bodyBytes < 0xffe) return 2;
  if (bodyBytes < 0xf_fffd) return 3;
  return 4;
}

/** Largest value that a PkgLength of `width` bytes holds, 1..4. */
export function pkgLengthLimit(width: number): number {
  return width === 1 ? 0x3f : width === 2 ? 0xfff : width === 3 ? 0xf_ffff : MAX_PKG_LENGTH;
}
