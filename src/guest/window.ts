import type { IntegerPort, MemoryPort, PciAddress, RegisterLocation } from '../vocab/index.js';
import { type LocatedRegister, locate, registerAddress, registerOffset, windowLengthBytes } from './address.js';
import { guestError } from './guest-error.js';

/** Where the guest finds the window's base. */
const BASE_PATH = '\\VCFG';

const BASE_MULTIPLE = BigInt(windowLengthBytes(1));
const ADDRESS_SPACE_BYTES = 2n ** 64n;

/** What a guest needs to reach the window. */
export interface GuestPorts {
  readonly acpi: IntegerPort;
  readonly memory: MemoryPort;
  /** Buses that the window holds; 256 if not said. */
  readonly buses?: number;
}

/** The window of all functions, by number: for code that knows no names. */
export interface Window {
  /** Guest-physical address at which the window begins. */
  readonly base: bigint;
  /** 2 MiB a bus. */
  readonly lengthBytes: number;
  /** Guest-physical address of a register. Throws a RangeError if the window does not have it. */
  address(location: RegisterLocation): bigint;
  /** What lies at a guest-physical address. Throws a RangeError outside the window. */
  locate(address: bigint): LocatedRegister;
  /** One 4-byte read of a register. */
  read(location: RegisterLocation): number;
  /** One 4-byte write of a register. Throws a RangeError if the value is no unsigned 32-bit integer. */
  write(location: RegisterLocation, value: number): void;
  /** The memory behind the window, for accesses whose address is already known. */
  readonly memory: MemoryPort;
}

/** Refuses what does not fit in a register. */
export function requireRegisterValue(what: string, value: number): void {
  if (value >>> 0 !== value) {
    throw new RangeError(`${what} is ${value}; the allowed range is 0..${0xffff_ffff}`);
  }
}

function readBase(acpi: IntegerPort, lengthBytes: number): bigint {
  const base = acpi.integer(BASE_PATH);
  const fault = (message: string, cure: string) => guestError('GUEST_NO_WINDOW', BASE_PATH, message, cure);
  const shown = `The window's base is 0x${base.toString(16)}`;
  if (base === 0n) {
    throw fault(`${shown}, which means that there is no window.`, 'Is this the DSDT of a machine that has one?');
  }
  if (base < 0n || base % BASE_MULTIPLE !== 0n) {
    throw fault(
      `${shown}, which is no multiple of 2 MiB.`,
      'Look at the DSDT: it was made or patched wrongly, or its revision is below 2, which cuts integers to 32 bits.',
    );
  }
  if (base + BigInt(lengthBytes) > ADDRESS_SPACE_BYTES) {
    throw fault(`${shown}, and the window of ${lengthBytes} bytes would end past 2^64.`, 'Look at the DSDT.');
  }
  return base;
}

/**
 * Reads `\VCFG`, once, and gives the window that begins there.
 * @throws GuestError GUEST_NO_WINDOW if the base cannot be right; RangeError if `buses` is not 1..256.
 */
export function openWindow({ acpi, memory, buses = 256 }: GuestPorts): Window {
  const lengthBytes = windowLengthBytes(buses);
  const base = readBase(acpi, lengthBytes);
  const address = (location: RegisterLocation): bigint => {
    requireBus(location.address, buses);
    return registerAddress(base, location);
  };
  return {
    base,
    lengthBytes,
    memory,
    address,
    locate: (at) => locate(base, at, { buses }),
    read: (location) => memory.read32(address(location)),
    write(location, value) {
      requireRegisterValue('value', value);
      memory.write32(address(location), value);
    },
  };
}

function requireBus({ bus }: PciAddress, buses: number): void {
  registerOffset(bus, 0, 0, 0, 0);
  if (bus >= buses) throw new RangeError(`bus is ${bus}; the allowed range is 0..${buses - 1}`);
}
