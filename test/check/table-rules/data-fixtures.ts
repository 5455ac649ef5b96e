import { asl, type Term } from '../../../src/aml/index.js';
import { checksum } from '../../../src/base/index.js';
import type { CheckInput } from '../../../src/check/index.js';
import {
  encodeFacs,
  encodeFadt,
  encodeMadt,
  encodeMcfg,
  encodeRsdp,
  encodeTable,
  encodeXsdt,
  type Fadt,
  type GenericAddress,
  type MadtStructure,
  type McfgAllocation,
} from '../../../src/tables/index.js';
import type { DiagnosticCode, Severity } from '../../../src/vocab/index.js';
import { changed, dsdt } from '../aml-rules/table-bytes.js';

/** Tables of data with one thing wrong: the byte at which it is found, and tables that are as like them as can be and right. */

const IDENTITY = {
  revision: 6,
  oemId: 'VCFG',
  oemTableId: 'RULES',
  oemRevision: 1,
  creatorId: 'VCFG',
  creatorRevision: 1,
};

const port = (address: bigint, bitWidth: number, more: Partial<GenericAddress> = {}): GenericAddress => ({
  space: 1,
  bitWidth,
  bitOffset: 0,
  accessSize: 0,
  address,
  ...more,
});

/** A PC's FADT in which nothing is wrong. */
const PC: Partial<Fadt> = {
  minorRevision: 5,
  firmwareCtrl: 0x7fe_0000,
  xFirmwareCtrl: 0x7fe_0000n,
  dsdt: 0x7fe_0040,
  xDsdt: 0x7fe_0040n,
  sciInterrupt: 9,
  smiCommand: 0xb2,
  acpiEnable: 2,
  acpiDisable: 3,
  pm1aEventBlock: 0x600,
  xPm1aEventBlock: port(0x600n, 32),
  pm1EventLength: 4,
  pm1aControlBlock: 0x604,
  xPm1aControlBlock: port(0x604n, 16),
  pm1ControlLength: 2,
  pmTimerBlock: 0x608,
  xPmTimerBlock: port(0x608n, 32),
  pmTimerLength: 4,
  gpe0Block: 0x620,
  xGpe0Block: port(0x620n, 128),
  gpe0BlockLength: 16,
  c2Latency: 0xfff,
  c3Latency: 0xfff,
  flags: 1 | (1 << 10),
  resetRegister: port(0xcf9n, 8),
  resetValue: 6,
};

type Identity = Partial<typeof IDENTITY>;

const facp = (changes: Partial<Fadt> = {}, identity: Identity = {}): CheckInput => ({
  file: 'facp.aml',
  bytes: encodeFadt({ ...IDENTITY, ...identity }, { ...PC, ...changes }),
});

/** A FADT cut or grown to a length, of a revision. */
const facpOf = (length: number, revision: number, changes: Partial<Fadt> = {}): CheckInput => {
  const whole = facp(changes).bytes.subarray(36);
  const body = new Uint8Array(length - 36);
  body.set(whole.subarray(0, body.length));
  return { file: 'facp.aml', bytes: encodeTable({ ...IDENTITY, revision, signature: 'FACP' }, body) };
};

const REDUCED: Partial<Fadt> = { minorRevision: 5, flags: 1 << 20, xDsdt: 0x7fe_0040n };
const reduced = (changes: Partial<Fadt> = {}, identity: Identity = {}): CheckInput => ({
  file: 'facp.aml',
  bytes: encodeFadt({ ...IDENTITY, ...identity }, { ...REDUCED, ...changes }),
});

const cpu = (uid: number, id = uid, flags = 1): MadtStructure => ({
  kind: 'localApic',
  processorUid: uid,
  apicId: id,
  flags,
});
const x2cpu = (uid: number, id = uid, flags = 1): MadtStructure => ({
  kind: 'localX2apic',
  processorUid: uid,
  x2apicId: id,
  flags,
});
const IO_APIC: MadtStructure = { kind: 'ioApic', ioApicId: 0, address: 0xfec0_0000, firstGsi: 0 };
const ioApic = (ioApicId: number, address: number, firstGsi: number): MadtStructure => ({
  kind: 'ioApic',
  ioApicId,
  address,
  firstGsi,
});
const override = (source: number, gsi = source, flags = 0, bus = 0): MadtStructure => ({
  kind: 'interruptSourceOverride',
  bus,
  source,
  gsi,
  flags,
});
const nmi = (processorUid: number, lint = 1, flags = 0): MadtStructure => ({
  kind: 'localApicNmi',
  processorUid,
  lint,
  flags,
});

interface MadtOptions extends Identity {
  readonly localApicAddress?: number;
  readonly flags?: number;
}

const apic = (
  structures: readonly MadtStructure[],
  { localApicAddress = 0xfee0_0000, flags = 1, ...identity }: MadtOptions = {},
): CheckInput => ({
  file: 'apic.aml',
  bytes: encodeMadt({ ...IDENTITY, ...identity }, { localApicAddress, flags, structures }),
});
/** Where the structures begin, and the bytes of the first kinds. */
const FIRST = 44;
const LAPIC = 8;

/** Revision 1, as every MCFG has. */
const mcfg = (...allocations: readonly Partial<McfgAllocation>[]): CheckInput => ({
  file: 'mcfg.aml',
  bytes: encodeMcfg(
    { ...IDENTITY, revision: 1 },
    allocations.map((each) => ({ base: 0xe000_0000n, segment: 0, firstBus: 0, lastBus: 255, ...each })),
  ),
});

/** A table with bytes replaced, its checksum put right. */
const patched = (input: CheckInput, at: number, ...values: readonly number[]): CheckInput =>
  changed(input, (bytes) => {
    bytes.set(values, at);
    bytes[9] = 0;
    bytes[9] = checksum(bytes);
    return undefined;
  });

