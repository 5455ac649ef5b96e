import { DiagnosticError, formatPciAddress } from '../../base/index.js';
import { checkWhole, packPciAddress, unpackPciAddress } from '../../platform/config-address.js';
import { MOST_BUSES } from '../../platform/layout.js';
import type { DeviceCode, PciAddress } from '../../vocab/index.js';
import { deviceFinding } from '../diagnostic-log.js';

/** Bus numbers are one byte. */
function checkBus(what: string, bus: number): void {
  checkWhole(what, bus, MOST_BUSES - 1);
}

interface PciBus {
  /** The bus above; undefined for bus 0. */
  readonly parent: number | undefined;
  /** Packed BDFs of the functions on the bus. */
  readonly functions: Set<number>;
}

function refuse(code: DeviceCode, path: string, message: string): never {
  throw new DiagnosticError([deviceFinding(code, path, message)]);
}

/**
 * Which buses exist, which is below which, and which functions are on them. Methods that take a bus throw a RangeError
 * unless it is 0..255.
 * Deviates: crosvm looks for a bus number only among the buses of one parent, so that two bridges can lead to the same
 * number; here each number exists once. crosvm f1e797a devices/src/pci/pci_device.rs
 */
export class PciTopology {
  readonly #buses = new Map<number, PciBus>([[0, { parent: undefined, functions: new Set() }]]);

  /** Throws a DiagnosticError if the address is taken or its bus does not exist. The address is valid. */
  addFunction(address: PciAddress): void {
    const bus = this.#buses.get(address.bus);
    const place = formatPciAddress(address);
    if (bus === undefined) refuse('PCI_BUS_MISSING', place, `No bridge leads to bus ${address.bus}.`);
    const packed = packPciAddress(address);
    if (bus.functions.has(packed)) refuse('PCI_DEVICE_EXISTS', place, 'There is already a function at this address.');
    bus.functions.add(packed);
  }

  removeFunction(address: PciAddress): void {
    this.#buses.get(address.bus)?.functions.delete(packPciAddress(address));
  }

  /** Throws a DiagnosticError if the bus exists already or its parent does not. */
  addBus(bus: number, parent: number): void {
    checkBus('bus', bus);
    checkBus('parent', parent);
    if (this.#buses.has(bus)) refuse('PCI_BUS_EXISTS', `bus ${bus}`, 'The bus exists already.');
    if (!this.#buses.has(parent))
      refuse('PCI_BUS_MISSING', `bus ${bus}`, `Its bridge is on bus ${parent}, which does not exist.`);
    this.#buses.set(bus, { parent, functions: new Set() });
  }

  /** Removes a bus, the buses below it and every function on them. Bus 0 stays. */
  removeBus(bus: number): void {
    if (bus === 0) return;
    for (const below of this.busesBelow(bus)) this.#buses.delete(below);
  }

  /** The bus of the bridge that leads to a bus; undefined for bus 0 and for a bus that does not exist. */
  parentOf(bus: number): number | undefined {
    return this.#buses.get(bus)?.parent;
  }

  /** The bus itself and all buses below it, each before those below it; none if there is no such bus. */
  busesBelow(bus: number): readonly number[] {
    const found = this.#buses.has(bus) ? [bus] : [];
    for (let index = 0; index < found.length; index++)
      for (const [number, { parent }] of this.#buses) if (parent === found[index]) found.push(number);
    return found;
  }

  /** The functions on a bus and on the buses below it, in ascending order. */
  functionsBelow(bus: number): readonly PciAddress[] {
    checkBus('bus', bus);
    const packed: number[] = [];
    for (const below of this.busesBelow(bus)) packed.push(...(this.#buses.get(below) as PciBus).functions);
    return packed.sort((a, b) => a - b).map(unpackPciAddress);
  }

  /** The buses on the way from bus 0 to a bus, both included; none if there is no such bus. */
  pathTo(bus: number): readonly number[] {
    checkBus('bus', bus);
    const path: number[] = [];
    for (let at: number | undefined = bus; at !== undefined; at = this.#buses.get(at)?.parent) {
      if (!this.#buses.has(at)) return [];
      path.unshift(at);
    }
    return path;
  }
}
