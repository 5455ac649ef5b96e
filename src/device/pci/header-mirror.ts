import type { SharedMemory } from '../memory/shared-memory.js';

/** The register with the header type, whose bit 23 says that the slot has several functions. PCI 3.0 §6.2.1 */
const HEADER_TYPE_REGISTER = 3;
const MULTIFUNCTION = 0x0080_0000;

/**
 * The copy of a function's header in a page that is mapped into the guest for reading. Past the header it reads all
 * ones, as a trapped read does. The multifunction bit is the PCI root's to write: it stays as it is.
 */
export class HeaderMirror {
  readonly #memory: SharedMemory;
  readonly #base: number;
  readonly #lengthBytes: number;

  /** The copy takes `[base, base + lengthBytes)` of the memory. */
  constructor(memory: SharedMemory, base: number, lengthBytes: number) {
    this.#memory = memory;
    this.#base = base;
    this.#lengthBytes = lengthBytes;
  }

  /** Writes the whole header. */
  fill(registers: Uint32Array): void {
    this.#memory.bytes.fill(0xff, this.#base + registers.length * 4, this.#base + this.#lengthBytes);
    for (const [register, value] of registers.entries()) this.store(register, value);
  }

  store(register: number, value: number): void {
    const at = this.#base + register * 4;
    if (register * 4 >= this.#lengthBytes) return;
    const kept = register === HEADER_TYPE_REGISTER ? this.#memory.read32(at) & MULTIFUNCTION : 0;
    this.#memory.write32(at, value | kept);
  }
}