const rsdp = (at?: number, ...values: readonly number[]): CheckInput => ({
  file: 'rsdp.bin',
  bytes: (() => {
    const bytes = encodeRsdp({ oemId: 'VCFG', xsdt: 0x7fe_1000n });
    if (at !== undefined) bytes.set(values, at);
    bytes[8] = 0;
    bytes[8] = checksum(bytes.subarray(0, 20));
    bytes[32] = 0;
    bytes[32] = checksum(bytes);
    return bytes;
  })(),
});
const xsdt = (...addresses: readonly bigint[]): CheckInput => ({
  file: 'xsdt.aml',
  bytes: encodeXsdt({ ...IDENTITY, revision: 1 }, addresses),
});
const facs = (at?: number, ...values: readonly number[]): CheckInput => {
  const bytes = encodeFacs();
  if (at !== undefined) bytes.set(values, at);
  return { file: 'facs.aml', bytes };
};

const processor = (name: string, uid: Term | number): Term =>
  asl.Device(name, [asl.Name('_HID', asl.String('ACPI0007')), asl.Name('_UID', uid as number)]);
const boardWith = (...terms: readonly Term[]): CheckInput => dsdt([asl.Scope('\\_SB', terms)]);

export interface DataFixture {
  readonly code: DiagnosticCode;
  readonly of: string;
  readonly wrong: readonly CheckInput[];
  /** File and byte of each finding. */
  readonly at: readonly (readonly [file: string, offsetBytes: number])[];
  readonly says: string;
  readonly severity?: Severity;
  readonly right: readonly CheckInput[];
}

const row = (
  code: DiagnosticCode,
  of: string,
  wrong: CheckInput | readonly CheckInput[],
  at: number | readonly number[],
  says: string,
  right: CheckInput | readonly CheckInput[],
  severity?: Severity,
): DataFixture => {
  const wrongs = [wrong].flat();
  const file = (wrongs[0] as CheckInput).file;
  return {
    code,
    of,
    wrong: wrongs,
    at: [at].flat().map((offsetBytes) => [file, offsetBytes] as const),
    says,
    right: [right].flat(),
    ...(severity === undefined ? {} : { severity }),
  };
};

const BLOCKS = [
  ['PM1a_EVT_BLK', 'pm1aEventBlock', 'xPm1aEventBlock', 148, 32],
  ['PM1b_EVT_BLK', 'pm1bEventBlock', 'xPm1bEventBlock', 160, 32],
  ['PM1a_CNT_BLK', 'pm1aControlBlock', 'xPm1aControlBlock', 172, 16],
  ['PM1b_CNT_BLK', 'pm1bControlBlock', 'xPm1bControlBlock', 184, 16],
  ['PM2_CNT_BLK', 'pm2ControlBlock', 'xPm2ControlBlock', 196, 8],
  ['PM_TMR_BLK', 'pmTimerBlock', 'xPmTimerBlock', 208, 32],
  ['GPE0_BLK', 'gpe0Block', 'xGpe0Block', 220, 128],
  ['GPE1_BLK', 'gpe1Block', 'xGpe1Block', 232, 128],
] as const;
const SECONDS: Partial<Fadt> = { pm2ControlLength: 1, gpe1BlockLength: 16, gpe1Base: 64, gpe0BlockLength: 16 };

const TWINS = BLOCKS.map(([name, narrow, wide, at, bits]) =>
  row(
    'TABLE_FADT_TWIN',
    name,
    facp({ ...SECONDS, [narrow]: 0x700, [wide]: port(0x708n, bits) }),
    at + 4,
    `${name} is 0x700, and X_${name} is 0x708.`,
    [
      facp({ ...SECONDS, [narrow]: 0x700, [wide]: port(0x700n, bits) }),
      facp({ ...SECONDS, [narrow]: 0, [wide]: port(0x708n, bits) }),
    ],
  ),
);
const WIDTHS = BLOCKS.map(([name, narrow, wide, at, bits]) =>
  row(
    'TABLE_FADT_WIDTH',
    name,
    facp({ ...SECONDS, [narrow]: 0x700, [wide]: port(0x700n, bits + 8) }),
    at + 1,
    `X_${name} has a width of ${bits + 8} bits, and `,
    facp({ ...SECONDS, [narrow]: 0x700, [wide]: port(0x700n, bits) }),
    name.startsWith('GPE') ? 'warning' : 'error',
  ),
);

