import type { Access } from '../../vocab/index.js';

/**
 * How one kind of register answers, as a truth table of one bit. Every bit of the register follows it by itself, with
 * no branch and no call on the way of an access.
 */
interface AccessRow {
  /** Whether a read sees a bit that is held, and whether the read leaves it held. */
  readonly seen: 0 | 1;
  readonly left: 0 | 1;
  /** What a write leaves of a bit: that was held and is written, held and not written, not held and written. */
  readonly both: 0 | 1;
  readonly held: 0 | 1;
  readonly written: 0 | 1;
}

const ROWS: Readonly<Record<Access, AccessRow>> = {
  rw: { seen: 1, left: 1, both: 1, held: 0, written: 1 },
  ro: { seen: 1, left: 1, both: 1, held: 1, written: 0 },
  wo: { seen: 0, left: 1, both: 1, held: 0, written: 1 },
  w1c: { seen: 1, left: 1, both: 0, held: 1, written: 0 },
  w1s: { seen: 1, left: 1, both: 1, held: 1, written: 1 },
  rc: { seen: 1, left: 0, both: 1, held: 1, written: 0 },
};

const SEEN = 0;
const LEFT = 1;
const BOTH = 2;
const HELD = 3;
const WRITTEN = 4;

/** A row as five bits, never 0. */
export function accessBits(access: Access): number {
  const { seen, left, both, held, written } = ROWS[access];
  return (seen << SEEN) | (left << LEFT) | (both << BOTH) | (held << HELD) | (written << WRITTEN);
}

/** All ones if the bit is set, else 0. */
function mask(bits: number, bit: number): number {
  return -((bits >>> bit) & 1);
}

/** What a read gives of a value; unsigned, as all values are. */
export function seenByRead(bits: number, value: number): number {
  return (value & mask(bits, SEEN)) >>> 0;
}

/** What a read leaves of a value. */
export function leftByRead(bits: number, value: number): number {
  return (value & mask(bits, LEFT)) >>> 0;
}

/** What a write leaves. */
export function leftByWrite(bits: number, value: number, written: number): number {
  const both = value & written & mask(bits, BOTH);
  const held = value & ~written & mask(bits, HELD);
  return (both | held | (~value & written & mask(bits, WRITTEN))) >>> 0;
}
