import type { Access } from '../vocab/index.js';

/** How one kind of register answers: what a read gives and leaves behind, and what a write leaves behind. */
export interface AccessRule {
  read(value: number): number;
  afterRead(value: number): number;
  write(value: number, written: number): number;
}

const same = (value: number) => value;
const zero = () => 0;

/** One row an access; all values are unsigned 32 bits. */
export const ACCESS_RULES: Readonly<Record<Access, AccessRule>> = {
  rw: { read: same, afterRead: same, write: (_value, written) => written >>> 0 },
  ro: { read: same, afterRead: same, write: same },
  wo: { read: zero, afterRead: same, write: (_value, written) => written >>> 0 },
  w1c: { read: same, afterRead: same, write: (value, written) => (value & ~written) >>> 0 },
  w1s: { read: same, afterRead: same, write: (value, written) => (value | written) >>> 0 },
  rc: { read: same, afterRead: zero, write: same },
};
