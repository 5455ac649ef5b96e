import type { FunctionDescription, PciAddress, Platform } from '../vocab/index.js';
import { type Bus, IoBus, MmioBus } from './bus.js';
import type { BusDevice } from './bus-device.js';
import { DiagnosticLog } from './diagnostic-log.js';
import { GuestMemory } from './guest-memory.js';
import { PciRoot } from './pci-root.js';
import { PciVirtualConfigMmio } from './pci-virtual-config-mmio.js';
import { RegisterMapFunction } from './register-map-function.js';

export interface MachineOptions {
  /** Makes a function's device in place of the one its description gives; undefined leaves that. */
  readonly create?: (description: FunctionDescription, log: DiagnosticLog) => BusDevice | undefined;
}

/** A machine as its platform describes it: RAM, buses, PCI root, config windows and every function, ready for a guest. */
export class Machine {
  readonly platform: Platform;
  readonly log: DiagnosticLog;
  readonly mmioBus: Bus;
  readonly ioBus: Bus;
  readonly memory: GuestMemory;
  readonly root: PciRoot;
  readonly virtualConfig: PciVirtualConfigMmio;
  readonly #create: MachineOptions['create'];

  constructor(platform: Platform, options: MachineOptions = {}) {
    this.platform = platform;
    this.#create = options.create;
    this.log = new DiagnosticLog();
    this.mmioBus = new MmioBus(this.log);
    this.ioBus = new IoBus(this.log);
    this.memory = new GuestMemory(this.mmioBus);
    for (const range of platform.memory) this.memory.addRam(range);
    const sharedPages = { base: platform.vcfg.base, mapper: this.memory };
    this.root = new PciRoot({ mmioBus: this.mmioBus, ioBus: this.ioBus, log: this.log, sharedPages });
    this.virtualConfig = new PciVirtualConfigMmio(this.root);
    this.mmioBus.insert(this.virtualConfig, platform.vcfg.base, BigInt(platform.vcfg.lengthBytes));
    for (const description of platform.functions) this.addFunction(description);
  }

  /** The base of the virtual configuration window: what `VCFG` is to the guest. */
  get vcfgBase(): bigint {
    return this.platform.vcfg.base;
  }

  /** Plugs a function in, a bridge before what is below it. Throws a DiagnosticError if it cannot be; nothing changes then. */
  addFunction(description: FunctionDescription): BusDevice {
    const device = this.#create?.(description, this.log) ?? new RegisterMapFunction(description, this.log);
    this.root.addFunction(description.address, device);
    return device;
  }

  /** Unplugs a function, and with a bridge everything below it. */
  removeFunction(address: PciAddress): void {
    this.root.removeDevice(address);
  }

  /** The register map at a place, or of a name. Throws a RangeError if there is none. */
  registers(which: PciAddress | string): RegisterMapFunction {
    const device =
      typeof which === 'string'
        ? this.root
            .functions()
            .find(({ device }) => device instanceof RegisterMapFunction && device.description.name === which)?.device
        : this.root.device(which);
    if (device instanceof RegisterMapFunction) return device;
    throw new RangeError(`No register map is at ${typeof which === 'string' ? which : JSON.stringify(which)}.`);
  }
}
