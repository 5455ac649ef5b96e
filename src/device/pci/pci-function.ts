import { formatHex } from '../../base/index.js';
import type { AddressRange } from '../../vocab/index.js';
import {
  type BusAccessInfo,
  type ConfigWriteResult,
  type DeviceId,
  type DeviceRange,
  type Json,
  NO_CHANGE,
  SnapshotDevice,
} from '../bus/bus-device.js';
import type { DiagnosticLog } from '../diagnostic-log.js';
import type { SharedMemory } from '../memory/shared-memory.js';
import { SNAPSHOT_VERSION, SnapshotReader } from '../snapshot-reader.js';
import { addParts, type DescribedParts } from './described-parts.js';
import { COMMAND_REGISTER } from './header-layout.js';
import { headerJson, readHeader } from './header-snapshot.js';
import { MsixTable } from './msix-table.js';
import { barRanges, isMemoryBar } from './pci-bar.js';
import { type HeaderDescription, HeaderMirror, PciConfiguration } from './pci-configuration.js';

/** Where in a function's BARs an access falls. */
interface BarPlace {
  readonly index: number;
  readonly offset: bigint;
}

/**
 * A PCI function with a configuration header. Its BARs answer while COMMAND enables them, and writes to them move its
 * ranges. crosvm f1e797a devices/src/pci/pci_device.rs
 */
export abstract class PciFunction extends SnapshotDevice {
  readonly configuration: PciConfiguration;
  protected readonly log: DiagnosticLog;
  readonly #label: string;

  readonly #msix: MsixTable | undefined;

  /**
   * `label` names the function in diagnostics and snapshots. Throws a DiagnosticError for parts that do not fit in the
   * configuration space.
   */
  constructor(label: string, header: HeaderDescription, log: DiagnosticLog, parts: DescribedParts = {}) {
    super();
    this.#label = label;
    this.log = log;
    this.configuration = new PciConfiguration(header, label, log);
    addParts(this.configuration, parts);
    this.#msix = parts.msix && new MsixTable(parts.msix);
  }

  /** A read wholly inside an enabled memory BAR; `data` is zeroed. */
  protected readBar(index: number, offset: bigint, data: Uint8Array): void {
    this.#msix?.read(index, offset, data);
  }

  /** A write wholly inside an enabled memory BAR. */
  protected writeBar(index: number, offset: bigint, data: Uint8Array): void {
    this.#msix?.write(index, offset, data);
  }

  override debugLabel(): string {
    return this.#label;
  }

  override deviceId(): DeviceId {
    const ids = this.configuration.readRegister(0);
    return { kind: 'pci', vendor: ids & 0xffff, device: ids >>> 16 };
  }

  override read({ address }: BusAccessInfo, data: Uint8Array): void {
    const place = this.#barAt(address, data.length, 'read');
    if (place !== undefined) this.readBar(place.index, place.offset, data);
  }

  override write({ address }: BusAccessInfo, data: Uint8Array): void {
    const place = this.#barAt(address, data.length, 'write');
    if (place !== undefined) this.writeBar(place.index, place.offset, data);
  }

  #barAt(address: bigint, length: number, what: string): BarPlace | undefined {
    for (const bar of this.configuration.bars) {
      if (!isMemoryBar(bar) || !this.configuration.isBarEnabled(bar)) continue;
      const offset = address - (this.configuration.barAddress(bar.index) as bigint);
      if (length > 0 && offset >= 0n && offset + BigInt(length) <= bar.sizeBytes) return { index: bar.index, offset };
    }
    if (this.log.count('PCI_BAR_MISS'))
      this.log.keep(
        'PCI_BAR_MISS',
        this.debugLabel(),
        `A ${what} of ${length} bytes at ${formatHex(address)} is not in an enabled memory BAR.`,
      );
    return undefined;
  }

  override configRegisterRead(register: number): number {
    return this.configuration.readRegister(register);
  }

  override configRegisterWrite(register: number, offset: number, data: Uint8Array): ConfigWriteResult {
    if (offset + data.length > 4) return NO_CHANGE;
    if (register !== COMMAND_REGISTER && !this.configuration.hasBarAt(register)) {
      this.configuration.writeRegister(register, offset, data);
      return NO_CHANGE;
    }
    const before = this.getRanges();
    this.configuration.writeRegister(register, offset, data);
    return rangeChanges(before, this.getRanges());
  }

  /** A function whose configuration reads do more than read its header must override this and return false. */
  override initPciConfigMapping(memory: SharedMemory, base: number, length: number): boolean {
    this.configuration.mirrorTo(new HeaderMirror(memory, base, length));
    return true;
  }

  override destroyDevice(): void {
    this.configuration.mirrorTo();
  }

  override getRanges(): readonly DeviceRange[] {
    return this.configuration.ranges;
  }

  savedRanges(data: unknown): readonly DeviceRange[] {
    const reader = new SnapshotReader();
    const fields = reader.copy(data, this.#label) as { readonly configuration?: unknown } | null | undefined;
    const state = readHeader(reader, fields?.configuration, this.#label, this.configuration);
    return barRanges({ headerType: this.configuration.headerType, ...state });
  }

  /** What the function saves beyond its header, under keys of its own. */
  protected savedState(): { readonly [key: string]: Json } {
    return {};
  }

  /** Checks what {@link savedState} returned, which is in `fields`. Returns what applies it. */
  protected prepareState(_reader: SnapshotReader, _fields: Readonly<Record<string, unknown>>): () => void {
    return () => {};
  }

  override snapshot(): Json {
    return {
      version: SNAPSHOT_VERSION,
      device: this.#label,
      configuration: headerJson(this.configuration.state),
      ...(this.#msix === undefined ? {} : { msix: this.#msix.json() }),
      ...this.savedState(),
    };
  }

  protected override prepare(reader: SnapshotReader, data: unknown): () => void {
    const own = this.#msix === undefined ? [] : ['msix'];
    const keys = ['device', 'configuration', ...own, ...Object.keys(this.savedState())];
    const fields = reader.versioned(data, this.#label, keys);
    if (fields === undefined) return () => {};
    reader.identity(fields.device, `${this.#label}.device`, this.#label);
    const header = readHeader(reader, fields.configuration, `${this.#label}.configuration`, this.configuration);
    const applyMsix = this.#msix?.prepare(reader, fields.msix, `${this.#label}.msix`);
    const applyState = this.prepareState(reader, fields);
    return () => {
      this.configuration.state = header;
      applyMsix?.();
      applyState();
    };
  }
}

/** The ranges that are in one list and not in the other, by bus. */
function rangeChanges(before: readonly DeviceRange[], after: readonly DeviceRange[]): ConfigWriteResult {
  const missing = (from: readonly DeviceRange[], other: readonly DeviceRange[], type: DeviceRange['type']) =>
    from.filter(
      (range) =>
        range.type === type &&
        !other.some(
          ({ type: at, base, lengthBytes }) => at === type && base === range.base && lengthBytes === range.lengthBytes,
        ),
    ) as readonly AddressRange[];
  return {
    mmioRemove: missing(before, after, 'mmio'),
    mmioAdd: missing(after, before, 'mmio'),
    ioRemove: missing(before, after, 'io'),
    ioAdd: missing(after, before, 'io'),
    removedPciDevices: [],
  };
}
