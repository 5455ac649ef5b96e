import { type ByteWriter, requireBytes, requireOneOf, requireWithin } from '../base/index.js';
import { appendU8, defineLayout, type FieldLayout, type FieldRow, offsetOf, type ValuesOf } from './field-layout.js';
import {
  parseInterruptSourceOverride,
  parseIoApic,
  parseLocalApic,
  parseLocalApicAddressOverride,
  parseLocalApicNmi,
  parseLocalX2apic,
  parseLocalX2apicNmi,
  parseNmiSource,
} from './parsers.js';

/** The structures of a MADT: one for each processor, I/O APIC, and interrupt that differs from the default. */

/** The structures of a PC by name: the type byte, and the fields after type and length. ACPI 6.5 §5.2.12.2 to 12.13 */
export const MADT_STRUCTURE_ROWS = {
  localApic: {
    type: 0,
    fields: [
      ['processorUid', 'u8'],
      ['apicId', 'u8'],
      ['flags', 'u32'],
    ],
  },
  ioApic: {
    type: 1,
    fields: [
      ['ioApicId', 'u8'],
      ['reserved', 'u8'],
      ['address', 'u32'],
      ['firstGsi', 'u32'],
    ],
  },
  interruptSourceOverride: {
    type: 2,
    fields: [
      ['bus', 'u8'],
      ['source', 'u8'],
      ['gsi', 'u32'],
      ['flags', 'u16'],
    ],
  },
  nmiSource: {
    type: 3,
    fields: [
      ['flags', 'u16'],
      ['gsi', 'u32'],
    ],
  },
  localApicNmi: {
    type: 4,
    fields: [
      ['processorUid', 'u8'],
      ['flags', 'u16'],
      ['lint', 'u8'],
    ],
  },
  localApicAddressOverride: {
    type: 5,
    fields: [
      ['reserved', 'u16'],
      ['address', 'u64'],
    ],
  },
  localX2apic: {
    type: 9,
    fields: [
      ['reserved', 'u16'],
      ['x2apicId', 'u32'],
      ['flags', 'u32'],
      ['processorUid', 'u32'],
    ],
  },
  localX2apicNmi: {
    type: 10,
    fields: [
      ['flags', 'u16'],
      ['processorUid', 'u32'],
      ['lint', 'u8'],
      ['reserved', 'u8'],
      ['reserved2', 'u16'],
    ],
  },
} as const;

type Rows = typeof MADT_STRUCTURE_ROWS;
type Kind = keyof Rows;

/** A structure of a type without a row, or of a length that its type does not have: its bytes after type and length. */
interface OtherStructure {
  readonly kind: 'other';
  readonly type: number;
  readonly bytes: Uint8Array;
}

export type MadtStructure =
  | { [Name in Kind]: { readonly kind: Name } & Partial<ValuesOf<Rows[Name]['fields']>> }[Kind]
  | OtherStructure;

/** Flags of a processor. ACPI 6.5 §5.2.12.2, table 5.22 */
export const PROCESSOR_FLAG = { enabled: 1 << 0, onlineCapable: 1 << 1 } as const;

/** Polarity and trigger mode of an interrupt: MPS INTI flags. ACPI 6.5 §5.2.12.5, table 5.26 */
export const INTERRUPT_FLAG = { activeHigh: 0b01, activeLow: 0b11, edge: 0b01 << 2, level: 0b11 << 2 } as const;

interface KnownStructure {
  readonly kind: Kind;
  readonly type: number;
  readonly layout: FieldLayout<Record<string, unknown>>;
}

const PARSERS: { readonly [Name in Kind]: (bytes: Uint8Array) => ValuesOf<Rows[Name]['fields']> } = {
  localApic: parseLocalApic,
  ioApic: parseIoApic,
  interruptSourceOverride: parseInterruptSourceOverride,
  nmiSource: parseNmiSource,
  localApicNmi: parseLocalApicNmi,
  localApicAddressOverride: parseLocalApicAddressOverride,
  localX2apic: parseLocalX2apic,
  localX2apicNmi: parseLocalX2apicNmi,
};

const KNOWN: readonly KnownStructure[] = Object.entries(MADT_STRUCTURE_ROWS).map(([kind, { type, fields }]) => ({
  kind: kind as Kind,
  type,
  layout: defineLayout<readonly FieldRow[]>(fields, PARSERS[kind as Kind]),
}));

/** Bytes of type and length. */
const HEAD_BYTES = 2;

function knownOf(kind: string): KnownStructure {
  requireOneOf(
    kind,
    KNOWN.map((row) => row.kind),
    'The kind of a structure',
  );
  return KNOWN.find((row) => row.kind === kind) as KnownStructure;
}

export function encodeStructure(writer: ByteWriter, structure: MadtStructure): void {
  if (structure.kind === 'other') {
    requireBytes(structure.bytes, 'bytes of the structure');
    appendU8(writer, 'type', structure.type);
    appendU8(writer, 'length', HEAD_BYTES + structure.bytes.length);
    writer.append(structure.bytes);
    return;
  }
  const { type, layout } = knownOf(structure.kind);
  writer.u8(type);
  writer.u8(HEAD_BYTES + layout.lengthBytes);
  layout.encode(writer, structure as unknown as Record<string, unknown>);
}

/** Reads one structure, type and length included. */
export function decodeStructure(bytes: Uint8Array): MadtStructure {
  const type = bytes[0] as number;
  const body = bytes.subarray(HEAD_BYTES);
  const known = KNOWN.find((row) => row.type === type && row.layout.lengthBytes === body.length);
  if (known === undefined) return { kind: 'other', type, bytes: new Uint8Array(body) };
  return { kind: known.kind, ...known.layout.decode(body) } as MadtStructure;
}

/** Offset of a field from the first byte of its structure. */
export function madtFieldOffset<Name extends Kind>(kind: Name, field: keyof ValuesOf<Rows[Name]['fields']>): number {
  const { layout } = knownOf(kind);
  return HEAD_BYTES + offsetOf(layout.offsets, field);
}

/** The fewest bytes of a structure of this type, type and length included; 2 for an unknown type. */
export function leastStructureBytes(type: number): number {
  requireWithin(type, 0, 0xff, 'The type of a structure');
  const known = KNOWN.find((row) => row.type === type);
  return HEAD_BYTES + (known?.layout.lengthBytes ?? 0);
}
