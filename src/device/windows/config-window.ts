import { formatHex } from '../../base/index.js';
import { checkRegisterBits } from '../../platform/config-address.js';
import type { DeviceCode } from '../../vocab/index.js';
import { type DeviceId, type Json, SnapshotDevice } from '../bus/bus-device.js';
import { checkObject } from '../check-arguments.js';
import type { PciRoot } from '../pci/pci-root.js';
import { SNAPSHOT_VERSION, type SnapshotReader } from '../snapshot-reader.js';

/** The last offset that a config address can hold. */
export const LAST_OFFSET = 0xffff_ffffn;

/** A device through which a guest reaches the functions of a PCI root. */
export abstract class RootWindow extends SnapshotDevice {
  protected readonly root: PciRoot;
  readonly #name: string;
  readonly #label: string;
  #drops = 0;

  constructor(root: PciRoot, name: string, label: string) {
    super();
    checkObject('root', root, 'a PciRoot');
    this.root = root;
    this.#name = name;
    this.#label = label;
  }

  override debugLabel(): string {
    return this.#label;
  }

  override deviceId(): DeviceId {
    return { kind: 'platform', name: this.#name };
  }

  /** Accesses that were answered with zeros or ones, or dropped, because of their shape. */
  get drops(): number {
    return this.#drops;
  }

  /** Counts a drop and leaves a diagnostic. */
  protected drop(code: DeviceCode, offset: bigint, length: number): void {
    this.#drops++;
    const { log } = this.root;
    if (log.count(code)) log.keep(code, this.#label, `An access of ${length} bytes at offset ${formatHex(offset)}.`);
  }
}

/** A window whose offsets are config addresses. Its register bits say how to split them. */
export abstract class ConfigWindow extends RootWindow {
  readonly registerBitNum: number;

  /** Throws a RangeError for register bits outside 2..23. */
  constructor(root: PciRoot, name: string, label: string, registerBits: number) {
    super(root, name, label);
    checkRegisterBits(registerBits);
    this.registerBitNum = registerBits;
  }

  override snapshot(): Json {
    return {
      version: SNAPSHOT_VERSION,
      pci_root: this.root.hostBridge.snapshot(),
      register_bit_num: this.registerBitNum,
    };
  }

  /** Deviates: crosvm takes any number of register bits, and panics at the next access or decodes another window's. */
  protected override prepare(reader: SnapshotReader, data: unknown): () => void {
    const label = this.debugLabel();
    const fields = reader.versioned(data, label, ['pci_root', 'register_bit_num']);
    if (fields === undefined) return () => {};
    const applyRoot = this.root.hostBridge.prepare(reader, fields.pci_root, `${label}.pci_root`);
    const at = `${label}.register_bit_num`;
    try {
      checkRegisterBits(fields.register_bit_num as number);
      reader.identity(fields.register_bit_num, at, this.registerBitNum);
    } catch (thrown) {
      if (!(thrown instanceof RangeError || thrown instanceof TypeError)) throw thrown;
      reader.refuse('SNAPSHOT_VALUE', at, thrown.message);
    }
    return applyRoot;
  }
}
