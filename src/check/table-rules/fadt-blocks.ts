import { formatHex } from '../../base/index.js';
import { FADT_FLAG, type Fadt, fadtOffset, GAS_OFFSET, GAS_SPACE, type GenericAddress } from '../../tables/index.js';
import type { Finding } from '../rules/rule.js';
import { placeIn, type SubjectTable } from '../subject/subject-table.js';
import { type DecodedFadt, findingIn } from './decoded-tables.js';

/** The register blocks of the FADT: each has a 32-bit port address, a Generic Address Structure, and a length. */

type KeysOf<Value> = { [Key in keyof Fadt]: Fadt[Key] extends Value ? Key : never }[keyof Fadt];
type NumberField = KeysOf<number>;
type AddressField = KeysOf<GenericAddress>;

export interface Block {
  /** As ACPI names it; the 64-bit field has X_ before it. */
  readonly name: string;
  readonly narrow: NumberField;
  readonly wide: AddressField;
  readonly length: NumberField;
  readonly lengthName: string;
  /** `required` unless the hardware is reduced; `second` shares the length of another block. */
  readonly kind: 'required' | 'second' | 'optional';
  /** Whether a length in bytes is allowed, and what is. ACPI 6.5 §4.8.3, §5.2.9 */
  readonly fits: (bytes: number) => boolean;
  readonly lengths: string;
  /** Systems take the length of a GPE block from the length field, of all others from the width too. */
  readonly gpe?: true;
}

const EVENT = { length: 'pm1EventLength', lengthName: 'PM1_EVT_LEN', lengths: 'an even number from 4 up' } as const;
const CONTROL = { length: 'pm1ControlLength', lengthName: 'PM1_CNT_LEN', lengths: 'at least 2' } as const;
const isEvent = (bytes: number) => bytes >= 4 && bytes % 2 === 0;
const isControl = (bytes: number) => bytes >= 2;
const isEven = (bytes: number) => bytes % 2 === 0;

export const BLOCKS: readonly Block[] = [
  {
    name: 'PM1a_EVT_BLK',
    narrow: 'pm1aEventBlock',
    wide: 'xPm1aEventBlock',
    ...EVENT,
    kind: 'required',
    fits: isEvent,
  },
  { name: 'PM1b_EVT_BLK', narrow: 'pm1bEventBlock', wide: 'xPm1bEventBlock', ...EVENT, kind: 'second', fits: isEvent },
  {
    name: 'PM1a_CNT_BLK',
    narrow: 'pm1aControlBlock',
    wide: 'xPm1aControlBlock',
    ...CONTROL,
    kind: 'required',
    fits: isControl,
  },
  {
    name: 'PM1b_CNT_BLK',
    narrow: 'pm1bControlBlock',
    wide: 'xPm1bControlBlock',
    ...CONTROL,
    kind: 'second',
    fits: isControl,
  },
  {
    name: 'PM2_CNT_BLK',
    narrow: 'pm2ControlBlock',
    wide: 'xPm2ControlBlock',
    length: 'pm2ControlLength',
    lengthName: 'PM2_CNT_LEN',
    kind: 'optional',
    fits: () => true,
    lengths: 'at least 1',
  },
  {
    name: 'PM_TMR_BLK',
    narrow: 'pmTimerBlock',
    wide: 'xPmTimerBlock',
    length: 'pmTimerLength',
    lengthName: 'PM_TMR_LEN',
    kind: 'optional',
    fits: (bytes) => bytes === 4,
    lengths: '4',
  },
  {
    name: 'GPE0_BLK',
    narrow: 'gpe0Block',
    wide: 'xGpe0Block',
    length: 'gpe0BlockLength',
    lengthName: 'GPE0_BLK_LEN',
    kind: 'optional',
    fits: isEven,
    lengths: 'an even number',
    gpe: true,
  },
  {
    name: 'GPE1_BLK',
    narrow: 'gpe1Block',
    wide: 'xGpe1Block',
    length: 'gpe1BlockLength',
    lengthName: 'GPE1_BLK_LEN',
    kind: 'optional',
    fits: isEven,
    lengths: 'an even number',
    gpe: true,
  },
];

/** Whether a FADT is long enough to have a field. */
export function hasField({ bytes }: SubjectTable, field: keyof Fadt, lengthBytes: number): boolean {
  return fadtOffset(field) + lengthBytes <= bytes.length;
}

const GAS_BYTES = 12;
/** The widest that a Generic Address Structure can say. */
const MOST_WIDTH = 255;
/** The largest defined access size: a qword. */
const MOST_ACCESS_SIZE = 4;
/** Ports there are. */
const PORTS = 0x1_0000n;
const TIMER_BITS = 32;

/** The Generic Address Structure of a block, or of zeros if the table ends before it. */
export const wideOf = ({ table, value }: DecodedFadt, { wide }: Pick<Block, 'wide'>): GenericAddress | undefined =>
  hasField(table, wide, GAS_BYTES) ? value[wide] : undefined;

