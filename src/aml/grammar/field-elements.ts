/** What follows the byte that begins a field element, in order. */
type FieldOperandKind = 'NameSeg' | 'BitLength' | 'ByteData' | 'Connection';

export interface FieldElementRow {
  readonly kind: string;
  /** The byte it begins with; a NamedField begins with its NameSeg instead. */
  readonly code: number | undefined;
  readonly operands: readonly FieldOperandKind[];
  /** Where its encoding is in ACPI 6.5. */
  readonly section: string;
}

/** Every element of a FieldList. */
export const FIELD_ELEMENTS = [
  { kind: 'NamedField', code: undefined, operands: ['NameSeg', 'BitLength'], section: '20.2.5.2' },
  { kind: 'ReservedField', code: 0x00, operands: ['BitLength'], section: '20.2.5.2' },
  { kind: 'AccessField', code: 0x01, operands: ['ByteData', 'ByteData'], section: '20.2.5.2' },
  { kind: 'ConnectField', code: 0x02, operands: ['Connection'], section: '20.2.5.2' },
  { kind: 'ExtendedAccessField', code: 0x03, operands: ['ByteData', 'ByteData', 'ByteData'], section: '20.2.5.2' },
] as const satisfies readonly FieldElementRow[];
