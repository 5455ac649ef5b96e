/** How a driver reads ACPI Integers: from an interpreter, acpiexec or a live guest. */
export interface IntegerPort {
  /** Value of the Integer object at an absolute ACPI path such as `\VCFG`. Throws if there is none. */
  integer(path: string): bigint;
}

/** Guest-physical memory as a driver sees it. Addresses are absolute; values are unsigned. */
export interface MemoryPort {
  /** One 4-byte little-endian read. */
  read32(address: bigint): number;
  /** One 4-byte little-endian write. */
  write32(address: bigint, value: number): void;
}
