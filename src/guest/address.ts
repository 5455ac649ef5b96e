/**
 * Where a virtual configuration register is, built from strides: each component is worth a number of bytes. Nothing
 * here is shared with the host side, which splits an address into bits.
 */
import type { Page, PciAddress, RegisterLocation } from '../vocab/index.js';
import { refuseRange, requireInRange, requireU64, shown } from './refuse.js';

const KIBIBYTE = 1024;

/** Bytes from one bus to the next: 32 devices. */
const BUS_BYTES = 2048 * KIBIBYTE;
/** Bytes from one device to the next: 8 functions. */
const DEVICE_BYTES = 64 * KIBIBYTE;
/** Bytes from one function to the next: 2 pages. */
const FUNCTION_BYTES = 8 * KIBIBYTE;
/** Bytes from the trapped page to the shared one. */
export const PAGE_BYTES = 4 * KIBIBYTE;
/** Bytes from one register to the next. */
export const REGISTER_BYTES = 4;

const BUSES = 256;
const DEVICES = BUS_BYTES / DEVICE_BYTES;
const FUNCTIONS = DEVICE_BYTES / FUNCTION_BYTES;
const REGISTERS = PAGE_BYTES / REGISTER_BYTES;

/** The pages, in the order of their addresses. */
const PAGES: readonly Page[] = ['trapped', 'shared'];

/** What an address is made of: how many of each part there are, and the bytes that each is worth. */
export const WINDOW_PARTS = [
  { part: 'bus', plural: 'buses', count: BUSES, bytes: BUS_BYTES },
  { part: 'device', plural: 'devices', count: DEVICES, bytes: DEVICE_BYTES },
  { part: 'function', plural: 'functions', count: FUNCTIONS, bytes: FUNCTION_BYTES },
  { part: 'page', plural: 'pages', count: PAGES.length, bytes: PAGE_BYTES },
  { part: 'register', plural: 'registers', count: REGISTERS, bytes: REGISTER_BYTES },
] as const;

/** What an address is, seen from the guest. */
export interface LocatedRegister extends RegisterLocation {
  /** Which byte of the register, 0..3. */
  readonly byte: number;
}

/** Room for the parts of an offset, so that a loop over many need not make an object for each. */
export interface OffsetParts {
  bus: number;
  device: number;
  function: number;
  /** 0 trapped, 1 shared. */
  page: number;
  /** Index of the dword in its page, 0..1023. */
  index: number;
  /** Which byte of the register, 0..3. */
  byte: number;
}

/** Refuses the first part that is out of range. Apart from {@link registerOffset}, which is small enough to be inlined. */
function requireTuple(bus: number, device: number, fn: number, page: number, index: number): void {
  requireInRange('bus', bus, BUSES - 1);
  requireInRange('device', device, DEVICES - 1);
  requireInRange('function', fn, FUNCTIONS - 1);
  requireInRange('page', page, PAGES.length - 1);
  requireInRange('register', index, REGISTERS - 1);
}

/** `value` as an unsigned 32-bit integer is `value`, and less than `count`. */
function isBelow(value: number, count: number): boolean {
  return value >>> 0 === value && value < count;
}

/**
 * Bytes from the window's base to a register. Makes no objects.
 * @param page 0 trapped, 1 shared.
 * @param index Index of the dword in its page, 0..1023.
 * @throws RangeError naming the first part out of range.
 */
export function registerOffset(bus: number, device: number, fn: number, page: number, index: number): number {
  if (
    !(
      isBelow(bus, BUSES) &&
      isBelow(device, DEVICES) &&
      isBelow(fn, FUNCTIONS) &&
      isBelow(page, PAGES.length) &&
      isBelow(index, REGISTERS)
    )
  ) {
    requireTuple(bus, device, fn, page, index);
  }
  return bus * BUS_BYTES + device * DEVICE_BYTES + fn * FUNCTION_BYTES + page * PAGE_BYTES + index * REGISTER_BYTES;
}

