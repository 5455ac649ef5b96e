import * as z from 'zod/mini';
import { DEFAULT_PM_BASE, DEFAULT_SCI, GPE_COUNT, PM_PORTS, PORT_COUNT } from '../power-ports.js';
import { integer, quantity } from './schema-leaves.js';

/**
 * The part of a platform file outside its functions: processors, the host bridge, interrupts and the fixed hardware.
 */

/** A processor's number is its APIC ID; from 255 up that is an x2APIC ID. Linux supports no more than this. */
const MOST_CPUS = 4096;
export const DEFAULT_CPUS = 1;
/** The last global system interrupt that a platform may use: crosvm's last one. */
const LAST_INTERRUPT = 1023;
export const DEFAULT_INTERRUPTS: readonly number[] = [16, 17, 18, 19];
/** The names of generated routing tables cannot tell more apart. */
export const MOST_INTERRUPTS = 32;

export const rangeShape = {
  base: quantity({ description: 'First address of the range.', examples: [0, '4 GiB'] }),
  size: quantity({ description: 'Length of the range.', examples: ['2 GiB'] }),
};

const portRangeShape = {
  base: integer(
    { least: 0, most: PORT_COUNT - 1, hex: true },
    { description: 'First port of the range.', examples: ['0x1000'] },
  ),
  size: integer(
    { least: 1, most: PORT_COUNT, hex: true },
    { description: 'Number of ports in the range.', examples: ['0x1000'] },
  ),
};

const windowsShape = {
  io: z.optional(
    z.array(z.strictObject(portRangeShape).check(z.meta({ description: 'A range of IO ports.' }))).check(
      z.meta({
        description: 'IO ports. Default: all except 0xcf8 to 0xcff, which belong to the bridge itself.',
        examples: [[{ base: '0x1000', size: '0xf000' }]],
      }),
    ),
  ),
  mmio32: z.optional(
    z.strictObject(rangeShape).check(
      z.meta({
        description: 'Memory below 4 GiB. Default: the longest free range between 0xd000_0000 and 0xf800_0000.',
        examples: [{ base: '0xd000_0000', size: '256 MiB' }],
      }),
    ),
  ),
  mmio64: z.optional(
    z.strictObject(rangeShape).check(
      z.meta({
        description:
          'Memory at 4 GiB or above. Default: the longest free range that starts at a multiple of 1 GiB and fits in 46 address bits.',
        examples: [{ base: '0x10_0000_0000', size: '64 GiB' }],
      }),
    ),
  ),
};

const pmShape = {
  base: z.optional(
    integer(
      { least: 0, most: PORT_COUNT - PM_PORTS, hex: true },
      { description: 'First port of PM1 and GPE0, a multiple of 4.', examples: ['0x600'], default: DEFAULT_PM_BASE },
    ),
  ),
  sci: z.optional(
    integer(
      { least: 0, most: LAST_INTERRUPT },
      { description: 'Global system interrupt of ACPI events.', examples: [9], default: DEFAULT_SCI },
    ),
  ),
};

/** The keys of a platform that describe the host, each optional. */
export const hostShape = {
  cpus: z.optional(
    integer(
      { least: 1, most: MOST_CPUS },
      { description: 'Number of processors. More than 255 need an x2APIC.', examples: [4], default: DEFAULT_CPUS },
    ),
  ),
  windows: z.optional(
    z.strictObject(windowsShape).check(
      z.meta({
        description: 'Addresses that the host bridge passes on to devices.',
        examples: [{ mmio32: { base: '0xd000_0000', size: '256 MiB' } }],
      }),
    ),
  ),
  interrupts: z.optional(
    z
      .array(integer({ least: 0, most: LAST_INTERRUPT }, { description: 'A global system interrupt.', examples: [16] }))
      .check(
        z.meta({
          description:
            'Global system interrupts of the pins INTA to INTD: pin p of device d uses entry (d + p) modulo the number of entries. Default: 16 to 19 on x86-64.',
          examples: [[16, 17, 18, 19]],
          minItems: 1,
          maxItems: MOST_INTERRUPTS,
        }),
      ),
  ),
  pm: z.optional(
    z
      .strictObject(pmShape)
      .check(z.meta({ description: 'The fixed ACPI hardware.', examples: [{ base: '0x600', sci: 9 }] })),
  ),
};

/** The event of a function. */
export const gpeNumber = integer(
  { least: 0, most: GPE_COUNT - 1, hex: true },
  {
    description:
      'General-purpose event of a function with the vfio profile. Default: the lowest free one, assigned in the order of addresses.',
    examples: [0, '0x10'],
  },
);

/** The known keys of each mapping here, by the key that holds the mapping. */
export const HOST_KEYS: Readonly<Record<string, readonly string[]>> = {
  windows: Object.keys(windowsShape),
  io: Object.keys(portRangeShape),
  mmio32: Object.keys(rangeShape),
  mmio64: Object.keys(rangeShape),
  pm: Object.keys(pmShape),
};
