import { pageOffset, registerAddress, WINDOW_PARTS, windowLengthBytes } from '../../guest/address.js';
import { acpiPaths, hostBridgePath } from '../../platform/names/acpi-path.js';
import { VFIO_MAILBOX_ARGUMENTS, VFIO_MAILBOX_RESULT } from '../../platform/vfio-profile.js';
import type { FunctionDescription, PciAddress, Platform } from '../../vocab/index.js';

/** A run of bytes of the shared page, as a reference shows it. */
export interface SharedRow {
  readonly name: string;
  readonly longName?: string;
  readonly label?: string;
  readonly description?: string;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/** A function of the platform, and what can be computed from it. */
export interface MappedFunction {
  readonly description: FunctionDescription;
  /** `bb:dd.f` */
  readonly bdf: string;
  /** Undefined if no bridge leads to its bus. */
  readonly path: string | undefined;
  /** Guest-physical addresses of its pages. */
  readonly trapped: bigint;
  readonly shared: bigint;
  /** The mailbox of the vfio profile: what the guest writes, and what the host returns. Both are empty without one. */
  readonly mailbox: { readonly arguments: readonly SharedRow[]; readonly result: readonly SharedRow[] };
}

/** A bus of the window that has functions. */
export interface MappedBus {
  readonly bus: number;
  readonly base: bigint;
  readonly path: string | undefined;
  /** The bridge that leads to it; undefined for bus 0 and if there is none. */
  readonly bridge: FunctionDescription | undefined;
  readonly functions: readonly MappedFunction[];
}

const hexByte = (value: number) => value.toString(16).padStart(2, '0');

/** `dd.f` */
export function slotText({ device, function: fn }: PciAddress): string {
  return `${hexByte(device)}.${fn}`;
}

/** `bb` */
export function busText(bus: number): string {
  return hexByte(bus);
}

const [, , { bytes: FUNCTION_BYTES }] = WINDOW_PARTS;

/**
 * How many functions of the window come before this one. PCI uses the same number for it, and the platform keys its paths
 * by it. PCIe 5.0 §2.2.6.2
 */
function placeInWindow(address: PciAddress): number {
  return pageOffset(address, 'trapped') / FUNCTION_BYTES;
}

const NO_MAILBOX = { arguments: [], result: [] } as const;

function sharedRows(rows: typeof VFIO_MAILBOX_ARGUMENTS): SharedRow[] {
  return rows.map(({ name, offsetBits, widthBits, description }) => ({
    name,
    description,
    offsetBytes: offsetBits / 8,
    lengthBytes: widthBits / 8,
  }));
}

/** Every function of the platform, in BDF order. */
export function mappedFunctions(platform: Platform): MappedFunction[] {
  const paths = acpiPaths(platform);
  const mailbox = { arguments: sharedRows(VFIO_MAILBOX_ARGUMENTS), result: sharedRows(VFIO_MAILBOX_RESULT) };
  return platform.functions.map((description) => {
    const { address } = description;
    return {
      description,
      bdf: `${busText(address.bus)}:${slotText(address)}`,
      path: paths.get(placeInWindow(address)),
      trapped: registerAddress(platform.vcfg.base, { address, page: 'trapped', register: 0 }),
      shared: registerAddress(platform.vcfg.base, { address, page: 'shared', register: 0 }),
      mailbox: description.profile === 'vfio' ? mailbox : NO_MAILBOX,
    };
  });
}

/** The buses that have functions, in order. */
export function mappedBuses(platform: Platform): MappedBus[] {
  const functions = mappedFunctions(platform);
  const byBus = new Map<number, MappedFunction[]>();
  for (const each of functions) {
    const { bus } = each.description.address;
    byBus.set(bus, [...(byBus.get(bus) ?? []), each]);
  }
  const bridges = new Map(functions.map((each) => [each.description.bridge?.secondary, each]));
  return [...byBus.entries()].map(([bus, onBus]) => {
    const behind = bridges.get(bus);
    const base = busBase(platform, bus);
    const path = bus === 0 ? hostBridgePath(platform) : behind?.path;
    return { bus, base, path, bridge: behind?.description, functions: onBus };
  });
}

/** Guest-physical address at which a bus begins; of the bus after the last, the window's end. */
export function busBase({ vcfg }: Platform, bus: number): bigint {
  return vcfg.base + BigInt(bus === 0 ? 0 : windowLengthBytes(bus));
}
