/** Stable codes of findings, one union a room. A code is never reused for another meaning. */
export type DiagnosticCode =
  | BaseCode
  | TableCode
  | AmlCode
  | PlatformCode
  | DeviceCode
  | FirmwareCode
  | CheckCode
  | CommandCode;

export type BaseCode =
  | 'BYTES_OUT_OF_BOUNDS'
  | 'NUMBER_SYNTAX'
  | 'PCI_ADDRESS_SYNTAX'
  | 'PCI_ADDRESS_RANGE'
  | 'HEX_SYNTAX';

export type TableCode = never;

export type AmlCode = never;

export type PlatformCode = never;

export type DeviceCode = never;

export type FirmwareCode = never;

export type CheckCode = never;

export type CommandCode = never;
