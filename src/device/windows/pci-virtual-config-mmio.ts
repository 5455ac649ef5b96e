import { bdfBits, registerNumberBits, VCFG_REGISTER_BITS } from '../../platform/config-address.js';
import type { BusAccessInfo } from '../bus/bus-device.js';
import { loadDword, storeDword } from '../bus/words.js';
import type { PciRoot } from '../pci/pci-root.js';
import { ConfigWindow, LAST_OFFSET } from './config-window.js';

/**
 * The window of virtual configuration registers. Only whole aligned dwords are registers. Any other read gives zeros, any
 * other write is dropped, and both leave a diagnostic. crosvm f1e797a devices/src/pci/pci_root.rs:889-990
 */
export class PciVirtualConfigMmio extends ConfigWindow {
  /** Throws a RangeError for register bits outside 2..23. */
  constructor(root: PciRoot, registerBits: number = VCFG_REGISTER_BITS) {
    super(root, 'PciVirtualConfigMmio', 'pci virtual config mmio', registerBits);
  }

  readDword(offsetBytes: number): number {
    if ((offsetBytes & 3) !== 0) {
      this.drop('WINDOW_READ_SHAPE', BigInt(offsetBytes), 4);
      return 0;
    }
    const bits = this.registerBitNum;
    return this.root.virtualConfigReadPacked(bdfBits(offsetBytes, bits), registerNumberBits(offsetBytes, bits)) | 0;
  }

  writeDword(offsetBytes: number, value: number): void {
    if ((offsetBytes & 3) !== 0) {
      this.drop('WINDOW_WRITE_SHAPE', BigInt(offsetBytes), 4);
      return;
    }
    const bits = this.registerBitNum;
    this.root.virtualConfigWritePacked(bdfBits(offsetBytes, bits), registerNumberBits(offsetBytes, bits), value);
  }

  /** Deviates: crosvm panics on reads of fewer than four bytes and wraps offsets from 2^32 up. Here both give zeros. */
  override read({ offset }: BusAccessInfo, data: Uint8Array): void {
    data.fill(0);
    if (offset > LAST_OFFSET) this.drop('WINDOW_OFFSET', offset, data.length);
    else if (data.length === 4) storeDword(data, this.readDword(Number(offset)));
    else this.drop('WINDOW_READ_SHAPE', offset, data.length);
  }

  override write({ offset }: BusAccessInfo, data: Uint8Array): void {
    if (offset > LAST_OFFSET) this.drop('WINDOW_OFFSET', offset, data.length);
    else if (data.length === 4) this.writeDword(Number(offset), loadDword(data));
    else this.drop('WINDOW_WRITE_SHAPE', offset, data.length);
  }
}
