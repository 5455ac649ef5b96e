import type { RegisterDescription } from '../vocab/index.js';

/**
 * The `vfio` profile: the virtual configuration registers of crosvm's passed-through functions. The
 * device, the AML fields and the register reference are all made from this list.
 * crosvm f1e797a devices/src/pci/vfio_pci.rs:1957-2025
 */

/** A register of the trapped page whose accesses do something. */
export interface ProfileRegister extends RegisterDescription {
  readonly name: 'PFPM' | 'PDSM' | 'NOTY';
  /** What a read returns and does. */
  readonly onRead: string;
  /** What a write does. */
  readonly onWrite: string;
}

/** A run of bits in the shared page, as an AML field declares it. */
export interface MailboxRow {
  /** ACPI NameSeg. */
  readonly name: string;
  /** From the start of the shared page. */
  readonly offsetBits: number;
  readonly widthBits: number;
  readonly description: string;
}

export const VFIO_REGISTERS: readonly ProfileRegister[] = [
  {
    name: 'PFPM',
    label: 'Power management',
    description: 'Takes the function into and out of low power.',
    index: 0,
    access: 'wo',
    reset: 0,
    fields: [],
    onRead: 'Gives 0xffffffff and leaves a warning.',
    onWrite: '0 enters low power, with wake-up if the function has a power event; any other value leaves it.',
  },
  {
    name: 'PDSM',
    label: 'Device-specific method',
    description: 'Hands the mailbox in the shared page to the host.',
    index: 1,
    access: 'wo',
    reset: 0,
    fields: [],
    onRead: 'Gives 0xffffffff and leaves a warning.',
    onWrite: "Any value runs the host's _DSM on the arguments in the mailbox and leaves its result there.",
  },
  {
    name: 'NOTY',
    label: 'Notification',
    description: 'The queue of notifications from the host.',
    index: 2,
    access: 'rc',
    reset: 0,
    fields: [],
    onRead: 'Takes the oldest notification off the queue and gives it; 0 if there is none.',
    onWrite: 'Changes nothing and leaves a warning.',
  },
];

/** The mailbox as the guest fills it before it writes PDSM. */
export const VFIO_MAILBOX_ARGUMENTS: readonly MailboxRow[] = [
  { name: 'DSM0', offsetBits: 0, widthBits: 128, description: 'UUID, 16 bytes as ToUUID gives them.' },
  { name: 'DSM1', offsetBits: 128, widthBits: 64, description: 'Revision.' },
  { name: 'DSM2', offsetBits: 192, widthBits: 64, description: 'Function index.' },
  {
    name: 'DSM3',
    offsetBits: 256,
    widthBits: 16384,
    description: 'The fourth argument: type (u32), then a size or an element count (u32), then the data.',
  },
];

/** The mailbox as the host leaves it: its result replaces the fourth argument. */
export const VFIO_MAILBOX_RESULT: readonly MailboxRow[] = [
  { name: 'RTTP', offsetBits: 256, widthBits: 32, description: 'Type of the result; 0 if there is none.' },
  { name: 'RTSZ', offsetBits: 288, widthBits: 32, description: 'Bytes of the result; of a package, its elements.' },
  { name: 'RTDT', offsetBits: 320, widthBits: 16576, description: 'The result itself.' },
];

/**
 * Types of an argument, an element or a result; 0 if there is no result. The numbers are those of AML's ObjectType.
 * ACPI 6.5 §19.6.97
 */
export const VFIO_MAILBOX_TYPES = { none: 0, integer: 1, string: 2, buffer: 3, package: 4 } as const;

/** Bytes of the shared page that the mailbox takes, from its start. */
export const VFIO_MAILBOX_BYTES: number =
  Math.max(...[...VFIO_MAILBOX_ARGUMENTS, ...VFIO_MAILBOX_RESULT].map((row) => row.offsetBits + row.widthBits)) / 8;

/**
 * Layout of a value in the mailbox: bytes of type and size, bytes of an Integer, and alignment of an argument's
 * elements.
 */
export const VFIO_MAILBOX_FORMAT = { headBytes: 8, integerBytes: 8, elementMultiple: 8 } as const;

/** The power resource that `_PR0` and `_PR3` of such a function name. */
export const VFIO_POWER_RESOURCE = 'PRIC';

/** The register, and the values to write, that take a function into and out of low power. */
export const VFIO_POWER = { register: 'PFPM', low: 0, full: 1 } as const;
/** The register that hands the mailbox to the host, and the value to write; any would do. */
export const VFIO_DSM = { register: 'PDSM', ring: 1 } as const;
/** The register from which notifications are read. */
export const VFIO_NOTIFICATIONS = 'NOTY';
/** Capacity of the queue, and the most notifications that an event handler takes at a time. */
export const VFIO_QUEUE_LENGTH = 1024;

/** How deep packages may be nested, in an argument and in a result. */
export const VFIO_MOST_NESTED_PACKAGES = 8;
