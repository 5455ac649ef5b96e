import type { Machine } from '../../device/index.js';
import { CAM_REGISTER_BITS, packedBdf, registerIndex, unpackPciAddress } from '../../platform/index.js';
import { bytesOf, type LiveWindow, numberOf } from '../port/window.js';
import type { EmulatorIo, EmulatorPci, EmulatorPort } from './emulator.js';

/** Configuration address and data. PCI 3.0 §3.2.2.3.2 */
const ADDRESS_PORT = 0xcf8;
const DATA_PORT = 0xcfc;
/** Granularity of the emulator's map of memory. */
const MMIO_GRANULE = 0x2_0000;
const ABSENT = 0xffff_ffff;
/** Bytes of a function's configuration space that the emulator's own functions have. */
const HEADER_BYTES = 256;
const ECAM_FUNCTION_BITS = 12;

/** Whether the machine, and not the emulator, has the function at a packed BDF. The host bridge is the emulator's. */
function isOurs(machine: Machine, packed: number): boolean {
  return packed !== 0 && machine.root.device(unpackPciAddress(packed)) !== undefined;
}

type Width = 1 | 2 | 4;

function callRead(port: EmulatorPort, width: Width, number: number): number {
  const read = width === 1 ? port.read8 : width === 2 ? port.read16 : port.read32;
  return read.call(port.device, number);
}

function callWrite(port: EmulatorPort, width: Width, value: number): void {
  const write = width === 1 ? port.write8 : width === 2 ? port.write16 : port.write32;
  write.call(port.device, value);
}

/**
 * Makes the machine's functions PCI functions of the guest, by the two ports: the address goes to both, the data to whichever
 * has the function.
 */
export function shareConfigPorts(io: EmulatorIo, window: LiveWindow): void {
  const { machine } = window;
  const old = Array.from({ length: 8 }, (_, index) => ({ ...(io.ports[ADDRESS_PORT + index] as EmulatorPort) }));
  const address = new Uint8Array(4);
  const selected = () => numberOf(address);
  for (let offset = 0; offset < 8; offset++) {
    const number = ADDRESS_PORT + offset;
    const port = old[offset] as EmulatorPort;
    const isData = number >= DATA_PORT;
    const read = (width: Width) => () => {
      if (!isData || !isOurs(machine, packedBdf(selected(), CAM_REGISTER_BITS))) return callRead(port, width, number);
      const data = new Uint8Array(width);
      machine.ioBus.read(BigInt(number), data);
      const value = numberOf(data);
      return width === 4 ? value | 0 : value;
    };
    const write = (width: Width) => (value: number) => {
      const data = bytesOf(value, width);
      if (!isData) {
        // A reset is the emulator's: port 0xcf9.
        if (width === 4) {
          address.set(data, offset);
          machine.ioBus.write(BigInt(number), data);
        }
        callWrite(port, width, value);
        return;
      }
      const packed = packedBdf(selected(), CAM_REGISTER_BITS);
      if (!isOurs(machine, packed)) {
        callWrite(port, width, value);
        return;
      }
      const start = number - DATA_PORT;
      window.noteConfigWrite(packed, registerIndex(selected(), CAM_REGISTER_BITS), start, value >>> 0, width);
      machine.ioBus.write(BigInt(number), data);
    };
    io.register_read(number, null, read(1), read(2), read(4));
    io.register_write(number, null, write(1), write(2), write(4));
  }
}

/** The same by memory: ECAM, which the emulator does not have. Its own functions show their 256 bytes there. */
export function addEcam(
  io: EmulatorIo,
  pci: EmulatorPci,
  window: LiveWindow,
  ecam: { readonly base: bigint; readonly lengthBytes: bigint },
): void {
  const { machine } = window;
  const base = Number(ecam.base);
  const read = (signed: number, width: Width): number => {
    const offset = (signed >>> 0) - base;
    const packed = offset >>> ECAM_FUNCTION_BITS;
    const data = new Uint8Array(width).fill(0xff);
    if (isOurs(machine, packed))
      machine.configMmio.read({ offset: BigInt(offset), address: BigInt(signed >>> 0), id: 0 }, data);
    else {
      const space = pci.device_spaces[packed];
      const at = offset & ((1 << ECAM_FUNCTION_BITS) - 1);
      if (space === undefined) return ABSENT >>> (32 - width * 8);
      data.fill(0);
      if (at + width <= Math.min(HEADER_BYTES, space.byteLength))
        data.set(new Uint8Array(space.buffer, space.byteOffset + at, width));
    }
    return numberOf(data);
  };
  const write = (signed: number, value: number, width: Width): void => {
    const offset = (signed >>> 0) - base;
    const packed = offset >>> ECAM_FUNCTION_BITS;
    if (!isOurs(machine, packed)) {
      // The emulator's own functions take writes by its ports.
      const register = offset & 0xfc;
      callWrite(io.ports[ADDRESS_PORT] as EmulatorPort, 4, 0x8000_0000 | (packed << 8) | register | 0);
      callWrite(io.ports[DATA_PORT + (offset & 3)] as EmulatorPort, width, value);
      return;
    }
    const register = (offset & ((1 << ECAM_FUNCTION_BITS) - 1)) >>> 2;
    window.noteConfigWrite(packed, register, offset & 3, value >>> 0, width);
    machine.configMmio.write({ offset: BigInt(offset), address: BigInt(signed >>> 0), id: 0 }, bytesOf(value, width));
  };
  io.mmap_register(
    base | 0,
    Math.ceil(Number(ecam.lengthBytes) / MMIO_GRANULE) * MMIO_GRANULE,
    (address) => read(address, 1),
    (address, value) => write(address, value, 1),
    (address) => read(address, 4) | 0,
    (address, value) => write(address, value, 4),
  );
}
