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

const NOT_COMPILED =
  'Is this a compiled table (.aml, .dat)? ASL has to be compiled first; text from acpidump has a line such as DSDT @ 0x0 above each table.';

/** Printable ASCII, `ASF!` among it: systems compare signatures and do not restrict their characters. ACPI 6.5 §5.2.6 */
const SIGNATURE = /^[\x20-\x7e]{4}$/;

/** Whether a header is text: that of a table has a zero in its length if the table is shorter than 16 MiB, and below. */
const isText = (header: Uint8Array) =>
  header.every((byte) => (byte >= 0x20 && byte <= 0x7e) || byte === 0x09 || byte === 0x0a || byte === 0x0d);

/** A finding if the bytes do not begin with a signature, or begin like a text file. */
function signatureFault(bytes: Uint8Array, { signature }: SdtHeader): Diagnostic | undefined {
  const place = { offsetBytes: 0 };
  if (!SIGNATURE.test(signature)) {
    const found = [...bytes.subarray(0, 4)].map((byte) => formatHex(byte, 2)).join(' ');
    const message = `The first four bytes are ${found}, which is not a table signature.`;
    return errorAt('TABLE_SIGNATURE', place, message, NOT_COMPILED);
  }
  if (!isText(bytes.subarray(0, SDT_HEADER_BYTES))) return undefined;
  return errorAt('TABLE_SIGNATURE', place, `This is text that begins "${signature}", not a table.`, NOT_COMPILED);
}

/**
 * Reads one table that begins with an SDT header. A wrong length or checksum is an error; the table is returned all the
 * same if its header is plausible, so that its contents can be examined.
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
  const fault = signatureFault(bytes, header);
  if (fault !== undefined) return refuse(fault);
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

/** Reads a table that has to be sound. Throws a DiagnosticError with every finding of {@link readTable}. */
export function requireTable(bytes: Uint8Array, file?: string): AcpiTable {
  const { table, diagnostics } = readTable(bytes);
  if (table !== undefined && diagnostics.length === 0) return table;
  throw new DiagnosticError(file === undefined ? diagnostics : inFile(file, diagnostics));
}
