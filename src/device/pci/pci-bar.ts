import { formatHex } from '../../base/index.js';
import { spaceOf } from '../../platform/bars/bar-room.js';
import type { DeviceRange } from '../bus/bus-device.js';
import {
  COMMAND_IO,
  COMMAND_MEMORY,
  COMMAND_REGISTER,
  HEADER_LAYOUTS,
  type HeaderType,
  ROM_INDEX,
} from './header-layout.js';

/** What a base address register decodes. PCI 3.0 §6.2.5 */
export type BarKind = 'mem32' | 'mem64' | 'io';

/** One base address register. */
export interface BarConfiguration {
  /** 0..5, of a bridge 0..1; or 6 for the expansion ROM. A 64-bit BAR takes the next index too. */
  readonly index: number;
  readonly kind: BarKind;
  /** A multiple of the size. */
  readonly address: bigint;
  /** A power of two; at least 16 for memory, 4 for ports, 2048 for the ROM. */
  readonly sizeBytes: bigint;
  /** Only memory can be; ignored for ports. */
  readonly prefetchable?: boolean;
}

const FIRST_REGISTER = 4;

/** `end` is the first address past what a BAR of the kind can reach. */
const KINDS: Readonly<Record<BarKind, { typeBits: number; addressMask: number; end: bigint; least: bigint }>> = {
  mem32: { typeBits: 0, addressMask: 0xffff_fff0, end: 1n << 32n, least: 16n },
  mem64: { typeBits: 4, addressMask: 0xffff_fff0, end: 1n << 64n, least: 16n },
  io: { typeBits: 1, addressMask: 0xffff_fffc, end: 1n << 32n, least: 4n },
};
const PREFETCHABLE = 8;
const ROM_LEAST = 2048n;
const ROM_ENABLE = 1;

export function isMemoryBar(bar: BarConfiguration): boolean {
  return spaceOf(bar.kind) === 'memory';
}

/** The first register of a BAR. */
function barRegister(index: number, headerType: HeaderType): number {
  return index === ROM_INDEX ? HEADER_LAYOUTS[headerType].romRegister : FIRST_REGISTER + index;
}

/** What is wrong with a BAR given those in use, as a sentence; undefined if nothing is. */
export function barFault(bar: BarConfiguration, used: readonly boolean[], headerType: HeaderType): string | undefined {
  const { index, kind, address, sizeBytes: size } = bar;
  const { bars } = HEADER_LAYOUTS[headerType];
  const isRom = index === ROM_INDEX;
  if (!Number.isInteger(index) || index < 0 || (index >= bars && !isRom))
    return `BAR ${String(index)} does not exist: the header of a ${headerType} has 0..${bars - 1}, and ${ROM_INDEX} for the ROM.`;
  if (!Object.hasOwn(KINDS, kind)) return `BAR ${index} is ${String(kind)}; it must be mem32, mem64 or io.`;
  if (typeof address !== 'bigint' || typeof size !== 'bigint')
    return `BAR ${index} has address ${String(address)} and size ${String(size)}; both must be bigints.`;
  const { end, least } = KINDS[kind];
  if (used[index]) return `BAR ${index} is in use.`;
  if (size <= 0n || (size & (size - 1n)) !== 0n) return `BAR ${index} has ${size} bytes, which is not a power of two.`;
  if (isRom && kind !== 'mem32') return `The expansion ROM is ${kind}, not mem32.`;
  if (size < (isRom ? ROM_LEAST : least))
    return `BAR ${index} has ${size} bytes, fewer than ${isRom ? ROM_LEAST : least}.`;
  if (kind === 'mem64' && index + 1 >= bars) return `BAR ${index} has no second register for 64 bits.`;
  if (kind === 'mem64' && used[index + 1]) return `BAR ${index + 1}, the upper half of BAR ${index}, is in use.`;
  if (address < 0n || address % size !== 0n)
    return `BAR ${index} is at ${formatHex(address)}, which is not a multiple of its size.`;
  if (address + size > end) return `BAR ${index} ends after ${formatHex(end - 1n)}.`;
  return undefined;
}

/** The registers that a BAR occupies: each with its value and writable bits. */
export function barLayout(
  bar: BarConfiguration,
  headerType: HeaderType,
): readonly (readonly [register: number, value: number, writable: number])[] {
  const { typeBits, addressMask } = KINDS[bar.kind];
  const register = barRegister(bar.index, headerType);
  const writable = ~(bar.sizeBytes - 1n);
  const flags = typeBits | (bar.prefetchable && isMemoryBar(bar) ? PREFETCHABLE : 0);
  const low = (Number(bar.address & 0xffff_ffffn) & addressMask) | flags;
  const lowWritable = Number(writable & 0xffff_ffffn) | (bar.index === ROM_INDEX ? ROM_ENABLE : 0);
  const rows: [number, number, number][] = [[register, low >>> 0, lowWritable >>> 0]];
  if (bar.kind === 'mem64')
    rows.push([register + 1, Number(bar.address >> 32n), Number((writable >> 32n) & 0xffff_ffffn)]);
  return rows;
}

/** The parts of a header that say where its BARs are. */
export interface BarState {
  readonly headerType: HeaderType;
  readonly registers: ArrayLike<number>;
  readonly barConfigs: readonly (BarConfiguration | undefined)[];
}

/** Where a BAR is now: its registers without the type bits. */
export function barAddress({ headerType, registers }: BarState, bar: BarConfiguration): bigint {
  const register = barRegister(bar.index, headerType);
  const low = BigInt(((registers[register] as number) & KINDS[bar.kind].addressMask) >>> 0);
  return bar.kind === 'mem64' ? (BigInt(registers[register + 1] as number) << 32n) | low : low;
}

/** Whether COMMAND, and for the ROM its own enable bit, let the function answer for a BAR. PCI 3.0 §6.2.2, §6.2.5.2 */
export function isBarEnabled({ headerType, registers }: BarState, bar: BarConfiguration): boolean {
  const rom = registers[barRegister(ROM_INDEX, headerType)] as number;
  if (bar.index === ROM_INDEX && (rom & ROM_ENABLE) === 0) return false;
  const command = registers[COMMAND_REGISTER] as number;
  return (command & (isMemoryBar(bar) ? COMMAND_MEMORY : COMMAND_IO)) !== 0;
}

/** The ranges for which a function answers: its enabled BARs, in index order. */
export function barRanges(state: BarState): DeviceRange[] {
  return state.barConfigs
    .filter((bar) => bar !== undefined)
    .filter((bar) => isBarEnabled(state, bar))
    .map((bar) => ({
      base: barAddress(state, bar),
      lengthBytes: bar.sizeBytes,
      type: isMemoryBar(bar) ? 'mmio' : 'io',
    }));
}
