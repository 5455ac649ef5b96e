import { formatPciAddress } from '../base/index.js';
import { ECAM_REGISTER_BITS } from '../platform/config-address.js';
import { checkPlatformShape } from '../platform/platform-shape.js';
import type { FunctionDescription, PciAddress, Platform } from '../vocab/index.js';
import { type Bus, IoBus, MmioBus } from './bus/bus.js';
import type { BusDevice } from './bus/bus-device.js';
import { checkObject, checkOptionalBoolean, checkOptionalFunction } from './check-arguments.js';
import { DiagnosticLog } from './diagnostic-log.js';
import { checkDescription } from './functions/check-description.js';
import { RegisterMapFunction } from './functions/register-map-function.js';
import { type VfioBackend, VfioFunction } from './functions/vfio-function.js';
import { GuestMemory } from './memory/guest-memory.js';
import { PciRoot } from './pci/pci-root.js';
import { CONFIG_IO_BASE, CONFIG_IO_LENGTH, PciConfigIo, type PciConfigIoOptions } from './windows/pci-config-io.js';
import { PciConfigMmio } from './windows/pci-config-mmio.js';
import { PciVirtualConfigMmio } from './windows/pci-virtual-config-mmio.js';

export interface MachineOptions extends PciConfigIoOptions {
  /** Creates the device of a function. If it returns undefined, the device is created from the description. */
  readonly create?: (description: FunctionDescription, log: DiagnosticLog) => BusDevice | undefined;
  /** The backend of a function with the vfio profile. */
  readonly backend?: (description: FunctionDescription) => VfioBackend | undefined;
  /** Maps configuration spaces into the guest for reading, for functions whose `initPciConfigMapping` agrees. */
  readonly configPages?: boolean;
}

/**
 * A machine as a platform describes it: RAM, buses, PCI root, config windows and every function, ready for a guest.
 * `Machine` adds snapshots, in a file of its own: they take 7 kB of a bundle.
 */
export class PlatformMachine {
  readonly platform: Platform;
  readonly log: DiagnosticLog;
  readonly mmioBus: Bus;
  readonly ioBus: Bus;
  /** Guest-physical memory: what a driver or an interpreter reads and writes. */
  readonly memory: GuestMemory;
  readonly root: PciRoot;
  /** Not on the bus if the platform has no window. */
  readonly virtualConfig: PciVirtualConfigMmio;
  readonly configMmio: PciConfigMmio;
  readonly configIo: PciConfigIo;
  readonly #options: MachineOptions;
  readonly #descriptions = new WeakMap<BusDevice, FunctionDescription>();

  /** Throws a DiagnosticError if the parts of the platform do not fit together, and a TypeError or RangeError for impossible values. */
  constructor(platform: Platform, options: MachineOptions = {}) {
    checkPlatformShape(platform);
    for (const description of platform.functions) checkDescription(description);
    checkOptions(options);
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
      ...(vcfg.absent ? {} : { sharedPages: { base: vcfg.base, lengthBytes: vcfg.lengthBytes, mapper: this.memory } }),
      ...(options.configPages
        ? { configPages: { base: ecam.base, registerBits: ECAM_REGISTER_BITS, mapper: this.memory } }
        : {}),
    });
    this.root.hostBridge.enableEcam(ecam.base);
    this.virtualConfig = new PciVirtualConfigMmio(this.root);
    this.configMmio = new PciConfigMmio(this.root);
    this.configIo = new PciConfigIo(this.root, options);
    if (!vcfg.absent) this.mmioBus.insert(this.virtualConfig, vcfg.base, BigInt(vcfg.lengthBytes));
    this.mmioBus.insert(this.configMmio, ecam.base, ecam.lengthBytes);
    this.ioBus.insert(this.configIo, CONFIG_IO_BASE, CONFIG_IO_LENGTH);
    for (const description of bridgesFirst(platform.functions)) this.addFunction(description);
  }

  /** The base of the virtual configuration window, which the guest knows as `VCFG`. */
  get vcfgBase(): bigint {
    return this.platform.vcfg.base;
  }

  /**
   * Adds a function, whose bridge must exist. Throws a TypeError or RangeError for a description that no function can
   * have, and a DiagnosticError if the function does not fit in the machine. Nothing changes then.
   */
  addFunction(description: FunctionDescription): BusDevice {
    checkDescription(description);
    const device = this.#options.create?.(description, this.log) ?? this.#make(description);
    this.root.addFunction(description.address, device);
    this.#descriptions.set(device, description);
    return device;
  }

  /** The description from which a function was added; undefined for a device that was not added to the machine itself. */
  descriptionOf(device: BusDevice): FunctionDescription | undefined {
    return this.#descriptions.get(device);
  }

  #make(description: FunctionDescription): BusDevice {
    return description.profile === 'vfio'
      ? new VfioFunction(description, this.log, this.#options.backend?.(description))
      : new RegisterMapFunction(description, this.log);
  }

  /** Removes a function, and with a bridge everything below it. Nothing happens if there is none. */
  removeFunction(address: PciAddress): void {
    this.root.removeDevice(address);
  }

  /** The register map at an address or with a name. Throws a RangeError if there is none. */
  registers(which: PciAddress | string): RegisterMapFunction {
    return this.#find(which, RegisterMapFunction, 'RegisterMapFunction');
  }

  /** The passed-through function at an address or with a name. Throws a RangeError if there is none. */
  vfio(which: PciAddress | string): VfioFunction {
    return this.#find(which, VfioFunction, 'VfioFunction');
  }

  /** `kindName` is not the class's own name, which bundlers change. */
  #find<T extends RegisterMapFunction | VfioFunction>(
    which: PciAddress | string,
    kind: abstract new (...parts: never) => T,
    kindName: string,
  ): T {
    const isIt = (device: BusDevice | undefined): device is T =>
      device instanceof kind && (typeof which !== 'string' || device.description.name === which);
    if (typeof which !== 'string') {
      const device = this.root.device(which);
      if (isIt(device)) return device;
    } else {
      for (const { device } of this.root.functions()) if (isIt(device)) return device;
    }
    const names = this.root
      .functions()
      .flatMap(({ device }) => (device instanceof kind ? [device.description.name] : []));
    const wanted = typeof which === 'string' ? `called ${which}` : `at ${formatPciAddress(which)}`;
    throw new RangeError(
      `No ${kindName} is ${wanted}; ${names.length === 0 ? 'the machine has none' : `there are ${names.slice(0, MOST_NAMED).join(', ')}${names.length > MOST_NAMED ? ', ...' : ''}`}.`,
    );
  }

  /** Stops every device. May be called again. */
  sleep(): void {
    for (const device of this.#devices()) device.sleep();
  }

  /** Resumes every device. May be called again. */
  wake(): void {
    for (const device of this.#devices()) device.wake();
  }

  #devices(): BusDevice[] {
    const windows = [this.virtualConfig, this.configMmio, this.configIo];
    return [...windows, ...this.root.functions().map(({ device }) => device)];
  }
}

/** Function names in an error; further ones are left out. */
const MOST_NAMED = 20;

/** Throws a TypeError for options that cannot be used. Those of the configuration ports are checked there. */
function checkOptions(options: MachineOptions): void {
  checkObject('options', options, 'MachineOptions');
  checkOptionalFunction('options.create', options.create);
  checkOptionalFunction('options.backend', options.backend);
  checkOptionalBoolean('options.configPages', options.configPages);
}

/** The functions in an order in which each bridge precedes what is below it, whatever their bus numbers. */
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
