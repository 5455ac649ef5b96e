import { formatHex } from '../../base/index.js';
import type { AddressRange, Platform } from '../../vocab/index.js';
import { endOf, formatRange, meetings, overlaps } from '../address-ranges.js';
import { ARCHITECTURES } from '../architecture.js';
import {
  automaticBase,
  DEFAULT_ADDRESS_BITS,
  DEFAULT_BUSES,
  DEFAULT_MEMORY_BYTES,
  defaultEcamBase,
  ecamAlignment,
  ecamLength,
  layOutMemory,
  PAGE_BYTES,
  VCFG_BYTES_PER_BUS,
  vcfgLength,
} from '../layout.js';
import type { Findings, Path } from '../read/findings.js';
import type { PlatformInput } from '../schema/schema.js';

/** RAM is given to guests in pages of this size. */
const RAM_GRANULE = BigInt(PAGE_BYTES);

type Layout = Pick<Platform, 'vcfg' | 'memory' | 'ecam' | 'addressBits' | 'arch' | 'interruptController'>;

interface PlacedRange extends AddressRange {
  readonly path: Path;
}

/** Where RAM of a size is. */
function rangesOf(size: bigint, arch: Platform['arch']): AddressRange[] {
  return arch === undefined ? layOutMemory(size) : [{ base: ARCHITECTURES[arch].memoryBase, lengthBytes: size }];
}

function checkMemory(input: PlatformInput['memory'], arch: Platform['arch'], findings: Findings): PlacedRange[] {
  const written = Array.isArray(input)
    ? input.map(({ base, size }, index) => ({ base, lengthBytes: size, path: ['memory', index] }))
    : rangesOf(input ?? DEFAULT_MEMORY_BYTES, arch).map((range) => ({ ...range, path: ['memory'] }));
  if (written.length === 0) {
    findings.add('PLATFORM_OUT_OF_RANGE', ['memory'], 'The list of RAM is empty.', 'Give a size, such as 2 GiB.');
  }
  for (const range of written) {
    if (range.lengthBytes === 0n) {
      findings.add('PLATFORM_OUT_OF_RANGE', range.path, 'A range of RAM is empty.', 'Give it a size, such as 2 GiB.');
    } else if (range.base % RAM_GRANULE !== 0n || range.lengthBytes % RAM_GRANULE !== 0n) {
      const message = `RAM at ${formatRange(range)} does not start and end at a multiple of ${PAGE_BYTES}.`;
      findings.add('PLATFORM_MEMORY_ALIGNMENT', range.path, message, 'Use whole pages of 4 KiB.');
    }
  }
  const placed = meetings(written);
  for (const [range, before] of placed) {
    if (before === undefined) continue;
    const message = `RAM at ${formatRange(range)} overlaps RAM at ${formatRange(before)} (${findings.where(before.path)}).`;
    findings.add('PLATFORM_MEMORY_OVERLAP', range.path, message, 'Move or shrink one of them.');
  }
  return placed.map(([range]) => range);
}

