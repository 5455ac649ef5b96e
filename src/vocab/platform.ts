import type { PciAddress } from './pci.js';

/**
 * How a trapped register answers the guest. `rw` keeps what is written; `ro` ignores writes; `wo` reads as 0;
 * `w1c` and `w1s` clear or set the bits written as 1; `rc` is cleared by being read.
 */
export type Access = 'rw' | 'ro' | 'wo' | 'w1c' | 'w1s' | 'rc';

/** A run of bits in a register. */
export interface FieldDescription {
  /** ACPI NameSeg. */
  readonly name: string;
  readonly label?: string;
  readonly description?: string;
  /** Least significant bit, 0..31. */
  readonly lowBit: number;
  /** 1..32. */
  readonly widthBits: number;
}

/** A dword of the trapped page. */
export interface RegisterDescription {
  /** ACPI NameSeg. */
  readonly name: string;
  readonly label?: string;
  readonly description?: string;
  /** Index of the dword in the trapped page. */
  readonly index: number;
  readonly access: Access;
  /** Value after reset, unsigned 32 bits. */
  readonly reset: number;
  /** In ascending bit order, without overlap. */
  readonly fields: readonly FieldDescription[];
}

/** A run of bytes in the shared page. */
export interface SharedDescription {
  /** ACPI NameSeg. */
  readonly name: string;
  readonly label?: string;
  readonly description?: string;
  /** Offset in the shared page. */
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/** A ready-made register map: `vfio` is that of crosvm's passed-through functions. */
export type Profile = 'vfio';

/** One PCI function. */
export interface FunctionDescription {
  readonly address: PciAddress;
  /** ACPI NameSeg; the prefix of this function's names in generated drivers. */
  readonly name: string;
  readonly label?: string;
  readonly description?: string;
  /** Absolute path of the Device that the machine's own tables have for it; without one, the Device is generated. */
  readonly path?: string;
  readonly profile?: Profile;
  /** In ascending index order; a profile's rows are included. */
  readonly registers: readonly RegisterDescription[];
  /** In ascending offset order. */
  readonly shared: readonly SharedDescription[];
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

/** A machine's description, with defaults filled in and all rules checked. */
export interface Platform {
  readonly vcfg: { readonly base: bigint; readonly buses: number; readonly lengthBytes: number };
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
  /** The fixed ACPI hardware: its first port, and the global system interrupt of its events. */
  readonly pm: { readonly base: number; readonly sci: number };
  /** File with hooks for the registers, as the platform file names it: from its own folder. */
  readonly device?: string;
  /** In ascending BDF order. */
  readonly functions: readonly FunctionDescription[];
}
