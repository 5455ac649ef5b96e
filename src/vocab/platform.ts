import type { PciAddress } from './pci.js';

/**
 * How a trapped register answers the guest. `rw` keeps what is written; `ro` ignores writes; `wo` reads as 0;
 * `w1c` and `w1s` clear or set the bits written as 1; `rc` is cleared by being read.
 */
export type Access = 'rw' | 'ro' | 'wo' | 'w1c' | 'w1s' | 'rc';

/** One of the values of a field that have a meaning of their own. */
export interface EnumeratedValue {
  /** Lower-case words joined with `_`, as in {@link NamedPart.longName}. */
  readonly name: string;
  readonly description?: string;
  /** Unsigned; fits in the field. */
  readonly value: number;
}

/** Something with a name in AML and, if that differs, another one in generated drivers. */
export interface NamedPart {
  /** ACPI NameSeg. */
  readonly name: string;
  /**
   * Name in generated drivers: lower-case words and numbers joined with `_`. Absent if it is the NameSeg in lower case,
   * without the `_` at its end.
   */
  readonly longName?: string;
  readonly label?: string;
  readonly description?: string;
}

/** What the value of a field measures. */
export interface Measured {
  /** Unit of the value, such as `Hz`. */
  readonly unit?: string;
  /** Smallest and largest value that makes sense. */
  readonly least?: number;
  readonly most?: number;
  /** In ascending order of value. */
  readonly values?: readonly EnumeratedValue[];
}

/** A run of bits, without its name. */
export interface BitRun {
  /** Least significant bit. */
  readonly lowBit: number;
  readonly widthBits: number;
}

/** A run of bits in a register. */
export interface FieldDescription extends NamedPart, Measured, BitRun {
  /** Least significant bit, 0..31. */
  readonly lowBit: number;
  /** 1..32. */
  readonly widthBits: number;
  /** How these bits answer, if not as the rest of the register. */
  readonly access?: Access;
}

/**
 * What a write gives to the bits of a register that belong to no field: `preserve` writes them as they were read, `zero`
 * and `one` write zeros or ones.
 */
export type ReservedRule = 'preserve' | 'zero' | 'one';

/** A dword of the trapped page. */
export interface RegisterDescription extends NamedPart {
  /** Index of the dword in the trapped page. */
  readonly index: number;
  /** How its bits answer, except those of fields with an access of their own. */
  readonly access: Access;
  /** Value after reset, unsigned 32 bits. */
  readonly reset: number;
  /** In ascending bit order, without overlap. */
  readonly fields: readonly FieldDescription[];
  /** What generated drivers write to bits without a field. Absent: what follows from the access. */
  readonly reserved?: ReservedRule;
  /** A run of bits that must hold this value in every write; any other write is ignored. It reads as 0. */
  readonly key?: BitRun & { readonly value: number };
  /**
   * A run of bits that enables writes, bit for bit, of the register's bits from 0 up; it reads as 0. `lowBit` is at least
   * `widthBits`.
   */
  readonly writeMask?: BitRun;
}

/** Which dword of a 64-bit register is written first. The value takes effect with the second write. */
export type WriteOrder = 'low-first' | 'high-first';

/** A field of a 64-bit register that has bits in both of its dwords. */
export interface WideFieldDescription extends NamedPart, Omit<Measured, 'values'>, BitRun {
  /** Least significant bit, 0..63. */
  readonly lowBit: number;
  /** 1..64. */
  readonly widthBits: number;
}

/**
 * A register of 64 bits: two dwords that the function has as registers of their own too. It is read high, low, high,
 * until both reads of the high dword give the same.
 */
export interface WideRegisterDescription extends NamedPart {
  /** Index of the low dword; the high one is the next. */
  readonly index: number;
  readonly access: Access;
  readonly reset: bigint;
  readonly writeOrder: WriteOrder;
  /** The fields that neither dword holds as a whole, in ascending bit order. */
  readonly fields: readonly WideFieldDescription[];
}

/**
 * An array of registers. Its elements are among the function's `registers`, or, if it is one of 64-bit registers, among
 * `wide`.
 */
export interface RegisterArray extends Pick<NamedPart, 'longName'> {
  /** What the names of the elements have in common: without their numbers. */
  readonly name: string;
  /** Of the first element's register, or of its low dword. */
  readonly index: number;
  /** How many elements there are: one number for each array that contains the next, from the outermost. */
  readonly counts: readonly number[];
  /** Dwords from each element to the next, in the order of `counts`. */
  readonly strides: readonly number[];
  /** Names of the elements; the last index counts up first. */
  readonly elements: readonly string[];
  readonly isWide?: true;
}

