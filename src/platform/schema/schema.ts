import { z } from 'zod';
import { DEFAULT_ADDRESS_BITS, DEFAULT_BUSES, MOST_BUSES, PAGE_BYTES, PAGE_REGISTERS } from '../layout.js';
import { gpeNumber, HOST_KEYS, hostShape, rangeShape } from './schema-host.js';
import {
  accessKind,
  automaticOrQuantity,
  bitRun,
  integer,
  nameSeg,
  pciAddress,
  profileKind,
  prose,
  quantity,
} from './schema-leaves.js';

/**
 * The structure of a platform file. Defaults are named here for editors and filled in where the platform is put
 * together; what has to fit to what else is checked there too.
 */

const words = {
  label: prose(
    { mostCharacters: 80, oneLine: true },
    { description: 'A longer name for people, on one line.', examples: ['Sample rate'] },
  ).optional(),
  description: prose(
    { mostCharacters: 2000, oneLine: false },
    { description: 'What it is for, in a sentence or a few.', examples: ['Samples a second, as a power of two.'] },
  ).optional(),
};

const busNumber = (least: number, meaning: { description: string; examples: number[] }) =>
  integer({ least, most: MOST_BUSES - 1 }, meaning);

const fieldShape = {
  name: nameSeg({
    description: 'ACPI name of the field: one to four of A-Z, 0-9 and _, a letter first.',
    examples: ['RATE'],
  }),
  ...words,
  bits: bitRun({
    description: 'The bits it takes, the high one first, or one bit alone.',
    examples: ['7..4', 0, [7, 4]],
  }),
};

const registerShape = {
  name: nameSeg({
    description: 'ACPI name of the register: one to four of A-Z, 0-9 and _, a letter first.',
    examples: ['CTRL'],
  }),
  ...words,
  index: integer(
    { least: 0, most: PAGE_REGISTERS - 1 },
    { description: 'Index of the dword in the trapped page.', examples: [0, 17] },
  ),
  access: accessKind({
    description:
      'rw keeps what is written, ro ignores writes, wo reads 0, w1c and w1s clear or set the bits written as 1, rc is cleared by reading.',
    examples: ['rw'],
    default: 'rw',
  }).optional(),
  reset: integer(
    { least: 0, most: 0xffff_ffff, rangeCode: 'PLATFORM_RESET_RANGE', hex: true },
    { description: 'Value after reset.', examples: [1, '0x8000_0000'], default: 0 },
  ).optional(),
  fields: z
    .array(z.strictObject(fieldShape).meta({ description: 'A run of bits in the register.' }))
    .meta({ description: "The register's fields, without overlap.", examples: [[{ name: 'ENBL', bits: 0 }]] })
    .optional(),
};

const sharedShape = {
  name: nameSeg({
    description: 'ACPI name of the run: one to four of A-Z, 0-9 and _, a letter first.',
    examples: ['RING'],
  }),
  ...words,
  offset: integer(
    { least: 0, most: PAGE_BYTES - 1, rangeCode: 'PLATFORM_SHARED_RANGE' },
    { description: 'Offset in bytes in the shared page, a multiple of 4.', examples: [0, '0x800'] },
  ),
  bytes: quantity({ description: 'Length, a multiple of 4.', examples: [2048, '2 KiB'] }),
};

const bridgeShape = {
  secondary: busNumber(1, { description: 'The bus directly below the bridge.', examples: [1] }),
  subordinate: busNumber(1, {
    description: 'The last bus below the bridge. Without it, the last one that is there.',
    examples: [3],
  }).optional(),
};

const idsShape = {
  vendor: integer(
    { least: 0, most: 0xfffe, hex: true },
    { description: 'Vendor ID.', examples: ['0x8086'], default: 0x1b36 },
  ).optional(),
  device: integer(
    { least: 0, most: 0xffff, hex: true },
    { description: 'Device ID. Without it 0x0005, of a bridge 0x000c.', examples: ['0x1237'] },
  ).optional(),
  class: integer(
    { least: 0, most: 0xff_ffff, hex: true },
    {
      description:
        'Class, subclass and programming interface as one 24-bit number. Without it 0xff0000 (no class), of a bridge 0x060400.',
      examples: ['0x030000'],
    },
  ).optional(),
};

const functionShape = {
  address: pciAddress({ description: 'Bus, device and function as bb:dd.f in hex.', examples: ['00:04.0'] }),
  name: nameSeg({
    description: 'Name of the function in generated drivers: one to four of A-Z, 0-9 and _, a letter first.',
    examples: ['SENS'],
  }),
  ...words,
  profile: profileKind({
    description: "A ready-made register map: vfio is what crosvm's passed-through functions answer.",
    examples: ['vfio'],
  }).optional(),
  registers: z
    .array(z.strictObject(registerShape).meta({ description: 'A dword of the trapped page.' }))
    .meta({
      description: 'Registers in the trapped page; each access leaves the guest.',
      examples: [[{ name: 'STAT', index: 1, access: 'ro' }]],
    })
    .optional(),
  shared: z
    .array(z.strictObject(sharedShape).meta({ description: 'A run of bytes in the shared page.' }))
    .meta({
      description: 'Runs of bytes in the shared page, which is plain memory of the guest.',
      examples: [[{ name: 'RING', offset: 0, bytes: 2048 }]],
    })
    .optional(),
  bridge: z
    .strictObject(bridgeShape)
    .meta({ description: 'Makes the function a PCI-to-PCI bridge.', examples: [{ secondary: 1 }] })
    .optional(),
  gpe: gpeNumber.optional(),
  ids: z
    .strictObject(idsShape)
    .meta({ description: 'Identity in the configuration header.', examples: [{ vendor: '0x8086', device: '0x1237' }] })
    .optional(),
};

