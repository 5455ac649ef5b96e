import * as z from 'zod/mini';
import { DEFAULT_ADDRESS_BITS, DEFAULT_BUSES, MOST_BUSES } from '../layout.js';
import { gpeNumber, HOST_KEYS, hostShape, rangeShape } from './schema-host.js';
import {
  acpiPath,
  automaticOrQuantity,
  integer,
  LONG_NAME_SCHEMA,
  longName,
  nameSeg,
  pciAddress,
  prose,
  quantity,
} from './schema-leaves.js';
import { MOST_PCI_ENTRIES, PCI_KEYS, pciShape } from './schema-pci.js';
import {
  contentsShape,
  finishRegisterSchema,
  groupsSchema,
  longNameKey,
  MOST_REGISTER_ENTRIES,
  REGISTER_KEYS,
  sharedList,
  words,
} from './schema-registers.js';
import { architectureKind, interruptControllerKind, profileKind, windowAbsence } from './word-leaves.js';

/**
 * The structure of a platform file. Defaults are listed here for editors; `checks` fills them in and checks how the
 * parts fit together.
 */

const busNumber = (least: number, meaning: { description: string; examples: number[] }) =>
  integer({ least, most: MOST_BUSES - 1 }, meaning);

const bridgeShape = {
  secondary: busNumber(1, { description: 'The bus directly below the bridge.', examples: [1] }),
  subordinate: z.optional(
    busNumber(1, {
      description: 'The last bus below the bridge. Default: the last one in use there.',
      examples: [3],
    }),
  ),
};

const idsShape = {
  vendor: z.optional(
    integer(
      { least: 0, most: 0xfffe, hex: true },
      { description: 'Vendor ID.', examples: ['0x8086'], default: 0x1b36 },
    ),
  ),
  device: z.optional(
    integer(
      { least: 0, most: 0xffff, hex: true },
      { description: 'Device ID. Default: 0x0005, or 0x000c for a bridge.', examples: ['0x1237'] },
    ),
  ),
  class: z.optional(
    integer(
      { least: 0, most: 0xff_ffff, hex: true },
      {
        description:
          'Class, subclass and programming interface as one 24-bit number. Default: 0xff0000 (no class), or 0x060400 for a bridge.',
        examples: ['0x030000'],
      },
    ),
  ),
};

/** The keys that a function may take from a template. */
const templateShape = {
  ...words,
  profile: z.optional(
    profileKind({
      description: "A ready-made register map: vfio is that of crosvm's passed-through functions.",
      examples: ['vfio'],
    }),
  ),
  ...contentsShape,
  shared: z.optional(sharedList),
  ...pciShape,
  ids: z.optional(
    z.strictObject(idsShape).check(
      z.meta({
        description: 'Identity in the configuration header.',
        examples: [{ vendor: '0x8086', device: '0x1237' }],
      }),
    ),
  ),
};

const step = (most: number, what: string) =>
  z.optional(integer({ least: 0, most }, { description: `${what} from one to the next.`, examples: [1] }));

const strideShape = {
  bus: step(MOST_BUSES - 1, 'Buses'),
  device: step(31, 'Devices'),
  function: step(7, 'Functions'),
};

const functionShape = {
  address: pciAddress({ description: 'Bus, device and function as bb:dd.f in hex.', examples: ['00:04.0'] }),
  name: nameSeg({
    description: 'Name of the function in generated drivers: one to four of A-Z, 0-9 and _, a letter first.',
    examples: ['SENS'],
  }),
  longName: longNameKey(['sensor_hub']),
  template: z.optional(
    longName({
      description: 'Which template the function has its other keys from, by its key in templates.',
      examples: ['sensor'],
    }),
  ),
  count: z.optional(
    integer(
      { least: 1, most: MOST_BUSES << 8 },
      { description: 'Makes it this many functions, each with its number after the name.', examples: [8] },
    ),
  ),
  stride: z.optional(
    z.strictObject(strideShape).check(
      z.meta({
        description: 'From one of several functions to the next. Default: one device.',
        examples: [{ device: 1 }, { function: 1 }],
      }),
    ),
  ),
  path: z.optional(
    acpiPath({
      description:
        "The function's Device in the machine's own tables, which then is not generated. Needs host. Default: none, so that the Device is generated.",
      examples: ['\\_SB.PCI0.SENS'],
    }),
  ),
  ...templateShape,
  bridge: z.optional(
    z
      .strictObject(bridgeShape)
      .check(z.meta({ description: 'Makes the function a PCI-to-PCI bridge.', examples: [{ secondary: 1 }] })),
  ),
  gpe: z.optional(gpeNumber),
};

