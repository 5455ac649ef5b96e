import { formatHex, formatPciAddress } from '../base/index.js';
import { DiagnosticLog, PciRoot, PciVirtualConfigMmio } from '../device/index.js';
import { type OffsetParts, registerOffset, splitOffset, windowLengthBytes } from '../guest/index.js';
import { encodeConfigAddress, unpackPciAddress, VCFG_REGISTER_BITS } from '../platform/config-address.js';
import type { Diagnostic } from '../vocab/index.js';
import { WINDOW_DECODE } from './rules/caller-rules.js';
import { countFindings, diagnosticOf } from './rules/rule.js';

/** The guest's way to an offset and back; replaceable, so that a test can break one stride. */
export interface GuestArithmetic {
  readonly registerOffset: typeof registerOffset;
  readonly splitOffset: typeof splitOffset;
}

export interface WindowCheckOptions {
  /** 1..256. */
  readonly buses: number;
  /** Shown in findings (default: 0). */
  readonly base?: bigint;
  readonly guest?: GuestArithmetic;
  /** Called after each bus with the number of addresses checked so far, and of all. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface WindowCheck {
  /** Addresses compared. */
  readonly checked: number;
  /** The first few addresses on which the sides differ. */
  readonly diagnostics: readonly Diagnostic[];
}

const REGISTERS = 2048;
const PAGE_REGISTERS = 1024;
const FUNCTIONS_PER_BUS = 256;
const MOST_FINDINGS = 8;

/** A PCI root where every function answers a read with its own place, which shows how the window decoded the offset. */
class WitnessRoot extends PciRoot {
  override virtualConfigReadPacked(packed: number, register: number): number {
    return packed * REGISTERS + register;
  }
}

const GUEST: GuestArithmetic = { registerOffset, splitOffset };

/** What comparing some functions of a window gave. */
export interface ComparedFunctions {
  /** Addresses on which the sides differ. */
  readonly differing: number;
  /** The first few of them. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Functions of a window that are compared together. */
export interface FunctionRange {
  /** `bus << 8 | device << 3 | function` of the first, and of the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Shown in findings. */
  readonly base: bigint;
}

/** Compares every register of the functions of a range. */
export function compareFunctions(
  { from, to, base }: FunctionRange,
  guest: GuestArithmetic = GUEST,
  onBus?: (packed: number) => void,
): ComparedFunctions {
  const window = new PciVirtualConfigMmio(new WitnessRoot({ log: new DiagnosticLog() }));
  const { registerOffset: offsetOf, splitOffset: split } = guest;
  const parts: OffsetParts = { bus: 0, device: 0, function: 0, page: 0, index: 0, byte: 0 };
  const diagnostics: Diagnostic[] = [];
  let differing = 0;
  for (let packed = from; packed < to; packed++) {
    const { bus, device, function: fn } = unpackPciAddress(packed);
    for (let page = 0; page < REGISTERS / PAGE_REGISTERS; page++) {
      const first = packed * REGISTERS + page * PAGE_REGISTERS;
      for (let index = 0; index < PAGE_REGISTERS; index++) {
        const offset = offsetOf(bus, device, fn, page, index);
        const seen = window.readDword(offset);
        if (seen === first + index) {
          split(offset, parts);
          const same = parts.index === index && parts.page === page && parts.function === fn;
          if (same && parts.device === device && parts.bus === bus) continue;
        }
        differing++;
        if (diagnostics.length < MOST_FINDINGS) diagnostics.push(mismatch(base, offset, first + index, seen, parts));
      }
    }
    if ((packed & 0xff) === 0xff) onBus?.(packed);
  }
  return { differing, diagnostics };
}

/** The check of a whole window, from what comparing its functions range by range gave, in the order of the ranges. */
export function windowCheck(buses: number, ranges: readonly ComparedFunctions[]): WindowCheck {
  const total = buses * FUNCTIONS_PER_BUS * REGISTERS;
  const differing = ranges.reduce((sum, each) => sum + each.differing, 0);
  const shown = ranges.flatMap(({ diagnostics }) => diagnostics).slice(0, MOST_FINDINGS);
  return { checked: total, diagnostics: countFindings(shown, differing, total) };
}

/**
 * Takes every register of every function of a window from the guest to the host and back. The guest computes an offset;
 * the device core's window has to decode it as the same function and register, and so has the guest itself. All functions
 * are addressed, whether or not a machine has them.
 */
export function checkWindow(options: WindowCheckOptions): WindowCheck {
  const { buses, base = 0n, guest, onProgress } = options;
  windowLengthBytes(buses);
  const total = buses * FUNCTIONS_PER_BUS * REGISTERS;
  const range = { from: 0, to: buses * FUNCTIONS_PER_BUS, base };
  const compared = compareFunctions(range, guest, (packed) => onProgress?.((packed + 1) * REGISTERS, total));
  return windowCheck(buses, [compared]);
}

/** `00:04.0 register 1027` of a function's 2048. */
function describe(place: number): string {
  return `${formatPciAddress(unpackPciAddress(Math.floor(place / REGISTERS)))} register ${place % REGISTERS}`;
}

function mismatch(base: bigint, offset: number, meant: number, seen: number, parts: OffsetParts): Diagnostic {
  const [packed, register] = [Math.floor(meant / REGISTERS), meant % REGISTERS];
  const hostOffset = encodeConfigAddress(unpackPciAddress(packed), register, VCFG_REGISTER_BITS);
  const split = (parts.bus * FUNCTIONS_PER_BUS + parts.device * 8 + parts.function) * REGISTERS;
  const decoded =
    seen === meant
      ? `the guest itself decodes as ${describe(split + parts.page * 1024 + parts.index)}`
      : `the window decodes as ${describe(seen)}`;
  const message =
    `For ${describe(meant)} the guest computes ${formatHex(base + BigInt(offset))}, which ${decoded}; ` +
    `the host has that register at ${formatHex(base + BigInt(hostOffset))}.`;
  return diagnosticOf(WINDOW_DECODE, { place: {}, message });
}
