import { MOST_U64, requireBigint, requireObjects } from '../base/index.js';
import type { AddressRange, Platform } from '../vocab/index.js';
import { endOf } from './address-ranges.js';

import { architectureOf, IMSIC_ADDRESSES } from './architecture.js';

/** Where RAM, the PCI Express window and the VCFG window are, as crosvm places them on x86-64. */

const MIB = 1n << 20n;
/** The first address that takes more than 32 bits. */
export const FOUR_GIB: bigint = 1n << 32n;
/** Bytes of a page of guest memory, and so of each of the two pages of a function. */
export const PAGE_BYTES = 4096;
/** Registers in each of the two pages of a function. */
export const PAGE_REGISTERS: number = PAGE_BYTES / 4;

/** Bytes of the VCFG window a bus takes: 256 functions of 8 KiB. The window's base is a multiple of it. */
export const VCFG_BYTES_PER_BUS: bigint = 2n * MIB;
/** Bytes of the PCI Express window a bus takes: 256 functions of 4 KiB. PCIe 5.0 §7.2.2 */
const ECAM_BYTES_PER_BUS = MIB;
/** Low RAM ends here to make room for devices, and continues at 4 GiB. */
const LOW_RAM_END = 0xd000_0000n;
/** The default PCI Express window ends at or below this address. */
const ECAM_CEILING = 0xf800_0000n;
/** Room for devices below 4 GiB: after low RAM, before the addresses of firmware and interrupt controllers. */
export const LOW_DEVICES: AddressRange = { base: LOW_RAM_END, lengthBytes: ECAM_CEILING - LOW_RAM_END };

/** Vectors that an MSI-X table can have. PCI 3.0 §6.8.2.3 */
export const MOST_MSIX_VECTORS = 2048;
/** Bytes of a vector in that table. PCI 3.0 §6.8.2 */
export const MSIX_VECTOR_BYTES = 16;

export const DEFAULT_BUSES = 64;
export const MOST_BUSES = 256;
/** The default size of RAM: 2 GiB, all of it low, so that an automatic base is 4 GiB. */
export const DEFAULT_MEMORY_BYTES: bigint = 2n << 30n;
export const DEFAULT_ADDRESS_BITS = 46;

/** The interrupt controllers, and the firmware at the end of the first 4 GiB: not passed on to devices. */
const INTERRUPT_CONTROLLERS: AddressRange = { base: 0xfec0_0000n, lengthBytes: FOUR_GIB - 0xfec0_0000n };

/** A range of addresses that is in use. */
export interface TakenRange {
  /** Its name in a sentence: `the ECAM window`. */
  readonly what: string;
  readonly range: AddressRange;
}

/** The ranges of a platform that are neither RAM nor passed on to devices. */
export function fixedRanges(platform: Pick<Platform, 'vcfg' | 'ecam' | 'arch' | 'interruptController'>): TakenRange[] {
  const { vcfg, ecam } = platform;
  const window = { base: vcfg.base, lengthBytes: BigInt(vcfg.lengthBytes) };
  return [
    ...(vcfg.absent ? [] : [{ what: 'the VCFG window', range: window }]),
    { what: 'the ECAM window', range: ecam },
    { what: 'the interrupt controllers', range: architectureOf(platform)?.controllers ?? INTERRUPT_CONTROLLERS },
    ...(platform.interruptController === 'imsic' ? [{ what: 'the IMSICs', range: IMSIC_ADDRESSES }] : []),
  ];
}

/** RAM of this size: up to 0xd000_0000 (3328 MiB) low, the rest from 4 GiB up. 8 GiB of RAM end at 0x2_3000_0000. */
export function layOutMemory(sizeBytes: bigint): AddressRange[] {
  requireBigint(sizeBytes, 0n, MOST_U64, 'layOutMemory: sizeBytes');
  const low = sizeBytes < LOW_RAM_END ? sizeBytes : LOW_RAM_END;
  const ranges = [{ base: 0n, lengthBytes: low }];
  if (sizeBytes > low) ranges.push({ base: FOUR_GIB, lengthBytes: sizeBytes - low });
  return ranges;
}

/** Where crosvm places the VCFG window: the first multiple of 2 MiB at or after the end of RAM, but not below 4 GiB. */
export function automaticBase(memory: readonly AddressRange[]): bigint {
  requireObjects(memory, 'automaticBase: memory', '{ base, lengthBytes }');
  let ramEnd = 0n;
  for (const range of memory) if (endOf(range) > ramEnd) ramEnd = endOf(range);
  const aligned = ((ramEnd + VCFG_BYTES_PER_BUS - 1n) / VCFG_BYTES_PER_BUS) * VCFG_BYTES_PER_BUS;
  return aligned > FOUR_GIB ? aligned : FOUR_GIB;
}

export function vcfgLength(buses: number): bigint {
  return BigInt(buses) * VCFG_BYTES_PER_BUS;
}

export function ecamLength(buses: number): bigint {
  return BigInt(buses) * ECAM_BYTES_PER_BUS;
}

/** Alignment of the PCI Express window: its length rounded up to a power of two. PCIe 5.0 §7.2.2 */
export function ecamAlignment(buses: number): bigint {
  return ECAM_BYTES_PER_BUS << BigInt(Math.ceil(Math.log2(buses)));
}

/** The highest aligned base from which the window ends at or below 0xf800_0000: 0xf400_0000 for 64 buses, as crosvm. */
export function defaultEcamBase(buses: number): bigint {
  const alignment = ecamAlignment(buses);
  return ((ECAM_CEILING - ecamLength(buses)) / alignment) * alignment;
}