const busCount = (meaning: { description: string; default?: number }) =>
  integer({ least: 1, most: MOST_BUSES }, { ...meaning, examples: [64, 256] });

const vcfgShape = {
  base: automaticOrQuantity({
    description:
      'Address of the VCFG window, a multiple of 2 MiB. auto is the first one after RAM, but not below 4 GiB.',
    examples: ['auto', '0x1_4000_0000'],
    default: 'auto',
  }).optional(),
  buses: busCount({ description: 'Buses of the window; each takes 2 MiB.', default: DEFAULT_BUSES }).optional(),
};

const ecamShape = {
  base: quantity({
    description:
      'Address of the window, a multiple of its length. Without it, the highest place below 0xf800_0000: 0xf400_0000 for 64 buses.',
    examples: ['0xe000_0000'],
  }).optional(),
  buses: busCount({
    description: 'Buses of the window; each takes 1 MiB. Without it as many as vcfg.buses.',
  }).optional(),
};

export const functionSchema = z.strictObject(functionShape).meta({ description: 'One PCI function.' });

const platformShape = {
  vcfg: z
    .strictObject(vcfgShape)
    .meta({ description: 'The window of virtual configuration registers.', examples: [{ base: 'auto', buses: 64 }] })
    .optional(),
  memory: z
    .union([
      quantity({
        description: 'How much RAM: up to 3328 MiB from address 0, the rest from 4 GiB up.',
        examples: ['8 GiB'],
      }),
      z.array(z.strictObject(rangeShape).meta({ description: 'A range of RAM.' })),
    ])
    .meta({
      description: "The guest's RAM: how much, or the list of its ranges.",
      examples: ['8 GiB', [{ base: 0, size: '2 GiB' }]],
      default: '2 GiB',
    })
    .optional(),
  ecam: z
    .strictObject(ecamShape)
    .meta({ description: 'The PCI Express configuration window.', examples: [{ base: '0xe000_0000', buses: 256 }] })
    .optional(),
  addressBits: integer(
    { least: 32, most: 64 },
    { description: 'Width of a guest-physical address.', examples: [39, 46], default: DEFAULT_ADDRESS_BITS },
  ).optional(),
  ...hostShape,
  functions: z
    .array(functionSchema)
    .meta({
      description: 'The PCI functions. The host bridge at 00:00.0 is always there and not named.',
      examples: [[{ address: '00:04.0', name: 'SENS', registers: [{ name: 'CTRL', index: 0 }] }]],
    })
    .optional(),
};

export const platformSchema = z.strictObject(platformShape).meta({
  title: 'VCFG platform',
  description: 'What one machine with a window of virtual configuration registers looks like.',
});

/**
 * JSON Schema (draft 2020-12) of a platform file, for editors that complete and check while one is written. It knows
 * the keys and the form of each value; what has to fit to what else only the reading of the file finds.
 */
export function platformJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(platformSchema, {
    io: 'input',
    // Of values that are read further zod gives neither default nor examples, as those could be of the reading's
    // result. Here they always are of what is written.
    override: ({ zodSchema, jsonSchema }) => {
      const meta = z.globalRegistry.get(zodSchema) as { default?: unknown; examples?: unknown } | undefined;
      if (meta?.default !== undefined) Object.assign(jsonSchema, { default: meta.default });
      if (meta?.examples !== undefined) Object.assign(jsonSchema, { examples: meta.examples });
    },
  }) as Record<string, unknown>;
}

/** A platform file as written, its values read: before defaults, and before its parts are held against each other. */
export type PlatformInput = z.output<typeof platformSchema>;
export type FunctionInput = NonNullable<PlatformInput['functions']>[number];

/** The keys that each mapping of the file may have, by the key that holds it. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(platformShape),
  vcfg: Object.keys(vcfgShape),
  memory: Object.keys(rangeShape),
  ecam: Object.keys(ecamShape),
  functions: Object.keys(functionShape),
  registers: Object.keys(registerShape),
  fields: Object.keys(fieldShape),
  shared: Object.keys(sharedShape),
  bridge: Object.keys(bridgeShape),
  ids: Object.keys(idsShape),
  ...HOST_KEYS,
};

/** The most entries of each list of the file, by its key: what more there were could not all be right, or useful. */
export const MOST_ENTRIES = {
  /** 256 buses of 32 devices of 8 functions. */
  functions: MOST_BUSES << 8,
  registers: PAGE_REGISTERS,
  /** A bit each. */
  fields: 32,
  /** A dword each. */
  shared: PAGE_BYTES / 4,
  memory: 256,
  io: 256,
  /** Fewer are usable; the check of interrupts says so. */
  interrupts: 256,
} as const;

/** The keys that the mapping at a path may have. */
export function knownKeys(path: readonly (string | number)[]): readonly string[] {
  return KEYS[path.findLast((part) => typeof part === 'string') ?? ''] ?? [];
}
