/**
 * A 64-bit address as two unsigned 32-bit halves, without the bigint arithmetic that would allocate on every access.
 * Splitting goes through one pair of typed arrays over the same eight bytes, so the halves are valid until the next
 * split: read them at once.
 */
const whole = new BigUint64Array(1);
const halves = new Uint32Array(whole.buffer);

whole[0] = 1n;
const LOW = halves[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;

/** Takes an address apart; its bits above 63 are dropped. Follow with {@link lowHalf} and {@link highHalf}. */
export function split(address: bigint): void {
  whole[0] = address;
}

/** Bits 0..31 of the address that was split last. */
export function lowHalf(): number {
  return halves[LOW] as number;
}

/** Bits 32..63 of the address that was split last. */
export function highHalf(): number {
  return halves[HIGH] as number;
}

/** The reverse of splitting. */
export function joined(high: number, low: number): bigint {
  halves[HIGH] = high;
  halves[LOW] = low;
  return whole[0] as bigint;
}

/** The last guest-physical address, and where sums of a base and a length saturate. */
export const LAST_ADDRESS = 0xffff_ffff_ffff_ffffn;

/** Throws a RangeError unless the value is an unsigned 64-bit integer. */
export function checkWide(what: string, value: bigint): void {
  if (value < 0n || value > LAST_ADDRESS)
    throw new RangeError(`${what} is ${value}; it must be 0..0x${LAST_ADDRESS.toString(16)}.`);
}
