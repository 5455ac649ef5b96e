import type { DriverDescription } from './driver-types.js';
import { requireU64 } from './refuse.js';
import { isReadable, isWritable } from './register-rules.js';
import type { Window } from './window.js';

/** Reads of the high dword that differ, after which the low one is taken for what it is. */
const MOST_READS = 16;

/** A register of 64 bits, in two accesses of 32. */
interface WideRegister {
  read(): bigint;
  write(value: bigint): void;
}

/** Throws a TypeError for a name that the function has no register of 64 bits of. */
export function openWide(
  window: Window,
  { name: owner, address, wide = [] }: DriverDescription,
  name: string,
): WideRegister {
  const row = wide.find((each) => each.name === name);
  if (row === undefined) {
    const names = wide.map((each) => each.name).join(', ');
    throw new TypeError(`${owner} has no register ${name} of 64 bits${names === '' ? '' : `, only ${names}`}`);
  }
  const at = (half: number) => window.address({ address, page: 'trapped', register: row.index + half });
  const [low, high] = [at(0), at(1)];
  const { memory } = window;
  return {
    read() {
      if (!isReadable(row.access)) throw new TypeError(`${owner}.${name} is wo; it cannot be read`);
      let above = memory.read32(high);
      let below = memory.read32(low);
      // A second read of what reading clears would give nothing.
      const most = row.access === 'rc' ? 0 : MOST_READS;
      for (let count = 0; count < most; count++) {
        const again = memory.read32(high);
        if (again === above) break;
        above = again;
        below = memory.read32(low);
      }
      return (BigInt(above) << 32n) | BigInt(below);
    },
    write(value) {
      if (!isWritable(row.access)) throw new TypeError(`${owner}.${name} is ${row.access}; it cannot be written`);
      requireU64(`${owner}.${name}`, value);
      const dwords = [
        [low, Number(value & 0xffff_ffffn)],
        [high, Number(value >> 32n)],
      ] as const;
      for (const [place, dword] of row.writeOrder === 'low-first' ? dwords : dwords.toReversed())
        memory.write32(place, dword);
    },
  };
}
