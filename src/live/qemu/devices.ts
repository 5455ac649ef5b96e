import { formatPciAddress } from '../../base/index.js';
import { packPciAddress } from '../../platform/index.js';
import type { AddressRange, Diagnostic, FunctionDescription, PciAddress, Platform } from '../../vocab/index.js';
import { liveError, liveFinding } from '../port/events.js';
import type { ConfigWrite } from './option-rom.js';

/** The functions that q35 has itself: host bridge, LPC bridge, SATA and SMBus. */
const OWN_FUNCTIONS: readonly string[] = ['00:00.0', '00:1f.0', '00:1f.2', '00:1f.3'];
/** Slots of bus 0 that are not free: q35's own. */
const OWN_SLOTS: readonly number[] = [0, 0x1f];
const SLOTS = 32;
const FUNCTIONS = 8;
/** Bus numbers of a bridge: primary, secondary, subordinate, and the latency timer. PCI-to-PCI Bridge 1.2 §3.2.5 */
const BUS_NUMBERS_OFFSET = 0x18;
const COMMAND_OFFSET = 4;
const BAR0_OFFSET = 0x10;
const MEMORY_DECODE = 2;
/** The largest BAR that works: 1 GiB hangs QEMU 7.2. */
const MOST_BAR_BYTES = 1n << 29n;
const LEAST_BAR_BYTES = 1n << 12n;

/** The smallest BAR that has a range in it: a power of two, aligned to its length. Undefined if there is none. */
export function barAround({ base, lengthBytes }: AddressRange): AddressRange | undefined {
  for (let length = LEAST_BAR_BYTES; length <= MOST_BAR_BYTES; length <<= 1n) {
    const start = base & -length;
    if (start + length >= base + lengthBytes) return { base: start, lengthBytes: length };
  }
  return undefined;
}

/** Which functions of a platform are PCI functions of a guest, and through which bridges. */
interface Topology {
  /** Each bridge comes before those on its secondary bus. */
  readonly bridges: readonly FunctionDescription[];
  readonly functions: readonly FunctionDescription[];
  /** Functions that no guest in QEMU can have as PCI functions. */
  readonly hidden: readonly FunctionDescription[];
}

function topologyOf({ functions }: Platform): Topology {
  const buses = new Set([0]);
  const bridges: FunctionDescription[] = [];
  const isOwn = ({ address }: FunctionDescription) => OWN_FUNCTIONS.includes(formatPciAddress(address));
  for (let found = true; found; ) {
    found = false;
    for (const described of functions) {
      const { address, bridge } = described;
      if (bridge === undefined || bridges.includes(described) || !buses.has(address.bus) || isOwn(described)) continue;
      bridges.push(described);
      buses.add(bridge.secondary);
      found = true;
    }
  }
  const isShown = (described: FunctionDescription) =>
    buses.has(described.address.bus) &&
    !isOwn(described) &&
    // The host bridge has one function, so Linux looks for no other.
    !(described.address.bus === 0 && described.address.device === 0);
  const others = functions.filter((described) => !bridges.includes(described));
  return { bridges, functions: others.filter(isShown), hidden: others.filter((each) => !isShown(each)) };
}

/** A note for functions that are not PCI functions of the guest. */
export function hiddenFunctions(platform: Platform): Diagnostic[] {
  const { hidden } = topologyOf(platform);
  if (hidden.length === 0) return [];
  const names = hidden.map(({ name, address }) => `${name} at ${formatPciAddress(address)}`).join(', ');
  return [
    liveFinding(
      'LIVE_BACK_END',
      `${names}: QEMU has a function of its own there. The guest reaches the registers in the window, but no driver binds to them.`,
      'Move them to other slots, or use v86.',
      'note',
    ),
  ];
}

/** A place on bus 0 for a device that the platform does not describe. */
type Place = Pick<PciAddress, 'device' | 'function'>;

