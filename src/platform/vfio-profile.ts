import type { RegisterDescription } from '../vocab/index.js';

/**
 * The `vfio` profile: what crosvm's passed-through functions answer in their virtual configuration registers. This list
 * is the one place that knows; the device, the AML fields and the register reference are made from it.
 * crosvm f1e797a devices/src/pci/vfio_pci.rs:1957-2025
 */

/** A register of the trapped page with a meaning beyond keeping bits. */
export interface ProfileRegister extends RegisterDescription {
  readonly name: 'PFPM' | 'PDSM' | 'NOTY';
  /** What a read gives and does. */
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

/** What the guest writes into the mailbox before it writes PDSM. */
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

/** What the host leaves in the mailbox: the same bytes, from the fourth argument on. */
export const VFIO_MAILBOX_RESULT: readonly MailboxRow[] = [
  { name: 'RTTP', offsetBits: 256, widthBits: 32, description: 'Type of the result; 0 if there is none.' },
  { name: 'RTSZ', offsetBits: 288, widthBits: 32, description: 'Bytes of the result; of a package, its elements.' },
  { name: 'RTDT', offsetBits: 320, widthBits: 16576, description: 'The result itself.' },
];

/**
 * What the type of an argument, an element or a result may be. 0 stands for no result. They are the numbers that AML's
 * ObjectType gives. ACPI 6.5 §19.6.97
 */
export const VFIO_MAILBOX_TYPES = { none: 0, integer: 1, string: 2, buffer: 3, package: 4 } as const;

/** Bytes of the shared page that the mailbox takes, from its start. */
export const VFIO_MAILBOX_BYTES: number =
  Math.max(...[...VFIO_MAILBOX_ARGUMENTS, ...VFIO_MAILBOX_RESULT].map((row) => row.offsetBits + row.widthBits)) / 8;

/** How a value lies in the mailbox, in bytes: its type and size, an Integer, and what elements of an argument end on. */
export const VFIO_MAILBOX_FORMAT = { headBytes: 8, integerBytes: 8, elementMultiple: 8 } as const;

/** The power resource that `_PR0` and `_PR3` of such a function name. */
export const VFIO_POWER_RESOURCE = 'PRIC';

/** What is written to which register to take a function into and out of low power. */
export const VFIO_POWER = { register: 'PFPM', low: 0, full: 1 } as const;
/** The register that hands the mailbox over, and what is written there; any value would do. */
export const VFIO_DSM = { register: 'PDSM', ring: 1 } as const;
/** The register that notifications are taken from. */
export const VFIO_NOTIFICATIONS = 'NOTY';
/** Notifications that the queue holds, and that a handler of the event takes at a time. */
export const VFIO_QUEUE_LENGTH = 1024;

/** How deep packages may lie in packages, in an argument and in a result. */
export const VFIO_MOST_NESTED_PACKAGES = 8;
