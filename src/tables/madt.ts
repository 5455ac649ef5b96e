import { ByteWriter, errorAt } from '../base/index.js';
import type { Diagnostic } from '../vocab/index.js';
import { defineLayout } from './field-layout.js';
import { decodeStructure, encodeStructure, leastStructureBytes, type MadtStructure } from './madt-structures.js';
import type { AcpiTable } from './read-table.js';
import { SDT_HEADER_BYTES } from './sdt-header.js';
import { bodyFault, bodyOf, type DecodedTable } from './table-body.js';
import { encodeTable, type TableIdentity } from './write-table.js';

/** A Multiple APIC Description Table. ACPI 6.5 §5.2.12 */
export interface Madt {
  /** Where every processor finds its local APIC. */
  readonly localApicAddress: number;
  /** {@link MADT_FLAG} */
  readonly flags: number;
  /** In the order of the table; processors are numbered by it. */
  readonly structures: readonly MadtStructure[];
}

/** Of the table as a whole. ACPI 6.5 §5.2.12, table 5.20 */
export const MADT_FLAG = { pcAtCompatible: 1 << 0 } as const;

const head = defineLayout([
  ['localApicAddress', 'u32'],
  ['flags', 'u32'],
] as const);

/** The table as bytes. Throws a DiagnosticError for a value that does not fit its field. */
export function encodeMadt(identity: Omit<TableIdentity, 'signature'>, madt: Madt): Uint8Array {
  const writer = new ByteWriter();
  head.encode(writer, madt);
  for (const structure of madt.structures) encodeStructure(writer, structure);
  return encodeTable({ ...identity, signature: 'APIC' }, writer.finish());
}

/** Structures that are too short for their type: one finding at the first, which counts them. */
function tooShort(offsets: readonly number[], body: Uint8Array): Diagnostic[] {
  const [first] = offsets;
  if (first === undefined) return [];
  const [type, given] = [body[first] as number, body[first + 1] as number];
  const more =
    offsets.length === 1
      ? ''
      : ` ${offsets.length - 1} more ${offsets.length === 2 ? 'is too short for its type' : 'are too short for their types'}.`;
  return [
    errorAt(
      'TABLE_STRUCTURE',
      { offsetBytes: SDT_HEADER_BYTES + first },
      `A structure of type ${type} has ${given} bytes, and its type ${leastStructureBytes(type)}: Linux stops at it when it reads those of its type.${more}`,
      'Make the table again with all fields of the structure.',
    ),
  ];
}

/**
 * Reads a MADT. A structure whose length cannot be right ends the reading with a finding; those before it are given. One
 * that is shorter than its type is a finding too, and is given as bytes.
 */
export function decodeMadt(table: AcpiTable): DecodedTable<Madt> {
  const fault = bodyFault(table, 'APIC', SDT_HEADER_BYTES + head.lengthBytes);
  if (fault !== undefined) return { value: undefined, diagnostics: [fault] };
  const body = bodyOf(table);
  const structures: MadtStructure[] = [];
  const diagnostics: Diagnostic[] = [];
  const short: number[] = [];
  for (let at = head.lengthBytes; at < body.length; ) {
    const lengthBytes = body[at + 1] ?? 0;
    if (lengthBytes < 2 || at + lengthBytes > body.length) {
      diagnostics.push(
        errorAt(
          'TABLE_STRUCTURE',
          { offsetBytes: SDT_HEADER_BYTES + at },
          `A structure of type ${body[at]} gives itself ${lengthBytes} bytes, and ${body.length - at} are left.`,
          'Its second byte is its length, type and length included. What follows was not read.',
        ),
      );
      break;
    }
    if (lengthBytes < leastStructureBytes(body[at] as number)) short.push(at);
    structures.push(decodeStructure(body.subarray(at, at + lengthBytes)));
    at += lengthBytes;
  }
  return { value: { ...head.decode(body), structures }, diagnostics: [...tooShort(short, body), ...diagnostics] };
}