const FADT_FIXTURES: readonly DataFixture[] = [
  ...TWINS,
  row(
    'TABLE_FADT_TWIN',
    'DSDT',
    facp({ xDsdt: 0x7fe_1000n }),
    140,
    'DSDT is 0x7fe0040, and X_DSDT is 0x7fe1000.',
    facp({ dsdt: 0 }),
  ),
  row(
    'TABLE_FADT_TWIN',
    'FACS',
    facp({ xFirmwareCtrl: 0x7fe_1000n }),
    132,
    'FIRMWARE_CTRL is',
    facp({ firmwareCtrl: 0 }),
  ),
  row(
    'TABLE_FADT_TWIN',
    'memory',
    facp({ xPmTimerBlock: port(0x608n, 32, { space: 0 }) }),
    208,
    'is the port 0x608',
    facp({ pmTimerBlock: 0, xPmTimerBlock: port(0x608n, 32, { space: 0 }) }),
  ),
  ...WIDTHS,
  row(
    'TABLE_FADT_WIDTH',
    'of 8 bits for the timer',
    facp({ xPmTimerBlock: port(0x608n, 8) }),
    209,
    'the PM timer has 32',
    facp({ xPmTimerBlock: port(0n, 8) }),
  ),
  row('TABLE_FADT_WIDTH', 'PM_TMR_LEN', facp({ pmTimerLength: 3 }), 91, 'PM_TMR_LEN is 3', facp()),
  row(
    'TABLE_FADT_WIDTH',
    'PM1_EVT_LEN',
    facp({ pm1EventLength: 2, xPm1aEventBlock: port(0x600n, 16) }),
    88,
    'PM1_EVT_LEN is 2',
    facp({ pm1EventLength: 8, xPm1aEventBlock: port(0x600n, 64) }),
  ),
  row(
    'TABLE_FADT_WIDTH',
    'PM1_CNT_LEN',
    facp({ pm1ControlLength: 1, xPm1aControlBlock: port(0x604n, 8) }),
    89,
    'PM1_CNT_LEN is 1',
    facp({ pm1ControlLength: 4, xPm1aControlBlock: port(0x604n, 32) }),
  ),
  row(
    'TABLE_FADT_WIDTH',
    'GPE0_BLK_LEN',
    facp({ gpe0BlockLength: 5, xGpe0Block: port(0x620n, 40) }),
    92,
    'GPE0_BLK_LEN is 5',
    facp({ gpe0BlockLength: 64, xGpe0Block: port(0x620n, 255) }),
  ),
  row(
    'TABLE_FADT_WIDTH',
    'bit offset',
    facp({ xPmTimerBlock: port(0x608n, 32, { bitOffset: 8 }) }),
    210,
    'bit offset of 8',
    facp(),
  ),
  row(
    'TABLE_FADT_WIDTH',
    'access size',
    facp({ xPmTimerBlock: port(0x608n, 32, { accessSize: 5 }) }),
    211,
    'access size 5',
    facp({ xPmTimerBlock: port(0x608n, 32, { accessSize: 4 }) }),
  ),
  row(
    'TABLE_FADT_BLOCK',
    'required',
    facp({ pm1aEventBlock: 0, xPm1aEventBlock: port(0n, 0) }),
    56,
    'PM1a_EVT_BLK has no address',
    [facp({ pm1aEventBlock: 0 }), reduced()],
  ),
  row('TABLE_FADT_BLOCK', 'required length', facp({ pm1ControlLength: 0 }), 89, 'PM1_CNT_LEN is 0', facp()),
  row(
    'TABLE_FADT_BLOCK',
    'a length alone',
    facp({ pm2ControlLength: 1 }),
    90,
    'PM2_CNT_BLK has no address',
    facp(),
    'warning',
  ),
  row(
    'TABLE_FADT_BLOCK',
    'an address alone',
    facp({ gpe1Block: 0x640 }),
    93,
    'GPE1_BLK_LEN is 0',
    facp({ gpe1Block: 0x640, gpe1BlockLength: 16, gpe1Base: 64 }),
    'warning',
  ),
  row(
    'TABLE_FADT_BLOCK',
    'events',
    facp({ gpe1Block: 0x640, gpe1BlockLength: 16, gpe1Base: 63 }),
    94,
    'GPE0_BLK has the events 0 to 63',
    facp({ gpe1Block: 0x640, gpe1BlockLength: 16, gpe1Base: 64 }),
  ),
  row(
    'TABLE_FADT_BLOCK',
    'ports',
    facp({ pmTimerBlock: 0, xPmTimerBlock: port(0xfffdn, 32) }),
    212,
    'port 0xfffd',
    facp({ pmTimerBlock: 0, xPmTimerBlock: port(0xfffcn, 32) }),
  ),
  row(
    'TABLE_FADT_BLOCK',
    'overlap',
    facp({ pmTimerBlock: 0x605, xPmTimerBlock: port(0x605n, 32) }),
    212,
    'PM_TMR_BLK (0x605..0x608) overlaps PM1a_CNT_BLK (0x604..0x605)',
    [
      facp({ pmTimerBlock: 0x606, xPmTimerBlock: port(0x606n, 32) }),
      facp({ pmTimerBlock: 0, xPmTimerBlock: port(0x605n, 32, { space: 0 }) }),
    ],
  ),
  row(
    'TABLE_FADT_BLOCK',
    'overlap of 32-bit addresses',
    facp({ pm1bControlBlock: 0x604, xPm1bControlBlock: port(0n, 0) }),
    68,
    'PM1b_CNT_BLK (0x604..0x605) overlaps PM1a_CNT_BLK',
    facp({ pm1bControlBlock: 0x60c, xPm1bControlBlock: port(0n, 0) }),
  ),
  row(
    'TABLE_FADT_BLOCK',
    'overlap of GPEs',
    facp({ gpe0Block: 0x600, xGpe0Block: port(0x600n, 128) }),
    [224, 224, 224],
    'overlaps PM1a_EVT_BLK',
    facp({ gpe0Block: 0x610, xGpe0Block: port(0x610n, 128) }),
    'warning',
  ),
  row(
    'TABLE_FADT_BLOCK',
    'overlap of the reset register',
    facp({ resetRegister: port(0x62fn, 8) }),
    120,
    'RESET_REG (0x62f) overlaps GPE0_BLK (0x620..0x62f)',
    facp({ resetRegister: port(0x630n, 8) }),
    'warning',
  ),
  row(
    'TABLE_FADT_FLAGS',
    'reduced',
    reduced({ pm1aEventBlock: 0x600, pm1EventLength: 4 }),
    56,
    'PM1a_EVT_BLK, PM1_EVT_LEN.',
    reduced(),
  ),
  row('TABLE_FADT_FLAGS', 'reduced, 64-bit', reduced({ xGpe0Block: port(0x620n, 128) }), 220, 'X_GPE0_BLK', facp()),
  row(
    'TABLE_FADT_FLAGS',
    'reduced before its time',
    facpOf(244, 4, { ...PC, ...Object.fromEntries(Object.keys(PC).map((key) => [key, undefined])), flags: 1 << 20 }),
    112,
    'revision 4',
    reduced(),
  ),
  row(
    'TABLE_FADT_FLAGS',
    'APIC modes',
    facp({ flags: 1 | (3 << 18) }),
    112,
    'bits 18 and 19',
    facp({ flags: 1 | (1 << 18) }),
  ),
  row(
    'TABLE_FADT_FLAGS',
    'PSCI',
    reduced({ armBootArchitecture: 2 }),
    129,
    'PSCI_USE_HVC',
    reduced({ armBootArchitecture: 3 }),
    'warning',
  ),
  row(
    'TABLE_FADT_FLAGS',
    'RTC',
    facp({ bootArchitecture: 1 << 5, century: 0x32 }),
    109,
    'CMOS_RTC_NOT_PRESENT',
    facp({ century: 0x32 }),
    'warning',
  ),
  row(
    'TABLE_FADT_RESET',
    'width',
    facp({ resetRegister: port(0xcf9n, 16) }),
    117,
    'width of 16 bits',
    facp({ flags: 1, resetRegister: port(0xcf9n, 16) }),
  ),
  row(
    'TABLE_FADT_RESET',
    'offset',
    facp({ resetRegister: port(0xcf9n, 8, { bitOffset: 1 }) }),
    118,
    'bit offset of 1',
    facp(),
  ),
  row(
    'TABLE_FADT_RESET',
    'space',
    facp({ resetRegister: port(0xcf9n, 8, { space: 3 }) }),
    116,
    'address space 3',
    facp({ resetRegister: port(0xcf9n, 8, { space: 2 }) }),
  ),
  row('TABLE_FADT_RESET', 'port', facp({ resetRegister: port(0x1_0000n, 8) }), 120, 'ports end at 0xffff', [
    facp({ resetRegister: port(0xffffn, 8) }),
    facp({ resetRegister: port(0x1_0000n, 8, { space: 0 }) }),
  ]),
  row(
    'TABLE_FADT_RESET',
    'address',
    facp({ resetRegister: port(0n, 8) }),
    120,
    'no address',
    facp({ flags: 1, resetRegister: port(0n, 0) }),
  ),
  row('TABLE_FADT_RESET', 'length', facpOf(116, 1), 112, 'ends after 116 bytes', facpOf(129, 2)),
  row(
    'TABLE_FADT_RESET',
    'sleep',
    reduced({ sleepControl: port(0x600n, 8) }),
    260,
    'SLEEP_STATUS_REG has none',
    reduced({ sleepControl: port(0x600n, 8), sleepStatus: port(0x601n, 8) }),
  ),
  row(
    'TABLE_FADT_POINTER',
    'FACS',
    facp({ firmwareCtrl: 0, xFirmwareCtrl: 0x7fe_0020n }),
    132,
    'multiple of 64',
    facp({ firmwareCtrl: 0, xFirmwareCtrl: 0x7fe_0080n }),
  ),
  row('TABLE_FADT_POINTER', 'both', facp({ dsdt: 0, xDsdt: 0x7fe_0000n }), 140, 'both at 0x7fe0000', facp()),
  row(
    'TABLE_FADT_POINTER',
    'DSDT',
    facp({ dsdt: 0, xDsdt: 0n }),
    40,
    'neither DSDT nor X_DSDT',
    facp({ dsdt: 0, xDsdt: 0n, firmwareCtrl: 0, xFirmwareCtrl: 0n }),
  ),
  row(
    'TABLE_FADT_POINTER',
    'no FACS',
    facp({ firmwareCtrl: 0, xFirmwareCtrl: 0n }),
    36,
    'neither FIRMWARE_CTRL',
    reduced(),
    'warning',
  ),
  row(
    'TABLE_FADT_SMI',
    'command',
    facp({ smiCommand: 0 }),
    52,
    'ACPI_ENABLE, ACPI_DISABLE',
    facp({ smiCommand: 0, acpiEnable: 0, acpiDisable: 0 }),
  ),
  row('TABLE_FADT_SMI', 'same', facp({ acpiDisable: 2 }), 52, 'are both 0x02', facp()),
  row('TABLE_FADT_SMI', 'none', facp({ acpiEnable: 0, acpiDisable: 0 }), 52, 'are both 0x00', facp(), 'warning'),
  row(
    'TABLE_FADT_SMI',
    'port',
    facp({ smiCommand: 0x1_0000 }),
    48,
    'ports end at 0xffff',
    facp({ smiCommand: 0xffff }),
  ),
  row('TABLE_FADT_SMI', 'SCI', facp({ sciInterrupt: 0 }), 46, 'SCI_INT is 0', reduced({ sciInterrupt: 0 })),
  row('TABLE_FADT_LENGTH', '', facpOf(268, 6), 4, 'revision 6 has 276 bytes', [
    facpOf(276, 6),
    facpOf(268, 5),
    facpOf(244, 3),
    facpOf(116, 1, { flags: 1 }),
    facpOf(300, 7),
  ]),
  row('TABLE_FADT_RESERVED', 'flags', facp({ flags: 1 | (1 << 24) }), 112, '0x1000000', facp({ flags: 1 | (1 << 21) })),
  row(
    'TABLE_FADT_RESERVED',
    'caches',
    facp({ flags: 1 | (3 << 22) }),
    112,
    'PERSISTENT_CPU_CACHES',
    facp({ flags: 1 | (2 << 22) }),
  ),
  row(
    'TABLE_FADT_RESERVED',
    'boot',
    facp({ bootArchitecture: 0x40 }),
    109,
    'IAPC_BOOT_ARCH is 0x0040',
    facp({ bootArchitecture: 0x1f }),
  ),
  row(
    'TABLE_FADT_RESERVED',
    'Arm',
    facp({ armBootArchitecture: 4 }),
    129,
    'ARM_BOOT_ARCH',
    facp({ armBootArchitecture: 3 }),
  ),
  row('TABLE_FADT_RESERVED', 'byte', facp({ reserved: 1 }), 111, 'is reserved', facp()),
  row('TABLE_FADT_RESERVED', 'model', facp({ model: 2 }), 44, 'INT_MODEL', facp({ model: 1 })),
  row(
    'TABLE_FADT_RESERVED',
    'profile',
    facp({ preferredPmProfile: 9 }),
    45,
    'those from 9 up',
    facp({ preferredPmProfile: 8 }),
  ),
  row('TABLE_FADT_VALUE', 'latency', facp({ c2Latency: 90, c3Latency: 20 }), 98, 'C3 would be faster than C2', [
    facp({ c2Latency: 101, c3Latency: 20 }),
    facp({ c2Latency: 20, c3Latency: 20 }),
  ]),
  row('TABLE_FADT_VALUE', 'THT_EN', facp({ dutyOffset: 2, dutyWidth: 3 }), 105, 'THT_EN', [
    facp({ dutyOffset: 1, dutyWidth: 3 }),
    facp({ dutyOffset: 5, dutyWidth: 3 }),
  ]),
  row(
    'TABLE_FADT_VALUE',
    'P_CNT',
    facp({ dutyOffset: 30, dutyWidth: 3 }),
    105,
    'last bit',
    facp({ dutyOffset: 29, dutyWidth: 3 }),
  ),
  row(
    'TABLE_FADT_VALUE',
    'alarm',
    facp({ monthAlarm: 0x7e }),
    107,
    'a month needs a day',
    facp({ monthAlarm: 0x7e, dayAlarm: 0x7d }),
  ),
  row('TABLE_FADT_VALUE', 'CMOS', facp({ century: 0x80 }), 108, '0x80', facp({ century: 0x7f })),
  row('TABLE_FADT_VALUE', 'cache', facp({ flags: 0, flushSize: 1024 }), 100, 'FLUSH_STRIDE is 0', [
    facp({ flushSize: 1024 }),
    facp({ flags: 0, flushSize: 1024, flushStride: 64 }),
  ]),
];

