import { formatHex } from '../../base/index.js';
import {
  BOOT_ARCHITECTURE,
  FACS_BYTES,
  FADT_FLAG,
  type Fadt,
  fadtOffset,
  GAS_OFFSET,
  GAS_SPACE,
  type GenericAddress,
  SDT_OFFSET,
} from '../../tables/index.js';
import type { Finding } from '../rules/rule.js';
import { type DecodedFadt, findingIn } from './decoded-tables.js';
import { BLOCKS, hasField, isReduced, wideOf } from './fadt-blocks.js';

/** Lengths of the revisions. ACPI 1.0b §5.2.5; 2.0 and 3.0 §5.2.9; 5.0 §5.2.9; 6.0 §5.2.9 */
const LENGTHS: Readonly<Record<number, readonly number[]>> = {
  1: [116],
  2: [116, 129, 132],
  3: [244],
  4: [244],
  5: [268],
  6: [276],
};

export function* lengthByRevision({ table }: DecodedFadt): Generator<Finding> {
  const { revision, length } = table.header;
  const lengths = LENGTHS[revision];
  if (lengths === undefined || lengths.includes(length)) return;
  const message = `A FADT of revision ${revision} has ${lengths.join(' or ')} bytes, and this one has ${length}.`;
  yield findingIn(table, SDT_OFFSET.length, message);
}

/** Bits without a meaning, by field. ACPI 6.5 §5.2.9, tables 5.10 to 5.12 */
const RESERVED_BITS = [
  { field: 'flags', name: 'Flags', bytes: 4, bits: 0xff00_0000, least: 1 },
  { field: 'bootArchitecture', name: 'IAPC_BOOT_ARCH', bytes: 2, bits: 0xffc0, least: 2 },
  { field: 'armBootArchitecture', name: 'ARM_BOOT_ARCH', bytes: 2, bits: 0xfffc, least: 6 },
] as const;
const LAST_PROFILE = 8;
/** 11b of PERSISTENT_CPU_CACHES. */
const CPU_CACHES = 0x00c0_0000;

export function* reservedValues({ table, value }: DecodedFadt): Generator<Finding> {
  const { revision } = table.header;
  for (const { field, name, bytes, bits, least } of RESERVED_BITS) {
    const set = (value[field] & bits) >>> 0;
    if (set === 0 || revision < least || !hasField(table, field, bytes)) continue;
    const message = `${name} is ${formatHex(value[field], bytes * 2)}; the bits ${formatHex(set)} of it are reserved.`;
    yield findingIn(table, fadtOffset(field), message);
  }
  if ((value.flags & CPU_CACHES) === CPU_CACHES) {
    const message = 'PERSISTENT_CPU_CACHES (bits 22 and 23 of Flags) is 3, which is reserved.';
    yield findingIn(table, fadtOffset('flags'), message);
  }
  if (value.reserved !== 0 && revision > 1) {
    yield findingIn(
      table,
      fadtOffset('reserved'),
      `The byte before Flags is ${formatHex(value.reserved, 2)}, and is reserved.`,
    );
  }
  if (value.model > 1) {
    const message = `The byte after DSDT is ${value.model}: INT_MODEL of ACPI 1.0, which was 0 or 1, and reserved since.`;
    yield findingIn(table, fadtOffset('model'), message);
  }
  if (revision > 1 && value.preferredPmProfile > LAST_PROFILE) {
    const message = `Preferred_PM_Profile is ${value.preferredPmProfile}; those from ${LAST_PROFILE + 1} up are reserved.`;
    yield findingIn(table, fadtOffset('preferredPmProfile'), message);
  }
}

/** Single fields that hardware-reduced ACPI does not have, besides the blocks. ACPI 6.5 §5.2.9, table 5.9 */
const FIXED_FIELDS = [
  ['SMI_CMD', 'smiCommand'],
  ['ACPI_ENABLE', 'acpiEnable'],
  ['ACPI_DISABLE', 'acpiDisable'],
  ['S4BIOS_REQ', 's4BiosRequest'],
  ['PSTATE_CNT', 'pStateControl'],
  ['GPE1_BASE', 'gpe1Base'],
] as const;

