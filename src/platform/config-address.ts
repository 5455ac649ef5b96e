import { formatHex, MOST_U64, requireObject, showArgument } from '../base/index.js';
import type { PciAddress } from '../vocab/index.js';

/**
 * The config address of the host side: a function's address and a register as one 32-bit offset in a window.
 *
 *     bits 0..1        byte in the register, 0 when encoded
 *     bits 2..n-1      register
 *     bits n..n+15     bus << 8 | device << 3 | function
 *
 * `n`, the register bits, tells the windows apart. crosvm f1e797a resources/src/pci_address.rs:233-288
 */

/** Register bits of CF8/CFC: 64 registers a function. PCI 3.0 §3.2.2.3.2 */
export const CAM_REGISTER_BITS = 8;
/** Register bits of the PCI Express window: 1024 registers a function. PCIe 5.0 §7.2.2 */
export const ECAM_REGISTER_BITS = 12;
/** Register bits of the virtual configuration window: 2048 registers a function, 1024 a page. */
export const VCFG_REGISTER_BITS = 13;

const FEWEST_REGISTER_BITS = 2;
const MOST_REGISTER_BITS = 23;
const U32 = 0xffff_ffff;

/** A PCI function's address and the index of a dword among all of its registers. */
export interface ConfigLocation {
  readonly address: PciAddress;
  readonly register: number;
}

function refuse(what: string, value: unknown, least: string, most: string): never {
  const shown = showArgument(value);
  if (typeof value !== 'number' && typeof value !== 'bigint')
    throw new TypeError(`${what} is ${shown}; it must be a whole number from ${least} to ${most}.`);
  throw new RangeError(`${what} is ${shown}; it must be a whole number from ${least} to ${most}.`);
}

/** Throws a RangeError unless the value is a whole number from `least` to `most`. */
export function checkWhole(what: string, value: number, most: number, least = 0): void {
  if (!Number.isInteger(value) || value < least || value > most) refuse(what, value, `${least}`, `${most}`);
}

/**
 * Throws a RangeError unless the window's number of register bits is 2..23. Below 2 there is no dword, above 23 no bit
 * of the bus is left (crosvm panics there).
 */
export function checkRegisterBits(registerBits: number): void {
  checkWhole('registerBits', registerBits, MOST_REGISTER_BITS, FEWEST_REGISTER_BITS);
}

function checkPciAddress(address: PciAddress): void {
  requireObject(address, 'address', '{ bus, device, function }, all numbers');
  checkWhole('bus', address.bus, 255);
  checkWhole('device', address.device, 31);
  checkWhole('function', address.function, 7);
}

/**
 * Like {@link packPciAddress}, but throws a RangeError for a component out of range, which would give another
 * function.
 */
export function packCheckedAddress(address: PciAddress): number {
  checkPciAddress(address);
  return packPciAddress(address);
}

/** `bus << 8 | device << 3 | function`, 0..0xffff: the form that orders functions. Ranges of components are not checked. */
export function packPciAddress(address: PciAddress): number {
  if (typeof address?.bus !== 'number') checkPciAddress(address);
  return (address.bus << 8) | (address.device << 3) | address.function;
}

/** The reverse of {@link packPciAddress}. Bits 16 and above are ignored. */
export function unpackPciAddress(packed: number): PciAddress {
  if (typeof packed !== 'number') refuse('packed', packed, '0', '65535');
  return { bus: (packed >>> 8) & 0xff, device: (packed >>> 3) & 0x1f, function: packed & 7 };
}

/** The value of a function's `_ADR`: `device << 16 | function`. Throws a RangeError as {@link packCheckedAddress} does. ACPI 6.5 §6.1.1 */
export function adrOf(address: PciAddress): number {
  checkPciAddress(address);
  return ((address.device << 16) | address.function) >>> 0;
}

