import { type ByteWriter, requireBytes, requireOneOf, requireWithin } from '../base/index.js';
import { appendU8, defineLayout, type FieldLayout, offsetOf, type ValuesOf } from './field-layout.js';

/** What a MADT consists of: one structure a processor, an I/O APIC, an interrupt that is not as it usually is. */

/** The structures of a PC by their names: the type byte and what follows type and length. ACPI 6.5 §5.2.12.2 to 12.13 */
const ROWS = {
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

type Rows = typeof ROWS;
type Kind = keyof Rows;

/** A structure as bytes after type and length: of a type that has no row, or of a length that its type does not have. */
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

/** How an interrupt is told of: MPS INTI flags. ACPI 6.5 §5.2.12.5, table 5.26 */
export const INTERRUPT_FLAG = { activeHigh: 0b01, activeLow: 0b11, edge: 0b01 << 2, level: 0b11 << 2 } as const;

interface KnownStructure {
  readonly kind: Kind;
  readonly type: number;
  readonly layout: FieldLayout<Record<string, unknown>>;
}

const KNOWN: readonly KnownStructure[] = Object.entries(ROWS).map(([kind, { type, fields }]) => ({
  kind: kind as Kind,
  type,
  layout: defineLayout(fields) as unknown as KnownStructure['layout'],
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

/** Bytes that a structure of this type has at least, type and length included; what is known of no type is the two. */
export function leastStructureBytes(type: number): number {
  requireWithin(type, 0, 0xff, 'The type of a structure');
  const known = KNOWN.find((row) => row.type === type);
  return HEAD_BYTES + (known?.layout.lengthBytes ?? 0);
}
