import { ByteWriter, errorAt, requireObject, requireObjects, SDT_HEADER_BYTES } from '../base/index.js';
import type { Diagnostic } from '../vocab/index.js';
import { type AcpiTable, bodyFault, bodyOf, type DecodedTable, requireAcpiTable } from './acpi-table.js';
import { defineLayout, offsetOf } from './field-layout.js';
import { decodeStructure, encodeStructure, leastStructureBytes, type MadtStructure } from './madt-structures.js';
import { parseMadt } from './parsers.js';
import { encodeTable, type TableIdentity } from './write-table.js';

/** A Multiple APIC Description Table. ACPI 6.5 §5.2.12 */
export interface Madt {
  /** The address at which each processor finds its local APIC. */
  readonly localApicAddress: number;
  /** {@link MADT_FLAG} */
  readonly flags: number;
  /** In the order of the table, by which processors are numbered. */
  readonly structures: readonly MadtStructure[];
}

/** Of the table as a whole. ACPI 6.5 §5.2.12, table 5.20 */
export const MADT_FLAG = { pcAtCompatible: 1 << 0 } as const;

/** The fields before the structures. */
export const MADT_ROWS = [
  ['localApicAddress', 'u32'],
  ['flags', 'u32'],
] as const;
const head = defineLayout(MADT_ROWS, parseMadt);

/** The table as bytes. Throws a DiagnosticError for a value that does not fit its field. */
export function encodeMadt(identity: Omit<TableIdentity, 'signature'>, madt: Madt): Uint8Array {
  const writer = new ByteWriter();
  requireObject(madt, 'encodeMadt: madt', '{ localApicAddress, flags, structures }');
  requireObjects(madt.structures, 'encodeMadt: structures', 'structures, each with its kind');
  head.encode(writer, madt);
  for (const structure of madt.structures) encodeStructure(writer, structure);
  return encodeTable({ ...identity, signature: 'APIC' }, writer.finish());
}

/** One finding for all structures that are too short for their type, at the first of them. */
function tooShort(structures: readonly PlacedMadtStructure[], bytes: Uint8Array): Diagnostic[] {
  const [first, ...others] = structures;
  if (first === undefined) return [];
  const type = bytes[first.offsetBytes] as number;
  const more =
    others.length === 0
      ? ''
      : ` ${others.length} more ${others.length === 1 ? 'is too short for its type' : 'are too short for their types'}.`;
  return [
    errorAt(
      'TABLE_STRUCTURE',
      { offsetBytes: first.offsetBytes },
      `A structure of type ${type} has ${first.lengthBytes} bytes, but its type has ${leastStructureBytes(type)}: Linux stops there when it reads structures of this type.${more}`,
      'Make the table again with all fields of the structure.',
    ),
  ];
}

/** A structure, and its offset from the table's first byte. */
export interface PlacedMadtStructure {
  readonly structure: MadtStructure;
  readonly offsetBytes: number;
  /** Its second byte: type and length included. */
  readonly lengthBytes: number;
}

/** The structures of a MADT up to the first whose length is impossible, and the offset at which reading ended. */
export function madtStructures(table: AcpiTable): { structures: readonly PlacedMadtStructure[]; end: number } {
  requireAcpiTable(table);
  const { bytes } = table;
  const structures: PlacedMadtStructure[] = [];
  let at = SDT_HEADER_BYTES + head.lengthBytes;
  while (at < bytes.length) {
    const lengthBytes = bytes[at + 1] ?? 0;
    if (lengthBytes < 2 || at + lengthBytes > bytes.length) break;
    structures.push({ structure: decodeStructure(bytes.subarray(at, at + lengthBytes)), offsetBytes: at, lengthBytes });
    at += lengthBytes;
  }
  return { structures, end: at };
}

/** Offset of a field of the table itself. */
export function madtOffset(field: 'localApicAddress' | 'flags'): number {
  return SDT_HEADER_BYTES + offsetOf(head.offsets, field);
}

/**
 * Reads a MADT. A structure whose length is impossible ends the reading with a finding; those before it are returned. One
 * that is shorter than its type is a finding too, and is returned as bytes.
 */
export function decodeMadt(table: AcpiTable): DecodedTable<Madt> {
  const fault = bodyFault(table, 'APIC', SDT_HEADER_BYTES + head.lengthBytes);
  if (fault !== undefined) return { value: undefined, diagnostics: [fault] };
  const { bytes } = table;
  const { structures, end } = madtStructures(table);
  const short = structures.filter(({ offsetBytes, lengthBytes }) => {
    return lengthBytes < leastStructureBytes(bytes[offsetBytes] as number);
  });
  const diagnostics = tooShort(short, bytes);
  if (end < bytes.length) {
    const message = `A structure of type ${bytes[end]} gives its length as ${bytes[end + 1] ?? 0} bytes, and ${bytes.length - end} are left.`;
    const cure =
      'Correct its second byte, which is its length, type and length included. The rest of the table was not read.';
    diagnostics.push(errorAt('TABLE_STRUCTURE', { offsetBytes: end }, message, cure));
  }
  const value = { ...head.decode(bodyOf(table)), structures: structures.map(({ structure }) => structure) };
  return { value, diagnostics };
}