/** Fixed hardware that a FADT describes, in the order of the table. */
function fixedHardware(fadt: DecodedFadt): readonly (readonly [name: string, offsetBytes: number])[] {
  const { value } = fadt;
  const fields = [
    ...FIXED_FIELDS.map(([name, field]) => [name, field, value[field] !== 0] as const),
    ...BLOCKS.map(({ name, narrow }) => [name, narrow, value[narrow] !== 0] as const),
    ...BLOCKS.map(({ lengthName, length }) => [lengthName, length, value[length] !== 0] as const),
    ...BLOCKS.map((block) => [`X_${block.name}`, block.wide, (wideOf(fadt, block)?.address ?? 0n) !== 0n] as const),
  ];
  const set = new Map(fields.flatMap(([name, field, isSet]) => (isSet ? [[name, fadtOffset(field)] as const] : [])));
  return [...set].sort(([, a], [, b]) => a - b);
}

/** ACPI 6.5 §5.2.9.4, table 5.12 */
const ARM_BOOT_ARCHITECTURE = { psciCompliant: 1 << 0, psciUseHvc: 1 << 1 } as const;
const REDUCED_REVISION = 5;
const BOTH_APIC_MODES = FADT_FLAG.forceApicCluster | FADT_FLAG.forceApicPhysical;

export function* contradictions(fadt: DecodedFadt): Generator<Finding> {
  const { table, value } = fadt;
  const at = fadtOffset('flags');
  if (isReduced(fadt)) {
    const [first, ...others] = fixedHardware(fadt);
    if (first !== undefined) {
      const names = [first, ...others].map(([name]) => name).join(', ');
      const message = `HW_REDUCED_ACPI (bit 20 of Flags) is set, and fixed hardware is described all the same: ${names}.`;
      yield findingIn(table, first[1], message, { other: { file: table.file, offsetBytes: at } });
    }
    if (table.header.revision < REDUCED_REVISION) {
      const message = `HW_REDUCED_ACPI (bit 20 of Flags) is set in a FADT of revision ${table.header.revision}; it exists from revision ${REDUCED_REVISION} on.`;
      yield findingIn(table, at, message);
    }
  }
  if ((value.flags & BOTH_APIC_MODES) === BOTH_APIC_MODES) {
    const message =
      'FORCE_APIC_CLUSTER_MODEL and FORCE_APIC_PHYSICAL_DESTINATION_MODE (bits 18 and 19 of Flags) are both set.';
    yield findingIn(table, at, message);
  }
  const { psciCompliant, psciUseHvc } = ARM_BOOT_ARCHITECTURE;
  if ((value.armBootArchitecture & (psciCompliant | psciUseHvc)) === psciUseHvc) {
    const message = 'PSCI_USE_HVC (bit 1 of ARM_BOOT_ARCH) is set, and PSCI_COMPLIANT (bit 0) is not.';
    yield findingIn(table, fadtOffset('armBootArchitecture'), message, { severity: 'warning' });
  }
  const noRtc = (value.bootArchitecture & BOOT_ARCHITECTURE.cmosRtcNotPresent) !== 0;
  if (noRtc && (value.century !== 0 || value.dayAlarm !== 0 || value.monthAlarm !== 0)) {
    const message =
      'CMOS_RTC_NOT_PRESENT (bit 5 of IAPC_BOOT_ARCH) is set, and DAY_ALRM, MON_ALRM or CENTURY names a byte of the CMOS RTC.';
    yield findingIn(table, fadtOffset('bootArchitecture'), message, { severity: 'warning' });
  }
}

const LAST_PORT = 0xffff;
const REGISTER_SPACES: readonly number[] = [GAS_SPACE.systemMemory, GAS_SPACE.systemIo, GAS_SPACE.pciConfig];
const REGISTER_BITS = 8;
const GAS_BYTES = 12;

/** What is wrong with the reset register, or one of the two sleep registers, if it is there. ACPI 6.5 §4.8.3.6, §4.8.3.7 */
function* byteRegister(
  { table }: DecodedFadt,
  field: keyof Fadt,
  name: string,
  register: GenericAddress,
): Generator<Finding> {
  const at = fadtOffset(field);
  if (!REGISTER_SPACES.includes(register.space)) {
    const message = `${name} is in address space ${register.space}; it has to be memory (0), ports (1) or PCI configuration (2).`;
    yield findingIn(table, at + GAS_OFFSET.space, message);
  }
  if (register.space === GAS_SPACE.systemIo && register.address > LAST_PORT) {
    const message = `${name} is at port ${formatHex(register.address)}, and ports end at 0xffff.`;
    yield findingIn(table, at + GAS_OFFSET.address, message);
  }
  if (register.bitWidth !== REGISTER_BITS) {
    const message = `${name} has a width of ${register.bitWidth} bits, and has to have ${REGISTER_BITS}.`;
    yield findingIn(table, at + GAS_OFFSET.bitWidth, message);
  }
  if (register.bitOffset !== 0) {
    yield findingIn(
      table,
      at + GAS_OFFSET.bitOffset,
      `${name} has a bit offset of ${register.bitOffset}, and has to have 0.`,
    );
  }
}

