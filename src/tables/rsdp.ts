import { ByteWriter, checksum, decodeLatin1, errorAt, formatHex, requireBytes, requireObject } from '../base/index.js';
import type { Diagnostic } from '../vocab/index.js';
import type { DecodedTable } from './acpi-table.js';
import { appendText, defineLayout, offsetOf } from './field-layout.js';
import { parseRsdpTail } from './parsers.js';

/** Bytes that the first checksum covers, and bytes in all. ACPI 6.5 §5.2.5.3 */
const ACPI_1_BYTES = 20;
export const RSDP_BYTES = 36;
const SIGNATURE = 'RSD PTR ';
const TEXTS = { signature: SIGNATURE.length, oemId: 6 } as const;

/** The fields after the first checksum and the OEM ID. */
export const RSDP_TAIL_ROWS = [
  ['revision', 'u8'],
  ['rsdt', 'u32'],
  ['length', 'u32'],
  ['xsdt', 'u64'],
  ['extendedChecksum', 'u8'],
  ['reserved', 'u8'],
  ['reserved2', 'u16'],
] as const;
const tail = defineLayout(RSDP_TAIL_ROWS, parseRsdpTail);
const CHECKSUM_OFFSET = TEXTS.signature;
const TAIL_OFFSET = CHECKSUM_OFFSET + 1 + TEXTS.oemId;
const EXTENDED_CHECKSUM_OFFSET = TAIL_OFFSET + tail.offsets.extendedChecksum;

/** A Root System Description Pointer. ACPI 6.5 §5.2.5.3 */
export interface Rsdp {
  /** Six characters. */
  readonly oemId: string;
  /** 0 for ACPI 1.0, otherwise 2. */
  readonly revision: number;
  /** Address of the RSDT; 0 if there is none. */
  readonly rsdt: number;
  /** Address of the XSDT; 0 if there is none, and for revision 0. */
  readonly xsdt: bigint;
}

/**
 * A Root System Description Pointer of revision 2 that names an XSDT and no RSDT.
 * Throws a DiagnosticError for an OEM ID or an address that does not fit.
 */
export function encodeRsdp(rsdp: Pick<Rsdp, 'oemId' | 'xsdt'>): Uint8Array {
  requireObject(rsdp, 'encodeRsdp: rsdp', '{ oemId, xsdt }');
  const { oemId, xsdt } = rsdp;
  const writer = new ByteWriter(RSDP_BYTES);
  appendText(writer, 'signature', SIGNATURE, TEXTS.signature);
  writer.u8(0);
  appendText(writer, 'oemId', oemId, TEXTS.oemId);
  tail.encode(writer, { revision: 2, length: RSDP_BYTES, xsdt });
  const bytes = writer.finish();
  bytes[CHECKSUM_OFFSET] = checksum(bytes.subarray(0, ACPI_1_BYTES));
  bytes[EXTENDED_CHECKSUM_OFFSET] = checksum(bytes);
  return bytes;
}

/** Whether bytes begin as a Root System Description Pointer does. */
export function isRsdp(bytes: Uint8Array): boolean {
  return decodeLatin1(bytes.subarray(0, TEXTS.signature)) === SIGNATURE;
}

/** The length in the pointer; 20 for revision 0, which does not have one. */
export function rsdpLength(bytes: Uint8Array): number {
  const { revision, length } = tail.decode(bytes.subarray(TAIL_OFFSET));
  return revision === 0 ? ACPI_1_BYTES : Math.max(length, RSDP_BYTES);
}

/** Offset of a field of the pointer. */
export function rsdpOffset(field: 'revision' | 'rsdt' | 'length' | 'xsdt' | 'reserved'): number {
  return TAIL_OFFSET + offsetOf(tail.offsets, field);
}

/** Reads a pointer. A wrong checksum is an error, and the pointer is still returned. */
export function decodeRsdp(bytes: Uint8Array): DecodedTable<Rsdp> {
  requireBytes(bytes, 'decodeRsdp: bytes');
  const refuse = (code: Diagnostic['code'], message: string, cure: string): DecodedTable<Rsdp> => ({
    value: undefined,
    diagnostics: [errorAt(code, { offsetBytes: 0 }, message, cure)],
  });
  const cure = 'Search at multiples of 16 for the 8 characters "RSD PTR ".';
  if (!isRsdp(bytes)) return refuse('TABLE_SIGNATURE', 'This is not an RSDP.', cure);
  const { revision, rsdt, xsdt } = tail.decode(bytes.subarray(TAIL_OFFSET));
  const wanted = rsdpLength(bytes);
  if (bytes.length < wanted) {
    return refuse(
      'TABLE_TRUNCATED',
      `An RSDP of revision ${revision} has ${wanted} bytes, and ${bytes.length} are here.`,
      cure,
    );
  }
  const sums: readonly (readonly [offsetBytes: number, covered: number])[] = [
    [CHECKSUM_OFFSET, ACPI_1_BYTES],
    ...(revision === 0 ? [] : [[EXTENDED_CHECKSUM_OFFSET, wanted] as const]),
  ];
  const diagnostics = sums.flatMap(([offsetBytes, covered]) => {
    const off = checksum(bytes.subarray(0, covered));
    const right = ((bytes[offsetBytes] as number) + off) & 0xff;
    const message = `The checksum of the first ${covered} bytes is ${formatHex(bytes[offsetBytes] as number, 2)}, and ${formatHex(right, 2)} would make the sum zero.`;
    return off === 0
      ? []
      : [errorAt('TABLE_CHECKSUM', { offsetBytes }, message, 'The pointer was changed or damaged after it was made.')];
  });
  const oemId = decodeLatin1(bytes.subarray(CHECKSUM_OFFSET + 1, TAIL_OFFSET));
  return { value: { oemId, revision, rsdt, xsdt: revision === 0 ? 0n : xsdt }, diagnostics };
}
