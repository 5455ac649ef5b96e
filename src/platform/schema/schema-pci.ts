import * as z from 'zod/mini';
import { MOST_MSIX_VECTORS } from '../layout.js';
import { integer, longName, prose, quantity, smallQuantity } from './schema-leaves.js';
import { barKind, capabilityWord, truth } from './word-leaves.js';

/** What a function has in its configuration space beside its identity: BARs, MSI-X and capabilities. */

const LAST_BAR = 5;
/** Bytes of an extended capability without its head. PCIe 5.0 §7.6.3 */
const MOST_BYTES = 4096 - 256 - 4;

const barNumber = (description: string) => integer({ least: 0, most: LAST_BAR }, { description, examples: [0, 2] });

const bytesOffset = (description: string) =>
  smallQuantity({ most: 0xffff_fff8 }, { description, examples: ['0x800', '2 KiB'] });

const barShape = {
  index: barNumber('Which base address register; one of 64 bits takes the next one too.'),
  longName: z.optional(
    longName({
      description: 'Name in generated drivers, after bar_. Default: its index.',
      examples: ['registers'],
    }),
  ),
  description: z.optional(
    prose({ mostCharacters: 2000, oneLine: false }, { description: 'What it is for.', examples: ['Rings.'] }),
  ),
  kind: z.optional(
    barKind({
      description: 'mem32, mem64 or io. Default: mem32.',
      examples: ['mem64'],
    }),
  ),
  size: quantity({
    description: 'Its length, a power of two: at least 16 bytes of memory, or 4 ports.',
    examples: ['64 KiB'],
  }),
  prefetchable: z.optional(
    truth({
      description: 'Whether reads of the memory have no effect. Default: false.',
      examples: [true],
    }),
  ),
  base: z.optional(
    quantity({
      description: 'Address after reset, a multiple of the size. Default: the first free one in the windows.',
      examples: ['0xd000_0000'],
    }),
  ),
};

const msixShape = {
  vectors: integer({ least: 1, most: MOST_MSIX_VECTORS }, { description: 'Number of vectors.', examples: [8] }),
  names: z.optional(
    z
      .array(longName({ description: 'Name of a vector in generated drivers.', examples: ['receive'] }))
      .check(z.meta({ description: 'Names of the first vectors, in order.', examples: [['receive', 'transmit']] })),
  ),
  bar: barNumber('The BAR that holds the table.'),
  table: z.optional(bytesOffset('Offset of the table in its BAR, a multiple of 8. Default: 0.')),
  pbaBar: z.optional(barNumber('The BAR that holds the pending bits. Default: that of the table.')),
  pba: z.optional(bytesOffset('Offset of the pending bits in their BAR, a multiple of 8. Default: after the table.')),
};

const capabilityShape = {
  id: capabilityWord({
    description: 'Which capability: vendor, pm or pcie, or its number.',
    examples: ['vendor', '0x0b'],
  }),
  extended: z.optional(
    truth({
      description: 'Whether it is an extended one, from 0x100 on. Default: false.',
      examples: [true],
    }),
  ),
  version: z.optional(
    integer({ least: 0, most: 15 }, { description: 'Version of an extended capability. Default: 1.', examples: [1] }),
  ),
  bytes: z.optional(
    z.array(integer({ least: 0, most: 255, hex: true }, { description: 'A byte.', examples: ['0x10'] })).check(
      z.meta({
        description:
          'What follows id and next pointer; of a vendor capability, what follows its length. Default: that of a plain pm or pcie capability.',
        examples: [[1, 2, '0xff']],
      }),
    ),
  ),
  writable: z.optional(
    z
      .array(
        integer({ least: 0, most: 0xffff_ffff, hex: true }, { description: 'A dword.', examples: ['0xff00_0000'] }),
      )
      .check(
        z.meta({
          description: 'For each dword from the start of the capability, the bits that can be written. Default: none.',
          examples: [[0, '0x0000_0003']],
        }),
      ),
  ),
};

/** The keys of a function here. */
export const pciShape = {
  bars: z.optional(
    z
      .array(z.strictObject(barShape).check(z.meta({ description: 'A base address register.' })))
      .check(
        z.meta({ description: 'Base address registers.', examples: [[{ index: 0, size: '64 KiB', kind: 'mem64' }]] }),
      ),
  ),
  msix: z.optional(
    z
      .strictObject(msixShape)
      .check(z.meta({ description: 'Message-signalled interrupts.', examples: [{ vectors: 8, bar: 2 }] })),
  ),
  capabilities: z.optional(
    z.array(z.strictObject(capabilityShape).check(z.meta({ description: 'A capability.' }))).check(
      z.meta({
        description: 'Capabilities in the configuration space, in the order of its list.',
        examples: [[{ id: 'pm' }, { id: 'vendor', bytes: [1, 2, 3] }]],
      }),
    ),
  ),
};

/** The known keys of each mapping here, by the key that holds the mapping. */
export const PCI_KEYS: Readonly<Record<string, readonly string[]>> = {
  bars: Object.keys(barShape),
  msix: Object.keys(msixShape),
  capabilities: Object.keys(capabilityShape),
};

/** Most entries of each list here, by its key. */
export const MOST_PCI_ENTRIES = {
  bars: LAST_BAR + 1,
  /** As many of the least length as there is room for. */
  capabilities: 1024,
  names: MOST_MSIX_VECTORS,
  bytes: MOST_BYTES,
  writable: 64,
} as const;
