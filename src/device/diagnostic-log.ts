import type { DeviceCode, Diagnostic, Severity } from '../vocab/index.js';

/** What is always said of a code: how bad it is, and how to mend it. */
const CODES: Readonly<Record<DeviceCode, { readonly severity: Severity; readonly cure: string }>> = {
  BUS_OVERLAP: { severity: 'error', cure: 'Give each device a range of its own, of one byte at least.' },
  BUS_EMPTY: { severity: 'error', cure: 'Remove a range with the base and the length it was inserted with.' },
  BUS_UNMAPPED: { severity: 'warning', cure: 'Is the address computed from the base and the shifts of this platform?' },
  MEMORY_OVERLAP: { severity: 'error', cure: 'Map each page of memory once, outside of RAM.' },
  MEMORY_UNMAPPED: { severity: 'error', cure: 'Unmap memory with the base it was mapped at.' },
  WINDOW_READ_SHAPE: { severity: 'error', cure: 'Read one whole register: 4 bytes at a multiple of 4, so DWordAcc.' },
  WINDOW_WRITE_SHAPE: { severity: 'error', cure: 'Write one whole register: 4 bytes at a multiple of 4, so DWordAcc.' },
  WINDOW_OFFSET: { severity: 'error', cure: 'Keep a window within 512 MiB.' },
  PCI_DEVICE_EXISTS: { severity: 'error', cure: 'Remove the function that is there first, or choose a free place.' },
  PCI_BUS_EXISTS: { severity: 'error', cure: 'Give each bridge a secondary bus number of its own.' },
  PCI_BUS_MISSING: { severity: 'error', cure: 'Add the bridge to that bus first.' },
  PCI_RANGE_LOST: { severity: 'error', cure: 'The guest placed BARs over each other: place them apart.' },
  PCI_BAR_REFUSED: {
    severity: 'error',
    cure: 'Give the BAR a free index, a size that is a power of two and an address that is a multiple of it.',
  },
  PCI_BAR_MISS: { severity: 'error', cure: 'Keep an access within one memory BAR.' },
  PCI_CAPABILITY_REFUSED: { severity: 'error', cure: 'Capabilities share the bytes 0x40..0xff of the header.' },
  PCI_CONFIG_WRITE: { severity: 'warning', cure: 'Write 1, 2 or 4 bytes, aligned, to one of the 64 header registers.' },
  REGISTER_UNKNOWN: { severity: 'warning', cure: 'Describe the register in the platform file, or mend the driver.' },
  REGISTER_HOOK_FAILED: { severity: 'error', cure: 'Mend the hook: what it throws never reaches the guest.' },
  VFIO_READ_UNSUPPORTED: { severity: 'warning', cure: 'Of the vfio registers only NOTY can be read.' },
  VFIO_WRITE_UNSUPPORTED: { severity: 'warning', cure: 'Of the vfio registers only PFPM and PDSM can be written.' },
  VFIO_BACKEND_FAILED: { severity: 'error', cure: 'Mend the backend: what it throws never reaches the guest.' },
  VFIO_NOTIFICATION_LOST: { severity: 'warning', cure: 'Does the GPE handler read NOTY until it is 0?' },
  DSM_FAILED: { severity: 'error', cure: 'The guest sees a result of type 0. Mend the backend, or the arguments.' },
  DEVICE_FAILED: { severity: 'error', cure: 'Mend the device: what it throws never reaches the guest.' },
  DEVICE_NOT_SUSPENDABLE: { severity: 'error', cure: 'Give the device sleep, wake, snapshot and restore of its own.' },
  SNAPSHOT_SYNTAX: { severity: 'error', cure: 'Was the file cut off? Save the machine again.' },
  SNAPSHOT_FOREIGN: { severity: 'error', cure: 'Restore into a machine built from the same platform file.' },
  SNAPSHOT_VERSION: { severity: 'error', cure: 'Restore with the version of this toolkit that saved it.' },
  SNAPSHOT_VALUE: { severity: 'error', cure: 'Was the snapshot edited? Save the machine again.' },
  THREAD_CLOSED: { severity: 'error', cure: 'Stop the guest before its host, or let the host connect a new one.' },
  THREAD_TIMEOUT: { severity: 'error', cure: 'Is the host thread blocked? Let it return to its event loop, or poll.' },
  THREAD_REQUEST: {
    severity: 'error',
    cure: 'The guest wrote nonsense into its mailbox: reach it by GuestThread only.',
  },
  SANDBOX_CLOSED: { severity: 'error', cure: 'Plug the function out and open it in a new sandbox.' },
  SANDBOX_TIMEOUT: {
    severity: 'error',
    cure: 'Does the device loop or block in its worker? Or give it a longer limit.',
  },
  SANDBOX_MESSAGE: {
    severity: 'error',
    cure: 'Serve the device with serveSandbox of this very version, with room for the longest message.',
  },
};

/** Whether a text from elsewhere is a code of this room. */
export function isDeviceCode(code: unknown): code is DeviceCode {
  return typeof code === 'string' && Object.hasOwn(CODES, code);
}

/** A finding of the device core with its code's severity and cure. `path` names the device, or the key in a snapshot. */
export function deviceFinding(code: DeviceCode, path: string, message: string): Diagnostic {
  return { code, severity: CODES[code].severity, place: { path }, message, cure: CODES[code].cure };
}

/** How often a code was counted since the log was made, and kept since it was drained. */
interface Tally {
  readonly code: DeviceCode | undefined;
  count: number;
  kept: number;
}

/**
 * What went wrong while a guest ran. A guest can make faults without end, so each is counted and only the first few of a
 * code are kept as text: memory stays constant, and a flood of one kind hides no other.
 */
export class DiagnosticLog {
  readonly #kept: Diagnostic[] = [];
  readonly #tallies = new Map<DeviceCode, Tally>();
  /** The tally counted last: floods are of one kind. */
  #last: Tally = { code: undefined, count: 0, kept: 0 };
  readonly #keepPerCode: number;

  /** `keepPerCode`: how many findings of one code are kept between two calls of {@link drain}. */
  constructor(keepPerCode = 32) {
    this.#keepPerCode = keepPerCode;
  }

  /** Counts a fault; true if its text would be kept, so that a caller builds the text only then and calls {@link keep}. */
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

  /** Keeps the text of a fault that {@link count} has let through. */
  keep(code: DeviceCode, path: string, message: string): void {
    const tally = this.#tallies.get(code);
    if (tally !== undefined) tally.kept++;
    this.#kept.push(deviceFinding(code, path, message));
  }

  /** How often a code was counted, or all of them together, since the log was made. */
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

  /** Takes the kept findings out, which makes room for new ones. The counts go on. */
  drain(): Diagnostic[] {
    for (const tally of this.#tallies.values()) tally.kept = 0;
    return this.#kept.splice(0);
  }
}

/** What was thrown, as text for a finding. */
export function thrownText(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
