import { formatHex } from '../../base/index.js';
import type { AddressRange, HostBridgeWindows, Platform, PortRange } from '../../vocab/index.js';
import { endOf, formatRange, freeRun, meetings, overlaps } from '../address-ranges.js';
import { ARCHITECTURES } from '../architecture.js';
import { FOUR_GIB, fixedRanges, LOW_DEVICES, PAGE_BYTES, type TakenRange } from '../layout.js';
import { CONFIG_PORTS, DEFAULT_PM_BASE, DEFAULT_SCI, PORT_COUNT, powerPorts } from '../power-ports.js';
import type { Findings, Path } from '../read/findings.js';
import type { PlatformInput } from '../schema/schema.js';
import { DEFAULT_CPUS, DEFAULT_INTERRUPTS, MOST_INTERRUPTS } from '../schema/schema-host.js';

type Layout = Pick<Platform, 'vcfg' | 'memory' | 'ecam' | 'addressBits' | 'arch' | 'interruptController'>;
type Host = Pick<Platform, 'cpus' | 'windows' | 'interrupts' | 'pm'>;
type WindowsInput = NonNullable<PlatformInput['windows']>;

const PAGE = BigInt(PAGE_BYTES);
/** Alignment of the default window above 4 GiB: large BARs fit at its start. */
const HIGH_ALIGNMENT = 1n << 30n;
/** crosvm places no device above: with four levels of page tables, Linux reaches no further. */
const HIGH_DEVICE_BITS = 46;

const widened = ({ base, lengthBytes }: PortRange): AddressRange => ({
  base: BigInt(base),
  lengthBytes: BigInt(lengthBytes),
});

/** Whether two ranges of ports overlap. */
function portsMeet(a: PortRange, b: PortRange): boolean {
  return overlaps(widened(a), widened(b));
}

const ALL_PORTS: readonly PortRange[] = [
  { base: 0, lengthBytes: CONFIG_PORTS.base },
  {
    base: CONFIG_PORTS.base + CONFIG_PORTS.lengthBytes,
    lengthBytes: PORT_COUNT - CONFIG_PORTS.base - CONFIG_PORTS.lengthBytes,
  },
];

/** Only PCs have ports of the host bridge itself. */
function checkPorts(input: WindowsInput['io'], isPc: boolean, findings: Findings): readonly PortRange[] {
  if (input === undefined) return isPc ? ALL_PORTS : [{ base: 0, lengthBytes: PORT_COUNT }];
  const written = input.map(({ base, size }, index) => ({ base, lengthBytes: size, path: ['windows', 'io', index] }));
  for (const range of written) {
    const shown = formatRange(widened(range));
    if (range.base + range.lengthBytes > PORT_COUNT) {
      const message = `The ports ${shown} go past the last one, 0xffff.`;
      const cure = `From ${formatHex(range.base)} on there are ${formatHex(PORT_COUNT - range.base)} ports.`;
      findings.add('PLATFORM_HOST_WINDOW_RANGE', [...range.path, 'size'], message, cure);
    } else if (isPc && portsMeet(range, CONFIG_PORTS)) {
      const message = `The ports ${shown} include ports of the host bridge itself, ${formatRange(widened(CONFIG_PORTS))}.`;
      const cure = 'Write two ranges: one up to 0xcf7, one from 0xd00.';
      findings.add('PLATFORM_HOST_WINDOW_OVERLAP', range.path, message, cure);
    }
  }
  const placed = meetings(written.map((range) => ({ ...widened(range), written: range })));
  for (const [range, before] of placed) {
    if (before === undefined) continue;
    const { path } = range.written;
    const message = `The ports ${formatRange(range)} overlap the ports ${formatRange(before)} (${findings.where(before.written.path)}).`;
    findings.add('PLATFORM_HOST_WINDOW_OVERLAP', path, message, 'Move or shrink one of them.');
  }
  return placed.map(
    ([
      {
        written: { base, lengthBytes },
      },
    ]) => ({ base, lengthBytes }),
  );
}

/** A memory window of the host bridge: its key, and where it may be. */
interface Kind {
  readonly key: 'mmio32' | 'mmio64';
  readonly least: bigint;
  /** The first address that is too high. */
  readonly end: bigint;
  readonly where: string;
}

const KINDS: readonly Kind[] = [
  { key: 'mmio32', least: 0n, end: FOUR_GIB, where: 'below 4 GiB' },
  { key: 'mmio64', least: FOUR_GIB, end: 1n << 64n, where: 'at 4 GiB or above' },
];

function checkWindow(
  kind: Kind,
  window: AddressRange,
  taken: readonly TakenRange[],
  bits: number,
  findings: Findings,
): void {
  const path: Path = ['windows', kind.key];
  if (window.lengthBytes === 0n || window.base % PAGE !== 0n || window.lengthBytes % PAGE !== 0n) {
    const message = `The window ${kind.key} at ${formatHex(window.base)} of ${window.lengthBytes} bytes does not consist of whole pages.`;
    findings.add('PLATFORM_HOST_WINDOW_RANGE', path, message, `Give base and size as multiples of ${PAGE_BYTES}.`);
    return;
  }
  if (window.base < kind.least || endOf(window) > kind.end) {
    const message = `The window ${kind.key} at ${formatRange(window)} is not ${kind.where}.`;
    findings.add(
      'PLATFORM_HOST_WINDOW_RANGE',
      path,
      message,
      'Move it: mmio32 must be below 4 GiB, and mmio64 at 4 GiB or above.',
    );
    return;
  }
  if (endOf(window) > 1n << BigInt(bits)) {
    const message = `The window ${kind.key} at ${formatRange(window)} does not fit in ${bits} address bits.`;
    findings.add('PLATFORM_PAST_ADDRESS_BITS', path, message, 'Make it smaller, or raise addressBits.');
  }
  for (const { what, range } of taken) {
    if (!overlaps(window, range)) continue;
    const message = `The window ${kind.key} at ${formatRange(window)} overlaps ${what} at ${formatRange(range)}.`;
    const cure = `Move it, or remove ${kind.key}: the default is the longest free range.`;
    findings.add('PLATFORM_HOST_WINDOW_OVERLAP', path, message, cure);
  }
}