export function* byteRegisters(fadt: DecodedFadt): Generator<Finding> {
  const { table, value } = fadt;
  if ((value.flags & FADT_FLAG.resetRegisterSupported) !== 0) {
    if (!hasField(table, 'resetValue', 1)) {
      const message = `RESET_REG_SUP (bit 10 of Flags) is set, and the table ends after ${table.bytes.length} bytes, before RESET_REG.`;
      yield findingIn(table, fadtOffset('flags'), message);
    } else if (value.resetRegister.address === 0n && value.resetRegister.space !== GAS_SPACE.pciConfig) {
      const message = 'RESET_REG_SUP (bit 10 of Flags) is set, and RESET_REG has no address.';
      yield findingIn(table, fadtOffset('resetRegister') + GAS_OFFSET.address, message);
    } else yield* byteRegister(fadt, 'resetRegister', 'RESET_REG', value.resetRegister);
  }
  if (!hasField(table, 'sleepStatus', GAS_BYTES)) return;
  const pair = [
    ['sleepControl', 'SLEEP_CONTROL_REG', value.sleepControl],
    ['sleepStatus', 'SLEEP_STATUS_REG', value.sleepStatus],
  ] as const;
  for (const [field, name, register] of pair) {
    if (register.address !== 0n) yield* byteRegister(fadt, field, name, register);
  }
  const missing = pair.find(([, , register]) => register.address === 0n);
  const present = pair.find(([, , register]) => register.address !== 0n);
  if (missing === undefined || present === undefined) return;
  const message = `${present[1]} has an address, and ${missing[1]} has none: an OS needs both to sleep.`;
  yield findingIn(table, fadtOffset(missing[0]) + GAS_OFFSET.address, message);
}

const FACS_ALIGNMENT = BigInt(FACS_BYTES);

export function* pointers(fadt: DecodedFadt): Generator<Finding> {
  const { table, value } = fadt;
  const wide = hasField(table, 'xDsdt', 8);
  const facs = [
    ['FIRMWARE_CTRL', 'firmwareCtrl', BigInt(value.firmwareCtrl)],
    ['X_FIRMWARE_CTRL', 'xFirmwareCtrl', wide ? value.xFirmwareCtrl : 0n],
  ] as const;
  for (const [name, field, address] of facs) {
    if (address % FACS_ALIGNMENT === 0n) continue;
    const message = `${name} is ${formatHex(address)}; the FACS has to be at a multiple of ${FACS_BYTES}.`;
    yield findingIn(table, fadtOffset(field), message);
  }
  const facsAt = facs.map(([, , address]) => address).find((address) => address !== 0n) ?? 0n;
  const dsdtAt = wide && value.xDsdt !== 0n ? value.xDsdt : BigInt(value.dsdt);
  const at = fadtOffset(wide && value.xDsdt !== 0n ? 'xDsdt' : 'dsdt');
  if (facsAt !== 0n && facsAt === dsdtAt) {
    yield findingIn(table, at, `The FACS and the DSDT are both at ${formatHex(dsdtAt)}.`);
  }
  // With neither, the table is one of a build: firmware writes both when it places the tables.
  if (facsAt !== 0n && dsdtAt === 0n)
    yield findingIn(table, fadtOffset('dsdt'), 'There is a FACS, and neither DSDT nor X_DSDT has an address.');
  if (dsdtAt !== 0n && facsAt === 0n && !isReduced(fadt)) {
    const message = 'There is a DSDT, and neither FIRMWARE_CTRL nor X_FIRMWARE_CTRL has an address.';
    yield findingIn(table, fadtOffset('firmwareCtrl'), message, { severity: 'warning' });
  }
}

/** Values that are written to SMI_CMD. */
const COMMANDS = [
  ['ACPI_ENABLE', 'acpiEnable'],
  ['ACPI_DISABLE', 'acpiDisable'],
  ['S4BIOS_REQ', 's4BiosRequest'],
  ['PSTATE_CNT', 'pStateControl'],
  ['CST_CNT', 'cstControl'],
] as const;

