import { fieldValue, isReadable, isWritable } from '../guest/register-rules.js';
import type { Access, FieldDescription } from '../vocab/index.js';

/** Which functions a driver has for a register and for a field, in whatever language it is written. */

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

export function registerVerbs(access: Access): RegisterVerb[] {
  return [...(isReadable(access) ? ['read' as const] : []), ...(isWritable(access) ? ['write' as const] : [])];
}

/** If reading clears a register, reading one field would lose the others: such a field has only `get`. */
export function fieldVerbs(access: Access): FieldVerb[] {
  const reads: FieldVerb[] = !isReadable(access) ? [] : access === 'rc' ? ['get'] : ['get', 'read'];
  return [...reads, ...FIELD_WRITES[access]];
}

/** Whether a write of a field keeps the register's other fields; if not, it writes them as 0. */
export function keepsOthers(access: Access): boolean {
  return access === 'rw';
}

/** A field's value after reset. */
export function fieldReset(register: { readonly reset: number }, field: FieldDescription): number {
  return fieldValue(field, register.reset);
}
