import { formatHex } from '../../base/index.js';
import { checkRegisterBits, packedBdf, registerIndex, VCFG_REGISTER_BITS } from '../../platform/config-address.js';
import type { DeviceCode } from '../../vocab/index.js';
import type { BusAccessInfo, DeviceId, Json } from '../bus/bus-device.js';
import { loadDword, storeDword } from '../memory/dword.js';
import type { PciRoot } from '../pci/pci-root.js';
import { SnapshotDevice } from '../snapshot-device.js';
import type { SnapshotReader } from '../snapshot-reader.js';
import { prepareWindow, windowJson } from './window-snapshot.js';

/** The last offset that a config address can hold. */
const LAST_OFFSET = 0xffff_ffffn;

/**
 * The window of virtual configuration registers. Only whole aligned dwords are registers; any other read gives zeros,
 * any other write is dropped, and both leave a diagnostic. crosvm f1e797a devices/src/pci/pci_root.rs:889-990
 */
export class PciVirtualConfigMmio extends SnapshotDevice {
  readonly #root: PciRoot;
  #registerBits: number;
  #drops = 0;

  /** Throws a RangeError for register bits outside 2..23. */
  constructor(root: PciRoot, registerBits: number = VCFG_REGISTER_BITS) {
    super();
    checkRegisterBits(registerBits);
    this.#root = root;
    this.#registerBits = registerBits;
  }

  debugLabel(): string {
    return 'pci virtual config mmio';
  }

  deviceId(): DeviceId {
    return { kind: 'platform', name: 'PciVirtualConfigMmio' };
  }

  get registerBitNum(): number {
    return this.#registerBits;
  }

  get drops(): number {
    return this.#drops;
  }

  readDword(offsetBytes: number): number {
    if ((offsetBytes & 3) !== 0) {
      this.#dropped('WINDOW_READ_SHAPE', BigInt(offsetBytes), 4);
      return 0;
    }
    const bits = this.#registerBits;
    return this.#root.virtualConfigReadPacked(packedBdf(offsetBytes, bits), registerIndex(offsetBytes, bits)) | 0;
  }

  writeDword(offsetBytes: number, value: number): void {
    if ((offsetBytes & 3) !== 0) {
      this.#dropped('WINDOW_WRITE_SHAPE', BigInt(offsetBytes), 4);
      return;
    }
    const bits = this.#registerBits;
    this.#root.virtualConfigWritePacked(packedBdf(offsetBytes, bits), registerIndex(offsetBytes, bits), value);
  }

  /** Deviates: crosvm panics on reads of less than four bytes and wraps offsets from 2^32 up; here both give zeros. */
  override read({ offset }: BusAccessInfo, data: Uint8Array): void {
    data.fill(0);
    if (offset > LAST_OFFSET) this.#dropped('WINDOW_OFFSET', offset, data.length);
    else if (data.length === 4) storeDword(data, this.readDword(Number(offset)));
    else this.#dropped('WINDOW_READ_SHAPE', offset, data.length);
  }

  override write({ offset }: BusAccessInfo, data: Uint8Array): void {
    if (offset > LAST_OFFSET) this.#dropped('WINDOW_OFFSET', offset, data.length);
    else if (data.length === 4) this.writeDword(Number(offset), loadDword(data));
    else this.#dropped('WINDOW_WRITE_SHAPE', offset, data.length);
  }

  #dropped(code: DeviceCode, offset: bigint, length: number): void {
    this.#drops++;
    const { log } = this.#root;
    if (log.count(code))
      log.keep(code, this.debugLabel(), `An access of ${length} bytes at offset ${formatHex(offset)}.`);
  }

  override snapshot(): Json {
    return windowJson(this.#root.hostBridge, this.#registerBits);
  }

  protected override prepare(reader: SnapshotReader, data: unknown): () => void {
    const window = prepareWindow(reader, data, this.debugLabel(), this.#root.hostBridge);
    return () => {
      window.applyRoot();
      this.#registerBits = window.registerBits;
    };
  }
}
