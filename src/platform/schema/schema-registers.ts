import * as z from 'zod/mini';
import { PAGE_BYTES, PAGE_REGISTERS } from '../layout.js';
import {
  bitRun,
  integer,
  LONG_NAME_SCHEMA,
  longName,
  MADE_NAME,
  MOST_NAME_CHARACTERS,
  nameSeg,
  nameSegOrMade,
  prose,
  quantity,
  smallQuantity,
  unsigned64,
} from './schema-leaves.js';
import { accessKind, registerWidth, reservedRule, writeOrderKind } from './word-leaves.js';

/** What a function has in its two pages: registers, their fields, groups of registers, and runs of bytes. */

export const words = {
  label: z.optional(
    prose(
      { mostCharacters: 80, oneLine: true },
      { description: 'A longer name for people, on one line.', examples: ['Sample rate'] },
    ),
  ),
  description: z.optional(
    prose(
      { mostCharacters: 2000, oneLine: false },
      { description: 'What it is for, in a few sentences.', examples: ['Samples a second, as a power of two.'] },
    ),
  ),
};

export const longNameKey = (examples: readonly string[]) =>
  z.optional(
    longName({
      description: `Name in generated C, Rust and TypeScript: up to ${MOST_NAME_CHARACTERS} of a-z, 0-9 and _. Default: name in lower case.`,
      examples,
    }),
  );

/** The names of a part of a function: either is enough. */
const nameKeys = (what: string, examples: readonly [name: string, longName: string]) => ({
  name: nameSegOrMade({
    description: `ACPI name of the ${what}: one to four of A-Z, 0-9 and _, a letter first. May be left out if there is a longName, and is then made from it.`,
    examples: [examples[0]],
  }),
  longName: longNameKey([examples[1]]),
});

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A mapping with {@link nameKeys}. */
const named = <Shape extends z.core.$ZodLooseShape>(shape: Shape, description: string) =>
  z
    .pipe(
      z.transform((value: unknown) =>
        isMapping(value) && value.name === undefined && value.longName !== undefined
          ? { ...value, name: MADE_NAME }
          : value,
      ),
      z.strictObject(shape),
    )
    .check(z.meta({ description, isNamed: true }));

/** Puts a value that is not a mapping into one, as its `value`. */
const asValue = (value: unknown) => (isMapping(value) ? value : { value });

const U32 = 0xffff_ffff;

const valueShape = {
  value: integer(
    { least: 0, most: U32, rangeCode: 'PLATFORM_VALUE_RANGE', hex: true },
    { description: 'The value of the field.', examples: [1] },
  ),
  description: words.description,
};

const limit = (description: string, examples: number[]) =>
  integer({ least: 0, most: Number.MAX_SAFE_INTEGER, rangeCode: 'PLATFORM_VALUE_RANGE' }, { description, examples });

const accessMeaning =
  'rw keeps what is written; ro ignores writes; wo reads as 0; w1c and w1s clear or set the bits written as 1; rc is cleared by reading.';

const fieldShape = {
  ...nameKeys('field', ['RATE', 'sample_rate']),
  ...words,
  bits: bitRun({
    description: 'The bits of the field, high bit first, or a single bit.',
    examples: ['7..4', 0, [7, 4]],
  }),
  access: z.optional(
    accessKind({
      description: `How these bits answer, if not as the rest of the register. ${accessMeaning}`,
      examples: ['w1c'],
    }),
  ),
  values: z.optional(
    z
      .record(
        z.string(),
        z.pipe(z.transform(asValue), z.strictObject(valueShape)).check(
          z.meta({
            description: 'A value of the field with a meaning of its own: the number, or a mapping.',
            isValue: true,
          }),
        ),
      )
      .check(
        z.meta({
          description: 'Values of the field by name: words of a-z and 0-9 joined with _.',
          examples: [{ idle: 0, run: { value: 1, description: 'Samples at the given rate.' } }],
          propertyNames: LONG_NAME_SCHEMA,
        }),
      ),
  ),
  unit: z.optional(
    prose({ mostCharacters: 40, oneLine: true }, { description: 'Unit of the value.', examples: ['Hz', 'ms'] }),
  ),
  min: z.optional(limit('Smallest value that makes sense.', [1])),
  max: z.optional(limit('Largest value that makes sense.', [100])),
};

const dwordIndex = (description: string) =>
  integer({ least: 0, most: PAGE_REGISTERS - 1 }, { description, examples: [0, 17] });

const repeatKeys = (what: string, step: string) => ({
  count: z.optional(
    integer(
      { least: 1, most: PAGE_REGISTERS },
      { description: `Makes it an array of this many ${what}, each with its number after the name.`, examples: [8] },
    ),
  ),
  stride: z.optional(
    integer(
      { least: 1, most: PAGE_REGISTERS },
      { description: `Registers from one to the next, in an array. Default: ${step}.`, examples: [4] },
    ),
  ),
});

const keyShape = {
  bits: bitRun({ description: 'The bits that hold the key.', examples: ['31..24'] }),
  value: integer(
    { least: 0, most: U32, rangeCode: 'PLATFORM_VALUE_RANGE', hex: true },
    { description: 'What those bits must hold in every write.', examples: ['0x5a'] },
  ),
};