export function* systemControl(fadt: DecodedFadt): Generator<Finding> {
  if (isReduced(fadt)) return;
  const { table, value } = fadt;
  const { smiCommand, acpiEnable, acpiDisable } = value;
  const commands = COMMANDS.filter(([, field]) => value[field] !== 0);
  const [first] = commands;
  if (smiCommand === 0 && first !== undefined) {
    const names = commands.map(([name]) => name).join(', ');
    const message = `SMI_CMD is 0, which means that there is none, but a value to write to it is given: ${names}.`;
    yield findingIn(table, fadtOffset(first[1]), message);
  }
  if (smiCommand > LAST_PORT) {
    yield findingIn(table, fadtOffset('smiCommand'), `SMI_CMD is ${formatHex(smiCommand)}, and ports end at 0xffff.`);
  }
  if (smiCommand !== 0 && acpiEnable === acpiDisable) {
    const message = `ACPI_ENABLE and ACPI_DISABLE are both ${formatHex(acpiEnable, 2)}, and SMI_CMD is ${formatHex(smiCommand)}.`;
    yield findingIn(table, fadtOffset('acpiEnable'), message, acpiEnable === 0 ? { severity: 'warning' } : {});
  }
  if (value.sciInterrupt === 0) {
    yield findingIn(
      table,
      fadtOffset('sciInterrupt'),
      'SCI_INT is 0: the interrupt of the timer on a PC, and of nothing that ACPI can share.',
    );
  }
}

/** The slowest C2 and C3 in microseconds; a greater value means that there is no such state. ACPI 6.5 §5.2.9 */
const MOST_C2 = 100;
const MOST_C3 = 1000;
/** THT_EN of P_CNT, and its bits. ACPI 6.5 §4.8.3.5.1 */
const THROTTLE_ENABLE_BIT = 4;
const P_CNT_BITS = 32;
/** Bytes of the CMOS RTC, by their index. */
const CMOS_INDICES = [
  ['DAY_ALRM', 'dayAlarm'],
  ['MON_ALRM', 'monthAlarm'],
  ['CENTURY', 'century'],
] as const;
const LAST_CMOS_INDEX = 0x7f;

export function* oddValues({ table, value }: DecodedFadt): Generator<Finding> {
  const { c2Latency, c3Latency, dutyOffset, dutyWidth, dayAlarm, monthAlarm, flushSize, flushStride, flags } = value;
  if (c2Latency <= MOST_C2 && c3Latency <= MOST_C3 && c3Latency < c2Latency) {
    const message = `P_LVL3_LAT is ${c3Latency} µs, below the ${c2Latency} µs of P_LVL2_LAT: C3 would be faster than C2.`;
    yield findingIn(table, fadtOffset('c3Latency'), message);
  }
  const end = dutyOffset + dutyWidth;
  if (dutyWidth !== 0 && ((dutyOffset <= THROTTLE_ENABLE_BIT && end > THROTTLE_ENABLE_BIT) || end > P_CNT_BITS)) {
    const what = end > P_CNT_BITS ? 'end after the last bit of P_CNT' : 'hold bit 4 of P_CNT, which is THT_EN';
    const message = `DUTY_OFFSET ${dutyOffset} and DUTY_WIDTH ${dutyWidth} mean bits ${dutyOffset} to ${end - 1}, which ${what}.`;
    yield findingIn(table, fadtOffset('dutyWidth'), message);
  }
  for (const [name, field] of CMOS_INDICES) {
    if (value[field] <= LAST_CMOS_INDEX) continue;
    const message = `${name} is ${formatHex(value[field], 2)}; the CMOS RTC has the indices 0 to ${formatHex(LAST_CMOS_INDEX)}.`;
    yield findingIn(table, fadtOffset(field), message);
  }
  if (monthAlarm !== 0 && dayAlarm === 0) {
    yield findingIn(
      table,
      fadtOffset('monthAlarm'),
      `MON_ALRM is ${formatHex(monthAlarm, 2)}, and DAY_ALRM is 0: a month needs a day.`,
    );
  }
  if ((flags & FADT_FLAG.wbinvd) === 0 && (flushSize === 0) !== (flushStride === 0)) {
    const message = `FLUSH_SIZE is ${flushSize} and FLUSH_STRIDE is ${flushStride}: a cache is flushed by both or by neither.`;
    yield findingIn(table, fadtOffset('flushSize'), message);
  }
}
