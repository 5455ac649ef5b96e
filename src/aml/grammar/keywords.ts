import type { OpName } from './opcodes.js';

/** ACPI 6.5 §19.6.100 (OperationRegion), by value. Others are written as numbers. */
export const REGION_SPACES = [
  'SystemMemory',
  'SystemIO',
  'PCI_Config',
  'EmbeddedControl',
  'SMBus',
  'SystemCMOS',
  'PciBarTarget',
  'IPMI',
  'GeneralPurposeIO',
  'GenericSerialBus',
  'PCC',
] as const;

/** ACPI 6.5 §19.6.86 (Match), by value. */
export const MATCH_OPERATORS: readonly string[] = ['MTR', 'MEQ', 'MLE', 'MLT', 'MGE', 'MGT'];

/** Bits 0..3 of a field's flags, by value. ACPI 6.5 §20.2.5.2 (FieldFlags) */
export const ACCESS_TYPES = ['AnyAcc', 'ByteAcc', 'WordAcc', 'DWordAcc', 'QWordAcc', 'BufferAcc'] as const;

/** Bit 4 of a field's flags. */
export const LOCK_RULES = ['NoLock', 'Lock'] as const;

/** Bits 5 and 6 of a field's flags. */
export const UPDATE_RULES = ['Preserve', 'WriteAsOnes', 'WriteAsZeros'] as const;

/** Attributes of AccessAs that are words, by value. ACPI 6.5 §19.6.46 (Field) */
export const ACCESS_ATTRIBUTES: Readonly<Record<number, string>> = {
  2: 'AttribQuick',
  4: 'AttribSendReceive',
  6: 'AttribByte',
  8: 'AttribWord',
  10: 'AttribBlock',
  12: 'AttribProcessCall',
  13: 'AttribBlockProcessCall',
};

/** Attributes of AccessAs that a length follows. */
export const LONG_ACCESS_ATTRIBUTES: Readonly<Record<number, string>> = {
  11: 'AttribBytes',
  14: 'AttribRawBytes',
  15: 'AttribRawProcessBytes',
};

/** Object types of External, by value. ACPI 6.5 §19.6.45 */
export const OBJECT_TYPES: readonly string[] = [
  'UnknownObj',
  'IntObj',
  'StrObj',
  'BuffObj',
  'PkgObj',
  'FieldUnitObj',
  'DeviceObj',
  'EventObj',
  'MethodObj',
  'MutexObj',
  'OpRegionObj',
  'PowerResObj',
  'ProcessorObj',
  'ThermalZoneObj',
  'BuffFieldObj',
  'DDBHandleObj',
];

/** Operands that ASL writes as words: by operation, then by operand. */
export const OPERAND_WORDS: { readonly [Name in OpName]?: Readonly<Record<number, readonly (string | undefined)[]>> } =
  {
    OperationRegion: { 1: REGION_SPACES },
    Match: { 1: MATCH_OPERATORS, 3: MATCH_OPERATORS },
  };
