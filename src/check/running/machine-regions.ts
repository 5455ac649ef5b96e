import type { Machine } from '../../device/index.js';
import type { RegionHandler, RegionSpace } from '../../interpreter/index.js';

/** A device core's bus as a region handler. */
function onBus(bus: {
  read(address: bigint, data: Uint8Array): unknown;
  write(address: bigint, data: Uint8Array): unknown;
}): RegionHandler {
  const bytesOf = (value: number | bigint, width: number) => {
    const data = new Uint8Array(8);
    new DataView(data.buffer).setBigUint64(0, BigInt(value), true);
    return data.subarray(0, width);
  };
  return {
    read(address, widthBytes) {
      const data = new Uint8Array(8);
      bus.read(address, data.subarray(0, widthBytes));
      return new DataView(data.buffer).getBigUint64(0, true);
    },
    write: (address, widthBytes, value) => {
      bus.write(address, bytesOf(value, widthBytes));
    },
  };
}

/** A device core's PCI root as the handler of PCI_Config. Segments other than 0 are empty. */
function onPciRoot(root: Machine['root']): RegionHandler {
  return {
    read(address, widthBytes, { pci }) {
      let value = 0n;
      for (let at = widthBytes - 1; at >= 0; at--) {
        const place = Number(address) + at;
        const dword = pci === undefined || pci.segment !== 0 ? 0xffff_ffff : root.configSpaceRead(pci, place >> 2);
        value = (value << 8n) | BigInt((dword >>> (8 * (place & 3))) & 0xff);
      }
      return value;
    },
    write(address, widthBytes, value, { pci }) {
      if (pci === undefined || pci.segment !== 0) return;
      const data = new Uint8Array(8);
      new DataView(data.buffer).setBigUint64(0, BigInt(value), true);
      for (let done = 0; done < widthBytes; ) {
        const place = Number(address) + done;
        const count = Math.min(widthBytes - done, 4 - (place & 3));
        root.configSpaceWrite(pci, place >> 2, place & 3, data.slice(done, done + count));
        done += count;
      }
    },
  };
}

/** Handlers of a machine's memory, ports and configuration spaces, for AML that is run against its device core. */
export function machineRegions(machine: Machine): { readonly [Space in RegionSpace]?: RegionHandler } {
  return {
    SystemMemory: onBus(machine.memory),
    SystemIO: onBus(machine.ioBus),
    PCI_Config: onPciRoot(machine.root),
  };
}
