import { asl, type FieldOptions, type Term, type TermArg } from '../../aml/index.js';
import { madeName } from '../../platform/expand/part-names.js';
import type { Access, BitRun, FieldDescription, RegisterDescription } from '../../vocab/index.js';

export type UpdateRule = NonNullable<FieldOptions['update']>;

/** What a write of one field has to give another bit of the register: `any` if it makes no difference. */
type OtherBit = 'keep' | 'zero' | 'one' | 'any';

const REGISTER_BITS = 32;

/** Writing a bit back as it was read is harmless only if it keeps what is written. One that acts on each 1 must get 0. */
const OTHERS: Readonly<Record<Access, OtherBit>> = {
  rw: 'keep',
  ro: 'any',
  rc: 'any',
  wo: 'zero',
  w1c: 'zero',
  w1s: 'zero',
};
const RESERVED = { preserve: 'keep', zero: 'zero', one: 'one' } as const;

/** A bit for each kind, to collect kinds in a number. */
const KIND_BITS: Readonly<Record<OtherBit, number>> = { keep: 1, zero: 2, one: 4, any: 0 };

function contains(run: BitRun | undefined, bit: number): boolean {
  return run !== undefined && bit >= run.lowBit && bit < run.lowBit + run.widthBits;
}

function otherBit(register: RegisterDescription, bit: number, written: BitRun | undefined): OtherBit {
  const { access, fields, reserved, key, writeMask } = register;
  if (key !== undefined && contains(key, bit)) return (key.value >>> (bit - key.lowBit)) & 1 ? 'one' : 'zero';
  if (writeMask !== undefined && contains(writeMask, bit))
    return contains(written, bit - writeMask.lowBit) ? 'one' : 'zero';
  // Without the bit of the mask that enables it, a write leaves it.
  if (writeMask !== undefined && bit < writeMask.widthBits) return 'any';
  for (const field of fields) if (contains(field, bit)) return OTHERS[field.access ?? access];
  return reserved === undefined ? OTHERS[access] : RESERVED[reserved];
}

const CLASSES: Readonly<Record<UpdateRule, OtherBit>> = { Preserve: 'keep', WriteAsZeros: 'zero', WriteAsOnes: 'one' };

/** The update rule under which a write of a field does no harm to the other bits; undefined if each rule does. */
export function updateRule(register: RegisterDescription, field: FieldDescription): UpdateRule | undefined {
  const access = field.access ?? register.access;
  // A field that ignores writes is only read.
  if (OTHERS[access] === 'any') return 'Preserve';
  let others = 0;
  for (let bit = 0; bit < REGISTER_BITS; bit++)
    if (!contains(field, bit)) others |= KIND_BITS[otherBit(register, bit, field)];
  // Preserve reads the register first.
  const isCleared = register.access === 'rc' || register.fields.some((each) => each.access === 'rc');
  const suits = (rule: UpdateRule) => !(rule === 'Preserve' && isCleared) && (others & ~KIND_BITS[CLASSES[rule]]) === 0;
  const rules: readonly UpdateRule[] =
    OTHERS[access] === 'zero'
      ? ['WriteAsZeros', 'Preserve', 'WriteAsOnes']
      : ['Preserve', 'WriteAsZeros', 'WriteAsOnes'];
  return rules.find(suits);
}

/** The method that writes fields of a register for which no update rule is right. */
export function writerName(register: RegisterDescription, isBridge: boolean): string {
  return madeName(`write_${register.longName ?? register.name.replace(/_+$/, '').toLowerCase()}`, isBridge);
}

/**
 * A method that takes a mask and a value: it changes the register's bits in the mask with one write, and leaves the others as
 * they are. A field's update rule treats all other bits alike, and here they differ.
 */
export function writerMethod(register: RegisterDescription, isBridge: boolean): Term {
  const bitsOf = (wanted: OtherBit) =>
    Array.from({ length: REGISTER_BITS }, (_, bit) => bit)
      .filter((bit) => otherBit(register, bit, undefined) === wanted)
      .reduce((bits, bit) => bits + 2 ** bit, 0);
  const [mask, value] = [asl.Arg(0), asl.Arg(1)];
  const [kept, ones] = [bitsOf('keep'), bitsOf('one')];
  const name = asl.path(register.name);
  let written: TermArg = asl.And(value, mask);
  if (kept !== 0) written = asl.Or(written, asl.And(asl.And(name, kept), asl.Not(mask)));
  if (ones !== 0) written = asl.Or(written, ones);
  const { writeMask } = register;
  if (writeMask !== undefined)
    written = asl.Or(written, asl.ShiftLeft(asl.And(mask, 2 ** writeMask.widthBits - 1), writeMask.lowBit));
  return asl.Method(writerName(register, isBridge), { args: 2, serialized: true }, [asl.Store(written, name)]);
}
