import {
  ByteWriter,
  checksum,
  DiagnosticError,
  errorAt,
  requireBytes,
  requireObject,
  requireWithin,
  SDT_HEADER_BYTES,
  SDT_OFFSET,
} from '../base/index.js';
import { type AcpiTable, requireAcpiTable } from './acpi-table.js';
import { appendText, appendU8, appendU32 } from './field-layout.js';
import type { SdtHeader } from './sdt-header.js';

/** The fields of a table's header that do not follow from its bytes. */
export type TableIdentity = Omit<SdtHeader, 'length' | 'checksum'>;

/** Lowest revision of a DSDT whose integers have 64 bits. ACPI 6.5 §20.3 */
export const DSDT_64_BIT_REVISION = 2;

/**
 * A whole table: header, with length and checksum computed, and body. Texts shorter than their field are filled with
 * blanks. Throws a DiagnosticError for a field that does not fit, and for a DSDT of revision 0 or 1, in which the OS
 * would cut every integer to 32 bits.
 */
export function encodeTable(identity: TableIdentity, body: Uint8Array): Uint8Array {
  requireObject(identity, 'encodeTable: identity', 'the fields of a table header');
  requireBytes(body, 'encodeTable: body');
  if (identity.signature === 'DSDT' && identity.revision < DSDT_64_BIT_REVISION) {
    throw new DiagnosticError([
      errorAt(
        'TABLE_REVISION',
        { path: 'revision' },
        `A DSDT of revision ${identity.revision} has 32-bit integers.`,
        `Write revision ${DSDT_64_BIT_REVISION} or above.`,
      ),
    ]);
  }
  const writer = new ByteWriter(SDT_HEADER_BYTES + body.length);
  appendText(writer, 'signature', identity.signature, 4);
  writer.u32(SDT_HEADER_BYTES + body.length);
  appendU8(writer, 'revision', identity.revision);
  writer.u8(0);
  appendText(writer, 'oemId', identity.oemId, 6);
  appendText(writer, 'oemTableId', identity.oemTableId, 8);
  appendU32(writer, 'oemRevision', identity.oemRevision);
  appendText(writer, 'creatorId', identity.creatorId, 4);
  appendU32(writer, 'creatorRevision', identity.creatorRevision);
  writer.append(body);
  return resum(writer.finish());
}

function resum(bytes: Uint8Array): Uint8Array {
  bytes[SDT_OFFSET.checksum] = 0;
  bytes[SDT_OFFSET.checksum] = checksum(bytes);
  return bytes;
}

/**
 * A table with another body. Its header is kept, even that of a DSDT of revision 1, except for length and checksum,
 * which are computed.
 */
export function replaceTableBody(table: AcpiTable, body: Uint8Array): Uint8Array {
  requireAcpiTable(table);
  requireBytes(body, 'replaceTableBody: body');
  const bytes = new Uint8Array(SDT_HEADER_BYTES + body.length);
  bytes.set(table.bytes.subarray(0, SDT_HEADER_BYTES));
  bytes.set(body, SDT_HEADER_BYTES);
  new DataView(bytes.buffer).setUint32(SDT_OFFSET.length, bytes.length, true);
  return resum(bytes);
}

/** A table with another OEM revision, 0..0xffff_ffff. Only the checksum changes with it. */
export function withOemRevision(table: AcpiTable, oemRevision: number): Uint8Array {
  requireAcpiTable(table);
  requireWithin(oemRevision, 0, 0xffff_ffff, 'withOemRevision: oemRevision');
  // Not slice(): on a Buffer it returns a view.
  const bytes = new Uint8Array(table.bytes);
  new DataView(bytes.buffer).setUint32(SDT_OFFSET.oemRevision, oemRevision, true);
  return resum(bytes);
}
