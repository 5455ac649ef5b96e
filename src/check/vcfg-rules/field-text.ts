import { showAddress } from '../rules/describe-place.js';
import type { Finding } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { placeOf } from '../subject/machine-names.js';
import type { WindowField } from './window-regions.js';

/** Bits of a register. */
export const DWORD_BITS = 32;

/** A finding about a field, with the place in the driver's header if that is known. */
export function atField(
  { field, region, expected }: WindowField,
  message: string,
  more: Partial<Finding> = {},
): Finding {
  return {
    place: placeOf(field.declared),
    message,
    ...(region.address === undefined ? {} : { function: region.address }),
    ...(expected?.place === undefined ? {} : { other: expected.place }),
    ...more,
  };
}

/** Where a run of bits begins: a byte's address, or if it begins within a byte, its dword's address and the bit. */
export function showBit(subject: CheckedMachine, firstBit: number): string {
  if (firstBit % 8 === 0) return showAddress(subject, BigInt(firstBit / 8));
  const bit = firstBit % DWORD_BITS;
  return `${showAddress(subject, BigInt((firstBit - bit) / 8))} bit ${bit}`;
}

/** `1 bit`, `2 bits`. */
export const bitsOf = (count: number) => (count === 1 ? '1 bit' : `${count} bits`);

/** `A, B, C`; of more than three, the first two and the number of the others. */
export const listed = (names: readonly string[]) =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
