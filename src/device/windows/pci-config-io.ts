import { CAM_REGISTER_BITS, packedBdf, registerIndex } from '../../platform/config-address.js';
import type { BusAccessInfo, Json } from '../bus/bus-device.js';
import { loadDword, storeDword } from '../bus/words.js';
import { checkObject, checkOptionalBoolean, checkOptionalFunction } from '../check-arguments.js';
import { ABSENT } from '../pci/header-layout.js';
import type { PciRoot } from '../pci/pci-root.js';
import { SNAPSHOT_VERSION, type SnapshotReader } from '../snapshot-reader.js';
import { RootWindow } from './config-window.js';

/** The first port, and how many there are: an address dword and a data dword. PCI 3.0 §3.2.2.3.2 */
export const CONFIG_IO_BASE = 0xcf8n;
export const CONFIG_IO_LENGTH = 8n;

const ENABLED = 0x8000_0000;
const RESET_OFFSET = 1n;
const RESET_BIT = 4;

export interface PciConfigIoOptions {
  /** The guest asked for a reset: it wrote one byte with bit 2 set to port 0xcf9. What this throws is only a diagnostic. */
  readonly onReset?: () => void;
  /** Reads give all ones, so that the guest must use ECAM; writes still work. */
  readonly breakLinuxPciConfigIo?: boolean;
}

/** Configuration spaces through two ports, with the reset register among them. crosvm f1e797a devices/src/pci/pci_root.rs:609-773 */
export class PciConfigIo extends RootWindow {
  readonly #options: PciConfigIoOptions;
  readonly #dword = new Uint8Array(4);
  #configAddress = 0;

  constructor(root: PciRoot, options: PciConfigIoOptions = {}) {
    super(root, 'PciConfigIo', 'pci config io-port');
    checkObject('options', options, '{ onReset?, breakLinuxPciConfigIo? }');
    checkOptionalFunction('options.onReset', options.onReset);
    checkOptionalBoolean('options.breakLinuxPciConfigIo', options.breakLinuxPciConfigIo);
    this.#options = options;
  }

  override read({ offset }: BusAccessInfo, data: Uint8Array): void {
    if (this.#options.breakLinuxPciConfigIo) {
      data.fill(0xff);
      return;
    }
    const value = offset < 4n ? this.#configAddress : offset < CONFIG_IO_LENGTH ? this.#readData() : ABSENT;
    const start = Number(offset & 3n);
    if (start + data.length > 4) {
      data.fill(0xff);
      this.drop('WINDOW_READ_SHAPE', offset, data.length);
      return;
    }
    storeDword(this.#dword, value);
    data.set(this.#dword.subarray(start, start + data.length));
  }

  #readData(): number {
    const address = this.#configAddress;
    if ((address & ENABLED) === 0) return ABSENT;
    return this.root.configReadPacked(packedBdf(address, CAM_REGISTER_BITS), registerIndex(address, CAM_REGISTER_BITS));
  }

  override write({ offset }: BusAccessInfo, data: Uint8Array): void {
    const start = Number(offset & 3n);
    if (offset === RESET_OFFSET && data.length === 1 && ((data[0] as number) & RESET_BIT) !== 0)
      this.#options.onReset?.();
    else if (offset >= CONFIG_IO_LENGTH || start + data.length > 4)
      this.drop('WINDOW_WRITE_SHAPE', offset, data.length);
    else if (offset < 4n) this.#writeAddress(start, data);
    else this.#writeData(start, data);
  }

  /** Takes one, two or four bytes. */
  #writeAddress(start: number, data: Uint8Array): void {
    if (data.length !== 1 && data.length !== 2 && data.length !== 4) {
      this.drop('WINDOW_WRITE_SHAPE', BigInt(start), data.length);
      return;
    }
    storeDword(this.#dword, this.#configAddress);
    this.#dword.set(data, start);
    this.#configAddress = loadDword(this.#dword);
  }

  #writeData(start: number, data: Uint8Array): void {
    const address = this.#configAddress;
    if ((address & ENABLED) === 0) return;
    const register = registerIndex(address, CAM_REGISTER_BITS);
    this.root.configWritePacked(packedBdf(address, CAM_REGISTER_BITS), register, start, data);
  }

  override snapshot(): Json {
    return {
      version: SNAPSHOT_VERSION,
      pci_root: this.root.hostBridge.snapshot(),
      config_address: this.#configAddress,
    };
  }

  protected override prepare(reader: SnapshotReader, data: unknown): () => void {
    const label = this.debugLabel();
    const fields = reader.versioned(data, label, ['pci_root', 'config_address']);
    if (fields === undefined) return () => {};
    const applyRoot = this.root.hostBridge.prepare(reader, fields.pci_root, `${label}.pci_root`);
    const address = reader.integer(fields.config_address, `${label}.config_address`, 0, 0xffff_ffff);
    return () => {
      applyRoot();
      this.#configAddress = address;
    };
  }
}
