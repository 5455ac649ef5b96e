import type { Access, FieldDescription } from '../vocab/index.js';

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

type FieldBits = Pick<FieldDescription, 'lowBit' | 'widthBits'>;

/** The largest value that a field holds. */
export function fieldMaximum({ widthBits }: FieldBits): number {
  return 2 ** widthBits - 1;
}

/** The field's bits in its register. */
export function fieldMask(field: FieldBits): number {
  return fieldMaximum(field) * 2 ** field.lowBit;
}

/** The field's bits of a register's value, moved to bit 0. */
export function fieldValue(field: FieldBits, value: number): number {
  return ((value & fieldMask(field)) >>> field.lowBit) >>> 0;
}
