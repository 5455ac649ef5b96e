import { PAGE_BYTES } from '../../platform/layout.js';
import type { BusDevice } from '../bus/bus-device.js';
import type { PageMapper } from '../memory/page-mapper.js';
import { SharedMemory } from '../memory/shared-memory.js';

const HEADER_TYPE_OFFSET = 0xe;
const MULTIFUNCTION = 0x80;

export interface ConfigPagesOptions {
  /** Base of the window that the pages lie over. */
  readonly base: bigint;
  /** The window's register bits: a function's configuration space has `2 ** registerBits` bytes. */
  readonly registerBits: number;
  readonly mapper: PageMapper;
}

/** A page of configuration spaces; undefined once a function would not keep its own there. */
interface Mapped {
  readonly memory: SharedMemory;
  /** Packed BDFs of the functions that keep their configuration space in it. */
  readonly functions: Set<number>;
  on: boolean;
}

/**
 * Configuration spaces mapped into the guest for reading, page by page: reads need no exit, writes are trapped still.
 * A function that will not keep its space there turns its page off for good. crosvm f1e797a devices/src/pci/pci_root.rs
 */
export class ConfigPages {
  readonly #options: ConfigPagesOptions;
  readonly #bytesPerFunction: number;
  readonly #pages = new Map<number, Mapped | undefined>();

  constructor(options: ConfigPagesOptions) {
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

  /** A function was added to its slot, which has now that many of the functions 1..7. */
  add(packed: number, device: BusDevice, laterFunctions: number): void {
    this.#offer(packed, device);
    this.#markSlot(packed, laterFunctions > 0, (packed & 7) !== 0 && laterFunctions === 1);
  }

  #offer(packed: number, device: BusDevice): void {
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
      // As crosvm: the page stays mapped. With 8 register bits, sixteen functions to a page, one that refuses after
      // others have accepted is then read as zeros from the page instead of being asked.
      mapped.on = false;
    }
  }

  /**
   * A function was removed from its slot, which has that many of the functions 1..7 left.
   * Deviates: crosvm leaves the page with the identity of a function that is gone; here it is cleared, and unmapped with
   * its last function.
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
      const at = this.#offsetOf(each) + HEADER_TYPE_OFFSET;
      const byte = mapped.memory.bytes[at] as number;
      mapped.memory.bytes[at] = multifunction ? byte | MULTIFUNCTION : byte & ~MULTIFUNCTION;
    }
  }
}
