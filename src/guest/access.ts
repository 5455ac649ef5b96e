import type { Access } from '../vocab/index.js';

/** The access rules that leave something to read. */
export type ReadableAccess = Exclude<Access, 'wo'>;

/** The access rules under which a write does something. */
export type WritableAccess = Exclude<Access, 'ro' | 'rc'>;

export function isReadable(access: Access): access is ReadableAccess {
  return access !== 'wo';
}

export function isWritable(access: Access): access is WritableAccess {
  return access !== 'ro' && access !== 'rc';
}
