import type { Access, BitRun, RegisterDescription } from '../../vocab/index.js';

/**
 * How one kind of register answers, as a truth table of one bit. Each bit of the register follows it independently, so
 * that an access takes neither branches nor calls.
 */
interface AccessRow {
  /** Whether a read sees a bit that is set, and whether it leaves the bit set. */
  readonly seen: 0 | 1;
  readonly left: 0 | 1;
  /** Whether a write leaves a bit set that was set and is written as 1; was set and is written as 0; was clear and is written as 1. */
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

/** Whether a value from elsewhere is a kind of access. */
export function isAccess(value: unknown): value is Access {
  return typeof value === 'string' && Object.hasOwn(ROWS, value);
}

/** A row as five bits, never 0. */
export function accessBits(access: Access): number {
  const { seen, left, both, held, written } = ROWS[access];
  return (seen << SEEN) | (left << LEFT) | (both << BOTH) | (held << HELD) | (written << WRITTEN);
}

/** All ones if the bit is set, else 0. */
function mask(bits: number, bit: number): number {
  return -((bits >>> bit) & 1);
}

/** What a read of a value gives; unsigned, as all values are. */
export function seenByRead(bits: number, value: number): number {
  return (value & mask(bits, SEEN)) >>> 0;
}

/** Whether a read sees the value. */
export function isSeenByRead(bits: number): boolean {
  return (bits & (1 << SEEN)) !== 0;
}

/** Whether a read leaves nothing of the value. */
export function isClearedByRead(bits: number): boolean {
  return (bits & (1 << LEFT)) === 0;
}

/** What a read leaves of a value. */
export function leftByRead(bits: number, value: number): number {
  return (value & mask(bits, LEFT)) >>> 0;
}

/** What a write leaves of a value. */
export function leftByWrite(bits: number, value: number, written: number): number {
  const both = value & written & mask(bits, BOTH);
  const held = value & ~written & mask(bits, HELD);
  return (both | held | (~value & written & mask(bits, WRITTEN))) >>> 0;
}

/** How a register answers whose bits do not all do the same, as one mask for each column of the truth table. */
export class MixedAccess {
  readonly #seen: number;
  readonly #left: number;
  readonly #both: number;
  readonly #held: number;
  readonly #written: number;
  /** The bits of the key and of the mask, which hold nothing. */
  readonly #special: number;
  readonly #keyMask: number;
  readonly #keyValue: number;
  readonly #enabled: number;
  readonly #enableShift: number;

  constructor({ access, fields, key, writeMask }: RegisterDescription) {
    this.#keyMask = key === undefined ? 0 : runMask(key);
    this.#keyValue = key === undefined ? 0 : (key.value << key.lowBit) >>> 0;
    const enables = writeMask === undefined ? 0 : runMask(writeMask);
    this.#enabled = writeMask === undefined ? 0 : enables >>> writeMask.lowBit;
    this.#enableShift = writeMask?.lowBit ?? 0;
    this.#special = this.#keyMask | enables;
    const column = (name: keyof AccessRow) => {
      let bits = ROWS[access][name] === 1 ? 0xffff_ffff : 0;
      for (const field of fields) {
        if (field.access === undefined) continue;
        bits = ROWS[field.access][name] === 1 ? bits | runMask(field) : bits & ~runMask(field);
      }
      return bits & ~this.#special;
    };
    this.#seen = column('seen');
    this.#left = column('left');
    this.#both = column('both');
    this.#held = column('held');
    this.#written = column('written');
  }

  /** Whether a register needs this: its access alone does not say how it answers. */
  static isNeeded({ access, fields, key, writeMask }: RegisterDescription): boolean {
    if (key !== undefined || writeMask !== undefined) return true;
    return fields.some((field) => field.access !== undefined && field.access !== access);
  }

  seenByRead(value: number): number {
    return (value & this.#seen) >>> 0;
  }

  leftByRead(value: number): number {
    return (value & this.#left) >>> 0;
  }

  /** What a write leaves of a value: all of it, without the key. */
  leftByWrite(value: number, written: number): number {
    if (((written ^ this.#keyValue) & this.#keyMask) !== 0) return value;
    const after = (value & written & this.#both) | (value & ~written & this.#held) | (~value & written & this.#written);
    const unchanged = this.#enabled & ~(written >>> this.#enableShift);
    return ((after & ~unchanged) | (value & unchanged)) >>> 0;
  }
}

function runMask({ lowBit, widthBits }: BitRun): number {
  return ((0xffff_ffff >>> (32 - widthBits)) << lowBit) >>> 0;
}