/** Where a block is, as an OS takes it: the 64-bit address if there is one. ACPI 6.5 §5.2.9 */
function addressOf(fadt: DecodedFadt, block: Block): bigint {
  const wide = wideOf(fadt, block)?.address ?? 0n;
  return wide === 0n ? BigInt(fadt.value[block.narrow]) : wide;
}

export const isReduced = ({ value }: DecodedFadt): boolean => (value.flags & FADT_FLAG.hardwareReduced) !== 0;

/** 32-bit fields beside 64-bit ones that are plain addresses. */
const POINTERS = [
  { name: 'FIRMWARE_CTRL', narrow: 'firmwareCtrl', wide: 'xFirmwareCtrl' },
  { name: 'DSDT', narrow: 'dsdt', wide: 'xDsdt' },
] as const;

function twin(table: SubjectTable, name: string, narrow: NumberField, at: number, message: string): Finding {
  const other = { file: table.file, offsetBytes: fadtOffset(narrow), path: name };
  return findingIn(table, at, message, { other });
}

/** Addresses that are there twice and differ. */
export function* differingTwins(fadt: DecodedFadt): Generator<Finding> {
  const { table, value } = fadt;
  const pair = (name: string, narrow: bigint, wide: bigint) =>
    `${name} is ${formatHex(narrow)}, and X_${name} is ${formatHex(wide)}.`;
  for (const { name, narrow, wide } of POINTERS) {
    if (!hasField(table, wide, 8)) continue;
    const [low, high] = [BigInt(value[narrow]), value[wide]];
    if (low === 0n || high === 0n || low === high) continue;
    yield twin(table, name, narrow, fadtOffset(wide), pair(name, low, high));
  }
  for (const block of BLOCKS) {
    const wide = wideOf(fadt, block);
    const narrow = BigInt(value[block.narrow]);
    if (wide === undefined || wide.address === 0n || narrow === 0n) continue;
    const at = fadtOffset(block.wide);
    if (wide.address !== narrow) {
      const message = pair(block.name, narrow, wide.address);
      yield twin(table, block.name, block.narrow, at + GAS_OFFSET.address, message);
    } else if (wide.space !== GAS_SPACE.systemIo) {
      const message = `${block.name} is the port ${formatHex(narrow)}, and X_${block.name} is in address space ${wide.space}.`;
      yield twin(table, block.name, block.narrow, at + GAS_OFFSET.space, message);
    }
  }
}

function* wideFaults({ table }: DecodedFadt, block: Block, wide: GenericAddress, length: number): Generator<Finding> {
  const { name, lengthName, gpe } = block;
  const at = fadtOffset(block.wide);
  const timer = block.wide === 'xPmTimerBlock';
  const wanted = timer ? TIMER_BITS : length * 8;
  if (length !== 0 && wide.bitWidth !== wanted && wanted <= MOST_WIDTH) {
    const why = timer ? `the PM timer has ${TIMER_BITS}` : `${lengthName} is ${length} bytes, which are ${wanted}`;
    const message = `X_${name} has a width of ${wide.bitWidth} bits, and ${why}.`;
    yield findingIn(table, at + GAS_OFFSET.bitWidth, message, gpe ? { severity: 'warning' } : {});
  }
  if (wide.bitOffset !== 0) {
    const message = `X_${name} has a bit offset of ${wide.bitOffset}; a register block begins at bit 0.`;
    yield findingIn(table, at + GAS_OFFSET.bitOffset, message);
  }
  if (wide.accessSize > MOST_ACCESS_SIZE) {
    const message = `X_${name} has the access size ${wide.accessSize}; the defined ones are 0 to ${MOST_ACCESS_SIZE}.`;
    yield findingIn(table, at + GAS_OFFSET.accessSize, message);
  }
}

/** Widths and lengths of register blocks that are there. */
export function* wrongWidths(fadt: DecodedFadt): Generator<Finding> {
  if (isReduced(fadt)) return;
  const { table, value } = fadt;
  for (const block of BLOCKS) {
    if (addressOf(fadt, block) === 0n) continue;
    const length = value[block.length];
    const wide = wideOf(fadt, block);
    if (wide !== undefined && wide.address !== 0n && wide.space !== GAS_SPACE.functionalFixedHardware) {
      yield* wideFaults(fadt, block, wide, length);
    }
    const isSaid = length === 0 && block.kind !== 'second' && block.wide !== 'xPmTimerBlock';
    if (block.fits(length) || isSaid || (block.kind === 'second' && length !== 0)) continue;
    const message = `${block.lengthName} is ${length}; for ${block.name} it has to be ${block.lengths}.`;
    yield findingIn(table, fadtOffset(block.length), message);
  }
}

/** Bits of a GPE block of that length: half are status, half enable. */
const gpesOf = (lengthBytes: number) => (lengthBytes / 2) * 8;