type Fields = readonly (readonly [offset: number, bytes: 1 | 4 | 8, value: number | bigint])[];

/** A structure of the GIC, its fields written by hand at the offsets of ACPI 6.5 §5.2.12.14 to §5.2.12.18. */
function gic(type: number, lengthBytes: number, fields: Fields): MadtStructure {
  const bytes = new Uint8Array(lengthBytes);
  const view = new DataView(bytes.buffer);
  for (const [offset, width, value] of fields) {
    if (width === 8) view.setBigUint64(offset, BigInt(value), true);
    else if (width === 4) view.setUint32(offset, Number(value), true);
    else view.setUint8(offset, Number(value));
  }
  return { kind: 'other', type, bytes: bytes.subarray(2) };
}
const gicc = ({ uid = 0, mpidr = 0n, flags = 1, redistributor = 0n, length = 82 } = {}): MadtStructure =>
  gic(11, length, [
    [8, 4, uid],
    [12, 4, flags],
    [60, 8, redistributor],
    [68, 8, mpidr],
  ]);
const gicd = ({ base = 0x800_0000n, version = 2, vectorBase = 0 } = {}): MadtStructure =>
  gic(12, 24, [
    [8, 8, base],
    [16, 4, vectorBase],
    [20, 1, version],
  ]);
