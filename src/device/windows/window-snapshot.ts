import { checkRegisterBits } from '../../platform/config-address.js';
import type { Json } from '../bus/bus-device.js';
import type { HostBridge } from '../pci/host-bridge.js';
import { SNAPSHOT_VERSION, type SnapshotReader } from '../snapshot-reader.js';

/** What a config window that decodes addresses keeps: the PCI root's own function, and its register bits. */
export function windowJson(hostBridge: HostBridge, registerBits: number): Json {
  return { version: SNAPSHOT_VERSION, pci_root: hostBridge.snapshot(), register_bit_num: registerBits };
}

/**
 * Checks such a snapshot. Deviates: crosvm takes any number of register bits and panics at the next access.
 * Register bits that a window cannot have are as wrong as any other value.
 */
export function prepareWindow(
  reader: SnapshotReader,
  data: unknown,
  label: string,
  hostBridge: HostBridge,
): { readonly applyRoot: () => void; readonly registerBits: number } {
  const fields = reader.versioned(data, label, ['pci_root', 'register_bit_num']);
  if (fields === undefined) return { applyRoot: () => {}, registerBits: 0 };
  const applyRoot = hostBridge.prepare(reader, fields.pci_root, `${label}.pci_root`);
  const registerBits = fields.register_bit_num;
  try {
    checkRegisterBits(registerBits as number);
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    reader.refuse('SNAPSHOT_VALUE', `${label}.register_bit_num`, thrown.message);
  }
  return { applyRoot, registerBits: registerBits as number };
}
