import { formatHex } from '../../base/index.js';
import type { AddressRange, HostBridgeWindows, Platform, PortRange } from '../../vocab/index.js';
import {
  endOf,
  FOUR_GIB,
  fixedRanges,
  formatRange,
  freeRun,
  LOW_DEVICES,
  meetings,
  overlaps,
  PAGE_BYTES,
  type TakenRange,
} from '../layout.js';
import { CONFIG_PORTS, DEFAULT_PM_BASE, DEFAULT_SCI, PORT_COUNT, powerPorts } from '../power-ports.js';
import type { Findings, Path } from '../read/findings.js';
import type { PlatformInput } from '../schema/schema.js';
import { DEFAULT_CPUS, DEFAULT_INTERRUPTS, MOST_INTERRUPTS } from '../schema/schema-host.js';

type Layout = Pick<Platform, 'vcfg' | 'memory' | 'ecam' | 'addressBits'>;
type Host = Pick<Platform, 'cpus' | 'windows' | 'interrupts' | 'pm'>;
type WindowsInput = NonNullable<PlatformInput['windows']>;

const PAGE = BigInt(PAGE_BYTES);
/** A window above 4 GiB begins where BARs of any usual size can. */
const HIGH_ALIGNMENT = 1n << 30n;
/** crosvm lets no device lie above: Linux with four levels of page tables reaches no further. */
const HIGH_DEVICE_BITS = 46;

const widened = ({ base, lengthBytes }: PortRange): AddressRange => ({
  base: BigInt(base),
  lengthBytes: BigInt(lengthBytes),
});

/** What the two runs of ports share, if anything. */
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

function checkPorts(input: WindowsInput['io'], findings: Findings): readonly PortRange[] {
  if (input === undefined) return ALL_PORTS;
  const written = input.map(({ base, size }, index) => ({ base, lengthBytes: size, path: ['windows', 'io', index] }));
  for (const range of written) {
    const shown = formatRange(widened(range));
    if (range.base + range.lengthBytes > PORT_COUNT) {
      const message = `The ports ${shown} reach past the last one, 0xffff.`;
      const cure = `From ${formatHex(range.base)} there are ${formatHex(PORT_COUNT - range.base)}.`;
      findings.add('PLATFORM_HOST_WINDOW_RANGE', [...range.path, 'size'], message, cure);
    } else if (portsMeet(range, CONFIG_PORTS)) {
      const message = `The ports ${shown} hold ${formatRange(widened(CONFIG_PORTS))}, which the host bridge itself answers.`;
      const cure = 'Write two ranges, one up to 0xcf7 and one from 0xd00.';
      findings.add('PLATFORM_HOST_WINDOW_OVERLAP', range.path, message, cure);
    }
  }
  const placed = meetings(written.map((range) => ({ ...widened(range), written: range })));
  for (const [range, before] of placed) {
    if (before === undefined) continue;
    const { path } = range.written;
    const message = `The ports ${formatRange(range)} overlap the ports ${formatRange(before)} (${findings.where(before.written.path)}).`;
    findings.add('PLATFORM_HOST_WINDOW_OVERLAP', path, message, 'Make the ranges follow each other.');
  }
  return placed.map(
    ([
      {
        written: { base, lengthBytes },
      },
    ]) => ({ base, lengthBytes }),
  );
}

/** Where a window of memory may lie, and what it is called. */
interface Kind {
  readonly key: 'mmio32' | 'mmio64';
  readonly least: bigint;
  /** The first address past it. */
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
    const message = `The window ${kind.key} at ${formatHex(window.base)} of ${window.lengthBytes} bytes is no run of whole pages.`;
    findings.add('PLATFORM_HOST_WINDOW_RANGE', path, message, `Give base and size as multiples of ${PAGE_BYTES}.`);
    return;
  }
  if (window.base < kind.least || endOf(window) > kind.end) {
    const message = `The window ${kind.key} at ${formatRange(window)} is not ${kind.where}.`;
    findings.add('PLATFORM_HOST_WINDOW_RANGE', path, message, 'mmio32 is below 4 GiB, mmio64 at 4 GiB or above.');
    return;
  }
  if (endOf(window) > 1n << BigInt(bits)) {
    const message = `The window ${kind.key} at ${formatRange(window)} reaches past the last of ${bits} address bits.`;
    findings.add('PLATFORM_PAST_ADDRESS_BITS', path, message, 'Make it smaller, or raise addressBits.');
  }
  for (const { what, range } of taken) {
    if (!overlaps(window, range)) continue;
    const message = `The window ${kind.key} at ${formatRange(window)} overlaps ${what} at ${formatRange(range)}.`;
    const cure = `Move it, or take ${kind.key} out: it is given the longest run that is free.`;
    findings.add('PLATFORM_HOST_WINDOW_OVERLAP', path, message, cure);
  }
}

function takenBy(layout: Layout): TakenRange[] {
  return [...fixedRanges(layout), ...layout.memory.map((range) => ({ what: 'RAM', range }))];
}

function defaultWindow({ key }: Kind, taken: readonly TakenRange[], bits: number): AddressRange | undefined {
  const ranges = taken.map(({ range }) => range);
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
    const window = given ?? defaultWindow(kind, taken, layout.addressBits);
    if (window) windows[kind.key] = window;
  }
  return { io: checkPorts(input?.io, findings), ...windows };
}

function checkPm(input: PlatformInput['pm'], findings: Findings): Host['pm'] {
  const pm = { base: input?.base ?? DEFAULT_PM_BASE, sci: input?.sci ?? DEFAULT_SCI };
  const ports = powerPorts({ pm }).all;
  if (pm.base % 4 !== 0 || portsMeet(ports, CONFIG_PORTS)) {
    const what = pm.base % 4 === 0 ? 'hold 0xcf8..0xcff, which the host bridge answers' : 'begin at no multiple of 4';
    const message = `The ports of the fixed ACPI hardware, ${formatRange(widened(ports))}, ${what}.`;
    findings.add('PLATFORM_PM_PORTS', ['pm', 'base'], message, `Take the usual base, ${formatHex(DEFAULT_PM_BASE)}.`);
  }
  return pm;
}

function checkInterrupts(input: PlatformInput['interrupts'], findings: Findings): readonly number[] {
  const count = input?.length ?? 1;
  if (count < 1 || count > MOST_INTERRUPTS) {
    const message = `The list of interrupts has ${count}.`;
    findings.add('PLATFORM_OUT_OF_RANGE', ['interrupts'], message, `Give 1 to ${MOST_INTERRUPTS}, such as [16, 17].`);
  }
  return input ?? DEFAULT_INTERRUPTS;
}

/** Fills in what the host bridge passes on and where the fixed hardware is, and checks it against the other windows. */
export function checkHost(
  input: PlatformInput,
  layout: Layout,
  incomplete: ReadonlySet<string>,
  findings: Findings,
): Host {
  // What was left out of the file may be what two ranges would not have met with.
  const complete = ['vcfg', 'ecam', 'memory', 'addressBits'].every((key) => !incomplete.has(key));
  return {
    cpus: input.cpus ?? DEFAULT_CPUS,
    windows: checkWindows(input.windows, layout, complete, findings),
    interrupts: checkInterrupts(input.interrupts, findings),
    pm: checkPm(input.pm, findings),
  };
}