const registerShape = {
  ...nameKeys('register', ['CTRL', 'control']),
  ...words,
  index: dwordIndex('Index of the dword in the trapped page; of a 64-bit register, of its low dword.'),
  width: z.optional(
    registerWidth({
      description: 'Bits in the register. One of 64 bits takes two dwords, the low one first. Default: 32.',
      examples: [64],
    }),
  ),
  writeOrder: z.optional(
    writeOrderKind({
      description:
        'Which dword of a 64-bit register is written first. The value takes effect with the second write. Default: low-first.',
      examples: ['low-first'],
    }),
  ),
  access: z.optional(accessKind({ description: accessMeaning, examples: ['rw'], default: 'rw' })),
  reset: z.optional(
    unsigned64('PLATFORM_RESET_RANGE', {
      description: 'Value after reset.',
      examples: [1, '0x8000_0000'],
      default: 0,
    }),
  ),
  reserved: z.optional(
    reservedRule({
      description:
        'What a write gives to the bits without a field: as they were read, zeros or ones. Default: as they were read if the register is rw, else zeros.',
      examples: ['zero'],
    }),
  ),
  key: z.optional(
    z.strictObject(keyShape).check(
      z.meta({
        description: 'Bits that must hold a key in every write; any other write is ignored. They read as 0.',
        examples: [{ bits: '31..24', value: '0x5a' }],
      }),
    ),
  ),
  writeMask: z.optional(
    bitRun({
      description:
        'Bits that enable writes, bit for bit, of the bits from 0 up: 31..16 for the low half. They read as 0.',
      examples: ['31..16'],
    }),
  ),
  ...repeatKeys('registers', 'the dwords of one'),
  fields: z.optional(
    z.array(named(fieldShape, 'A run of bits in the register.')).check(
      z.meta({
        description: "The register's fields, which must not overlap.",
        examples: [[{ name: 'ENBL', bits: 0 }]],
      }),
    ),
  ),
};

const instanceShape = {
  group: longName({ description: 'Which group of registers, by its key in groups.', examples: ['channel'] }),
  name: z.optional(
    nameSeg({
      description: "Begins the ACPI names of the instance's registers, as far as four characters allow.",
      examples: ['C'],
    }),
  ),
  longName: z.optional(
    longName({
      description: "Begins the names of the instance's registers in generated drivers. Default: name in lower case.",
      examples: ['channel'],
    }),
  ),
  ...words,
  index: dwordIndex("Index of the group's first dword in the trapped page."),
  ...repeatKeys('instances', 'the dwords of one'),
};

const sharedShape = {
  ...nameKeys('run', ['RING', 'sample_ring']),
  ...words,
  offset: smallQuantity(
    { most: PAGE_BYTES - 1, rangeCode: 'PLATFORM_SHARED_RANGE' },
    { description: 'Byte offset in the shared page, a multiple of 4.', examples: [0, '0x800', '2 KiB'] },
  ),
  bytes: quantity({ description: 'Length in bytes, a multiple of 4.', examples: [2048, '2 KiB'] }),
};

/** The keys that hold registers, in a function and in a group. */
export const contentsShape = {
  registers: z.optional(
    z.array(named(registerShape, 'A dword of the trapped page.')).check(
      z.meta({
        description: 'Registers in the trapped page; each access exits to the host.',
        examples: [[{ name: 'STAT', index: 1, access: 'ro' }]],
      }),
    ),
  ),
  instances: z.optional(
    z.array(z.strictObject(instanceShape).check(z.meta({ description: 'A group of registers at an index.' }))).check(
      z.meta({
        description: 'Groups of registers in the trapped page.',
        examples: [[{ group: 'channel', name: 'C', index: 16, count: 4, stride: 8 }]],
      }),
    ),
  ),
};

export const sharedList = z.array(named(sharedShape, 'A run of bytes in the shared page.')).check(
  z.meta({
    description: 'Runs of bytes in the shared page, which is plain guest memory.',
    examples: [[{ name: 'RING', offset: 0, bytes: 2048 }]],
  }),
);

const groupShape = { ...words, ...contentsShape };

export const groupsSchema = z
  .record(z.string(), z.strictObject(groupShape).check(z.meta({ description: 'Registers that are used as a group.' })))
  .check(
    z.meta({
      description:
        'Groups of registers by name, defined once and used by instances. An index in a group counts from its start.',
      examples: [{ channel: { registers: [{ name: 'CTL', index: 0 }] } }],
      propertyNames: LONG_NAME_SCHEMA,
    }),
  );

/** The known keys of each mapping here, by the key that holds the mapping, or the mappings by name. */
export const REGISTER_KEYS: Readonly<Record<string, readonly string[]>> = {
  registers: Object.keys(registerShape),
  instances: Object.keys(instanceShape),
  fields: Object.keys(fieldShape),
  values: Object.keys(valueShape),
  key: Object.keys(keyShape),
  shared: Object.keys(sharedShape),
  groups: Object.keys(groupShape),
};

/** Most entries of each list here, by its key. */
export const MOST_REGISTER_ENTRIES = {
  registers: PAGE_REGISTERS,
  instances: PAGE_REGISTERS,
  /** One per bit; a register of 64 bits has twice as many. */
  fields: 32,
  /** One per dword. */
  shared: PAGE_BYTES / 4,
} as const;

/** Completes the JSON Schema of a mapping here that is read in more forms than zod knows. */
export function finishRegisterSchema(zodSchema: z.core.$ZodType, jsonSchema: Record<string, unknown>): void {
  const meta = z.globalRegistry.get(zodSchema) as { isNamed?: true; isValue?: true } | undefined;
  delete jsonSchema.isNamed;
  delete jsonSchema.isValue;
  if (meta?.isNamed) {
    const required = (jsonSchema.required as string[]).filter((key) => key !== 'name');
    jsonSchema.anyOf = [{ required: ['name'] }, { required: ['longName'] }];
    if (required.length > 0) jsonSchema.required = required;
  }
  if (meta?.isValue) {
    const { description, ...mapping } = { ...jsonSchema };
    for (const key of Object.keys(mapping)) delete jsonSchema[key];
    jsonSchema.anyOf = [{ type: 'integer', minimum: 0, maximum: U32 }, { type: 'string' }, mapping];
  }
}
