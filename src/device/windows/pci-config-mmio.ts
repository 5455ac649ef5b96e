import { ECAM_REGISTER_BITS, packedBdf, registerIndex } from '../../platform/config-address.js';
import type { BusAccessInfo } from '../bus/bus-device.js';
import { storeDword } from '../bus/words.js';
import { ABSENT } from '../pci/header-layout.js';
import type { PciRoot } from '../pci/pci-root.js';
import { ConfigWindow, LAST_OFFSET } from './config-window.js';

/**
 * The memory-mapped window of configuration spaces, ECAM with 12 register bits. Any part of one dword can be read and
 * written; an access that crosses dwords reads as all ones or is dropped. crosvm f1e797a
 * devices/src/pci/pci_root.rs:776-876
 */
export class PciConfigMmio extends ConfigWindow {
  readonly #dword = new Uint8Array(4);

  /** Throws a RangeError for register bits outside 2..23. */
  constructor(root: PciRoot, registerBits: number = ECAM_REGISTER_BITS) {
    super(root, 'PciConfigMmio', 'pci config mmio', registerBits);
  }

  readDword(offsetBytes: number): number {
    if ((offsetBytes & 3) !== 0) {
      this.drop('WINDOW_READ_SHAPE', BigInt(offsetBytes), 4);
      return ABSENT;
    }
    return this.#register(offsetBytes);
  }

  #register(offsetBytes: number): number {
    const bits = this.registerBitNum;
    return this.root.configReadPacked(packedBdf(offsetBytes, bits), registerIndex(offsetBytes, bits));
  }

  /** The bytes are new for each write: the function may cause another one while it has them. */
  writeDword(offsetBytes: number, value: number): void {
    const data = new Uint8Array(4);
    storeDword(data, value);
    this.#write(offsetBytes, data);
  }

  override read({ offset }: BusAccessInfo, data: Uint8Array): void {
    const start = Number(offset & 3n);
    if (offset > LAST_OFFSET || start + data.length > 4) {
      data.fill(0xff);
      this.drop(offset > LAST_OFFSET ? 'WINDOW_OFFSET' : 'WINDOW_READ_SHAPE', offset, data.length);
      return;
    }
    storeDword(this.#dword, this.#register(Number(offset)));
    data.set(this.#dword.subarray(start, start + data.length));
  }

  override write({ offset }: BusAccessInfo, data: Uint8Array): void {
    if (offset > LAST_OFFSET) this.drop('WINDOW_OFFSET', offset, data.length);
    else this.#write(Number(offset), data);
  }

  #write(offsetBytes: number, data: Uint8Array): void {
    const bits = this.registerBitNum;
    const start = offsetBytes & 3;
    if (start + data.length > 4) this.drop('WINDOW_WRITE_SHAPE', BigInt(offsetBytes), data.length);
    else this.root.configWritePacked(packedBdf(offsetBytes, bits), registerIndex(offsetBytes, bits), start, data);
  }
}