/** Fills in where the windows and RAM are, and checks that they do not overlap and fit in the guest's address space. */
export function checkLayout(input: PlatformInput, incomplete: ReadonlySet<string>, findings: Findings): Layout {
  const addressBits = input.addressBits ?? DEFAULT_ADDRESS_BITS;
  const arch = input.arch === 'x86_64' ? undefined : input.arch;
  const controller = input.interruptController === 'plic' ? undefined : input.interruptController;
  if (input.interruptController !== undefined && arch !== 'riscv64') {
    const message = `A machine of ${arch ?? 'x86_64'} has no interruptController to choose.`;
    findings.add('PLATFORM_STRAY_KEY', ['interruptController'], message, 'Remove it, or write arch: riscv64.');
  }
  const memory = checkMemory(input.memory, arch, findings);
  const absent = input.vcfg === 'none';
  const given = input.vcfg === 'none' ? undefined : input.vcfg;
  const buses = given?.buses ?? DEFAULT_BUSES;
  const ecamBuses = input.ecam?.buses ?? buses;
  const suggested = automaticBase(memory);
  const written = given?.base ?? 'auto';
  const vcfg = {
    base: written === 'auto' ? suggested : written,
    lengthBytes: vcfgLength(buses),
    path: ['vcfg', 'base'],
  };
  const ecam = {
    base: input.ecam?.base ?? (arch === undefined ? defaultEcamBase(ecamBuses) : ARCHITECTURES[arch].ecamBase),
    lengthBytes: ecamLength(ecamBuses),
    path: ['ecam', 'base'],
  };

  const isFree = !overlaps({ base: suggested, lengthBytes: vcfg.lengthBytes }, ecam);
  const free = isFree ? `Use auto, which gives ${formatHex(suggested)}.` : 'Give one of them another base.';
  if (vcfg.base % VCFG_BYTES_PER_BUS !== 0n) {
    const below = vcfg.base - (vcfg.base % VCFG_BYTES_PER_BUS);
    const message = `The VCFG window's base ${formatHex(vcfg.base)} is not a multiple of 2 MiB.`;
    const cure = `The nearest multiples are ${formatHex(below)} and ${formatHex(below + VCFG_BYTES_PER_BUS)}.`;
    findings.add('PLATFORM_BASE_ALIGNMENT', vcfg.path, message, cure);
  }
  const alignment = ecamAlignment(ecamBuses);
  if (ecam.base % alignment !== 0n) {
    const below = ecam.base - (ecam.base % alignment);
    const message = `The ECAM base ${formatHex(ecam.base)} is not a multiple of ${formatHex(alignment)}, which ${ecamBuses} buses need.`;
    const cure = `The nearest multiples are ${formatHex(below)} and ${formatHex(below + alignment)}.`;
    findings.add('PLATFORM_ECAM_ALIGNMENT', ecam.path, message, cure);
  }

  // With a part of the file unread, an overlap may be a false alarm.
  const known = (...keys: string[]) => keys.every((key) => !incomplete.has(key));
  for (const ram of memory) {
    if (!absent && known('vcfg', 'memory') && overlaps(vcfg, ram)) {
      const message = `The VCFG window ${formatRange(vcfg)} overlaps RAM at ${formatRange(ram)}.`;
      findings.add('PLATFORM_WINDOW_OVERLAPS_RAM', vcfg.path, message, free);
    }
    if (known('vcfg', 'ecam', 'memory') && overlaps(ecam, ram)) {
      const message = `The ECAM window ${formatRange(ecam)} overlaps RAM at ${formatRange(ram)}.`;
      findings.add('PLATFORM_ECAM_OVERLAPS_RAM', ecam.path, message, 'Give ecam a base outside RAM.');
    }
  }
  if (!absent && known('vcfg', 'ecam') && overlaps(vcfg, ecam)) {
    const message = `The VCFG window ${formatRange(vcfg)} overlaps the ECAM window ${formatRange(ecam)}.`;
    findings.add('PLATFORM_WINDOW_OVERLAPS_ECAM', vcfg.path, message, free);
  }
  if (known('addressBits', 'vcfg', 'ecam', 'memory')) {
    const windows = [['The VCFG window', vcfg] as const, ['The ECAM window', ecam] as const];
    const ranges = absent ? windows.slice(1) : windows;
    for (const [what, range] of [...ranges, ...memory.map((ram) => ['RAM', ram] as const)]) {
      if (endOf(range) <= 1n << BigInt(addressBits)) continue;
      const message = `${what} at ${formatRange(range)} does not fit in ${addressBits} address bits.`;
      const cure = 'Move it down, or raise addressBits if the guest has more bits.';
      findings.add('PLATFORM_PAST_ADDRESS_BITS', range.path, message, cure);
    }
  }
  return {
    vcfg: {
      base: vcfg.base,
      ...(written !== 'auto' && { isBaseGiven: true }),
      buses,
      lengthBytes: Number(vcfg.lengthBytes),
      ...(absent && { absent }),
    },
    ...(arch !== undefined && { arch }),
    ...(arch === 'riscv64' && controller !== undefined && { interruptController: controller }),
    memory: memory.map(({ base, lengthBytes }) => ({ base, lengthBytes })),
    ecam: { base: ecam.base, lengthBytes: ecam.lengthBytes, buses: ecamBuses },
    addressBits,
  };
}
