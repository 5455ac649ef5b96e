import { platformFromObject, VFIO_REGISTERS } from '../../src/platform/index.js';
import type { FunctionDescription, Platform } from '../../src/vocab/index.js';

/** Texts that would leave a comment, splice it onto the next line, or turn its letters round. */
export const HOSTILE_TEXTS: readonly string[] = [
  '*/ #error out of the comment /*',
  '*/*/ */',
  '/* begins one //',
  'a trigraph ??/\n#error spliced',
  'ends in a backslash \\',
  '\\\n#error spliced',
  'two\r\nlines\u2028and\u2029more\u0085\u000b\u000c.',
  'nul \0 bell \u0007 escape \u001b[31m',
  'turned \u202eround\u2066 and caf\u00e9 \u{1f600} \ud800',
  '`back \\u{110000} \\x "quote\' %s',
  '/',
  '*',
  `long ${'word '.repeat(60)}${'x'.repeat(200)}`,
];

const ids = { vendor: 0x1b36, device: 5, classCode: 0xff0000 };

/** A function with a register of each access, fields at both ends of a register, and shared runs. */
export const SENS = {
  address: { bus: 0, device: 4, function: 0 },
  name: 'SENS',
  label: 'Sensor hub',
  description: 'Samples things.',
  registers: [
    {
      name: 'CTRL',
      index: 0,
      access: 'rw',
      reset: 1,
      fields: [
        { name: 'ENBL', lowBit: 0, widthBits: 1 },
        { name: 'RATE', lowBit: 4, widthBits: 4 },
        { name: 'TOPB', lowBit: 31, widthBits: 1 },
      ],
    },
    { name: 'STAT', index: 1, access: 'ro', reset: 0, fields: [{ name: 'ALL', lowBit: 0, widthBits: 32 }] },
    {
      name: 'IRQS',
      index: 2,
      access: 'w1c',
      reset: 0,
      fields: [
        { name: 'DONE', lowBit: 0, widthBits: 1 },
        { name: 'LOST', lowBit: 8, widthBits: 2 },
      ],
    },
    { name: 'KICK', index: 3, access: 'wo', reset: 0, fields: [{ name: 'WHAT', lowBit: 16, widthBits: 16 }] },
    { name: 'GOES', index: 4, access: 'w1s', reset: 0, fields: [{ name: 'GO', lowBit: 2, widthBits: 1 }] },
    { name: 'ERRC', index: 1023, access: 'rc', reset: 0xffff_ffff, fields: [] },
  ],
  shared: [
    { name: 'HEAD', offsetBytes: 0, lengthBytes: 4 },
    { name: 'RING', offsetBytes: 0x800, lengthBytes: 2048 },
  ],
  ids,
} as const satisfies FunctionDescription;

/** A function whose names are Rust's keywords and types, and whose every text is hostile. */
export const LOOP: FunctionDescription = {
  address: { bus: 255, device: 31, function: 7 },
  name: 'LOOP',
  label: HOSTILE_TEXTS[0] as string,
  description: HOSTILE_TEXTS.join(' '),
  registers: HOSTILE_TEXTS.map((text, index) => ({
    name: ['U32', 'SELF', 'TYPE', 'STR', 'DO__', 'A__B', 'BOX', 'READ', 'MASK', 'PAGE', 'INT', 'CHAR', 'F64'][
      index
    ] as string,
    description: text,
    index,
    access: 'rw',
    reset: index,
    fields: [{ name: `F${index}`, label: text, description: text, lowBit: index, widthBits: 1 }],
  })),
  shared: [{ name: 'IF', label: HOSTILE_TEXTS[3] as string, offsetBytes: 4092, lengthBytes: 4 }],
  ids,
};

/** A passed-through function, with a run of its own behind the mailbox. */
export const GPU0: FunctionDescription = {
  address: { bus: 0, device: 3, function: 0 },
  name: 'GPU0',
  profile: 'vfio',
  registers: VFIO_REGISTERS,
  shared: [{ name: 'LOG', offsetBytes: 2112, lengthBytes: 64 }],
  ids,
};

/** A machine with these functions, or with {@link SENS} and {@link LOOP}, and a window of 256 buses. */
export function samplePlatform(functions: readonly FunctionDescription[] = [SENS, LOOP]): Platform {
  const first = { address: '00:01.0', name: 'NONE' };
  const vcfg = { base: '0x2_4000_0000', buses: 256 };
  return { ...platformFromObject({ vcfg, memory: '1 GiB', functions: [first] }), functions };
}

/** A function with nothing but registers of these names, each with fields of these names. */
export function functionNamed(
  name: string,
  device: number,
  registers: Readonly<Record<string, readonly string[]>>,
): FunctionDescription {
  return {
    address: { bus: 0, device, function: 0 },
    name,
    registers: Object.entries(registers).map(([register, fields], index) => ({
      name: register,
      index,
      access: 'rw',
      reset: 0,
      fields: fields.map((field, bit) => ({ name: field, lowBit: bit, widthBits: 1 })),
    })),
    shared: [],
    ids,
  };
}
