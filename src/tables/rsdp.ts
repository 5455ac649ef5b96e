import { ByteWriter, checksum } from '../base/index.js';
import { appendText } from './table-text.js';

/** Bytes that the first checksum covers, and all of them. ACPI 6.5 §5.2.5.3 */
const ACPI_1_BYTES = 20;
const RSDP_BYTES = 36;
const CHECKSUM_OFFSET = 8;
const EXTENDED_CHECKSUM_OFFSET = 32;

/**
 * A Root System Description Pointer of revision 2 that names an XSDT and no RSDT.
 * Throws a DiagnosticError for an OEM ID that does not fit, a RangeError for an address of over 64 bits.
 */
export function encodeRsdp({ oemId, xsdt }: { readonly oemId: string; readonly xsdt: bigint }): Uint8Array {
  if (xsdt < 0n || xsdt >> 64n !== 0n) throw new RangeError(`xsdt is ${xsdt}; it must be 0..2^64-1`);
  const writer = new ByteWriter(RSDP_BYTES);
  appendText(writer, 'signature', 'RSD PTR ', 8);
  writer.u8(0);
  appendText(writer, 'oemId', oemId, 6);
  writer.u8(2);
  writer.u32(0);
  writer.u32(RSDP_BYTES);
  writer.u64(xsdt);
  writer.u32(0);
  const bytes = writer.finish();
  bytes[CHECKSUM_OFFSET] = checksum(bytes.subarray(0, ACPI_1_BYTES));
  bytes[EXTENDED_CHECKSUM_OFFSET] = checksum(bytes);
  return bytes;
}