/** Blocks that are missing, or have a length and no address, or an address and no length. */
export function* halfBlocks(fadt: DecodedFadt): Generator<Finding> {
  if (isReduced(fadt)) return;
  const { table, value } = fadt;
  for (const block of BLOCKS) {
    const { name, lengthName, kind } = block;
    const address = addressOf(fadt, block);
    const length = value[block.length];
    const wide = wideOf(fadt, block);
    const isPort = wide === undefined || wide.address === 0n || wide.space === GAS_SPACE.systemIo;
    const at = wide?.address ? fadtOffset(block.wide) + GAS_OFFSET.address : fadtOffset(block.narrow);
    if (address !== 0n && isPort && address + BigInt(length) > PORTS) {
      yield findingIn(table, at, `${name} is at port ${formatHex(address)}, and ports end at 0xffff.`);
    }
    if (kind === 'required' && address === 0n) {
      const message = `${name} has no address, and a machine whose hardware is not reduced needs it.`;
      yield findingIn(table, fadtOffset(block.narrow), message);
    } else if (kind === 'optional' && address === 0n && length !== 0) {
      const message = `${lengthName} is ${length}, and ${name} has no address.`;
      yield findingIn(table, fadtOffset(block.length), message, { severity: 'warning' });
    }
    if (kind === 'second' || length !== 0 || address === 0n || block.wide === 'xPmTimerBlock') continue;
    const message = `${name} is at ${formatHex(address)}, and ${lengthName} is 0.`;
    yield findingIn(table, fadtOffset(block.length), message, kind === 'required' ? {} : { severity: 'warning' });
  }
  const [first, base] = [gpesOf(value.gpe0BlockLength), value.gpe1Base];
  if (value.gpe1BlockLength !== 0 && base < first) {
    const message = `GPE1_BASE is ${base}, and GPE0_BLK has the events 0 to ${first - 1}.`;
    yield findingIn(table, fadtOffset('gpe1Base'), message);
  }
}

/** Registers of one address space, with the field that has their address. */
interface RegisterRange {
  readonly name: string;
  readonly space: number;
  readonly start: bigint;
  readonly end: bigint;
  readonly offsetBytes: number;
  readonly kind: 'fixed' | 'gpe' | 'single';
}

/** Registers of one byte besides the blocks. */
const SINGLE_REGISTERS = [
  ['RESET_REG', 'resetRegister'],
  ['SLEEP_CONTROL_REG', 'sleepControl'],
  ['SLEEP_STATUS_REG', 'sleepStatus'],
] as const;

function registerRanges(fadt: DecodedFadt): RegisterRange[] {
  const { table, value } = fadt;
  const ranges = BLOCKS.flatMap((block): RegisterRange[] => {
    const start = addressOf(fadt, block);
    const length = value[block.length];
    if (start === 0n || length === 0) return [];
    const wide = wideOf(fadt, block);
    const isWide = wide !== undefined && wide.address !== 0n;
    return [
      {
        name: block.name,
        space: isWide ? wide.space : GAS_SPACE.systemIo,
        start,
        end: start + BigInt(length),
        offsetBytes: isWide ? fadtOffset(block.wide) + GAS_OFFSET.address : fadtOffset(block.narrow),
        kind: block.gpe ? 'gpe' : 'fixed',
      },
    ];
  });
  const single = (name: string, space: number, start: bigint, offsetBytes: number): RegisterRange[] =>
    start === 0n ? [] : [{ name, space, start, end: start + 1n, offsetBytes, kind: 'single' }];
  ranges.push(...single('SMI_CMD', GAS_SPACE.systemIo, BigInt(value.smiCommand), fadtOffset('smiCommand')));
  for (const [name, field] of SINGLE_REGISTERS) {
    if (!hasField(table, field, GAS_BYTES)) continue;
    const { space, address } = value[field];
    ranges.push(...single(name, space, address, fadtOffset(field) + GAS_OFFSET.address));
  }
  return ranges;
}

const rangeText = ({ name, start, end }: RegisterRange) =>
  end - start === 1n ? `${name} (${formatHex(start)})` : `${name} (${formatHex(start)}..${formatHex(end - 1n)})`;

/** Registers that are part of two blocks. */
export function* overlaps(fadt: DecodedFadt): Generator<Finding> {
  const ranges = registerRanges(fadt);
  for (const [index, range] of ranges.entries()) {
    for (const before of ranges.slice(0, index)) {
      if (before.space !== range.space || before.end <= range.start || range.end <= before.start) continue;
      const isFixed = before.kind === 'fixed' && range.kind === 'fixed';
      yield findingIn(fadt.table, range.offsetBytes, `${rangeText(range)} overlaps ${rangeText(before)}.`, {
        cure: 'Correct the address or the length that is wrong; no register belongs to two blocks.',
        other: placeIn(fadt.table, before.offsetBytes),
        ...(isFixed ? {} : { severity: 'warning' }),
      });
    }
  }
}
