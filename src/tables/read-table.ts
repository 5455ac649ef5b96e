import { checksum, DiagnosticError, errorAt, formatHex, inFile } from '../base/index.js';
import type { Diagnostic } from '../vocab/index.js';
import { decodeSdtHeader, SDT_HEADER_BYTES, SDT_OFFSET, type SdtHeader } from './sdt-header.js';

/** A table as bytes, its header read. */
export interface AcpiTable {
  readonly header: SdtHeader;
  /** The whole table, header included, without what may follow it in its file. */
  readonly bytes: Uint8Array;
}

export interface ReadTable {
  /** Undefined if the bytes cannot be taken for a table at all. */
  readonly table: AcpiTable | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

const DUMP_AGAIN = 'Dump it again, whole: as root, cp /sys/firmware/acpi/tables/DSDT dsdt.aml.';

/**
 * Reads one table that begins with an SDT header. A wrong length or checksum is an error; the table is given all the
 * same if its header can be believed, so that its contents can be looked at.
 */
export function readTable(bytes: Uint8Array): ReadTable {
  const refuse = (found: Diagnostic): ReadTable => ({ table: undefined, diagnostics: [found] });
  if (bytes.length < SDT_HEADER_BYTES) {
    const what = bytes.length === 0 ? 'The file is empty' : `There are ${bytes.length} bytes`;
    return refuse(
      errorAt(
        'TABLE_TRUNCATED',
        { offsetBytes: 0 },
        `${what}; a table begins with a header of ${SDT_HEADER_BYTES}.`,
        DUMP_AGAIN,
      ),
    );
  }
  const header = decodeSdtHeader(bytes);
  if (!/^[A-Z0-9_]{4}$/.test(header.signature)) {
    return refuse(
      errorAt(
        'TABLE_SIGNATURE',
        { offsetBytes: 0 },
        `The first four bytes are ${[...bytes.subarray(0, 4)].map((byte) => formatHex(byte, 2)).join(' ')}, which is no table signature.`,
        'Is this a compiled table (.aml, .dat)? ASL has to be compiled first; text from acpidump has a line such as DSDT @ 0x0 above each table.',
      ),
    );
  }
  const place = { offsetBytes: SDT_OFFSET.length };
  if (header.length < SDT_HEADER_BYTES || header.length > bytes.length) {
    const message = `The header gives the table ${header.length} bytes, and the file has ${bytes.length}.`;
    return refuse(errorAt('TABLE_LENGTH', place, message, DUMP_AGAIN));
  }
  const diagnostics: Diagnostic[] = [];
  if (header.length < bytes.length) {
    diagnostics.push(
      errorAt(
        'TABLE_TRAILING_BYTES',
        { offsetBytes: header.length },
        `The header gives the table ${header.length} bytes, and ${bytes.length - header.length} more follow.`,
        'Put one table into a file; set the header’s length if the bytes belong to it.',
      ),
    );
  }
  const whole = bytes.subarray(0, header.length);
  const off = checksum(whole);
  if (off !== 0) {
    diagnostics.push(
      errorAt(
        'TABLE_CHECKSUM',
        { offsetBytes: SDT_OFFSET.checksum },
        `The checksum is ${formatHex(header.checksum, 2)}, and ${formatHex((header.checksum + off) & 0xff, 2)} would make the sum zero.`,
        'The table was changed or damaged after it was made. Dump it again, or set that byte if the change was meant.',
      ),
    );
  }
  return { table: { header, bytes: whole }, diagnostics };
}

/** As {@link readTable} where nothing but a sound table will do. Throws a DiagnosticError with every finding. */
export function requireTable(bytes: Uint8Array, file?: string): AcpiTable {
  const { table, diagnostics } = readTable(bytes);
  if (table !== undefined && diagnostics.length === 0) return table;
  throw new DiagnosticError(file === undefined ? diagnostics : inFile(file, diagnostics));
}