function takenBy(layout: Layout): TakenRange[] {
  return [...fixedRanges(layout), ...layout.memory.map((range) => ({ what: 'RAM', range }))];
}

function defaultWindow(
  { key }: Kind,
  taken: readonly TakenRange[],
  { addressBits: bits, arch }: Layout,
): AddressRange | undefined {
  const ranges = taken.map(({ range }) => range);
  if (arch !== undefined) {
    const room = ARCHITECTURES[arch][key];
    const end = endOf(room) < 1n << BigInt(bits) ? endOf(room) : 1n << BigInt(bits);
    return room.base < end ? freeRun(room.base, end, ranges, key === 'mmio32' ? PAGE : HIGH_ALIGNMENT) : undefined;
  }
  return key === 'mmio32'
    ? freeRun(LOW_DEVICES.base, endOf(LOW_DEVICES), ranges, PAGE)
    : freeRun(FOUR_GIB, 1n << BigInt(Math.min(bits, HIGH_DEVICE_BITS)), ranges, HIGH_ALIGNMENT);
}

function checkWindows(
  input: PlatformInput['windows'],
  layout: Layout,
  complete: boolean,
  findings: Findings,
): HostBridgeWindows {
  const taken = takenBy(layout);
  const windows: { mmio32?: AddressRange; mmio64?: AddressRange } = {};
  for (const kind of KINDS) {
    const written = input?.[kind.key];
    const given = written && { base: written.base, lengthBytes: written.size };
    if (given && complete) checkWindow(kind, given, taken, layout.addressBits, findings);
    const window = given ?? defaultWindow(kind, taken, layout);
    if (window) windows[kind.key] = window;
  }
  return { io: checkPorts(input?.io, layout.arch === undefined, findings), ...windows };
}

function checkPm(input: PlatformInput['pm'], arch: Platform['arch'], findings: Findings): Host['pm'] {
  const sci = arch === undefined ? DEFAULT_SCI : ARCHITECTURES[arch].eventInterrupt;
  const pm = { base: input?.base ?? DEFAULT_PM_BASE, sci: input?.sci ?? sci };
  const ports = powerPorts({ pm }).all;
  if (pm.base % 4 !== 0 || portsMeet(ports, CONFIG_PORTS)) {
    const what =
      pm.base % 4 === 0 ? 'include ports of the host bridge, 0xcf8..0xcff' : 'do not start at a multiple of 4';
    const message = `The ports of the fixed ACPI hardware, ${formatRange(widened(ports))}, ${what}.`;
    findings.add('PLATFORM_PM_PORTS', ['pm', 'base'], message, `Use the default, ${formatHex(DEFAULT_PM_BASE)}.`);
  }
  return pm;
}

function checkInterrupts(
  input: PlatformInput['interrupts'],
  arch: Platform['arch'],
  findings: Findings,
): readonly number[] {
  const count = input?.length ?? 1;
  if (count < 1 || count > MOST_INTERRUPTS) {
    const message = `The list of interrupts has ${count} entries.`;
    findings.add('PLATFORM_OUT_OF_RANGE', ['interrupts'], message, `List 1 to ${MOST_INTERRUPTS}, such as [16, 17].`);
  }
  return input ?? (arch === undefined ? DEFAULT_INTERRUPTS : ARCHITECTURES[arch].interrupts);
}

function checkCpus(input: PlatformInput['cpus'], arch: Platform['arch'], findings: Findings): number {
  const cpus = input ?? DEFAULT_CPUS;
  const most = arch === undefined ? undefined : ARCHITECTURES[arch].mostCpus;
  if (most !== undefined && cpus > most) {
    const message = `A machine of ${arch} can have at most ${most} processors here, not ${cpus}.`;
    findings.add('PLATFORM_OUT_OF_RANGE', ['cpus'], message, `Give 1 to ${most}.`);
  }
  return cpus;
}

/** Fills in the host bridge's windows and the ports of the fixed hardware, and checks them against all other ranges. */
export function checkHost(
  input: PlatformInput,
  layout: Layout,
  incomplete: ReadonlySet<string>,
  findings: Findings,
): Host {
  // With a part of the file unread, an overlap may be a false alarm.
  const { arch } = layout;
  const complete = ['vcfg', 'ecam', 'memory', 'addressBits'].every((key) => !incomplete.has(key));
  return {
    cpus: checkCpus(input.cpus, arch, findings),
    windows: checkWindows(input.windows, layout, complete, findings),
    interrupts: checkInterrupts(input.interrupts, arch, findings),
    pm: checkPm(input.pm, arch, findings),
  };
}
