/** The greatest unsigned integer of 64 bits, 2^64 - 1: the last address, and the widest AML Integer. */
export const MOST_U64 = 0xffff_ffff_ffff_ffffn;

const INTEGER = /^(?:0[xX][0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|[0-9]+(?:_[0-9]+)*)$/;

/** An unsigned integer written in decimal or as 0x hex, `_` allowed between digits; undefined if it is not one. */
export function parseInteger(text: string): bigint | undefined {
  const trimmed = text.trim();
  return INTEGER.test(trimmed) ? BigInt(trimmed.replaceAll('_', '')) : undefined;
}

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['B', 1n],
  ['KiB', 1n << 10n],
  ['MiB', 1n << 20n],
  ['GiB', 1n << 30n],
  ['TiB', 1n << 40n],
]);

/** The units of {@link parseQuantity}, the smallest first. */
export const QUANTITY_UNITS: readonly string[] = [...UNITS.keys()];

/** An address or a number of bytes: as {@link parseInteger}, or with a unit as in `4 GiB`; undefined if it is neither. */
export function parseQuantity(text: string): bigint | undefined {
  // Without a unit first: the B of 0x1B is a digit.
  const whole = parseInteger(text);
  if (whole !== undefined) return whole;
  const [, digits = '', unit = ''] = /^(.*[0-9a-fA-F]) *([KMGT]iB|B)$/.exec(text.trim()) ?? [];
  const count = parseInteger(digits);
  const factor = UNITS.get(unit);
  return count === undefined || factor === undefined ? undefined : count * factor;
}

/** `0x` and hex digits, at least `digits` of them. */
export function formatHex(value: bigint | number, digits = 1): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}
