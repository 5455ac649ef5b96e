import { registerAddress, registerOffset } from '../../guest/index.js';
import { CAM_REGISTER_BITS, ECAM_REGISTER_BITS, encodeConfigAddress } from '../../platform/config-address.js';
import type { PciAddress, RegisterLocation } from '../../vocab/index.js';

/** A mistake that people make with this window, by name. */
export type MistakeName =
  | 'ecam-shifts'
  | 'cam-shifts'
  | 'page-missing'
  | 'page-extra'
  | 'register-as-bytes'
  | 'bytes-as-register'
  | 'device-function-swapped'
  | 'bus-device-swapped'
  | 'bus-function-swapped'
  | 'base-missing'
  | 'base-twice'
  | 'byte-swapped'
  | 'truncated'
  | 'sign-extended';

/** A mistake that gives the very value that was found. */
export interface Mistake {
  readonly name: MistakeName;
  /** What follows "the driver", in the third person: `uses ECAM's shifts (device << 15) and not …`. */
  readonly says: string;
}

/** What someone who makes a mistake computes. */
interface Computed {
  readonly value: bigint;
  readonly says: string;
}

type Part = 'bus' | 'device' | 'function';
const PARTS: readonly Part[] = ['bus', 'device', 'function'];
const NOWHERE: PciAddress = { bus: 0, device: 0, function: 0 };

/** Bytes that one of each part is worth, as the guest has it. */
const STRIDE = {
  bus: registerOffset(1, 0, 0, 0, 0),
  device: registerOffset(0, 1, 0, 0, 0),
  function: registerOffset(0, 0, 1, 0, 0),
  page: registerOffset(0, 0, 0, 1, 0),
  register: registerOffset(0, 0, 0, 0, 1),
} as const;

const shiftOf = (part: Part) => Math.log2(STRIDE[part]);
const otherShift = (part: Part, registerBits: number) =>
  Math.log2(encodeConfigAddress({ ...NOWHERE, [part]: 1 }, 0, registerBits));

/** Every choice of at least one of the parts that are not 0. */
function choices(address: PciAddress): Part[][] {
  const used = PARTS.filter((part) => address[part] !== 0);
  return Array.from({ length: 2 ** used.length - 1 }, (_, bits) => used.filter((_part, at) => (bits + 1) & (1 << at)));
}

/** Bytes of the parts of an address, with those of `swapped` shifted as another window has them. */
function offsetWith(address: PciAddress, swapped: readonly Part[], registerBits: number): number {
  let offset = 0;
  for (const part of PARTS) {
    const alone = { ...NOWHERE, [part]: address[part] };
    offset += swapped.includes(part) ? encodeConfigAddress(alone, 0, registerBits) : address[part] * STRIDE[part];
  }
  return offset;
}

const shifts = (parts: readonly Part[], shift: (part: Part) => number) =>
  parts.map((part) => `${part} << ${shift(part)}`).join(', ');

function* otherWindow(location: RegisterLocation, name: string, registerBits: number): Generator<Computed> {
  const { address, page, register } = location;
  const inPage = register * STRIDE.register;
  for (const parts of choices(address)) {
    const wrong = shifts(parts, (part) => otherShift(part, registerBits));
    const says = `uses ${name}'s shifts (${wrong}) and not VCFG's (${shifts(parts, shiftOf)})`;
    const offset = offsetWith(address, parts, registerBits) + inPage;
    yield { value: BigInt(offset + (page === 'shared' ? STRIDE.page : 0)), says };
    if (page === 'shared') yield { value: BigInt(offset), says: `${says}, and leaves the page bit out` };
  }
}

function swapped({ address, page, register }: RegisterLocation, a: Part, b: Part): Computed[] {
  const exchanged = { ...address, [a]: address[b], [b]: address[a] };
  const offset = PARTS.reduce((sum, part) => sum + exchanged[part] * STRIDE[part], 0);
  const inFunction = (page === 'shared' ? STRIDE.page : 0) + register * STRIDE.register;
  return [{ value: BigInt(offset + inFunction), says: `has ${a} and ${b} the wrong way round` }];
}

/** Offsets from the window's base, by what was done wrongly. */
const OFFSET_MISTAKES: readonly (readonly [MistakeName, (at: RegisterLocation) => Iterable<Computed>])[] = [
  ['ecam-shifts', (at) => otherWindow(at, 'ECAM', ECAM_REGISTER_BITS)],
  ['cam-shifts', (at) => otherWindow(at, 'CAM', CAM_REGISTER_BITS)],
  [
    'page-missing',
    (at) =>
      at.page === 'shared'
        ? [{ value: offsetOf({ ...at, page: 'trapped' }), says: 'leaves the page bit out (1 << 12)' }]
        : [],
  ],
  [
    'page-extra',
    (at) =>
      at.page === 'trapped'
        ? [
            {
              value: offsetOf({ ...at, page: 'shared' }),
              says: 'sets the page bit (1 << 12), which is for the shared page',
            },
          ]
        : [],
  ],
  [
    'register-as-bytes',
    (at) => [
      {
        value: offsetOf({ ...at, register: 0 }) + BigInt(at.register),
        says: 'counts the register in bytes and not in dwords (register << 2)',
      },
    ],
  ],
  [
    'bytes-as-register',
    (at) => [
      {
        value: offsetOf({ ...at, register: 0 }) + BigInt(at.register * STRIDE.register * STRIDE.register),
        says: "takes the register's byte offset for its index, and shifts it once more (register << 4)",
      },
    ],
  ],
  ['device-function-swapped', (at) => swapped(at, 'device', 'function')],
  ['bus-device-swapped', (at) => swapped(at, 'bus', 'device')],
  ['bus-function-swapped', (at) => swapped(at, 'bus', 'function')],
];

