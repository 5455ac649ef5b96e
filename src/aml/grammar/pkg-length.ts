/** The largest PkgLength, its own bytes included: 28 bits. ACPI 6.5 §20.2.4 */
export const MAX_PKG_LENGTH = 0x0fff_ffff;

/** The most bytes that can follow a PkgLength, which itself takes four then. */
export const MAX_BODY_BYTES: number = MAX_PKG_LENGTH - 4;

/**
 * Bytes in which iasl writes a PkgLength, by the number of bytes after it. The thresholds leave room for the length's
 * own bytes; iasl uses the same thresholds for field widths, although those do not count their own bytes.
 */
export function pkgLengthWidth(bodyBytes: number): number {
  if (bodyBytes < 0x3f) return 1;
  if (bodyBytes < 0xffe) return 2;
  if (bodyBytes < 0xf_fffd) return 3;
  return 4;
}

/** Largest value that a PkgLength of `width` bytes holds, 1..4. */
function pkgLengthLimit(width: number): number {
  return width === 1 ? 0x3f : width === 2 ? 0xfff : width === 3 ? 0xf_ffff : MAX_PKG_LENGTH;
}

/** Writes a PkgLength of 1..4 bytes; `value` must fit. ACPI 6.5 §20.2.4 */
function putLength(bytes: Uint8Array, before: number, value: number, width: number): number {
  const at = before - width;
  bytes[at] = width === 1 ? value : ((width - 1) << 6) | (value & 0x0f);
  for (let index = 1; index < width; index++) bytes[at + index] = value >>> (8 * index - 4);
  return at;
}

/**
 * Writes a package's length, its own bytes included, in `hadWidth` bytes if that is enough; else in as few as iasl
 * does.
 */
export function putPackageLength(bytes: Uint8Array, before: number, bodyBytes: number, hadWidth: number): number {
  const isEnough = hadWidth !== 0 && bodyBytes + hadWidth <= pkgLengthLimit(hadWidth);
  const width = isEnough ? hadWidth : pkgLengthWidth(bodyBytes);
  return putLength(bytes, before, bodyBytes + width, width);
}

/**
 * Writes the width of a field element in the same way: iasl takes as many bytes as for a PkgLength that counts itself.
 */
export function putBits(bytes: Uint8Array, before: number, bits: number, hadWidth: number): number {
  const isEnough = hadWidth !== 0 && bits <= pkgLengthLimit(hadWidth);
  return putLength(bytes, before, bits, isEnough ? hadWidth : pkgLengthWidth(bits));
}