/**
 * The reverse of {@link registerOffset}: writes the parts of a byte's offset from the window's base into `into`, and
 * returns it. Makes no objects.
 * @param offsetBytes 0..536870911, the 512 MiB of 256 buses.
 * @throws RangeError if it is not.
 */
export function splitOffset(offsetBytes: number, into: OffsetParts): OffsetParts {
  if (!isBelow(offsetBytes, BUSES * BUS_BYTES)) requireInRange('offset', offsetBytes, BUSES * BUS_BYTES - 1);
  const offset = offsetBytes >>> 0;
  into.bus = (offset / BUS_BYTES) >>> 0;
  into.device = ((offset / DEVICE_BYTES) >>> 0) % DEVICES;
  into.function = ((offset / FUNCTION_BYTES) >>> 0) % FUNCTIONS;
  into.page = ((offset / PAGE_BYTES) >>> 0) % PAGES.length;
  into.index = ((offset / REGISTER_BYTES) >>> 0) % REGISTERS;
  into.byte = offset % REGISTER_BYTES;
  return into;
}

/**
 * Bytes of a window that holds this many buses.
 * @param buses 1..256.
 * @throws RangeError if it is not.
 */
export function windowLengthBytes(buses: number): number {
  if (!isBelow(buses - 1, BUSES)) refuseRange('buses', buses, `1..${BUSES}`);
  return buses * BUS_BYTES;
}

/** Refuses an address or base that is not a bigint of 64 bits. */
function requireWide(name: string, value: unknown): void {
  if (typeof value !== 'bigint')
    throw new TypeError(`${name} is ${shown(value)}; a bigint is needed, such as 0x230000000n`);
  requireU64(name, value, '0..0xffffffffffffffff');
}

/** Refuses what is not the address of a function. */
export function requireAddress(address: unknown): void {
  if (typeof address === 'object' && address !== null && 'bus' in address) return;
  throw new TypeError(
    `address is ${shown(address)}; { bus, device, function } is needed, as parsePciAddress of acpi-vcfg returns it`,
  );
}

/** Bytes from the window's base to the first register of one of a function's pages. */
export function pageOffset(address: PciAddress, page: Page): number {
  return locationOffset({ address, page, register: 0 });
}

/** {@link registerOffset} of a register by its parts' names. */
export function locationOffset({ address, page, register }: RegisterLocation): number {
  requireAddress(address);
  if (PAGES.indexOf(page) < 0)
    throw new RangeError(`page is ${shown(page)}; the allowed values are ${PAGES.join(' and ')}`);
  return registerOffset(address.bus, address.device, address.function, PAGES.indexOf(page), register);
}

/**
 * Guest-physical address of a register, in a window that begins at `base`.
 * @param base Value of `\VCFG`.
 * @throws RangeError naming the part that is out of range; TypeError for a base that is not a bigint, or an address that
 * is not an object.
 */
export function registerAddress(base: bigint, location: RegisterLocation): bigint {
  requireWide('base', base);
  return base + BigInt(locationOffset(location));
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/**
 * What is at a guest-physical address, in a window of `buses` buses (default: 256) that begins at `base`.
 * @throws RangeError if the address is outside the window.
 */
export function locate(base: bigint, address: bigint, options: { readonly buses?: number } = {}): LocatedRegister {
  requireWide('base', base);
  requireWide('address', address);
  const lengthBytes = windowLengthBytes(options.buses ?? BUSES);
  const offset = address - base;
  if (offset < 0n || offset >= BigInt(lengthBytes)) {
    const last = base + BigInt(lengthBytes - 1);
    refuseRange('address', hex(address), `${hex(base)}..${hex(last)}`);
  }
  const parts = splitOffset(Number(offset), { bus: 0, device: 0, function: 0, page: 0, index: 0, byte: 0 });
  return {
    address: { bus: parts.bus, device: parts.device, function: parts.function },
    page: PAGES[parts.page] as Page,
    register: parts.index,
    byte: parts.byte,
  };
}
