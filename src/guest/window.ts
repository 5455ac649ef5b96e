import type { IntegerPort, MemoryPort, PciAddress, RegisterLocation } from '../vocab/index.js';
import {
  type LocatedRegister,
  locate,
  registerAddress,
  registerOffset,
  requireAddress,
  windowLengthBytes,
} from './address.js';
import { guestError } from './guest-error.js';
import { refuseType, requireInRange, requireObject, shown } from './refuse.js';

/** Where the guest finds the window's base. */
const BASE_PATH = '\\VCFG';

const BASE_MULTIPLE = BigInt(windowLengthBytes(1));
const ADDRESS_SPACE_BYTES = 2n ** 64n;

/** What a guest needs to reach the window. */
export interface GuestPorts {
  readonly acpi: IntegerPort;
  readonly memory: MemoryPort;
  /** Buses in the window. Default: 256. */
  readonly buses?: number;
}

/** The window of all functions, by number: for code that does not know names. */
export interface Window {
  /** Guest-physical address at which the window begins. */
  readonly base: bigint;
  /** 2 MiB a bus. */
  readonly lengthBytes: number;
  /** Guest-physical address of a register. Throws a RangeError if the window does not have it. */
  address(location: RegisterLocation): bigint;
  /** What is at a guest-physical address. Throws a RangeError outside the window. */
  locate(address: bigint): LocatedRegister;
  /** One 4-byte read of a register. */
  read(location: RegisterLocation): number;
  /** One 4-byte write of a register. Throws a RangeError unless the value is an unsigned 32-bit integer. */
  write(location: RegisterLocation, value: number): void;
  /** The guest's memory, for accesses whose address is already known. */
  readonly memory: MemoryPort;
}

/** Throws a TypeError or RangeError for what does not fit in a register. */
export function requireRegisterValue(what: string, value: number): void {
  if (typeof value !== 'number')
    throw new TypeError(`${what} is ${shown(value)}; a number is needed, 0..${0xffff_ffff}`);
  requireInRange(what, value, 0xffff_ffff);
}

/** Throws a TypeError unless the object has these methods. */
export function requireMethods(what: string, value: unknown, methods: readonly string[]): void {
  requireObject(what, value, `an object with ${methods.join(', ')}`);
  for (const name of methods) {
    const method = (value as Record<string, unknown>)[name];
    if (typeof method !== 'function') refuseType(`${what}.${name}`, method, 'a function');
  }
}

function readBase(acpi: IntegerPort, lengthBytes: number): bigint {
  const base = acpi.integer(BASE_PATH);
  if (typeof base !== 'bigint')
    throw new TypeError(`acpi.integer returned ${shown(base)} for ${BASE_PATH}; a bigint is needed`);
  const fault = (message: string, cure: string) => guestError('GUEST_NO_WINDOW', BASE_PATH, message, cure);
  const what = `The window's base is 0x${base.toString(16)}`;
  if (base === 0n) {
    throw fault(`${what}, which means that there is no window.`, 'Is this the DSDT of a machine that has one?');
  }
  if (base < 0n || base % BASE_MULTIPLE !== 0n) {
    throw fault(
      `${what}, which is not a multiple of 2 MiB.`,
      'Check the DSDT: it was generated or patched wrongly, or its revision is below 2, which cuts integers to 32 bits.',
    );
  }
  if (base + BigInt(lengthBytes) > ADDRESS_SPACE_BYTES) {
    throw fault(`${what}, and the window of ${lengthBytes} bytes would end past 2^64.`, 'Check the DSDT.');
  }
  return base;
}

/**
 * Whether the guest has a window. `base` is the value of `\VCFG`, or 0n if there is no such object, as in a protected guest,
 * where an access to a register would fault. Throws a TypeError if `base` is not a bigint.
 */
export function present(base: bigint): boolean {
  if (typeof base !== 'bigint') refuseType('base', base, 'a bigint');
  return base > 0n && base % BASE_MULTIPLE === 0n && base < ADDRESS_SPACE_BYTES;
}

/**
 * Reads `\VCFG` once and returns the window that begins there.
 * @throws GuestError GUEST_NO_WINDOW if the base cannot be right; RangeError if `buses` is not 1..256; TypeError for a port
 * that cannot be used.
 */
export function openWindow(ports: GuestPorts): Window {
  requireObject('ports', ports, '{ acpi, memory }');
  const { acpi, memory, buses = 256 } = ports;
  requireMethods('acpi', acpi, ['integer']);
  requireMethods('memory', memory, ['read32', 'write32']);
  const lengthBytes = windowLengthBytes(buses);
  const base = readBase(acpi, lengthBytes);
  const address = (location: RegisterLocation): bigint => {
    requireObject('location', location, '{ address, page, register }');
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

function requireBus(address: PciAddress, buses: number): void {
  requireAddress(address);
  const { bus } = address;
  registerOffset(bus, 0, 0, 0, 0);
  requireInRange('bus', bus, buses - 1);
}
