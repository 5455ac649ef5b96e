import { DiagnosticError, formatPciAddress } from '../../base/index.js';
import { packPciAddress, unpackPciAddress } from '../../platform/config-address.js';
import type { DeviceCode, PciAddress } from '../../vocab/index.js';
import { deviceFinding } from '../diagnostic-log.js';

interface PciBus {
  /** The bus above; undefined for bus 0. */
  readonly parent: number | undefined;
  /** Packed BDFs of the functions on the bus. */
  readonly functions: Set<number>;
}

function refuse(code: DeviceCode, path: string, message: string): never {
  throw new DiagnosticError([deviceFinding(code, path, message)]);
}

/** Which buses there are, which is below which, and which functions are on them. crosvm f1e797a devices/src/pci/pci_root.rs */
export class PciTopology {
  readonly #buses = new Map<number, PciBus>([[0, { parent: undefined, functions: new Set() }]]);

  /** Throws a DiagnosticError if the function is there already or its bus is not. */
  addFunction(address: PciAddress): void {
    const bus = this.#buses.get(address.bus);
    const place = formatPciAddress(address);
    if (bus === undefined) refuse('PCI_BUS_MISSING', place, `It is on bus ${address.bus}, which no bridge leads to.`);
    const packed = packPciAddress(address);
    if (bus.functions.has(packed)) refuse('PCI_DEVICE_EXISTS', place, 'A function has already been added here.');
    bus.functions.add(packed);
  }

  removeFunction(address: PciAddress): void {
    this.#buses.get(address.bus)?.functions.delete(packPciAddress(address));
  }

  /** Throws a DiagnosticError if the bus is there already or its parent is not. */
  addBus(bus: number, parent: number): void {
    if (this.#buses.has(bus)) refuse('PCI_BUS_EXISTS', `bus ${bus}`, 'The bus is there already.');
    if (!this.#buses.has(parent))
      refuse('PCI_BUS_MISSING', `bus ${bus}`, `It hangs off bus ${parent}, which is not there.`);
    this.#buses.set(bus, { parent, functions: new Set() });
  }

  /** Takes away a bus, the buses below it and every function on them. Bus 0 stays. */
  removeBus(bus: number): void {
    if (bus === 0) return;
    for (const below of this.busesBelow(bus)) this.#buses.delete(below);
  }

  /** The bus that a bus hangs off; undefined for bus 0 and for one that is not there. */
  parentOf(bus: number): number | undefined {
    return this.#buses.get(bus)?.parent;
  }

  /** The bus itself and all below it, each before what is below it; none if there is no such bus. */
  busesBelow(bus: number): readonly number[] {
    const found = this.#buses.has(bus) ? [bus] : [];
    for (let index = 0; index < found.length; index++)
      for (const [number, { parent }] of this.#buses) if (parent === found[index]) found.push(number);
    return found;
  }

  /** The functions on a bus and below it, in ascending order. */
  functionsBelow(bus: number): readonly PciAddress[] {
    const packed: number[] = [];
    for (const below of this.busesBelow(bus)) packed.push(...(this.#buses.get(below) as PciBus).functions);
    return packed.sort((a, b) => a - b).map(unpackPciAddress);
  }

  /** The buses on the way from bus 0 to a bus, both included; none if there is no such bus. */
  pathTo(bus: number): readonly number[] {
    const path: number[] = [];
    for (let at: number | undefined = bus; at !== undefined; at = this.#buses.get(at)?.parent) {
      if (!this.#buses.has(at)) return [];
      path.unshift(at);
    }
    return path;
  }
}