/** Bytes from the window's base. */
function offsetOf(location: RegisterLocation): bigint {
  return registerAddress(0n, location);
}

/** The bytes of a value of 4 or 8 bytes the other way round. */
function byteSwapped(value: bigint, bytes: 4 | 8): bigint {
  let swapped = 0n;
  for (let at = 0; at < bytes; at++) swapped = (swapped << 8n) | ((value >> BigInt(8 * at)) & 0xffn);
  return swapped;
}

/** Values of any kind, by what was done to them. */
const VALUE_MISTAKES: readonly (readonly [MistakeName, (expected: bigint) => Iterable<Computed>])[] = [
  [
    'byte-swapped',
    (expected) => {
      const bytes = expected >> 32n === 0n ? ([4, 8] as const) : ([8] as const);
      return bytes.map((each) => ({
        value: byteSwapped(expected, each),
        says: `has its ${each} bytes in the wrong order (endianness)`,
      }));
    },
  ],
  [
    'truncated',
    (expected) => [
      {
        value: BigInt.asUintN(32, expected),
        says: `keeps 32 bits of it: the upper half, ${hex(expected >> 32n)}, is lost`,
      },
    ],
  ],
  [
    'sign-extended',
    (expected) => {
      const extended = BigInt.asUintN(64, BigInt.asIntN(32, expected));
      return extended >> 32n === 0n ? [] : [{ value: extended, says: 'keeps 32 bits of it as a signed integer' }];
    },
  ],
];

const hex = (value: bigint) => `0x${value.toString(16)}`;

function matching(
  rows: Iterable<readonly [MistakeName, Iterable<Computed>]>,
  given: bigint,
  expected: bigint,
): Mistake[] {
  const found: Mistake[] = [];
  if (given === expected) return found;
  for (const [name, computed] of rows) {
    for (const { value, says } of computed) {
      if (value === given && !found.some((each) => each.name === name)) found.push({ name, says });
    }
  }
  return found;
}

/** Mistakes that make one value of another, of whatever kind: its size and the order of its bytes. */
export function valueMistakes(given: bigint, expected: bigint): readonly Mistake[] {
  return matching(
    VALUE_MISTAKES.map(([name, make]) => [name, make(expected)] as const),
    given,
    expected,
  );
}

/**
 * Mistakes that make `given` of the address of a register, in a window that begins at `base`; with base 0, of its
 * offset. Several, if each of them gives this very address: for device 0 a wrong shift of the device shows nowhere.
 */
export function addressMistakes(given: bigint, location: RegisterLocation, base = 0n): readonly Mistake[] {
  const offset = offsetOf(location);
  const rows: (readonly [MistakeName, Iterable<Computed>])[] = OFFSET_MISTAKES.map(([name, make]) => [
    name,
    [...make(location)].map(({ value, says }) => ({ value: base + value, says })),
  ]);
  if (base !== 0n) {
    rows.push(['base-missing', [{ value: offset, says: 'leaves the base out' }]]);
    rows.push(['base-twice', [{ value: base + base + offset, says: 'adds the base twice' }]]);
    rows.push([
      'byte-swapped',
      [
        {
          value: base + byteSwapped(offset, 4),
          says: 'adds an offset whose 4 bytes are in the wrong order (endianness)',
        },
      ],
    ]);
  }
  for (const [name, make] of VALUE_MISTAKES) rows.push([name, make(base + offset)]);
  return matching(rows, given, base + offset);
}

/** `bits 17 and 18 differ`. */
function differingBits(a: bigint, b: bigint): string {
  const bits: number[] = [];
  for (let rest = a ^ b, bit = 0; rest !== 0n; rest >>= 1n, bit++) if (rest & 1n) bits.push(bit);
  if (bits.length === 1) return `bit ${bits[0]} differs`;
  return `bits ${bits.slice(0, -1).join(', ')} and ${bits.at(-1)} differ`;
}

/**
 * The end of a sentence that says how two values differ, and why, if it can be told:
 * `bits 17 and 18 differ, so the driver uses ECAM's shifts (device << 15) and not VCFG's (device << 16)`.
 */
export function describeDifference(given: bigint, expected: bigint, who: string, mistakes: readonly Mistake[]): string {
  const bits = differingBits(given, expected);
  const [first, ...others] = mistakes.map(({ says }) => says);
  if (first === undefined) return bits;
  if (others.length === 0) return `${bits}, so ${who} ${first}`;
  return `${bits}, so ${who} either ${[first, ...others].join(', or ')}`;
}
