import type { SharedMemory } from './shared-memory.js';

/** Puts pages of host memory into guest-physical memory, so that accesses to them never leave the guest. */
export interface PageMapper {
  /** Maps the whole memory. With `readOnly`, writes still leave the guest. Throws a DiagnosticError if something is there. */
  map(base: bigint, memory: SharedMemory, readOnly: boolean): void;
  /** Takes out what was mapped at `base`. */
  unmap(base: bigint): void;
}