const busCount = (meaning: { description: string; default?: number }) =>
  integer({ least: 1, most: MOST_BUSES }, { ...meaning, examples: [64, 256] });

const vcfgShape = {
  base: z.optional(
    automaticOrQuantity({
      description:
        'Address of the VCFG window, a multiple of 2 MiB. auto is the first multiple after RAM, but at least 4 GiB.',
      examples: ['auto', '0x1_4000_0000'],
      default: 'auto',
    }),
  ),
  buses: z.optional(
    busCount({
      description: 'Number of buses in the window; each takes 2 MiB.',
      default: DEFAULT_BUSES,
    }),
  ),
};

const ecamShape = {
  base: z.optional(
    quantity({
      description:
        'Address of the window, a multiple of its length rounded up to a power of two. Default: the highest that fits below 0xf800_0000, which is 0xf400_0000 for 64 buses.',
      examples: ['0xe000_0000'],
    }),
  ),
  buses: z.optional(
    busCount({
      description: 'Number of buses in the window; each takes 1 MiB. Default: vcfg.buses.',
    }),
  ),
};

export const functionSchema = z.strictObject(functionShape).check(z.meta({ description: 'One PCI function.' }));

const includePath = prose(
  { mostCharacters: 1000, oneLine: true },
  { description: 'Path of a file, from the folder of this one.', examples: ['sensors.yaml'] },
);

const platformShape = {
  include: z.optional(
    z.union([includePath, z.array(includePath)]).check(
      z.meta({
        description:
          'Other platform files whose keys belong to this one. Their functions, groups and templates are added to those here; any other key may be given in one file only.',
        examples: ['sensors.yaml', ['board.yaml', 'sensors.yaml']],
      }),
    ),
  ),
  vcfg: z.optional(
    z
      .union([
        z.strictObject(vcfgShape),
        windowAbsence({ description: 'The guest has no window, as a protected guest.', examples: ['none'] }),
      ])
      .check(
        z.meta({
          description: 'The window of virtual configuration registers; none for a guest without one.',
          examples: [{ base: 'auto', buses: 64 }, 'none'],
        }),
      ),
  ),
  arch: z.optional(
    architectureKind({
      description:
        'Kind of machine. With aarch64 and riscv64, ACPI hardware is reduced, and defaults are those of the virt machines of QEMU. Default: x86_64.',
      examples: ['aarch64'],
    }),
  ),
  interruptController: z.optional(
    interruptControllerKind({
      description:
        'Of a riscv64 machine: a PLIC, an APLIC, or an APLIC that sends messages to the IMSIC of each hart. Default: plic.',
      examples: ['imsic'],
    }),
  ),
  memory: z.optional(
    z
      .union([
        quantity({
          description: 'Size of RAM: up to 3328 MiB from address 0, the rest from 4 GiB up.',
          examples: ['8 GiB'],
        }),
        z.array(z.strictObject(rangeShape).check(z.meta({ description: 'A range of RAM.' }))),
      ])
      .check(
        z.meta({
          description: "The guest's RAM: its size, or a list of ranges.",
          examples: ['8 GiB', [{ base: 0, size: '2 GiB' }]],
          default: '2 GiB',
        }),
      ),
  ),
  ecam: z.optional(
    z.strictObject(ecamShape).check(
      z.meta({
        description: 'The PCI Express configuration window.',
        examples: [{ base: '0xe000_0000', buses: 256 }],
      }),
    ),
  ),
  addressBits: z.optional(
    integer(
      { least: 32, most: 64 },
      { description: 'Width of a guest-physical address in bits.', examples: [39, 46], default: DEFAULT_ADDRESS_BITS },
    ),
  ),
  host: z.optional(
    acpiPath({
      description:
        "The host bridge in the machine's own tables. Generated is then an SSDT to load beside them. Default: none, so that a DSDT with a host bridge is generated.",
      examples: ['\\_SB.PCI0'],
    }),
  ),
  ...hostShape,
  device: z.optional(
    prose(
      { mostCharacters: 1000, oneLine: true },
      {
        description:
          'TypeScript or JavaScript file with hooks for the registers, from the folder of this file; vcfg live serves them.',
        examples: ['./sensor.ts'],
      },
    ),
  ),
  groups: z.optional(groupsSchema),
  templates: z.optional(
    z
      .record(z.string(), z.strictObject(templateShape).check(z.meta({ description: 'What several functions have.' })))
      .check(
        z.meta({
          description: 'Keys of functions by name, defined once and used by functions with template.',
          examples: [{ sensor: { registers: [{ name: 'CTRL', index: 0 }] } }],
          propertyNames: LONG_NAME_SCHEMA,
        }),
      ),
  ),
  functions: z.optional(
    z.array(functionSchema).check(
      z.meta({
        description: 'The PCI functions. The host bridge at 00:00.0 is implied and not listed.',
        examples: [[{ address: '00:04.0', name: 'SENS', registers: [{ name: 'CTRL', index: 0 }] }]],
      }),
    ),
  ),
};