/**
 * The packed BDF in a config address: the part of decoding that allocates nothing. Ranges are not checked: `registerBits`
 * must have passed {@link checkRegisterBits}; bits of the config address above 31 are ignored.
 */
export function packedBdf(configAddress: number, registerBits: number): number {
  if (typeof configAddress !== 'number') refuse('configAddress', configAddress, '0', `${U32}`);
  if (typeof registerBits !== 'number') checkRegisterBits(registerBits);
  return bdfBits(configAddress, registerBits);
}

/** {@link packedBdf} without its checks: small enough for V8 to inline where every access is decoded. */
export const bdfBits = (configAddress: number, registerBits: number): number =>
  (configAddress >>> registerBits) & 0xffff;

/** {@link registerIndex} without its checks. */
export const registerNumberBits = (configAddress: number, registerBits: number): number =>
  (configAddress >>> 2) & ((1 << (registerBits - 2)) - 1);

/** The register in a config address, without the byte offset. Unchecked, like {@link packedBdf}. */
export function registerIndex(configAddress: number, registerBits: number): number {
  if (typeof configAddress !== 'number') refuse('configAddress', configAddress, '0', `${U32}`);
  if (typeof registerBits !== 'number') checkRegisterBits(registerBits);
  return registerNumberBits(configAddress, registerBits);
}

/**
 * Splits a config address. Its two low bits and its bits from `registerBits + 16` up are ignored. Throws a
 * RangeError for a config address that is not an unsigned 32-bit number and for register bits outside 2..23.
 */
export function decodeConfigAddress(configAddress: number, registerBits: number): ConfigLocation {
  checkRegisterBits(registerBits);
  checkWhole('configAddress', configAddress, U32);
  return {
    address: unpackPciAddress(packedBdf(configAddress, registerBits)),
    register: registerIndex(configAddress, registerBits),
  };
}

/**
 * The config address of a register. Throws a RangeError for a component or register out of range, for register bits
 * outside 2..23, and for a bus whose high bits do not fit in 32 bits (possible from 17 register bits up).
 */
export function encodeConfigAddress(address: PciAddress, register: number, registerBits: number): number {
  checkRegisterBits(registerBits);
  checkPciAddress(address);
  checkWhole('register', register, (1 << (registerBits - 2)) - 1);
  const packed = packPciAddress(address);
  if (packed > U32 >>> registerBits) {
    refuse(
      `With ${registerBits} register bits, bus << 8 | device << 3 | function`,
      packed,
      '0',
      `${U32 >>> registerBits}, so that the config address fits in ${formatHex(U32)}`,
    );
  }
  return ((packed << registerBits) | (register << 2)) >>> 0;
}

/**
 * Encodes as crosvm does: a register is cut to 32 bits and then to the window's register bits, components to 8, 5 and 3
 * bits, the result to 32. Takes any register of 64 bits; throws a RangeError for other registers and for register bits
 * outside 2..23. For replaying recorded runs; otherwise use {@link encodeConfigAddress}.
 */
export function encodeConfigAddressWrapping(
  address: PciAddress,
  register: number | bigint,
  registerBits: number,
): number {
  checkRegisterBits(registerBits);
  requireObject(address, 'address', '{ bus, device, function }, all numbers');
  for (const part of ['bus', 'device', 'function'] as const)
    if (typeof address[part] !== 'number') refuse(part, address[part], '0', `${U32}`);
  const isInteger = typeof register === 'bigint' || Number.isSafeInteger(register);
  if (!isInteger) refuse('register', register, '0', `${MOST_U64}`);
  const whole = BigInt(register);
  if (whole < 0n || whole > MOST_U64) refuse('register', register, '0', `${MOST_U64}`);
  const index = Number(whole & BigInt(U32)) & ((1 << (registerBits - 2)) - 1);
  const masked = { bus: address.bus & 0xff, device: address.device & 0x1f, function: address.function & 7 };
  return ((packPciAddress(masked) << registerBits) | (index << 2)) >>> 0;
}
