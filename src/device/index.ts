/**
 * The MMIO device core: what a virtual machine monitor that follows crosvm has behind its PCI configuration windows,
 * the virtual configuration window among them. Begin with {@link Machine}.
 */
export { PAGE_BYTES } from '../platform/layout.js';
export { Bus, type BusCounts, IoBus, MmioBus } from './bus.js';
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
} from './bus-device.js';
export { BusError } from './bus-error.js';
export type { ConfigPagesOptions } from './config-pages.js';
export { DiagnosticLog } from './diagnostic-log.js';
export { type DsmCall, type DsmValue, readDsmCall, writeDsmResult } from './dsm-mailbox.js';
export { type GuestCounts, GuestMemory } from './guest-memory.js';
export { type GuestStart, GuestThread, type ThreadPort, type ThreadRegion } from './guest-thread.js';
export { HostBridge } from './host-bridge.js';
export { Machine, type MachineOptions } from './machine.js';
export type { Wake } from './mailbox-listener.js';
export { openSandbox, type SandboxOptions } from './open-sandbox.js';
export type { PageMapper } from './page-mapper.js';
export type { BarConfiguration, BarKind } from './pci-bar.js';
export type { Capability } from './pci-capability.js';
export { PciConfigIo, type PciConfigIoOptions } from './pci-config-io.js';
export { PciConfigMmio } from './pci-config-mmio.js';
export { type HeaderDescription, type HeaderState, type HeaderType, PciConfiguration } from './pci-configuration.js';
export { PciFunction } from './pci-function.js';
export { PciRoot, type PciRootOptions } from './pci-root.js';
export { PciVirtualConfigMmio } from './pci-virtual-config-mmio.js';
export { Ram } from './ram.js';
export { type RegisterHooks, RegisterMapFunction } from './register-map-function.js';
export { SandboxedFunction } from './sandboxed-function.js';
export { serveSandbox } from './serve-sandbox.js';
export { SharedMemory } from './shared-memory.js';
export { SnapshotDevice } from './snapshot-device.js';
export { SnapshotReader } from './snapshot-reader.js';
export { ThreadHost, type ThreadHostOptions } from './thread-host.js';
export { dsmOnValues, type VfioBackend, VfioFunction } from './vfio-function.js';
