import type { AddressRange, Platform } from '../../vocab/index.js';

/** Everything in the guest's memory, as boxes on one strip. */

interface StripRange {
  readonly name: string;
  readonly kind: 'ram' | 'ecam' | 'window' | 'vcfg' | 'region';
  readonly base: bigint;
  readonly end: bigint;
  /** Columns of the strip, from 0 on. */
  readonly from: number;
  readonly to: number;
  /** 0 is the top; ranges that overlap are below each other. */
  readonly lane: number;
  readonly overlaps: boolean;
}

export interface Strip {
  readonly ranges: readonly StripRange[];
  /** Weight of each column: larger runs are wider, but not to scale. */
  readonly columns: readonly number[];
  readonly lanes: number;
}

interface Named {
  readonly name: string;
  readonly kind: StripRange['kind'];
  readonly range: AddressRange;
}

function rangesOf({ memory, ecam, windows, vcfg }: Platform): Named[] {
  return [
    ...memory.map((range, index) => ({
      name: memory.length === 1 ? 'RAM' : `RAM ${index}`,
      kind: 'ram' as const,
      range,
    })),
    { name: 'ECAM', kind: 'ecam', range: ecam },
    ...(windows.mmio32 === undefined
      ? []
      : [{ name: 'PCI below 4 GiB', kind: 'window' as const, range: windows.mmio32 }]),
    ...(windows.mmio64 === undefined
      ? []
      : [{ name: 'PCI above 4 GiB', kind: 'window' as const, range: windows.mmio64 }]),
    { name: 'VCFG', kind: 'vcfg', range: { base: vcfg.base, lengthBytes: BigInt(vcfg.lengthBytes) } },
  ];
}

const log2 = (value: bigint) => value.toString(2).length;

/** Lays out the ranges: a column between any two of their ends, as wide as the logarithm of its size tells. */
export function stripOf(platform: Platform): Strip {
  const named = rangesOf(platform).filter(({ range }) => range.lengthBytes > 0n);
  const ends = named.flatMap(({ range }) => [range.base, range.base + range.lengthBytes]);
  const edges = [...new Set([0n, ...ends])].sort((a, b) => (a < b ? -1 : 1));
  const isUsed = (low: bigint, high: bigint) =>
    named.some(({ range }) => range.base < high && range.base + range.lengthBytes > low);
  const columns = edges.slice(1).map((high, index) => {
    const low = edges[index] as bigint;
    return isUsed(low, high) ? Math.max(2, log2(high - low) - 16) : 1.5;
  });
  const lanes: bigint[] = [];
  const sorted = named.sort((a, b) => (a.range.base < b.range.base ? -1 : 1));
  const ranges = sorted.map(({ name, kind, range: { base, lengthBytes } }): StripRange => {
    const end = base + lengthBytes;
    let lane = lanes.findIndex((last) => last <= base);
    if (lane < 0) lane = lanes.length;
    lanes[lane] = end;
    const overlaps = sorted.some(
      (o) => o.name !== name && o.range.base < end && o.range.base + o.range.lengthBytes > base,
    );
    return { name, kind, base, end, from: edges.indexOf(base), to: edges.indexOf(end), lane, overlaps };
  });
  return { ranges, columns, lanes: Math.max(1, lanes.length) };
}

/** A size as people say it: `512 MiB`. */
export function sizeText(bytes: bigint): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;
  let value = bytes;
  let unit = 0;
  while (value >= 1024n && value % 1024n === 0n && unit < units.length - 1) {
    value /= 1024n;
    unit++;
  }
  return `${value} ${units[unit]}`;
}
