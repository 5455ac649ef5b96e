import type { DeviceCode, Diagnostic, Severity } from '../vocab/index.js';

/** What goes with each code: how bad it is, and how to fix it. */
const CODES: Readonly<Record<DeviceCode, { readonly severity: Severity; readonly cure: string }>> = {
  BUS_OVERLAP: { severity: 'error', cure: 'Give each device a range of its own, at least one byte long.' },
  BUS_EMPTY: { severity: 'error', cure: 'Remove a range with the base and length with which it was inserted.' },
  BUS_UNMAPPED: { severity: 'warning', cure: 'Is the address computed from the base and the shifts of this platform?' },
  MEMORY_OVERLAP: { severity: 'error', cure: 'Map each page of memory once, outside of RAM.' },
  MEMORY_UNMAPPED: { severity: 'error', cure: 'Unmap memory with the base it was mapped at.' },
  WINDOW_READ_SHAPE: {
    severity: 'error',
    cure: 'Read one whole register: 4 bytes at a multiple of 4 (DWordAcc in AML).',
  },
  WINDOW_WRITE_SHAPE: {
    severity: 'error',
    cure: 'Write one whole register: 4 bytes at a multiple of 4 (DWordAcc in AML).',
  },
  WINDOW_OFFSET: { severity: 'error', cure: 'Map the window with at most 512 MiB.' },
  PCI_DEVICE_EXISTS: { severity: 'error', cure: 'Remove the function that is there first, or choose a free address.' },
  PCI_BUS_EXISTS: { severity: 'error', cure: 'Give each bridge its own secondary bus number.' },
  PCI_BUS_MISSING: { severity: 'error', cure: 'Add the bridge that leads to that bus first.' },
  PCI_RANGE_LOST: { severity: 'error', cure: 'The guest placed one BAR over another: move them apart.' },
  PCI_BAR_REFUSED: {
    severity: 'error',
    cure: 'Give the BAR a free index, a power of two as its size, and an address that is a multiple of the size.',
  },
  PCI_BAR_MISS: { severity: 'error', cure: 'Keep each access within one enabled memory BAR.' },
  PCI_CAPABILITY_REFUSED: {
    severity: 'error',
    cure: 'All capabilities together must fit in bytes 0x40..0xff of the header.',
  },
  PCI_CONFIG_WRITE: { severity: 'warning', cure: 'Write 1, 2 or 4 bytes, aligned, to one of the 64 header registers.' },
  REGISTER_UNKNOWN: { severity: 'warning', cure: 'Describe the register in the platform file, or fix the driver.' },
  REGISTER_HOOK_FAILED: { severity: 'error', cure: 'Fix the hook. What it throws never reaches the guest.' },
  VFIO_READ_UNSUPPORTED: { severity: 'warning', cure: 'NOTY is the only vfio register that can be read.' },
  VFIO_WRITE_UNSUPPORTED: {
    severity: 'warning',
    cure: 'PFPM and PDSM are the only vfio registers that can be written.',
  },
  VFIO_BACKEND_FAILED: { severity: 'error', cure: 'Fix the backend. What it throws never reaches the guest.' },
  VFIO_NOTIFICATION_LOST: {
    severity: 'warning',
    cure: 'Does the GPE handler read NOTY until it is 0? A notification is 1..0xffffffff.',
  },
  DSM_FAILED: { severity: 'error', cure: 'The guest sees a result of type 0. Fix the backend or the arguments.' },
  DEVICE_FAILED: { severity: 'error', cure: 'Fix the device. What it throws never reaches the guest.' },
  DEVICE_NOT_SUSPENDABLE: {
    severity: 'error',
    cure: 'Implement sleep, wake, snapshot, checkSnapshot and restore in the device.',
  },
  SNAPSHOT_SYNTAX: { severity: 'error', cure: 'Was the file cut off? Save the machine again.' },
  SNAPSHOT_FOREIGN: {
    severity: 'error',
    cure: 'Restore into a machine built from the same platform file, with the same functions added.',
  },
  SNAPSHOT_VERSION: { severity: 'error', cure: 'Restore it with the version of this toolkit that saved it.' },
  SNAPSHOT_VALUE: { severity: 'error', cure: 'Was the snapshot edited? Save the machine again.' },
  THREAD_CLOSED: { severity: 'error', cure: 'Stop the guest before its host, or connect a new guest.' },
  THREAD_TIMEOUT: {
    severity: 'error',
    cure: 'Is the host thread blocked? Let it return to its event loop, or call poll.',
  },
  THREAD_REQUEST: {
    severity: 'error',
    cure: 'Something other than GuestThread wrote to the mailbox: access it through GuestThread only.',
  },
  SANDBOX_CLOSED: { severity: 'error', cure: 'Remove the function and open it in a new sandbox.' },
  SANDBOX_TIMEOUT: {
    severity: 'error',
    cure: 'Does the device loop or block in its worker? If it only needs longer, raise the time limit.',
  },
  SANDBOX_MESSAGE: {
    severity: 'error',
    cure: 'Serve the device with serveSandbox of the same version, and make messageBytes large enough for the longest message.',
  },
};

