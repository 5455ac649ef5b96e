import type { Json } from '../bus/bus-device.js';
import type { DiagnosticLog } from '../diagnostic-log.js';
import { type SnapshotReader, wideJson } from '../snapshot-reader.js';
import { headerJson, readHeader } from './header-snapshot.js';
import { PciConfiguration } from './pci-configuration.js';

/** An i440FX by its identity. crosvm f1e797a devices/src/pci/pci_root.rs */
const HEADER = { vendor: 0x8086, device: 0x1237, classCode: 0x06_0000, headerType: 'device' } as const;
/** The two registers that tell where the ECAM window is. */
const ECAM_BASE_REGISTER = 24;
const ENABLED = 1n;

/** The function at 00:00.0, which is part of the PCI root. */
export class HostBridge {
  readonly #configuration: PciConfiguration;
  #ecamBase: bigint | undefined;

  constructor(log: DiagnosticLog) {
    this.#configuration = new PciConfiguration(HEADER, 'host bridge', log);
  }

  /** Tells the guest where the ECAM window is, from now on. */
  enableEcam(base: bigint): void {
    this.#ecamBase = base;
    this.#configuration.setRegister(ECAM_BASE_REGISTER, Number((base & 0xffff_ffffn) | ENABLED));
    this.#configuration.setRegister(ECAM_BASE_REGISTER + 1, Number(base >> 32n));
  }

  read(register: number): number {
    return this.#configuration.readRegister(register);
  }

  write(register: number, offset: number, data: Uint8Array): void {
    this.#configuration.writeRegister(register, offset, data);
  }

  snapshot(): Json {
    return {
      root_configuration: headerJson(this.#configuration.state),
      pcie_cfg_mmio: this.#ecamBase === undefined ? null : wideJson(this.#ecamBase),
    };
  }

  /** Checks a snapshot; gives what puts it back. */
  prepare(reader: SnapshotReader, value: unknown, path: string): () => void {
    const fields = reader.object(value, path, ['root_configuration', 'pcie_cfg_mmio']);
    const state = readHeader(reader, fields.root_configuration, `${path}.root_configuration`);
    const base = reader.optional(fields.pcie_cfg_mmio, `${path}.pcie_cfg_mmio`, (item, at) => reader.wide(item, at));
    return () => {
      this.#configuration.state = state;
      this.#ecamBase = base;
    };
  }
}
