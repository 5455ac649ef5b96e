/** Dwords of the header and capabilities that every function has. PCI 3.0 §6.1 */
export const HEADER_REGISTERS = 64;
/** What a read of an absent function, or past a function's registers, gives. PCI 3.0 §6.1 */
export const ABSENT = 0xffff_ffff;

/** Status and command. PCI 3.0 §6.2.2 */
export const COMMAND_REGISTER = 1;
export const COMMAND_IO = 1;
export const COMMAND_MEMORY = 2;
export const STATUS_CAPABILITIES = 0x0010_0000;

/** BIST, header type, latency timer, cache line size. PCI 3.0 §6.2 */
export const HEADER_TYPE_REGISTER = 3;
/** In that register: the slot has more than one function. PCI 3.0 §6.2.1 */
export const MULTIFUNCTION = 0x0080_0000;

/** Subsystem and subsystem vendor of a device. PCI 3.0 §6.2.4 */
export const SUBSYSTEM_REGISTER = 11;
/** Secondary latency timer, subordinate, secondary and primary bus of a bridge. PCI-to-PCI Bridge 1.2 §3.2.5 */
export const BUS_NUMBERS_REGISTER = 6;

/** Base address registers: six, and the expansion ROM's. PCI 3.0 §6.2.5 */
export const BAR_COUNT = 7;
export const ROM_INDEX = 6;

/** The byte with the offset of the first capability. PCI 3.0 §6.7 */
export const CAPABILITY_HEAD = 0x34;
export const FIRST_CAPABILITY = 0x40;
export const LAST_CAPABILITY_BYTE = 0xff;

/** Where extended capabilities are. PCIe 5.0 §7.2.2 */
export const EXTENDED_START = 0x100;
export const EXTENDED_END = 0x1000;

/** The layout of a configuration header. */
export type HeaderType = 'device' | 'bridge';

/** What differs between the two layouts. */
interface HeaderLayout {
  /** Register, value after reset, bits that the guest may write. */
  readonly rows: readonly (readonly [register: number, reset: number, writable: number])[];
  /** Indexes of the BARs beside the ROM's. */
  readonly bars: number;
  readonly romRegister: number;
}

/**
 * PCI 3.0 §6.1 and PCI-to-PCI Bridge 1.2 §3.2.5. A bridge starts with its three windows closed, base above limit. Its
 * I/O window has 16 bits, its prefetchable window 64. Status bits would be cleared by writing ones to them; nothing here
 * sets them, so they cannot be written.
 * Deviates: in crosvm the I/O base and limit cannot be written, and the bits of the secondary status can.
 */
export const HEADER_LAYOUTS: Readonly<Record<HeaderType, HeaderLayout>> = {
  device: {
    rows: [
      [COMMAND_REGISTER, 0, 0x0000_ffff],
      [HEADER_TYPE_REGISTER, 0, 0x0000_00ff],
      [15, 0, 0x0000_00ff],
    ],
    bars: 6,
    romRegister: 12,
  },
  bridge: {
    rows: [
      [COMMAND_REGISTER, 0, 0x0000_ffff],
      [HEADER_TYPE_REGISTER, 0x0001_0000, 0x0000_00ff],
      [BUS_NUMBERS_REGISTER, 0, 0x00ff_ffff],
      [7, 0x0000_00f0, 0x0000_f0f0],
      [8, 0x0000_fff0, 0xfff0_fff0],
      [9, 0x0001_fff1, 0xfff0_fff0],
      [10, 0, 0xffff_ffff],
      [11, 0, 0xffff_ffff],
      [15, 0, 0x0bff_00ff],
    ],
    bars: 2,
    romRegister: 14,
  },
};
