import { decodeLatin1, requireBytes, requireObject, SDT_HEADER_BYTES, SDT_OFFSET } from '../base/index.js';
import { parseSdtHeader } from './parsers.js';

/** A table's header. Its texts include blanks and NULs at their ends. ACPI 6.5 §5.2.6 */
export interface SdtHeader {
  /** Four characters, such as `DSDT`. */
  readonly signature: string;
  /** Bytes of the whole table, header included. */
  readonly length: number;
  readonly revision: number;
  /** Makes the sum of all bytes zero modulo 256. */
  readonly checksum: number;
  /** Six characters. */
  readonly oemId: string;
  /** Eight characters. */
  readonly oemTableId: string;
  readonly oemRevision: number;
  /** Four characters that name the program that made the table: `INTL` is iasl. */
  readonly creatorId: string;
  readonly creatorRevision: number;
}

/** Reads a header. Throws a RangeError for fewer than {@link SDT_HEADER_BYTES} bytes. */
export function decodeSdtHeader(bytes: Uint8Array): SdtHeader {
  requireBytes(bytes, 'decodeSdtHeader: bytes');
  if (bytes.length < SDT_HEADER_BYTES) {
    throw new RangeError(`The table has ${bytes.length} bytes; its header alone has ${SDT_HEADER_BYTES}.`);
  }
  return parseSdtHeader(bytes);
}

/**
 * Whether bytes begin with a signature as tables have: capitals, digits and `_`, and perhaps a `!` at the end, as
 * `ASF!` has.
 */
export function beginsWithSignature(bytes: Uint8Array): boolean {
  requireBytes(bytes, 'beginsWithSignature: bytes');
  return /^[A-Z0-9_]{3}[A-Z0-9_!]$/.test(decodeLatin1(bytes.subarray(0, SDT_OFFSET.length)));
}

/**
 * Whether a table of this signature begins with the common header. The RSDP and the FACS do not; `readTable` fills in
 * what they have of it. ACPI 6.5 §5.2.5, §5.2.10
 */
export function hasSdtHeader(header: Pick<SdtHeader, 'signature'>): boolean {
  requireObject(header, 'hasSdtHeader: header', '{ signature }');
  const { signature } = header;
  return signature !== 'FACS' && signature !== 'RSDP';
}

/** Whether a table of this signature holds AML. ACPI 6.5 §5.2.11 */
export function holdsAml(header: Pick<SdtHeader, 'signature'>): boolean {
  requireObject(header, 'holdsAml: header', '{ signature }');
  const { signature } = header;
  return signature === 'DSDT' || signature === 'SSDT' || signature === 'PSDT';
}
