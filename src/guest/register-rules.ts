import type { Access, BitRun, FieldDescription, RegisterDescription } from '../vocab/index.js';

/** The kinds of access under which a register can be read. */
export type ReadableAccess = Exclude<Access, 'wo'>;

/** The kinds of access under which a write has an effect. */
export type WritableAccess = Exclude<Access, 'ro' | 'rc'>;

export function isReadable(access: Access): access is ReadableAccess {
  return access !== 'wo';
}

export function isWritable(access: Access): access is WritableAccess {
  return access !== 'ro' && access !== 'rc';
}

/** The largest value that a field holds. */
export function fieldMaximum({ widthBits }: Pick<BitRun, 'widthBits'>): number {
  return 2 ** widthBits - 1;
}

/** The field's bits in its register. */
export function fieldMask(field: BitRun): number {
  return fieldMaximum(field) * 2 ** field.lowBit;
}

/** The field's bits of a register's value, moved to bit 0. */
export function fieldValue(field: BitRun, value: number): number {
  return ((value & fieldMask(field)) >>> field.lowBit) >>> 0;
}

/** What decides how a register's bits answer, and what a write of it must carry. */
export interface RuledRegister extends Pick<RegisterDescription, 'access' | 'reserved' | 'key' | 'writeMask'> {
  readonly fields: readonly Pick<FieldDescription, 'lowBit' | 'widthBits' | 'access'>[];
}

/** How to write a register without changing what is not meant: runs of bits, all unsigned. */
export interface WriteRules {
  /** Bits that a write of one field writes as they were read. */
  readonly kept: number;
  /** Bits that every write has as 1, whatever is written: the key, and reserved bits that are to be ones. */
  readonly ones: number;
  /** Bits that every write has as 0, unless they are among `ones`: the rest of the key, reserved bits that are to be zeros. */
  readonly zeros: number;
  /** Bits whose write needs another bit set, so many places above. */
  readonly masked: number;
  readonly maskShift: number;
  /** Whether reading the register changes it. */
  readonly readClears: boolean;
}

/** How the bits of a field answer. */
export function fieldAccess({ access }: RuledRegister, field: { readonly access?: Access }): Access {
  return field.access ?? access;
}

/** Every kind of access that some bit of a register has. */
export function accessesOf(register: RuledRegister): Access[] {
  const covered = register.fields.reduce((bits, field) => (bits | fieldMask(field)) >>> 0, 0);
  const others = register.fields.length > 0 && covered === 0xffff_ffff ? [] : [register.access];
  return [...new Set([...others, ...register.fields.map((field) => fieldAccess(register, field))])];
}

function maskOf(run: BitRun | undefined): number {
  return run === undefined ? 0 : fieldMask(run);
}

/** Bits of a register that belong to no field, to no key and to no mask. */
function reservedBits({ fields, key, writeMask }: RuledRegister): number {
  if (fields.length === 0) return 0;
  return ~[...fields, key, writeMask].reduce((bits, run) => bits | maskOf(run), 0) >>> 0;
}

export function writeRules(register: RuledRegister): WriteRules {
  const { access, fields, key, writeMask } = register;
  const reserved = reservedBits(register);
  const rule = register.reserved ?? (access === 'rw' ? 'preserve' : 'zero');
  const special = (maskOf(key) | maskOf(writeMask)) >>> 0;
  const masked = writeMask === undefined ? 0 : fieldMaximum(writeMask);
  const ofFields = fields
    .filter((field) => fieldAccess(register, field) === 'rw')
    .reduce((bits, field) => bits | fieldMask(field), 0);
  const preserved = rule === 'preserve' ? reserved : 0;
  const whole = fields.length === 0 && access === 'rw' ? 0xffff_ffff : 0;
  const keyOnes = key === undefined ? 0 : key.value * 2 ** key.lowBit;
  return {
    kept: ((ofFields | preserved | whole) & ~special & ~masked) >>> 0,
    ones: (keyOnes | (register.reserved === 'one' ? reserved : 0)) >>> 0,
    zeros: ((maskOf(key) & ~keyOnes) | (register.reserved === 'zero' ? reserved : 0)) >>> 0,
    masked,
    maskShift: writeMask?.lowBit ?? 0,
    readClears: accessesOf(register).includes('rc'),
  };
}

/** The bits that enable a write of `bits`. */
export function enabling({ masked, maskShift }: WriteRules, bits: number): number {
  return ((bits & masked) << maskShift) >>> 0;
}

/** What a write of a whole register carries, if `value` is to be written. */
export function wholeWrite(rules: WriteRules, value: number): number {
  return ((value & ~rules.zeros) | rules.ones | enabling(rules, rules.masked)) >>> 0;
}

/** What a write of `bits` carries besides them. `read` is the register's value, which matters only if some bits are kept. */
export function otherBits(rules: WriteRules, bits: number, read: number): number {
  return ((read & rules.kept & ~bits) | rules.ones | enabling(rules, bits)) >>> 0;
}

/**
 * Whether a write of `bits` begins with a read. A write of all 32 bits does not, as with an AML field under the Preserve
 * rule. Where reading clears bits, a write reads only if it must.
 */
export function needsRead({ kept, readClears }: WriteRules, bits: number): boolean {
  const isWhole = ~bits === 0;
  return (readClears || isWhole ? kept & ~bits : kept) !== 0;
}
