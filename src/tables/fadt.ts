import { ByteWriter, MOST_U64, requireBigint, requireObject, SDT_HEADER_BYTES } from '../base/index.js';
import { type AcpiTable, bodyFault, bodyOf, type DecodedTable, requireAcpiTable } from './acpi-table.js';
import { defineLayout, offsetOf, type ValuesOf } from './field-layout.js';
import { parseFadt } from './parsers.js';
import { encodeTable, replaceTableBody, type TableIdentity } from './write-table.js';

/** The fields after the header, in order. ACPI 6.5 §5.2.9, table 5.9 */
export const FADT_ROWS = [
  ['firmwareCtrl', 'u32'],
  ['dsdt', 'u32'],
  /** INT_MODEL of ACPI 1.0. */
  ['model', 'u8'],
  ['preferredPmProfile', 'u8'],
  ['sciInterrupt', 'u16'],
  ['smiCommand', 'u32'],
  ['acpiEnable', 'u8'],
  ['acpiDisable', 'u8'],
  ['s4BiosRequest', 'u8'],
  ['pStateControl', 'u8'],
  ['pm1aEventBlock', 'u32'],
  ['pm1bEventBlock', 'u32'],
  ['pm1aControlBlock', 'u32'],
  ['pm1bControlBlock', 'u32'],
  ['pm2ControlBlock', 'u32'],
  ['pmTimerBlock', 'u32'],
  ['gpe0Block', 'u32'],
  ['gpe1Block', 'u32'],
  ['pm1EventLength', 'u8'],
  ['pm1ControlLength', 'u8'],
  ['pm2ControlLength', 'u8'],
  ['pmTimerLength', 'u8'],
  ['gpe0BlockLength', 'u8'],
  ['gpe1BlockLength', 'u8'],
  ['gpe1Base', 'u8'],
  ['cstControl', 'u8'],
  ['c2Latency', 'u16'],
  ['c3Latency', 'u16'],
  ['flushSize', 'u16'],
  ['flushStride', 'u16'],
  ['dutyOffset', 'u8'],
  ['dutyWidth', 'u8'],
  ['dayAlarm', 'u8'],
  ['monthAlarm', 'u8'],
  ['century', 'u8'],
  ['bootArchitecture', 'u16'],
  ['reserved', 'u8'],
  ['flags', 'u32'],
  ['resetRegister', 'address'],
  ['resetValue', 'u8'],
  ['armBootArchitecture', 'u16'],
  ['minorRevision', 'u8'],
  ['xFirmwareCtrl', 'u64'],
  ['xDsdt', 'u64'],
  ['xPm1aEventBlock', 'address'],
  ['xPm1bEventBlock', 'address'],
  ['xPm1aControlBlock', 'address'],
  ['xPm1bControlBlock', 'address'],
  ['xPm2ControlBlock', 'address'],
  ['xPmTimerBlock', 'address'],
  ['xGpe0Block', 'address'],
  ['xGpe1Block', 'address'],
  ['sleepControl', 'address'],
  ['sleepStatus', 'address'],
  ['hypervisorId', 'text8'],
] as const;

/** A Fixed ACPI Description Table, its fields named as in ACPI: `xDsdt` is X_DSDT. ACPI 6.5 §5.2.9 */
export type Fadt = ValuesOf<typeof FADT_ROWS>;

const layout = defineLayout(FADT_ROWS, parseFadt);

/** Offset of a field from the table's first byte. */
export function fadtOffset(field: keyof Fadt): number {
  return SDT_HEADER_BYTES + offsetOf(layout.offsets, field);
}

/** Bytes of the FADT of revision 6. */
export const FADT_BYTES: number = SDT_HEADER_BYTES + layout.lengthBytes;
/** Bytes of the FADT of ACPI 1.0, which ends with the flags. */
const LEAST_BYTES = SDT_HEADER_BYTES + layout.offsets.resetRegister;

/** Revision and minor revision of ACPI 6.5. */
export const FADT_REVISION = 6;
export const FADT_MINOR_REVISION = 5;

/** Flags of the table, by their bits. ACPI 6.5 §5.2.9, table 5.10 */
export const FADT_FLAG = {
  wbinvd: 1 << 0,
  processorC1: 1 << 2,
  controlMethodPowerButton: 1 << 4,
  controlMethodSleepButton: 1 << 5,
  rtcNotFixed: 1 << 6,
  resetRegisterSupported: 1 << 10,
  headless: 1 << 12,
  forceApicCluster: 1 << 18,
  forceApicPhysical: 1 << 19,
  hardwareReduced: 1 << 20,
  lowPowerS0Idle: 1 << 21,
} as const;

/** IAPC_BOOT_ARCH. ACPI 6.5 §5.2.9.3 */
export const BOOT_ARCHITECTURE = {
  legacyDevices: 1 << 0,
  keyboardController: 1 << 1,
  vgaNotPresent: 1 << 2,
  msiNotSupported: 1 << 3,
  noAspm: 1 << 4,
  cmosRtcNotPresent: 1 << 5,
} as const;

/**
 * A FADT with all fields of revision 6; fields that are left out are zero. Throws a DiagnosticError for a value that
 * does not fit.
 */
export function encodeFadt(identity: Omit<TableIdentity, 'signature'>, fadt: Partial<Fadt>): Uint8Array {
  const writer = new ByteWriter(layout.lengthBytes);
  requireObject(fadt, 'encodeFadt: fadt');
  layout.encode(writer, fadt);
  return encodeTable({ ...identity, signature: 'FACP' }, writer.finish());
}

/** Reads a FADT of any revision. Fields that an older revision does not have are zero. */
export function decodeFadt(table: AcpiTable): DecodedTable<Fadt> {
  const fault = bodyFault(table, 'FACP', LEAST_BYTES);
  if (fault !== undefined) return { value: undefined, diagnostics: [fault] };
  return { value: layout.decode(bodyOf(table)), diagnostics: [] };
}

/**
 * The same FADT with the FACS and the DSDT at these addresses, in the 64-bit fields alone: the 32-bit ones become zero,
 * so that no OS has two to choose from. Undefined for a FADT of a revision below 3, which has no 64-bit fields.
 */
export function pointFadt(
  table: AcpiTable,
  addresses: { readonly facs: bigint; readonly dsdt: bigint },
): Uint8Array | undefined {
  requireAcpiTable(table);
  requireObject(addresses, 'pointFadt: addresses', '{ facs, dsdt }');
  const { facs, dsdt } = addresses;
  requireBigint(facs, 0n, MOST_U64, 'pointFadt: facs');
  requireBigint(dsdt, 0n, MOST_U64, 'pointFadt: dsdt');
  // Not slice(): on a Buffer it returns a view.
  const body = new Uint8Array(bodyOf(table));
  const { firmwareCtrl, dsdt: dsdt32, xFirmwareCtrl, xDsdt } = layout.offsets;
  if (body.length < layout.offsets.xPm1aEventBlock) return undefined;
  const view = new DataView(body.buffer);
  view.setUint32(firmwareCtrl, 0, true);
  view.setUint32(dsdt32, 0, true);
  view.setBigUint64(xFirmwareCtrl, facs, true);
  view.setBigUint64(xDsdt, dsdt, true);
  return replaceTableBody(table, body);
}
