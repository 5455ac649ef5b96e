/**
 * The MMIO device core: what a virtual machine monitor that follows crosvm has behind its PCI configuration windows,
 * among them the virtual configuration window. Start with {@link Machine}.
 */
export { DiagnosticError } from '../base/index.js';
export { PAGE_BYTES } from '../platform/layout.js';
export type {
  AddressRange,
  DeviceCode,
  Diagnostic,
  FunctionDescription,
  MemoryPort,
  PciAddress,
  Platform,
} from '../vocab/index.js';
export { Bus, type BusCounts, BusError, type BusRange, IoBus, MmioBus } from './bus/bus.js';
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
  SnapshotDevice,
  type Suspendable,
} from './bus/bus-device.js';
export { DiagnosticLog } from './diagnostic-log.js';
export { type DsmCall, type DsmValue, readDsmCall, writeDsmResult } from './functions/dsm-mailbox.js';
export { type RegisterHooks, RegisterMapFunction } from './functions/register-map-function.js';
export { dsmOnValues, type VfioBackend, VfioFunction } from './functions/vfio-function.js';
export type { PooledWords } from './functions/word-pool.js';
export { Machine } from './machine.js';
export { type GuestCounts, GuestMemory } from './memory/guest-memory.js';
export { Ram } from './memory/ram.js';
export { type PageMapper, SharedMemory } from './memory/shared-memory.js';
export type { DescribedParts } from './pci/described-parts.js';
export type { FunctionRange } from './pci/function-ranges.js';
export type { HeaderType } from './pci/header-layout.js';
export { HostBridge } from './pci/host-bridge.js';
export type { BarConfiguration, BarKind } from './pci/pci-bar.js';
export {
  type Capability,
  type HeaderDescription,
  HeaderMirror,
  type HeaderState,
  PciConfiguration,
} from './pci/pci-configuration.js';
export { PciFunction } from './pci/pci-function.js';
export { PciRoot, type PciRootOptions } from './pci/pci-root.js';
export type { MachineOptions, PlatformMachine } from './platform-machine.js';
export { SnapshotReader } from './snapshot-reader.js';
export { type GuestStart, GuestThread, type ThreadPort, type ThreadRegion } from './threads/guest-thread.js';
export type { Wake } from './threads/mailbox-listener.js';
export { openSandbox, type SandboxOptions } from './threads/open-sandbox.js';
export type { MessageMailbox } from './threads/sandbox-calls.js';
export { type SandboxedDevice, SandboxedFunction, type SandboxLine } from './threads/sandboxed-function.js';
export { serveSandbox } from './threads/serve-sandbox.js';
export { ThreadHost, type ThreadHostOptions } from './threads/thread-host.js';
export type { ConfigPagesOptions } from './windows/config-pages.js';
export type { ConfigWindow, RootWindow } from './windows/config-window.js';
export { PciConfigIo, type PciConfigIoOptions } from './windows/pci-config-io.js';
export { PciConfigMmio } from './windows/pci-config-mmio.js';
export { PciVirtualConfigMmio } from './windows/pci-virtual-config-mmio.js';
