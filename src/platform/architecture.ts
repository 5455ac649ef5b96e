import type { AddressRange, Architecture, Platform } from '../vocab/index.js';

/**
 * Where machines that are not PCs have RAM, windows and interrupts. The values are those of QEMU's `virt` machines, whose
 * layout other VMMs follow. QEMU 7.2 hw/arm/virt.c, hw/riscv/virt.c
 */
export interface ArchitectureLayout {
  /** First address of RAM. */
  readonly memoryBase: bigint;
  readonly ecamBase: bigint;
  /** Where the host bridge has memory for BARs, as far as it is free. */
  readonly mmio32: AddressRange;
  readonly mmio64: AddressRange;
  /** Memory at which a processor reaches the host bridge's IO ports. */
  readonly ioBase: bigint;
  /** Global system interrupts of INTA to INTD. */
  readonly interrupts: readonly number[];
  /** The one of the Generic Event Device. */
  readonly eventInterrupt: number;
  /** Interrupt controllers: no device may be there. */
  readonly controllers: AddressRange;
  readonly mostCpus: number;
}

const range = (base: bigint, end: bigint): AddressRange => ({ base, lengthBytes: end - base });

export const ARCHITECTURES: Readonly<Record<Architecture, ArchitectureLayout>> = {
  aarch64: {
    memoryBase: 0x4000_0000n,
    ecamBase: 0x40_1000_0000n,
    mmio32: range(0x1000_0000n, 0x3eff_0000n),
    mmio64: range(0x80_0000_0000n, 0x100_0000_0000n),
    ioBase: 0x3eff_0000n,
    interrupts: [35, 36, 37, 38],
    eventInterrupt: 41,
    controllers: range(0x0800_0000n, 0x0900_0000n),
    mostCpus: 123,
  },
  riscv64: {
    memoryBase: 0x8000_0000n,
    ecamBase: 0x3000_0000n,
    mmio32: range(0x4000_0000n, 0x8000_0000n),
    mmio64: range(0x4_0000_0000n, 0x8_0000_0000n),
    ioBase: 0x300_0000n,
    interrupts: [32, 33, 34, 35],
    eventInterrupt: 41,
    controllers: range(0x0c00_0000n, 0x1000_0000n),
    mostCpus: 512,
  },
};

/** The pages of IMSICs for supervisor mode, a hart each, on QEMU's riscv64 `virt`. QEMU 7.2 hw/riscv/virt.c */
export const IMSIC_ADDRESSES: AddressRange = range(0x2800_0000n, 0x2c00_0000n);

/** The layout of a platform that is not a PC; undefined for a PC. */
export function architectureOf({ arch }: Pick<Platform, 'arch'>): ArchitectureLayout | undefined {
  return arch === undefined ? undefined : ARCHITECTURES[arch];
}
