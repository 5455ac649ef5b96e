import { CAM_REGISTER_BITS, checkWhole, ECAM_REGISTER_BITS } from '../../platform/config-address.js';
import { PAGE_BYTES } from '../../platform/layout.js';
import type { BusDevice } from '../bus/bus-device.js';
import { checkWide } from '../bus/words.js';
import { type PageMapper, SharedMemory } from '../memory/shared-memory.js';
import { HEADER_TYPE_REGISTER, MULTIFUNCTION } from '../pci/header-layout.js';

export interface ConfigPagesOptions {
  /** Base of the window over which the pages lie. */
  readonly base: bigint;
  /** The window's register bits, 8..12: a function's configuration space has `2 ** registerBits` bytes. */
  readonly registerBits: number;
  readonly mapper: PageMapper;
}

/** A page of configuration spaces. */
interface Mapped {
  readonly memory: SharedMemory;
  /** Packed BDFs of the functions that keep their configuration space in it. */
  readonly functions: Set<number>;
  /** False once a function has refused to keep its own there. */
  on: boolean;
}

/**
 * Configuration spaces mapped into the guest for reading, page by page: reads need no exit, writes are still trapped. A
 * function that refuses to keep its space there turns its page off for good. crosvm f1e797a devices/src/pci/pci_root.rs
 */
export class ConfigPages {
  readonly #options: ConfigPagesOptions;
  readonly #bytesPerFunction: number;
  /** By number. Undefined for a page that is off and not mapped. */
  readonly #pages = new Map<number, Mapped | undefined>();

  /** Throws a RangeError for register bits outside 8..12: a space has at least its header and at most one page. */
  constructor(options: ConfigPagesOptions) {
    checkWhole('registerBits', options.registerBits, ECAM_REGISTER_BITS, CAM_REGISTER_BITS);
    checkWide('base', options.base);
    this.#options = options;
    this.#bytesPerFunction = 2 ** options.registerBits;
  }

  #pageOf(packed: number): number {
    return Math.floor((packed * this.#bytesPerFunction) / PAGE_BYTES);
  }

  #offsetOf(packed: number): number {
    return (packed * this.#bytesPerFunction) % PAGE_BYTES;
  }

  #addressOf(page: number): bigint {
    return this.#options.base + BigInt(page * PAGE_BYTES);
  }

  /** Adds a function to its slot, which then has `laterFunctions` of the functions 1..7. */
  add(packed: number, device: Pick<BusDevice, 'initPciConfigMapping'>, laterFunctions: number): void {
    this.#offer(packed, device);
    this.#markSlot(packed, laterFunctions > 0, (packed & 7) !== 0 && laterFunctions === 1);
  }

  #offer(packed: number, device: Pick<BusDevice, 'initPciConfigMapping'>): void {
    const page = this.#pageOf(packed);
    const mapped = this.#pages.get(page);
    if (mapped === undefined ? this.#pages.has(page) : !mapped.on) return;
    const memory = mapped?.memory ?? new SharedMemory(PAGE_BYTES);
    const takes = device.initPciConfigMapping(memory, this.#offsetOf(packed), this.#bytesPerFunction);
    if (mapped === undefined) {
      if (takes) this.#options.mapper.map(this.#addressOf(page), memory, true);
      this.#pages.set(page, takes ? { memory, functions: new Set([packed]), on: true } : undefined);
    } else if (takes) {
      mapped.functions.add(packed);
    } else {
      // As in crosvm, the page stays mapped. With 8 register bits there are sixteen functions to a page, and one that
      // refuses after others have accepted reads as zeros from the page instead of being asked.
      mapped.on = false;
    }
  }

  /**
   * Removes a function from its slot, which then has `laterFunctions` of the functions 1..7 left.
   * Deviates: in crosvm the page keeps the identity of a removed function; here that is cleared, and the page is unmapped
   * with its last function.
   */
  remove(packed: number, laterFunctions: number): void {
    const page = this.#pageOf(packed);
    const mapped = this.#pages.get(page);
    if (mapped?.functions.delete(packed)) {
      const offset = this.#offsetOf(packed);
      mapped.memory.bytes.fill(0, offset, offset + this.#bytesPerFunction);
      if (mapped.functions.size === 0) {
        this.#options.mapper.unmap(this.#addressOf(page));
        if (mapped.on) this.#pages.delete(page);
        else this.#pages.set(page, undefined);
      }
    }
    this.#markSlot(packed, laterFunctions > 0, (packed & 7) !== 0 && laterFunctions === 0);
  }

  /** Writes the multifunction bit of one function, or of all eight of its slot. */
  #markSlot(packed: number, multifunction: boolean, whole: boolean): void {
    const slot = packed & 0xfff8;
    const functions = whole ? [0, 1, 2, 3, 4, 5, 6, 7].map((fn) => slot | fn) : [packed];
    for (const each of functions) {
      const mapped = this.#pages.get(this.#pageOf(each));
      if (mapped === undefined || !mapped.on) continue;
      const at = this.#offsetOf(each) + HEADER_TYPE_REGISTER * 4;
      const value = mapped.memory.read32(at);
      mapped.memory.write32(at, multifunction ? value | MULTIFUNCTION : value & ~MULTIFUNCTION);
    }
  }
}
