import { formatHex } from '../../base/index.js';

/** What a base address register decodes. PCI 3.0 §6.2.5 */
export type BarKind = 'mem32' | 'mem64' | 'io';

/** One base address register. */
export interface BarConfiguration {
  /** 0..5, or 6 for the expansion ROM. A 64-bit BAR takes the next index too. */
  readonly index: number;
  readonly kind: BarKind;
  /** A multiple of the size. */
  readonly address: bigint;
  /** A power of two; at least 16 for memory, 4 for ports, 2048 for the ROM. */
  readonly sizeBytes: bigint;
  readonly prefetchable?: boolean;
}

const ROM_INDEX = 6;
const ROM_REGISTER = 12;
const FIRST_REGISTER = 4;

const KINDS: Readonly<Record<BarKind, { typeBits: number; addressMask: bigint; end: bigint; least: bigint }>> = {
  mem32: { typeBits: 0, addressMask: 0xffff_fff0n, end: 0xffff_ffffn, least: 16n },
  mem64: { typeBits: 4, addressMask: 0xffff_fff0n, end: 0xffff_ffff_ffff_ffffn, least: 16n },
  io: { typeBits: 1, addressMask: 0xffff_fffcn, end: 0xffff_ffffn, least: 4n },
};
const PREFETCHABLE = 8;
const ROM_LEAST = 2048n;

export function isMemoryBar(bar: BarConfiguration): boolean {
  return bar.kind !== 'io';
}

/** The first register of a BAR. */
export function barRegister(index: number): number {
  return index === ROM_INDEX ? ROM_REGISTER : FIRST_REGISTER + index;
}

/** What is wrong with a BAR given those in use, as a sentence; undefined if nothing is. */
export function barFault(bar: BarConfiguration, used: readonly boolean[]): string | undefined {
  const { index, kind, address, sizeBytes: size } = bar;
  const isRom = index === ROM_INDEX;
  const { end, least } = KINDS[kind];
  if (!Number.isInteger(index) || index < 0 || index > ROM_INDEX) return `BAR ${index} is none of 0..6.`;
  if (used[index]) return `BAR ${index} is in use.`;
  if (size <= 0n || (size & (size - 1n)) !== 0n) return `BAR ${index} has ${size} bytes, no power of two.`;
  if (isRom && kind !== 'mem32') return `The expansion ROM is ${kind}, not mem32.`;
  if (size < (isRom ? ROM_LEAST : least))
    return `BAR ${index} has ${size} bytes, fewer than ${isRom ? ROM_LEAST : least}.`;
  if (kind === 'mem64' && index >= ROM_INDEX - 1) return `BAR ${index} has no second register for 64 bits.`;
  if (kind === 'mem64' && used[index + 1]) return `BAR ${index + 1}, the upper half of BAR ${index}, is in use.`;
  if (address < 0n || address % size !== 0n)
    return `BAR ${index} is at ${formatHex(address)}, no multiple of its size.`;
  if (address + size > end) return `BAR ${index} ends past ${formatHex(end)}.`;
  return undefined;
}

/** The registers that a BAR occupies: each with its value and writable bits. */
export function barLayout(bar: BarConfiguration): readonly (readonly [number, number, number])[] {
  const { typeBits, addressMask } = KINDS[bar.kind];
  const register = barRegister(bar.index);
  const writable = ~(bar.sizeBytes - 1n);
  const low = Number(bar.address & addressMask) | typeBits | (bar.prefetchable ? PREFETCHABLE : 0);
  const lowWritable = Number(writable & 0xffff_ffffn) | (bar.index === ROM_INDEX ? 1 : 0);
  const rows: [number, number, number][] = [[register, low >>> 0, lowWritable >>> 0]];
  if (bar.kind === 'mem64')
    rows.push([register + 1, Number(bar.address >> 32n), Number((writable >> 32n) & 0xffff_ffffn)]);
  return rows;
}
