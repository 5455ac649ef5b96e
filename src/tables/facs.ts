import { ByteWriter, decodeLatin1, errorAt, requireBytes } from '../base/index.js';
import type { DecodedTable } from './acpi-table.js';
import { appendText, defineLayout, offsetOf, type ValuesOf } from './field-layout.js';
import { parseFacs } from './parsers.js';

/** Bytes of the table. Its address must be a multiple of them, too. ACPI 6.5 §5.2.10 */
export const FACS_BYTES = 64;
const SIGNATURE = 'FACS';

/** The fields after the signature. ACPI 6.5 §5.2.10, table 5.19 */
export const FACS_ROWS = [
  ['length', 'u32'],
  ['hardwareSignature', 'u32'],
  ['wakingVector', 'u32'],
  ['globalLock', 'u32'],
  ['flags', 'u32'],
  ['xWakingVector', 'u64'],
  ['version', 'u8'],
] as const;
const layout = defineLayout(FACS_ROWS, parseFacs);

/** A Firmware ACPI Control Structure. It does not have the common header, nor a checksum. */
export type Facs = Omit<ValuesOf<typeof FACS_ROWS>, 'length'>;

/** Offset of a field from the structure's first byte. */
export function facsOffset(field: keyof Facs | 'length'): number {
  return SIGNATURE.length + offsetOf(layout.offsets, field);
}

/** An empty Firmware ACPI Control Structure of version 1: no waking vector, no lock held. */
export function encodeFacs(): Uint8Array {
  const writer = new ByteWriter(FACS_BYTES);
  appendText(writer, 'signature', SIGNATURE, SIGNATURE.length);
  layout.encode(writer, { length: FACS_BYTES, version: 1 });
  while (writer.length < FACS_BYTES) writer.u8(0);
  return writer.finish();
}

/** Whether bytes begin as a Firmware ACPI Control Structure does. */
export function isFacs(bytes: Uint8Array): boolean {
  return decodeLatin1(bytes.subarray(0, SIGNATURE.length)) === SIGNATURE;
}

/** Reads a FACS of any version. */
export function decodeFacs(bytes: Uint8Array): DecodedTable<Facs> {
  requireBytes(bytes, 'decodeFacs: bytes');
  const { length, ...value } = layout.decode(bytes.subarray(SIGNATURE.length));
  if (isFacs(bytes) && length >= FACS_BYTES && bytes.length >= FACS_BYTES) return { value, diagnostics: [] };
  const found = isFacs(bytes)
    ? errorAt(
        'TABLE_TOO_SHORT',
        { offsetBytes: 0 },
        `A FACS has ${FACS_BYTES} bytes. This one gives its length as ${length}, and ${bytes.length} bytes are here.`,
        'Dump it again, whole.',
      )
    : errorAt(
        'TABLE_SIGNATURE',
        { offsetBytes: 0 },
        'This is not a FACS.',
        'The FADT’s X_FIRMWARE_CTRL has its address.',
      );
  return { value: undefined, diagnostics: [found] };
}
