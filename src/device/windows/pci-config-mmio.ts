import { formatHex } from '../../base/index.js';
import { checkRegisterBits, ECAM_REGISTER_BITS, packedBdf, registerIndex } from '../../platform/config-address.js';
import type { BusAccessInfo, DeviceId, Json } from '../bus/bus-device.js';
import { storeDword } from '../memory/dword.js';
import type { PciRoot } from '../pci/pci-root.js';
import { SnapshotDevice } from '../snapshot-device.js';
import type { SnapshotReader } from '../snapshot-reader.js';
import { prepareWindow, windowJson } from './window-snapshot.js';

const ABSENT = 0xffff_ffff;
/** The last offset that a config address can hold. */
const LAST_OFFSET = 0xffff_ffffn;

/**
 * The memory-mapped window of configuration spaces, ECAM with 12 register bits. Any part of one dword can be read and
 * written; an access that crosses dwords reads all ones or is dropped. crosvm f1e797a devices/src/pci/pci_root.rs:776-876
 */
export class PciConfigMmio extends SnapshotDevice {
  readonly #root: PciRoot;
  #registerBits: number;
  #drops = 0;
  readonly #dword = new Uint8Array(4);

  /** Throws a RangeError for register bits outside 2..23. */
  constructor(root: PciRoot, registerBits: number = ECAM_REGISTER_BITS) {
    super();
    checkRegisterBits(registerBits);
    this.#root = root;
    this.#registerBits = registerBits;
  }

  debugLabel(): string {
    return 'pci config mmio';
  }

  deviceId(): DeviceId {
    return { kind: 'platform', name: 'PciConfigMmio' };
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
      return ABSENT;
    }
    return this.#register(offsetBytes);
  }

  #register(offsetBytes: number): number {
    const bits = this.#registerBits;
    return this.#root.configReadPacked(packedBdf(offsetBytes, bits), registerIndex(offsetBytes, bits));
  }

  writeDword(offsetBytes: number, value: number): void {
    storeDword(this.#dword, value);
    this.#write(offsetBytes, this.#dword);
  }

  override read({ offset }: BusAccessInfo, data: Uint8Array): void {
    const start = Number(offset & 3n);
    if (offset > LAST_OFFSET || start + data.length > 4) {
      data.fill(0xff);
      this.#dropped(offset > LAST_OFFSET ? 'WINDOW_OFFSET' : 'WINDOW_READ_SHAPE', offset, data.length);
      return;
    }
    storeDword(this.#dword, this.#register(Number(offset)));
    data.set(this.#dword.subarray(start, start + data.length));
  }

  override write({ offset }: BusAccessInfo, data: Uint8Array): void {
    if (offset > LAST_OFFSET) this.#dropped('WINDOW_OFFSET', offset, data.length);
    else this.#write(Number(offset), data);
  }

  #write(offsetBytes: number, data: Uint8Array): void {
    const bits = this.#registerBits;
    const start = offsetBytes & 3;
    if (start + data.length > 4) this.#dropped('WINDOW_WRITE_SHAPE', BigInt(offsetBytes), data.length);
    else this.#root.configWritePacked(packedBdf(offsetBytes, bits), registerIndex(offsetBytes, bits), start, data);
  }

  #dropped(code: 'WINDOW_OFFSET' | 'WINDOW_READ_SHAPE' | 'WINDOW_WRITE_SHAPE', offset: bigint, length: number): void {
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