/** Whether a value from elsewhere is one of the device core's codes. */
export function isDeviceCode(code: unknown): code is DeviceCode {
  return typeof code === 'string' && Object.hasOwn(CODES, code);
}

/** A finding of the device core, with the severity and cure of its code. `path` names the device, or the key in a snapshot. */
export function deviceFinding(code: DeviceCode, path: string, message: string): Diagnostic {
  return { code, severity: CODES[code].severity, place: { path }, message, cure: CODES[code].cure };
}

/** How often a code has been counted since the log was created, and kept since it was drained. */
interface Tally {
  readonly code: DeviceCode | undefined;
  count: number;
  kept: number;
}

/**
 * What went wrong while a guest ran. A guest can cause faults without end, so every fault is counted, but only the first
 * few of each code are kept as text, and that text is cut: memory stays bounded, and a flood of one code hides no other.
 */
export class DiagnosticLog {
  readonly #kept: Diagnostic[] = [];
  readonly #tallies = new Map<DeviceCode, Tally>();
  /** The tally counted last: a flood is usually of one code. */
  #last: Tally = { code: undefined, count: 0, kept: 0 };
  readonly #keepPerCode: number;

  /**
   * `keepPerCode`: how many findings of one code are kept between two calls of {@link drain}. Throws a RangeError unless
   * it is a whole number from 0.
   */
  constructor(keepPerCode = 32) {
    if (!Number.isSafeInteger(keepPerCode) || keepPerCode < 0)
      throw new RangeError(`keepPerCode is ${String(keepPerCode)}; it must be a whole number from 0.`);
    this.#keepPerCode = keepPerCode;
  }

  /** Counts a fault. True if its text would be kept: build the text only then, and pass it to {@link keep}. */
  count(code: DeviceCode): boolean {
    if (this.#last.code !== code) this.#last = this.#tally(code);
    this.#last.count++;
    return this.#last.kept < this.#keepPerCode;
  }

  #tally(code: DeviceCode): Tally {
    const tally = this.#tallies.get(code) ?? { code, count: 0, kept: 0 };
    this.#tallies.set(code, tally);
    return tally;
  }

  /** Keeps the text of a fault that {@link count} has let through, cut to a few hundred characters. */
  keep(code: DeviceCode, path: string, message: string): void {
    const tally = this.#tallies.get(code);
    if (tally !== undefined) tally.kept++;
    this.#kept.push(deviceFinding(code, cutText(path, MOST_PATH), cutText(message, MOST_MESSAGE)));
  }

  /** How often a code has been counted since the log was created; without a code, the sum over all codes. */
  countOf(code?: DeviceCode): number {
    if (code !== undefined) return this.#tallies.get(code)?.count ?? 0;
    let sum = 0;
    for (const { count } of this.#tallies.values()) sum += count;
    return sum;
  }

  /** The findings kept so far, oldest first. */
  get findings(): readonly Diagnostic[] {
    return this.#kept;
  }

  /** Takes out the kept findings, which makes room for new ones. The counts continue. */
  drain(): Diagnostic[] {
    for (const tally of this.#tallies.values()) tally.kept = 0;
    return this.#kept.splice(0);
  }
}

/** The most characters of a foreign text that a finding keeps. */
const MOST_THROWN = 200;
const MOST_PATH = 200;
const MOST_MESSAGE = 1000;

/**
 * At most `most` characters of a text, as a string of its own. A substring would keep the whole text alive in V8, which
 * shares the bytes of long strings.
 */
function cutText(text: string, most: number): string {
  return text.length <= most ? text : `${[...text.slice(0, most)].join('')}...`;
}

/** What was thrown, as a short text for a finding. Never throws, whatever was thrown. */
export function thrownText(thrown: unknown): string {
  try {
    return cutText(thrown instanceof Error ? String(thrown.message) : String(thrown), MOST_THROWN);
  } catch {
    return 'a value that cannot be shown as text';
  }
}
