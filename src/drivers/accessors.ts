import { fieldValue, isReadable, isWritable } from '../guest/register-rules.js';
import type { Access, FieldDescription } from '../vocab/index.js';

/** Which functions a driver has for a register and for a field, in whatever language it is written. */

/** One access of the whole register. */
export type RegisterVerb = 'read' | 'write';

/**
 * `get` and `set` work on a register's value; `read` and `write` access the register, and `write` leaves the register's
 * other fields alone where it can; `clear` and `raise` write ones to the field's bits.
 */
export type FieldVerb = 'get' | 'read' | 'set' | 'write' | 'clear' | 'raise';

/** What a register does when it is accessed, as a clause that follows its name. */
export const ACCESS_MEANINGS: Readonly<Record<Access, string>> = {
  rw: 'keeps what is written',
  ro: 'ignores writes',
  wo: 'has nothing to read',
  w1c: 'clears the bits written as 1',
  w1s: 'sets the bits written as 1',
  rc: 'is cleared by being read',
};

/** How a field's bits come to be written. */
const FIELD_WRITES: Readonly<Record<Access, readonly FieldVerb[]>> = {
  rw: ['set', 'write'],
  ro: [],
  wo: ['set', 'write'],
  w1c: ['clear'],
  w1s: ['raise'],
  rc: [],
};

export function registerVerbs(access: Access): RegisterVerb[] {
  return [...(isReadable(access) ? ['read' as const] : []), ...(isWritable(access) ? ['write' as const] : [])];
}

/** A read of one field alone would lose the others of a register that reading clears: there it has `get` only. */
export function fieldVerbs(access: Access): FieldVerb[] {
  const reads: FieldVerb[] = !isReadable(access) ? [] : access === 'rc' ? ['get'] : ['get', 'read'];
  return [...reads, ...FIELD_WRITES[access]];
}

/** Whether a field is written with the register's other fields kept; else they are written as 0. */
export function keepsOthers(access: Access): boolean {
  return access === 'rw';
}

/** A field's value after reset. */
export function fieldReset(register: { readonly reset: number }, field: FieldDescription): number {
  return fieldValue(field, register.reset);
}