const msiFrame = (id: number, base: bigint): MadtStructure =>
  gic(13, 24, [
    [4, 4, id],
    [8, 8, base],
  ]);
const gicr = (base: bigint, length = 0x2_0000): MadtStructure =>
  gic(14, 16, [
    [4, 8, base],
    [12, 4, length],
  ]);
const its = (id: number, base: bigint): MadtStructure =>
  gic(15, 20, [
    [4, 4, id],
    [8, 8, base],
  ]);
const GICV3 = [gicc(), gicd({ version: 3 }), gicr(0x80a_0000n)];

/** The lengths of a GICC by the MADT's revision, and the shorter or longer ones beside them. */
const GICC_LENGTHS = [
  [4, 76, 80, 'warning'],
  [5, 82, 80, 'warning'],
  [6, 80, 82, 'warning'],
  [3, 78, 76, 'warning'],
].map(([revision, wrong, right, severity]) =>
  row(
    'TABLE_MADT_GIC',
    `GICC of ${wrong} bytes in revision ${revision}`,
    apic([gicc({ length: wrong as number }), gicd()], { revision: revision as number }),
    FIRST + 1,
    `has ${wrong} bytes`,
    apic([gicc({ length: right as number }), gicd()], { revision: revision as number }),
    severity as Severity,
  ),
);

const GIC_FIXTURES: readonly DataFixture[] = [
  ...GICC_LENGTHS,
  ...[
    [12, 24, 'GICD'],
    [13, 24, 'GIC MSI frame'],
    [14, 16, 'GICR'],
    [15, 20, 'GIC ITS'],
  ].map(([type, bytes, name]) =>
    row(
      'TABLE_MADT_GIC',
      `${name} cut short`,
      apic([{ kind: 'other', type: type as number, bytes: new Uint8Array((bytes as number) - 3).fill(1) }]),
      FIRST + 1,
      `A ${name} has ${(bytes as number) - 1} bytes; in a MADT of revision 6 it has ${bytes}`,
      apic([{ kind: 'other', type: type as number, bytes: new Uint8Array((bytes as number) - 2).fill(1) }]),
    ),
  ),
  row(
    'TABLE_MADT_GIC',
    'GICC without MPIDR',
    apic([gicc({ length: 82 }), gicd(), gic(11, 40, [])], { revision: 6 }),
    FIRST + 82 + 24 + 1,
    'has 40 bytes; in a MADT of revision 6 it has 82',
    apic([gicc({ length: 82 }), gicd(), gic(11, 82, [[12, 4, 0]])], { revision: 6 }),
  ),
  row('TABLE_MADT_GIC', 'no GICD', apic([gicc()]), FIRST, 'no GICD', apic([gicc(), gicd()])),
  row(
    'TABLE_MADT_GIC',
    'two GICDs',
    apic([gicc(), gicd(), gicd({ base: 0x900_0000n })]),
    FIRST + 82 + 24,
    'more than one GICD',
    apic([gicc(), gicd()]),
  ),
  row(
    'TABLE_MADT_GIC',
    'version',
    apic([gicc({ redistributor: 0x80a_0000n }), gicd({ version: 5 })]),
    FIRST + 82 + 20,
    'version 5',
    apic([gicc({ redistributor: 0x80a_0000n }), gicd({ version: 4 })]),
    'warning',
  ),
  row('TABLE_MADT_GIC', 'no redistributor', apic([gicc(), gicd({ version: 3 })]), FIRST + 60, 'no redistributor', [
    apic(GICV3),
    apic([gicc({ redistributor: 0x80a_0000n }), gicd({ version: 3 })]),
    apic([gicc(), gicd({ version: 2 })]),
  ]),
  row(
    'TABLE_MADT_GIC',
    'no address',
    apic([gicc(), gicd({ base: 0n })]),
    FIRST + 82 + 8,
    'A GICD has no address',
    apic([gicc(), gicd()]),
  ),
  row(
    'TABLE_MADT_GIC',
    'alignment',
    apic([...GICV3, its(0, 0x808_8000n)]),
    FIRST + 82 + 24 + 16 + 8,
    'not a multiple of 64 KiB',
    [apic([...GICV3, its(0, 0x808_0000n)]), apic([...GICV3, msiFrame(0, 0x802_1000n)])],
    'warning',
  ),
  row(
    'TABLE_MADT_GIC',
    'empty GICR',
    apic([gicc(), gicd({ version: 3 }), gicr(0x80a_0000n, 0)]),
    FIRST + 82 + 24 + 12,
    'length 0',
    apic(GICV3),
  ),
  row(
    'TABLE_MADT_GIC',
    'one address twice',
    apic([...GICV3, gicr(0x80a_0000n)]),
    FIRST + 82 + 24 + 16 + 4,
    'is at 0x80a0000, where another',
    apic([...GICV3, gicr(0x80c_0000n)]),
  ),
  row(
    'TABLE_MADT_GIC',
    'ITS ID',
    apic([...GICV3, its(7, 0x808_0000n), its(7, 0x80f_0000n)]),
    FIRST + 82 + 24 + 16 + 20 + 4,
    'The ID 7 of a GIC ITS',
    apic([...GICV3, its(7, 0x808_0000n), its(8, 0x80f_0000n), msiFrame(7, 0x802_0000n)]),
  ),
  row('TABLE_MADT_GIC', 'MPIDR', apic([gicc({ mpidr: 0x8000_0000n }), gicd()]), FIRST + 68, '0x80000000', [
    apic([gicc({ mpidr: 0xff_00ff_ffffn }), gicd()]),
    apic([gicc({ mpidr: 0x8000_0000n, flags: 0 }), gicd()]),
  ]),
];

