/** The layout of the `vfio` profile's mailbox, for generated drivers. */

import { ELEMENT_MULTIPLE, UUID_PAIRS } from '../guest/dsm-value.js';
import {
  type ProfileRegister,
  VFIO_DSM,
  VFIO_MAILBOX_ARGUMENTS,
  VFIO_MAILBOX_RESULT,
  VFIO_MAILBOX_TYPES,
  VFIO_MOST_NESTED_PACKAGES,
  VFIO_NOTIFICATIONS,
  VFIO_POWER,
  VFIO_REGISTERS,
} from '../platform/vfio-profile.js';
import type { Platform } from '../vocab/index.js';

const ROWS = [...VFIO_MAILBOX_ARGUMENTS, ...VFIO_MAILBOX_RESULT];

/** The first byte of a part of the mailbox, and the byte after its last. */
function bytesOf(name: string): { readonly start: number; readonly end: number } {
  const row = ROWS.find((each) => each.name === name);
  if (row === undefined) throw new RangeError(`the mailbox has no ${name}`);
  return { start: row.offsetBits / 8, end: (row.offsetBits + row.widthBits) / 8 };
}

function registerIndex(name: ProfileRegister['name']): number {
  const row = VFIO_REGISTERS.find((each) => each.name === name);
  if (row === undefined) throw new RangeError(`the vfio profile has no ${name}`);
  return row.index;
}

/** Indexes of registers and what is written to them; offsets in the shared page and lengths, in bytes. */
export const MAILBOX = {
  power: registerIndex(VFIO_POWER.register),
  lowPower: VFIO_POWER.low,
  fullPower: VFIO_POWER.full,
  ring: registerIndex(VFIO_DSM.register),
  ringValue: VFIO_DSM.ring,
  notification: registerIndex(VFIO_NOTIFICATIONS),
  uuid: bytesOf('DSM0').start,
  revision: bytesOf('DSM1').start,
  functionIndex: bytesOf('DSM2').start,
  argument: bytesOf('DSM3').start,
  requestBytes: bytesOf('DSM3').end,
  result: bytesOf('RTTP').start,
  resultBytes: bytesOf('RTDT').end - bytesOf('RTTP').start,
  /** A value's type and size. */
  headBytes: bytesOf('RTDT').start - bytesOf('RTTP').start,
  types: VFIO_MAILBOX_TYPES,
  depth: VFIO_MOST_NESTED_PACKAGES,
  /** Elements of a package in a request are padded to a multiple of this many bytes. */
  elementMultiple: ELEMENT_MULTIPLE,
} as const;

/** For each byte of a UUID, the index of its first digit in the UUID's text, counting dashes. */
export const UUID_DIGITS: readonly number[] = UUID_PAIRS.map((pair) => {
  const dashes = [4, 6, 8, 10].filter((first) => pair >= first).length;
  return pair * 2 + dashes;
});

/** Whether a function of the platform has a mailbox. */
export function hasMailbox({ functions }: Platform): boolean {
  return functions.some(({ profile }) => profile === 'vfio');
}
