import type { Json } from '../bus/bus-device.js';
import { checkWide } from '../bus/words.js';
import type { DiagnosticLog } from '../diagnostic-log.js';
import type { SharedMemory } from '../memory/shared-memory.js';
import { type SnapshotReader, wideJson } from '../snapshot-reader.js';
import { headerJson, readHeader } from './header-snapshot.js';
import { HeaderMirror, PciConfiguration } from './pci-configuration.js';

/** The identity of an i440FX. crosvm f1e797a devices/src/pci/pci_root.rs */
const HEADER = { vendor: 0x8086, device: 0x1237, classCode: 0x06_0000, headerType: 'device' } as const;
/** The first of the two registers that say where the ECAM window is. */
const ECAM_BASE_REGISTER = 24;
const ENABLED = 1n;

/** What the two registers hold for a base of the ECAM window, or while it is not enabled. */
function ecamRegisters(base: bigint | undefined): readonly [number, number] {
  return base === undefined ? [0, 0] : [Number((base & 0xffff_ffffn) | ENABLED), Number(base >> 32n)];
}

/** The function at 00:00.0, which is part of the PCI root. */
export class HostBridge {
  readonly #configuration: PciConfiguration;
  #ecamBase: bigint | undefined;

  constructor(log: DiagnosticLog) {
    this.#configuration = new PciConfiguration(HEADER, 'host bridge', log);
  }

  /** Tells the guest where the ECAM window is, from now on. Throws a TypeError or RangeError unless it is a 64-bit bigint. */
  enableEcam(base: bigint): void {
    checkWide('base', base);
    this.#ecamBase = base;
    for (const [index, value] of ecamRegisters(base).entries())
      this.#configuration.setRegister(ECAM_BASE_REGISTER + index, value);
  }

  read(register: number): number {
    return this.#configuration.readRegister(register);
  }

  write(register: number, offset: number, data: Uint8Array): void {
    this.#configuration.writeRegister(register, offset, data);
  }

  /** As a device's: copies the header to the memory and keeps it up to date there. */
  initPciConfigMapping(memory: SharedMemory, base: number, length: number): boolean {
    this.#configuration.mirrorTo(new HeaderMirror(memory, base, length));
    return true;
  }

  snapshot(): Json {
    return {
      root_configuration: headerJson(this.#configuration.state),
      pcie_cfg_mmio: this.#ecamBase === undefined ? null : wideJson(this.#ecamBase),
    };
  }

  /** Checks a snapshot; returns what restores it. */
  prepare(reader: SnapshotReader, value: unknown, path: string): () => void {
    const before = reader.findings.length;
    const fields = reader.object(value, path, ['root_configuration', 'pcie_cfg_mmio']);
    const at = `${path}.root_configuration`;
    const state = readHeader(reader, fields.root_configuration, at, this.#configuration);
    const base = reader.optional(fields.pcie_cfg_mmio, `${path}.pcie_cfg_mmio`, (item, baseAt) =>
      reader.wide(item, baseAt),
    );
    if (reader.findings.length === before)
      for (const [index, wanted] of ecamRegisters(base).entries())
        if (state.registers[ECAM_BASE_REGISTER + index] !== wanted)
          reader.refuse(
            'SNAPSHOT_VALUE',
            `${at}.registers[${ECAM_BASE_REGISTER + index}]`,
            'The register does not agree with pcie_cfg_mmio.',
          );
    return () => {
      this.#configuration.state = state;
      this.#ecamBase = base;
    };
  }
}