const MADT_FIXTURES: readonly DataFixture[] = [
  row(
    'TABLE_MADT_ID',
    'UID',
    apic([cpu(0), cpu(0, 1), IO_APIC]),
    FIRST + LAPIC + 2,
    'The UID 0 is',
    apic([cpu(0), cpu(0, 1, 0), IO_APIC]),
  ),
  row(
    'TABLE_MADT_ID',
    'APIC ID',
    apic([cpu(0), cpu(1, 0), IO_APIC]),
    FIRST + LAPIC + 3,
    'The APIC ID 0x0',
    apic([cpu(0), cpu(1), cpu(2, 0, 0)]),
  ),
  row(
    'TABLE_MADT_ID',
    'x2APIC',
    apic([x2cpu(1, 300), x2cpu(2, 300)]),
    FIRST + 16 + 4,
    '0x12c',
    apic([x2cpu(1, 300), x2cpu(2, 301)]),
  ),
  row(
    'TABLE_MADT_ID',
    'all',
    apic([cpu(1, 255)]),
    FIRST + 3,
    '0xff, which means all',
    apic([cpu(1, 255, 0), x2cpu(2, 255)]),
  ),
  row(
    'TABLE_MADT_ID',
    'mixed',
    apic([cpu(0), x2cpu(1)]),
    FIRST + LAPIC + 4,
    'fits a local APIC entry',
    [apic([x2cpu(0), x2cpu(1)]), apic([cpu(0), x2cpu(1, 255)])],
    'warning',
  ),
  row(
    'TABLE_MADT_ID',
    'I/O APIC',
    apic([IO_APIC, ioApic(0, 0xfec1_0000, 24)]),
    FIRST + 12 + 2,
    'The ID 0 is',
    apic([IO_APIC, ioApic(1, 0xfec1_0000, 24)]),
  ),
  row('TABLE_MADT_OVERRIDE', 'bus', apic([override(3, 3, 0, 1)]), FIRST + 2, 'bus 1', apic([override(3)])),
  row('TABLE_MADT_OVERRIDE', 'source', apic([override(16)]), FIRST + 3, 'interrupt 16', apic([override(15)])),
  row(
    'TABLE_MADT_OVERRIDE',
    'twice',
    apic([override(0, 2), override(0, 3)]),
    FIRST + 10 + 3,
    'Interrupt 0 has',
    apic([override(0, 2), override(9)]),
  ),
  row(
    'TABLE_MADT_OVERRIDE',
    'GSI',
    apic([override(0, 2), override(1, 2)]),
    FIRST + 10 + 4,
    'goes to GSI 2',
    apic([override(0, 2), override(1, 3)]),
  ),
  row('TABLE_MADT_OVERRIDE', 'polarity', apic([override(0, 2, 2)]), FIRST + 8, 'polarity 2', apic([override(0, 2, 3)])),
  row(
    'TABLE_MADT_OVERRIDE',
    'trigger',
    apic([override(0, 2, 8)]),
    FIRST + 8,
    'trigger mode 2',
    apic([override(0, 2, 12)]),
  ),
  row(
    'TABLE_MADT_OVERRIDE',
    'reserved',
    apic([override(0, 2, 16)]),
    FIRST + 8,
    'bits 0x10',
    apic([override(0, 2, 15)]),
  ),
  row(
    'TABLE_MADT_OVERRIDE',
    'SCI',
    [apic([override(9, 9, 5)]), facp()],
    FIRST + 8,
    'is the SCI',
    [apic([override(9, 9, 13), override(10, 10, 5)]), facp()],
    'warning',
  ),
  row(
    'TABLE_MADT_GSI',
    'base',
    apic([IO_APIC, ioApic(1, 0xfec1_0000, 0)]),
    FIRST + 12 + 8,
    'begins at GSI 0',
    apic([IO_APIC, ioApic(1, 0xfec1_0000, 24)]),
  ),
  row(
    'TABLE_MADT_GSI',
    'address',
    apic([IO_APIC, ioApic(1, 0xfec0_0000, 24)]),
    FIRST + 12 + 4,
    'is at 0xfec00000, as one',
    apic([IO_APIC, ioApic(1, 0xfec0_1000, 24)]),
  ),
  row('TABLE_MADT_GSI', 'no address', apic([ioApic(0, 0, 0)]), FIRST + 4, 'has no address', apic([IO_APIC])),
  row(
    'TABLE_MADT_GSI',
    'below',
    apic([ioApic(0, 0xfec0_0000, 24), override(0, 2)]),
    FIRST + 12 + 4,
    'begins at 24',
    apic([IO_APIC, override(0, 2)]),
  ),
  row('TABLE_MADT_GSI', 'local', apic([cpu(0)], { localApicAddress: 0 }), 36, 'is 0', [
    apic([x2cpu(0)], { localApicAddress: 0 }),
    apic([cpu(0), { kind: 'localApicAddressOverride', address: 1n << 32n }], { localApicAddress: 0 }),
  ]),
  row('TABLE_MADT_NMI', 'processor', apic([cpu(0), nmi(1)]), FIRST + LAPIC + 2, 'UID 1', [
    apic([cpu(0), nmi(0)]),
    apic([cpu(0), nmi(255)]),
  ]),
  row('TABLE_MADT_NMI', 'LINT', apic([cpu(0), nmi(255, 2)]), FIRST + LAPIC + 5, 'LINT 2', apic([cpu(0), nmi(255, 0)])),
  row(
    'TABLE_MADT_GSI',
    'overridden twice',
    apic([
      { kind: 'localApicAddressOverride', address: 1n << 32n },
      { kind: 'localApicAddressOverride', address: 1n << 32n },
    ]),
    FIRST + 12,
    'more than one override',
    apic([{ kind: 'localApicAddressOverride', address: 1n << 32n }]),
  ),
  row(
    'TABLE_MADT_NMI',
    'twice',
    apic([cpu(0), nmi(0), nmi(0)]),
    FIRST + LAPIC + 6,
    'an earlier entry for the NMI at LINT 1',
    [apic([cpu(0), nmi(0), nmi(0, 0)]), apic([cpu(0), cpu(1), nmi(0), nmi(1)])],
  ),
  row(
    'TABLE_MADT_NMI',
    'for all and for one',
    apic([cpu(0), nmi(255), nmi(0)]),
    FIRST + LAPIC + 6,
    'an earlier entry',
    apic([cpu(0), nmi(255, 0), nmi(0)]),
  ),
  row(
    'TABLE_MADT_NMI',
    'for all, of both kinds',
    apic([cpu(0), nmi(255), { kind: 'localX2apicNmi', processorUid: 0xffff_ffff, lint: 1 }]),
    FIRST + LAPIC + 6,
    'an earlier entry',
    apic([cpu(0), nmi(255), { kind: 'localX2apicNmi', processorUid: 0xffff_ffff, lint: 0 }]),
  ),
  row(
    'TABLE_MADT_NMI',
    'source twice',
    apic([
      { kind: 'nmiSource', flags: 5, gsi: 3 },
      { kind: 'nmiSource', flags: 5, gsi: 3 },
    ]),
    FIRST + 8,
    'of GSI 3',
    apic([
      { kind: 'nmiSource', flags: 5, gsi: 3 },
      { kind: 'nmiSource', flags: 5, gsi: 4 },
    ]),
  ),
  ...GIC_FIXTURES,
  row(
    'TABLE_MADT_NMI',
    'flags',
    apic([{ kind: 'nmiSource', flags: 2, gsi: 3 }]),
    FIRST + 2,
    'polarity 2',
    apic([{ kind: 'nmiSource', flags: 5, gsi: 3 }]),
  ),
  row(
    'TABLE_MADT_STRUCTURE',
    'type',
    apic([x2cpu(0)], { revision: 1 }),
    FIRST,
    'type 9 is in a MADT of revision 1',
    apic([x2cpu(0)], { revision: 3 }),
  ),
  row(
    'TABLE_MADT_STRUCTURE',
    'reserved',
    apic([{ kind: 'other', type: 0x40, bytes: new Uint8Array(2) }]),
    FIRST,
    'type 64 is reserved',
    apic([{ kind: 'other', type: 0x80, bytes: new Uint8Array(2) }]),
  ),
  row(
    'TABLE_MADT_STRUCTURE',
    'length',
    apic([{ kind: 'other', type: 0, bytes: Uint8Array.of(0, 0, 1, 0, 0, 0, 0) }]),
    FIRST + 1,
    'has 9 bytes',
    apic([cpu(0)]),
  ),
  row(
    'TABLE_MADT_STRUCTURE',
    'FADT',
    [apic([cpu(0)], { revision: 5 }), facp()],
    8,
    'the FADT is of ACPI 6.5',
    [apic([cpu(0)]), facp()],
    'note',
  ),
  row('TABLE_MADT_RESERVED', 'table', apic([cpu(0)], { flags: 3 }), 40, '0x3', apic([cpu(0)])),
  row('TABLE_MADT_RESERVED', 'processor', apic([cpu(0, 0, 5)]), FIRST + 4, '0x4', apic([cpu(0, 0, 2)])),
  row(
    'TABLE_MADT_RESERVED',
    'online-capable',
    apic([cpu(0, 0, 3)]),
    FIRST + 4,
    'enabled and online-capable',
    apic([cpu(0, 0, 1), cpu(1, 1, 2)]),
    'note',
  ),
  row(
    'TABLE_MADT_RESERVED',
    'GICC',
    apic([gicc({ flags: 0x11 }), gicd()]),
    FIRST + 12,
    '0x10',
    apic([gicc({ flags: 0xf }), gicd()]),
  ),
  row(
    'TABLE_MADT_RESERVED',
    'GICD',
    apic([gicc(), gicd({ vectorBase: 32 })]),
    FIRST + 82 + 16,
    'is 32',
    apic([gicc(), gicd()]),
  ),
  row(
    'TABLE_MADT_RESERVED',
    'I/O APIC',
    apic([{ ...IO_APIC, reserved: 1 } as MadtStructure]),
    FIRST + 3,
    '0x1',
    apic([IO_APIC]),
  ),
  row(
    'TABLE_MADT_PROCESSOR',
    'device',
    [apic([cpu(0), cpu(1)]), boardWith(processor('C000', 0))],
    FIRST + LAPIC + 2,
    'UID 1',
    [apic([cpu(0), cpu(1, 1, 0)]), boardWith(processor('C000', 0))],
  ),
  row(
    'TABLE_MADT_PROCESSOR',
    'Processor',
    [apic([cpu(0), cpu(1)]), dsdt([asl.Scope('\\_PR', [asl.Processor('CPU0', 0, 0, 0, [])])])],
    FIRST + LAPIC + 2,
    'UID 1',
    [
      apic([cpu(0), cpu(1)]),
      dsdt([asl.Scope('\\_PR', [asl.Processor('CPU0', 0, 0, 0, []), asl.Processor('CPU1', 1, 0, 0, [])])]),
    ],
  ),
  row(
    'TABLE_MADT_PROCESSOR',
    'unknown UID',
    [apic([cpu(0), cpu(1)]), boardWith(processor('C000', 0))],
    FIRST + LAPIC + 2,
    'UID 1',
    [
      apic([cpu(0), cpu(1)]),
      boardWith(
        asl.Device('C000', [
          asl.Name('_HID', asl.String('ACPI0007')),
          asl.Method('_UID', {}, [asl.Return(asl.path('NUID'))]),
        ]),
        processor('C001', 1),
      ),
    ],
  ),
  row(
    'TABLE_MADT_PROCESSOR',
    'none',
    [apic([cpu(0)]), boardWith()],
    FIRST + 2,
    'declares none',
    apic([cpu(0)]),
    'note',
  ),
];

