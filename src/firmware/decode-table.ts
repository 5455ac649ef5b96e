import { type DecodedAml, type DecodeOptions, decodeAml, decodeTogether } from '../aml/index.js';
import { DiagnosticError, errorAt } from '../base/index.js';
import { type AcpiTable, holdsAml, requireTable, SDT_HEADER_BYTES, type SdtHeader } from '../tables/index.js';

/** A DSDT, SSDT or PSDT: its header and its terms. Offsets count from the start of the table. */
export interface DecodedAmlTable extends DecodedAml {
  readonly header: SdtHeader;
  /** The whole table, header included. */
  readonly bytes: Uint8Array;
}

/** Where the terms begin is known: after the header. */
export type TableDecodeOptions = Omit<DecodeOptions, 'offset'>;

const isTable = (table: Uint8Array | AcpiTable): table is AcpiTable =>
  typeof table === 'object' && table !== null && 'header' in table;

/** The table itself. Throws a DiagnosticError if its header is damaged, or if it is a kind of table without AML. */
function requireAml(given: Uint8Array | AcpiTable): AcpiTable {
  if (!isTable(given) && !(given instanceof Uint8Array))
    throw new TypeError(`table is ${typeof given}; it must be a Uint8Array, or what requireTable returns.`);
  const table = isTable(given) ? given : requireTable(given);
  if (holdsAml(table.header)) return table;
  const message = `The signature is ${table.header.signature}; a table of that kind contains no AML.`;
  throw new DiagnosticError([errorAt('FIRMWARE_NOT_AML', { offsetBytes: 0 }, message, 'Give a DSDT, SSDT or PSDT.')]);
}

const withHeader = ({ header, bytes }: AcpiTable, decoded: DecodedAml): DecodedAmlTable =>
  Object.assign(decoded, { header, bytes });

/**
 * Decodes a whole table: checks its header, length, signature and checksum, and decodes the terms after the header as
 * `decodeAml` does. The result can be passed to `printAsl`, and to `encodeAml`, which encodes the terms alone. Throws a
 * DiagnosticError if the header is damaged or the table contains no AML. A table that `readTable` read is not checked
 * again.
 */
export function decodeTable(table: Uint8Array | AcpiTable, options: TableDecodeOptions = {}): DecodedAmlTable {
  const whole = requireAml(table);
  return withHeader(whole, decodeAml(whole.bytes, { ...options, offset: SDT_HEADER_BYTES }));
}

/**
 * Decodes the tables of one machine together, so that each knows what the others declare. Give the DSDT first. Throws as
 * {@link decodeTable} does.
 */
export function decodeTables(
  tables: readonly (Uint8Array | AcpiTable)[],
  options: Omit<TableDecodeOptions, 'methodBodies'> = {},
): DecodedAmlTable[] {
  const whole = tables.map(requireAml);
  const sources = whole.map(({ bytes }) => ({ bytes, offset: SDT_HEADER_BYTES }));
  return decodeTogether(sources, options).map((decoded, index) => withHeader(whole[index] as AcpiTable, decoded));
}