/** A run of bytes in the shared page. */
export interface SharedDescription extends NamedPart {
  /** Offset in the shared page. */
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/** What a base address register decodes. PCI 3.0 §6.2.5 */
export type BarKind = 'mem32' | 'mem64' | 'io';

/** A base address register of a function. */
export interface BarDescription {
  /** 0..5. One of 64 bits takes the next too. */
  readonly index: number;
  /** Name in generated drivers, after `bar_`. */
  readonly longName?: string;
  readonly description?: string;
  readonly kind: BarKind;
  /** A power of two. */
  readonly sizeBytes: bigint;
  readonly prefetchable?: true;
  /** Address after reset, in a window of the host bridge. */
  readonly address: bigint;
  /** Present if the platform file gives the address; otherwise it is a free place. */
  readonly isAddressGiven?: true;
}

/** Message-signalled interrupts of a function. PCI 3.0 §6.8.2 */
export interface MsixDescription {
  /** 1..2048. */
  readonly vectors: number;
  /** Names of the first vectors in generated drivers. */
  readonly names: readonly string[];
  readonly table: { readonly bar: number; readonly offsetBytes: number };
  readonly pba: { readonly bar: number; readonly offsetBytes: number };
}

/** A capability of a function's configuration space. PCI 3.0 §6.7, PCIe 5.0 §7.6 */
export interface CapabilityDescription {
  readonly id: number;
  /** Present for an extended capability: its version. */
  readonly version?: number;
  /** What follows its head of 2 bytes, or, of an extended one, 4. */
  readonly bytes: readonly number[];
  /** For each dword from its start, the bits that a guest may write. */
  readonly writable: readonly number[];
}

/** A ready-made register map: `vfio` is that of crosvm's passed-through functions. */
export type Profile = 'vfio';

/** One PCI function. */
export interface FunctionDescription extends NamedPart {
  readonly address: PciAddress;
  /** Absolute path of the Device that the machine's own tables have for it; without one, the Device is generated. */
  readonly path?: string;
  readonly profile?: Profile;
  /** In ascending index order; a profile's rows are included. */
  readonly registers: readonly RegisterDescription[];
  /** The registers of 64 bits, in ascending index order. Their dwords are among `registers`. */
  readonly wide?: readonly WideRegisterDescription[];
  /** The arrays of the platform file, in ascending index order. */
  readonly arrays?: readonly RegisterArray[];
  /** In ascending offset order. */
  readonly shared: readonly SharedDescription[];
  /** In ascending index order. */
  readonly bars?: readonly BarDescription[];
  readonly msix?: MsixDescription;
  /** In the order of the list in configuration space; MSI-X is not among them. */
  readonly capabilities?: readonly CapabilityDescription[];
  /** Present if the function is a PCI-to-PCI bridge: the bus directly below it, and the last bus below that. */
  readonly bridge?: { readonly secondary: number; readonly subordinate: number };
  /**
   * The general-purpose event that signals a notification to the guest, 0..255. Only functions with the `vfio` profile
   * have one, and only as long as events are free.
   */
  readonly gpe?: number;
  /** Configuration-header identity. PCI 3.0 §6.2.1 */
  readonly ids: {
    readonly vendor: number;
    readonly device: number;
    /** Class, subclass and programming interface as one 24-bit number. */
    readonly classCode: number;
  };
}

/** A run of guest-physical addresses: `[base, base + lengthBytes)`. */
export interface AddressRange {
  readonly base: bigint;
  readonly lengthBytes: bigint;
}

/** A run of IO ports: `[base, base + lengthBytes)`, within 0..0xffff. */
export interface PortRange {
  readonly base: number;
  readonly lengthBytes: number;
}

/**
 * Addresses that the host bridge passes on to the devices below it. A memory window is absent if there is no room
 * for it.
 */
export interface HostBridgeWindows {
  /** In ascending order. */
  readonly io: readonly PortRange[];
  /** Below 4 GiB. */
  readonly mmio32?: AddressRange;
  /** At 4 GiB or above. */
  readonly mmio64?: AddressRange;
}

/** A kind of machine that is not a PC: its ACPI hardware is reduced. */
export type Architecture = 'aarch64' | 'riscv64';

/** Interrupt controllers of a RISC-V machine that has no PLIC: an APLIC alone, or one that sends messages to an IMSIC. */
export type AdvancedInterrupts = 'aplic' | 'imsic';

/** The window of virtual configuration registers. */
export interface WindowDescription {
  readonly base: bigint;
  /** Present if the platform file gives the base; otherwise it is where `base: auto` puts it. */
  readonly isBaseGiven?: true;
  readonly buses: number;
  readonly lengthBytes: number;
  /** The guest has no window, as a protected one: tables say nothing of it. Base and buses are those that it would have. */
  readonly absent?: true;
}

/** A machine's description, with defaults filled in and all rules checked. */
export interface Platform {
  readonly vcfg: WindowDescription;
  /** Absent for x86-64. */
  readonly arch?: Architecture;
  /** Absent for a PLIC, and for other architectures. */
  readonly interruptController?: AdvancedInterrupts;
  /** Absolute path of the host bridge in a machine that has ACPI tables of its own; without one, it is generated. */
  readonly host?: string;
  /** RAM, in ascending order. */
  readonly memory: readonly AddressRange[];
  readonly ecam: AddressRange & { readonly buses: number };
  /** Width of a guest-physical address. */
  readonly addressBits: number;
  /** Number of processors, 1..4096. */
  readonly cpus: number;
  readonly windows: HostBridgeWindows;
  /** Global system interrupts that the pins INTA..INTD are spread over; at least one. */
  readonly interrupts: readonly number[];
  /**
   * The fixed ACPI hardware: its first port, and the global system interrupt of its events. With an `arch` there are no
   * such ports, and the interrupt is that of the Generic Event Device.
   */
  readonly pm: { readonly base: number; readonly sci: number };
  /** File with hooks for the registers, as the platform file names it: from its own folder. */
  readonly device?: string;
  /** In ascending BDF order. */
  readonly functions: readonly FunctionDescription[];
}