const OTHER_FIXTURES: readonly DataFixture[] = [
  row(
    'TABLE_MCFG_ENTRY',
    'base',
    mcfg({ base: 0xe000_0021n }),
    44,
    '0xe0000021, which is not a multiple of 1 MiB',
    mcfg({}),
  ),
  row('TABLE_MCFG_ENTRY', 'empty', mcfg({}, { base: 0n, lastBus: 0 }), 60, 'Entry 1 has the base 0', mcfg({})),
  row(
    'TABLE_MCFG_ENTRY',
    'reversed',
    mcfg({ firstBus: 9, lastBus: 8 }),
    55,
    'buses 9 to 8',
    mcfg({ firstBus: 8, lastBus: 8 }),
  ),
  row(
    'TABLE_MCFG_ENTRY',
    'bus',
    mcfg({ lastBus: 127 }, { base: 0x1_0000_0000n, firstBus: 127 }),
    70,
    'bus 127 of segment 0',
    [mcfg({ lastBus: 127 }, { base: 0x1_0000_0000n, firstBus: 128 }), mcfg({}, { base: 0x1_0000_0000n, segment: 1 })],
  ),
  row(
    'TABLE_MCFG_ENTRY',
    'addresses',
    mcfg({}, { segment: 1 }),
    60,
    'has addresses',
    mcfg({ lastBus: 127 }, { segment: 1, firstBus: 128 }),
  ),
  row(
    'TABLE_MCFG_ENTRY',
    'end',
    mcfg({ base: 0xffff_ffff_f010_0000n }),
    44,
    '64 bits',
    mcfg({ base: 0xffff_ffff_f000_0000n }),
  ),
  row('TABLE_MCFG_ENTRY', 'none', mcfg(), 44, 'There are no entries', mcfg({}), 'warning'),
  row(
    'TABLE_MCFG_ALIGNMENT',
    '',
    mcfg({ base: 0xe010_0000n }),
    44,
    'multiple of 256 MiB',
    mcfg({ base: 0xe400_0000n, lastBus: 63 }),
  ),
  row('TABLE_MCFG_RESERVED', 'header', patched(mcfg({}), 43, 1), 43, '0x01', mcfg({})),
  row('TABLE_MCFG_RESERVED', 'entry', patched(mcfg({}), 57, 2), 57, 'of entry 0 is 0x02', mcfg({})),
  row('TABLE_RSDP', 'revision', rsdp(15, 1), 15, 'revision 1', rsdp()),
  row('TABLE_RSDP', 'length', rsdp(20, 20), 20, 'length as 20', rsdp()),
  row('TABLE_RSDP', 'addresses', rsdp(24, 0, 0, 0, 0), 16, 'Neither an RSDT', rsdp()),
  row('TABLE_RSDP', 'reserved', rsdp(34, 7), 34, '0x07', rsdp(), 'warning'),
  row('TABLE_ROOT_ENTRY', 'zero', xsdt(0x1000n, 0n), 44, 'Entry 1 is 0', xsdt(0x1000n)),
  row('TABLE_ROOT_ENTRY', 'twice', xsdt(0x1000n, 0x2000n, 0x1000n), 52, 'Entry 2 is 0x1000', xsdt(0x1000n, 0x2000n)),
  row('TABLE_ROOT_ENTRY', 'none', xsdt(), 36, 'lists no table', xsdt(0x1000n)),
  row('TABLE_ROOT_ENTRY', 'DSDT', [xsdt(0x1000n, 0x7fe_0040n), facp()], 44, 'has the DSDT', [
    xsdt(0x1000n, 0x7fe_0080n),
    facp(),
  ]),
  row('TABLE_FACS', 'flags', facs(20, 4), 20, '0x4', facs(20, 3)),
  row('TABLE_FACS', 'version', facs(32, 3), 32, 'version 3', facs(32, 2)),
  row('TABLE_FACS', 'reserved', facs(63, 9), 63, '0x09', facs(36, 1)),
  row(
    'TABLE_TOO_SHORT',
    '',
    { file: 'facp.aml', bytes: encodeTable({ ...IDENTITY, signature: 'FACP' }, new Uint8Array(64)) },
    100,
    'at least 116',
    facpOf(116, 1, { flags: 1 }),
  ),
  row('TABLE_STRUCTURE', '', patched(apic([cpu(0)]), FIRST + 1, 0), FIRST, 'length as 0', apic([cpu(0)])),
];

export const DATA_FIXTURES: readonly DataFixture[] = [...FADT_FIXTURES, ...MADT_FIXTURES, ...OTHER_FIXTURES];
