import {
  accessesOf,
  fieldAccess,
  fieldMask,
  fieldValue,
  isReadable,
  isWritable,
  needsRead,
  type WriteRules,
  writeRules,
} from '../guest/register-rules.js';
import type { Access, BitRun, FieldDescription, RegisterDescription } from '../vocab/index.js';

/** Which functions a driver has for a register and for a field, in whatever language it is written. */

/**
 * How often a driver rereads a 64-bit register whose high dword changed in between. A counter carries at most once in that
 * time; a register that changes all the time must not keep the driver in the loop.
 */
export const MOST_REREADS = 16;

/** One access of the whole register. */
export type RegisterVerb = 'read' | 'write';

/**
 * `get` and `set` work on a register's value. `read` and `write` access the register; `write` keeps the register's other
 * fields if it can. `clear` and `raise` write ones to the field's bits.
 */
export type FieldVerb = 'get' | 'read' | 'set' | 'write' | 'clear' | 'raise';

/** What a register does when it is accessed, as a clause that follows its name. */
export const ACCESS_MEANINGS: Readonly<Record<Access, string>> = {
  rw: 'keeps what is written',
  ro: 'ignores writes',
  wo: 'cannot be read',
  w1c: 'clears the bits written as 1',
  w1s: 'sets the bits written as 1',
  rc: 'is cleared by being read',
};

/** Which functions write a field's bits. */
const FIELD_WRITES: Readonly<Record<Access, readonly FieldVerb[]>> = {
  rw: ['set', 'write'],
  ro: [],
  wo: ['set', 'write'],
  w1c: ['clear'],
  w1s: ['raise'],
  rc: [],
};

export function registerVerbs(register: RegisterDescription): RegisterVerb[] {
  const accesses = accessesOf(register);
  return [
    ...(accesses.some(isReadable) ? ['read' as const] : []),
    ...(accesses.some(isWritable) ? ['write' as const] : []),
  ];
}

/**
 * If reading clears bits of a register, reading one field would lose the others: its fields have only `get`, and nothing
 * that has to read it before it writes.
 */
export function fieldVerbs(register: RegisterDescription, field: FieldDescription): FieldVerb[] {
  const rules = writeRules(register);
  const access = fieldAccess(register, field);
  const reads: FieldVerb[] = !isReadable(access) ? [] : rules.readClears ? ['get'] : ['get', 'read'];
  const isLossy = rules.readClears && needsRead(rules, fieldMask(field));
  const writes = FIELD_WRITES[access].filter((verb) => verb === 'set' || !isLossy);
  return [...reads, ...writes];
}

/** What a write of a field carries in the register's other bits, and which it clears of what was read. */
export interface OtherBits {
  /** Bits of the register's value that are written as they are read; 0 if it is not read. */
  readonly kept: number;
  /** Bits that are written as 1. */
  readonly ones: number;
}

export function otherBitsOf(register: RegisterDescription, field: BitRun): OtherBits {
  const rules = writeRules(register);
  const bits = fieldMask(field);
  return {
    kept: needsRead(rules, bits) ? rules.kept : 0,
    ones: (rules.ones | ((bits & rules.masked) << rules.maskShift)) >>> 0,
  };
}

/** Bits that a write of the whole register changes, whatever it is given: `(value & ~zeros) | ones`. */
export function wholeWriteBits(register: RegisterDescription): { readonly zeros: number; readonly ones: number } {
  const rules: WriteRules = writeRules(register);
  return { zeros: rules.zeros, ones: (rules.ones | (rules.masked << rules.maskShift)) >>> 0 };
}

/** A field's value after reset. */
export function fieldReset(register: { readonly reset: number }, field: FieldDescription): number {
  return fieldValue(field, register.reset);
}
