import type { Access, BitRun, FieldDescription, RegisterDescription } from '../../vocab/index.js';

/** What a register holds after one of its fields was written and no harm was done to its other bits. */
export interface BitsAfterWrite {
  readonly value: number;
  /** The bits that the platform tells: not those of a key or a write mask, which hold nothing, nor those that reading clears. */
  readonly known: number;
}

const REGISTER_BITS = 32;

/** What a bit holds after a 0 or 1 was written to it. */
const WRITE: Readonly<Record<Access, (before: number, written: number) => number>> = {
  rw: (_, written) => written,
  wo: (_, written) => written,
  ro: (before) => before,
  rc: (before) => before,
  w1c: (before, written) => before & ~written,
  w1s: (before, written) => before | written,
};

const isIn = (run: BitRun | undefined, bit: number) =>
  run !== undefined && bit >= run.lowBit && bit < run.lowBit + run.widthBits;

/** What a write that is about other bits gives to one. */
function writtenBeside(access: Access, before: number, rule: RegisterDescription['reserved']): number {
  if (rule === 'one') return 1;
  if (rule === 'zero') return 0;
  // As it was read: a bit that is write-only reads as 0.
  if (rule === 'preserve') return access === 'wo' ? 0 : before;
  return access === 'rw' ? before : 0;
}

/** What the platform says that a register holds, once a field of it is written; `before` is what it held. */
export function bitsAfterWrite(
  register: RegisterDescription,
  field: FieldDescription,
  value: number,
  before: number,
): BitsAfterWrite {
  let [after, known] = [0, 0];
  for (let bit = 0; bit < REGISTER_BITS; bit++) {
    const owner = register.fields.find((each) => isIn(each, bit));
    const access = owner?.access ?? register.access;
    const held = (before >>> bit) & 1;
    const isUnknown = isIn(register.key, bit) || isIn(register.writeMask, bit) || access === 'rc';
    const isEnabled = register.writeMask === undefined || bit >= register.writeMask.widthBits;
    const written =
      owner === field
        ? (value >>> (bit - field.lowBit)) & 1
        : writtenBeside(access, held, owner === undefined ? register.reserved : undefined);
    const left = owner === field || isEnabled ? WRITE[access](held, written) : held;
    after = (after | (left << bit)) >>> 0;
    if (!isUnknown) known = (known | (1 << bit)) >>> 0;
  }
  return { value: (after & known) >>> 0, known };
}