/** Places that neither q35 nor the platform uses, eight in a slot. The first has a slot to itself. */
function freePlaces({ functions }: Platform, count: number): Place[] {
  const taken = new Set([
    ...OWN_SLOTS,
    ...functions.filter(({ address }) => address.bus === 0).map(({ address }) => address.device),
  ]);
  const [first, ...slots] = Array.from({ length: SLOTS }, (_, slot) => slot).filter((slot) => !taken.has(slot));
  const places = slots.flatMap((device) =>
    Array.from({ length: FUNCTIONS }, (_, number) => ({ device, function: number })),
  );
  if (first !== undefined && places.length >= count - 1)
    return [{ device: first, function: 0 }, ...places.slice(0, count - 1)];
  throw liveError(
    'LIVE_WINDOW_PLACE',
    `The guest needs a free slot of bus 0 for the window, and one for each ${FUNCTIONS} of its ${count - 1} shared pages; the platform leaves ${first === undefined ? 0 : slots.length + 1}.`,
    'Move functions to other buses, or use v86.',
  );
}

/** What QEMU is started with for a platform. */
export interface QemuDevices {
  /** Arguments for its command line: `-device` and `-object`. */
  readonly words: readonly string[];
  /** The functions of the platform that are served over sockets, in the order of the sockets, after the window's. */
  readonly served: readonly FunctionDescription[];
  readonly carrier: Place;
  readonly pages: readonly { readonly packed: number; readonly place: Place }[];
  /** What has to be written to configuration registers before Linux starts. */
  readonly writes: readonly ConfigWrite[];
}

/**
 * The devices for a platform: the window as a BAR, the functions, bridges with the platform's bus numbers, and a memory for each
 * shared page. Sockets are numbered from `firstSocket`.
 */
export function qemuDevices(
  platform: Platform,
  bar: AddressRange,
  shared: readonly { readonly packed: number; readonly path: string; readonly lengthBytes: number }[],
  firstSocket: number,
): QemuDevices {
  const { bridges, functions } = topologyOf(platform);
  const [carrier, ...places] = freePlaces(platform, 1 + shared.length) as [Place, ...Place[]];
  const busOf = ({ bus }: PciAddress) => {
    const bridge = bus === 0 ? undefined : bridges.find((each) => each.bridge?.secondary === bus);
    return bridge === undefined ? 'pcie.0' : `b${packPciAddress(bridge.address)}`;
  };
  const at = ({ device, function: number }: Place) => `addr=${device.toString(16)}.${number}`;
  const proxy = (index: number, bus: string, place: Place) =>
    `x-pci-proxy-dev,id=p${index},fd=${firstSocket + index},bus=${bus},${at(place)},multifunction=on`;
  const lines = [
    ['-device', proxy(0, 'pcie.0', carrier)],
    ...bridges.map(({ address }, index) => [
      '-device',
      `pci-bridge,id=b${packPciAddress(address)},chassis_nr=${index + 1},shpc=off,bus=${busOf(address)},${at(address)},multifunction=on`,
    ]),
    ...functions.map(({ address }, index) => ['-device', proxy(index + 1, busOf(address), address)]),
    ...shared.map(({ path, lengthBytes }, index) => [
      ...['-object', `memory-backend-file,id=s${index},size=${lengthBytes},share=on,mem-path=${path}`],
      ...['-device', `ivshmem-plain,memdev=s${index},bus=pcie.0,${at(places[index] as Place)},multifunction=on`],
    ]),
  ];
  const ofCarrier = (offsetBytes: number, value: number) => ({ bus: 0, ...carrier, offsetBytes, value });
  return {
    words: lines.flat(),
    served: functions,
    carrier,
    pages: shared.map(({ packed }, index) => ({ packed, place: places[index] as Place })),
    writes: [
      ...bridges.map(({ address, bridge: { secondary, subordinate } = { secondary: 0, subordinate: 0 } }) => ({
        ...address,
        offsetBytes: BUS_NUMBERS_OFFSET,
        value: address.bus | (secondary << 8) | (subordinate << 16),
      })),
      ofCarrier(COMMAND_OFFSET, 0),
      ofCarrier(BAR0_OFFSET, Number(bar.base)),
      ofCarrier(COMMAND_OFFSET, MEMORY_DECODE),
    ],
  };
}
