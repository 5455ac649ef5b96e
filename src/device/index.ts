/**
 * The MMIO device core: what a virtual machine monitor that follows crosvm has behind its PCI configuration windows,
 * the virtual configuration window among them. Begin with {@link Machine}.
 */
export { PAGE_BYTES } from '../platform/layout.js';
export { Bus, type BusCounts, IoBus, MmioBus } from './bus/bus.js';
export {
  type BusAccessInfo,
  type BusDevice,
  BusDeviceBase,
  type BusType,
  type ConfigWriteResult,
  type DeviceId,
  type DeviceRange,
  type Json,
  NO_CHANGE,
  type Suspendable,
} from './bus/bus-device.js';
export { BusError } from './bus/bus-error.js';
export { DiagnosticLog } from './diagnostic-log.js';
export { type DsmCall, type DsmValue, readDsmCall, writeDsmResult } from './functions/dsm-mailbox.js';
export { type RegisterHooks, RegisterMapFunction } from './functions/register-map-function.js';
export { dsmOnValues, type VfioBackend, VfioFunction } from './functions/vfio-function.js';
export { Machine, type MachineOptions } from './machine.js';
export { type GuestCounts, GuestMemory } from './memory/guest-memory.js';
export type { PageMapper } from './memory/page-mapper.js';
export { Ram } from './memory/ram.js';
export { SharedMemory } from './memory/shared-memory.js';
export { HostBridge } from './pci/host-bridge.js';
export type { BarConfiguration, BarKind } from './pci/pci-bar.js';
export type { Capability } from './pci/pci-capability.js';
export {
  type HeaderDescription,
  type HeaderState,
  type HeaderType,
  PciConfiguration,
} from './pci/pci-configuration.js';
export { PciFunction } from './pci/pci-function.js';
export { PciRoot, type PciRootOptions } from './pci/pci-root.js';
export { SnapshotDevice } from './snapshot-device.js';
export { SnapshotReader } from './snapshot-reader.js';
export { type GuestStart, GuestThread, type ThreadPort, type ThreadRegion } from './threads/guest-thread.js';
export type { Wake } from './threads/mailbox-listener.js';
export { openSandbox, type SandboxOptions } from './threads/open-sandbox.js';
export { SandboxedFunction } from './threads/sandboxed-function.js';
export { serveSandbox } from './threads/serve-sandbox.js';
export { ThreadHost, type ThreadHostOptions } from './threads/thread-host.js';
export type { ConfigPagesOptions } from './windows/config-pages.js';
export { PciConfigIo, type PciConfigIoOptions } from './windows/pci-config-io.js';
export { PciConfigMmio } from './windows/pci-config-mmio.js';
export { PciVirtualConfigMmio } from './windows/pci-virtual-config-mmio.js';
