import { errorAt, requireBytes, requireObject, SDT_HEADER_BYTES } from '../base/index.js';
import type { Diagnostic } from '../vocab/index.js';
import type { SdtHeader } from './sdt-header.js';

/** A table's bytes and its decoded header. */
export interface AcpiTable {
  readonly header: SdtHeader;
  /** The whole table, header included, without anything that follows it in its file. */
  readonly bytes: Uint8Array;
}

/** The result of decoding a table of a known signature. */
export interface DecodedTable<Value> {
  /** Undefined if the table is not of this kind; otherwise as much of it as can be decoded. */
  readonly value: Value | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Throws a TypeError for what is not an AcpiTable. */
export function requireAcpiTable(table: AcpiTable): void {
  requireObject(table, 'The table', 'a table as readTable returns it');
  requireObject(table.header, 'The header of the table', 'a header as readTable returns it');
  requireBytes(table.bytes, 'bytes of the table');
}

/** A finding if the table has another signature, or is too short for the fields that every table of this one has. */
export function bodyFault(table: AcpiTable, signature: string, leastBytes: number): Diagnostic | undefined {
  requireAcpiTable(table);
  const found = table.header.signature;
  if (found !== signature) {
    return errorAt(
      'TABLE_SIGNATURE',
      { offsetBytes: 0 },
      `The signature is ${found}, not ${signature}.`,
      `Give a table of signature ${signature}.`,
    );
  }
  if (table.bytes.length >= leastBytes) return undefined;
  return errorAt(
    'TABLE_TOO_SHORT',
    { offsetBytes: table.bytes.length },
    `A table of signature ${signature} has at least ${leastBytes} bytes, and this one has ${table.bytes.length}.`,
    'Was it cut off, or made by hand? Make it again with all its fields.',
  );
}

/** A table's bytes after its header. */
export function bodyOf(table: AcpiTable): Uint8Array {
  return table.bytes.subarray(SDT_HEADER_BYTES);
}
