import { formatPciAddress } from '../base/index.js';
import { ECAM_REGISTER_BITS } from '../platform/config-address.js';
import type { Diagnostic, FunctionDescription, PciAddress, Platform } from '../vocab/index.js';
import { type Bus, IoBus, MmioBus } from './bus/bus.js';
import type { BusDevice, Json } from './bus/bus-device.js';
import { DiagnosticLog, deviceFinding, thrownText } from './diagnostic-log.js';
import { RegisterMapFunction } from './functions/register-map-function.js';
import { type VfioBackend, VfioFunction } from './functions/vfio-function.js';
import { machineJson, prepareMachine } from './machine-snapshot.js';
import { GuestMemory } from './memory/guest-memory.js';
import { PciRoot } from './pci/pci-root.js';
import { SnapshotReader } from './snapshot-reader.js';
import { CONFIG_IO_BASE, CONFIG_IO_LENGTH, PciConfigIo, type PciConfigIoOptions } from './windows/pci-config-io.js';
import { PciConfigMmio } from './windows/pci-config-mmio.js';
import { PciVirtualConfigMmio } from './windows/pci-virtual-config-mmio.js';

export interface MachineOptions extends PciConfigIoOptions {
  /** Makes a function's device in place of the one that its description gives; undefined leaves that. */
  readonly create?: (description: FunctionDescription, log: DiagnosticLog) => BusDevice | undefined;
  /** What stands behind a function with the vfio profile. */
  readonly backend?: (description: FunctionDescription) => VfioBackend | undefined;
  /** Maps configuration spaces into the guest for reading, for functions whose `initPciConfigMapping` agrees. */
  readonly configPages?: boolean;
}

/** A machine as its platform describes it: RAM, buses, PCI root, config windows and every function, ready for a guest. */
export class Machine {
  readonly platform: Platform;
  readonly log: DiagnosticLog;
  readonly mmioBus: Bus;
  readonly ioBus: Bus;
  /** Guest-physical memory: what a driver or an interpreter reads and writes. */
  readonly memory: GuestMemory;
  readonly root: PciRoot;
  readonly virtualConfig: PciVirtualConfigMmio;
  readonly configMmio: PciConfigMmio;
  readonly configIo: PciConfigIo;
  readonly #options: MachineOptions;

  constructor(platform: Platform, options: MachineOptions = {}) {
    const { vcfg, ecam } = platform;
    this.platform = platform;
    this.#options = options;
    this.log = new DiagnosticLog();
    this.mmioBus = new MmioBus(this.log);
    this.ioBus = new IoBus(this.log);
    this.memory = new GuestMemory(this.mmioBus);
    for (const range of platform.memory) this.memory.addRam(range);
    this.root = new PciRoot({
      mmioBus: this.mmioBus,
      ioBus: this.ioBus,
      log: this.log,
      sharedPages: { base: vcfg.base, lengthBytes: vcfg.lengthBytes, mapper: this.memory },
      ...(options.configPages
        ? { configPages: { base: ecam.base, registerBits: ECAM_REGISTER_BITS, mapper: this.memory } }
        : {}),
    });
    this.root.hostBridge.enableEcam(ecam.base);
    this.virtualConfig = new PciVirtualConfigMmio(this.root);
    this.configMmio = new PciConfigMmio(this.root);
    this.configIo = new PciConfigIo(this.root, options);
    this.mmioBus.insert(this.virtualConfig, vcfg.base, BigInt(vcfg.lengthBytes));
    this.mmioBus.insert(this.configMmio, ecam.base, ecam.lengthBytes);
    this.ioBus.insert(this.configIo, CONFIG_IO_BASE, CONFIG_IO_LENGTH);
    for (const description of bridgesFirst(platform.functions)) this.addFunction(description);
  }

  /** The base of the virtual configuration window: what `VCFG` is to the guest. */
  get vcfgBase(): bigint {
    return this.platform.vcfg.base;
  }

