/** `bits 17 and 18 differ`. */
export function differingBits(a: bigint, b: bigint): string {
  const bits: number[] = [];
  for (let rest = a ^ b, bit = 0; rest !== 0n; rest >>= 1n, bit++) if (rest & 1n) bits.push(bit);
  if (bits.length === 1) return `bit ${bits[0]} differs`;
  return `bits ${bits.slice(0, -1).join(', ')} and ${bits.at(-1)} differ`;
}