export const platformSchema = z.strictObject(platformShape).check(
  z.meta({
    title: 'VCFG platform',
    description: 'A machine with a window of virtual configuration registers.',
  }),
);

/**
 * JSON Schema (draft 2020-12) of a platform file, for editors that complete and check it as it is written. It covers the
 * keys and the form of each value. How values fit together is checked only when the file is read.
 */
export function platformJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(platformSchema, {
    io: 'input',
    // For a transform, zod drops default and examples, which might describe its output. Ours always describe its input.
    override: ({ zodSchema, jsonSchema }) => {
      const meta = z.globalRegistry.get(zodSchema) as { default?: unknown; examples?: unknown } | undefined;
      if (meta?.default !== undefined) Object.assign(jsonSchema, { default: meta.default });
      if (meta?.examples !== undefined) Object.assign(jsonSchema, { examples: meta.examples });
      finishRegisterSchema(zodSchema, jsonSchema);
    },
  }) as Record<string, unknown>;
}

/** A platform file whose values are parsed, before defaults are filled in and before its parts are checked together. */
export type PlatformInput = z.output<typeof platformSchema>;
export type FunctionInput = NonNullable<PlatformInput['functions']>[number];
export type TemplateInput = NonNullable<PlatformInput['templates']>[string];

/** The known keys of each mapping of the file, by the key that holds the mapping. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(platformShape),
  vcfg: Object.keys(vcfgShape),
  memory: Object.keys(rangeShape),
  ecam: Object.keys(ecamShape),
  functions: Object.keys(functionShape),
  templates: Object.keys(templateShape),
  stride: Object.keys(strideShape),
  bridge: Object.keys(bridgeShape),
  ids: Object.keys(idsShape),
  ...HOST_KEYS,
  ...REGISTER_KEYS,
  ...PCI_KEYS,
};

/** Most entries of each list of the file, by its key. No valid or useful file has more. */
export const MOST_ENTRIES = {
  /** 256 buses of 32 devices of 8 functions. */
  functions: MOST_BUSES << 8,
  ...MOST_REGISTER_ENTRIES,
  ...MOST_PCI_ENTRIES,
  memory: 256,
  io: 256,
  /** The check of interrupts has a lower limit of its own. */
  interrupts: 256,
} as const;

/** The keys that the mapping at a path may have. */
export function knownKeys(path: readonly (string | number)[]): readonly string[] {
  const holder = path.at(-2);
  const isNamed = (holder === 'groups' || holder === 'templates') && path.length === 2;
  if (holder === 'values' || isNamed) return KEYS[holder] ?? [];
  return KEYS[path.findLast((part) => typeof part === 'string') ?? ''] ?? [];
}