  /** Plugs a function in; its bridge must be there. Throws a DiagnosticError if it cannot be; nothing changes then. */
  addFunction(description: FunctionDescription): BusDevice {
    const device = this.#options.create?.(description, this.log) ?? this.#make(description);
    this.root.addFunction(description.address, device);
    return device;
  }

  #make(description: FunctionDescription): BusDevice {
    return description.profile === 'vfio'
      ? new VfioFunction(description, this.log, this.#options.backend?.(description))
      : new RegisterMapFunction(description, this.log);
  }

  /** Unplugs a function, and with a bridge everything below it. Nothing happens if there is none. */
  removeFunction(address: PciAddress): void {
    this.root.removeDevice(address);
  }

  /** The register map at a place or of a name. Throws a RangeError if there is none. */
  registers(which: PciAddress | string): RegisterMapFunction {
    return this.#find(which, RegisterMapFunction);
  }

  /** The passed-through function at a place or of a name. Throws a RangeError if there is none. */
  vfio(which: PciAddress | string): VfioFunction {
    return this.#find(which, VfioFunction);
  }

  #find<T extends RegisterMapFunction | VfioFunction>(
    which: PciAddress | string,
    kind: abstract new (...parts: never) => T,
  ): T {
    const isIt = (device: BusDevice | undefined): device is T =>
      device instanceof kind && (typeof which !== 'string' || device.description.name === which);
    if (typeof which !== 'string') {
      const device = this.root.device(which);
      if (isIt(device)) return device;
    } else {
      for (const { device } of this.root.functions()) if (isIt(device)) return device;
    }
    throw new RangeError(
      `No ${kind.name} is ${typeof which === 'string' ? `called ${which}` : `at ${formatPciAddress(which)}`}.`,
    );
  }

  /** Stops every device. Any number of times. */
  sleep(): void {
    for (const device of this.#devices()) device.sleep();
  }

  /** Lets every device go on. Any number of times. */
  wake(): void {
    for (const device of this.#devices()) device.wake();
  }

  #devices(): BusDevice[] {
    const windows = [this.virtualConfig, this.configMmio, this.configIo];
    return [...windows, ...this.root.functions().map(({ device }) => device)];
  }

  /** Everything that a guest can see, as JSON: RAM, pages, registers, where BARs are. Hooks and counts are not in it. */
  snapshot(): Json {
    return machineJson(this);
  }

  /** {@link snapshot} as text for a file. */
  snapshotText(): string {
    return JSON.stringify(this.snapshot());
  }

  /** {@link restore} of a file's text. */
  restoreText(text: string): readonly Diagnostic[] {
    let data: unknown;
    try {
      data = JSON.parse(text);
    } catch (thrown) {
      return [deviceFinding('SNAPSHOT_SYNTAX', 'machine', `The snapshot is no JSON: ${thrownText(thrown)}.`)];
    }
    return this.restore(data);
  }

  /** What {@link restore} would find wrong; changes nothing. */
  checkSnapshot(data: unknown): readonly Diagnostic[] {
    const reader = new SnapshotReader();
    prepareMachine(this, reader, data);
    return reader.findings;
  }

  /**
   * Puts a snapshot back into a machine of the same platform with the same functions plugged in; it goes on where the
   * other was. If anything is wrong, says what and changes nothing.
   */
  restore(data: unknown): readonly Diagnostic[] {
    const reader = new SnapshotReader();
    const apply = prepareMachine(this, reader, data);
    if (reader.findings.length === 0) apply();
    return reader.findings;
  }
}

/** Functions in an order that has each bridge before what is below it, however its bus numbers run. */
function bridgesFirst(functions: readonly FunctionDescription[]): FunctionDescription[] {
  const ordered: FunctionDescription[] = [];
  const buses = new Set([0]);
  let waiting = [...functions];
  while (waiting.length > 0) {
    const ready = waiting.filter(({ address }) => buses.has(address.bus));
    if (ready.length === 0) return [...ordered, ...waiting];
    ordered.push(...ready);
    for (const { bridge } of ready) if (bridge !== undefined) buses.add(bridge.secondary);
    const done = new Set(ready);
    waiting = waiting.filter((each) => !done.has(each));
  }
  return ordered;
}
