import { normalizeName, padNameSeg } from '../aml/index.js';
import { pageOffset, registerOffset } from '../guest/address.js';
import { acpiPaths } from '../platform/acpi-path.js';
import { packPciAddress } from '../platform/config-address.js';
import { VFIO_MAILBOX_ARGUMENTS, VFIO_MAILBOX_RESULT } from '../platform/vfio-profile.js';
import type { Access, FunctionDescription, Page, PciAddress, Place, Platform } from '../vocab/index.js';
import type { DriverFunction } from './driver-functions.js';

/** A run of bits that the driver has a name for. */
export interface WantedBits {
  /** NameSeg, padded. */
  readonly name: string;
  readonly page: Page;
  /** From the window's base. */
  readonly firstBit: number;
  readonly bits: number;
  /** Of the register that it is or lies in. */
  readonly access: Access | undefined;
  /** The register that a field of a header lies in, padded: the field's place is that register's. */
  readonly within?: string;
  /** Where a driver's header says so. */
  readonly place: Place | undefined;
}

/** What the driver, of a platform or as its header has it, expects of one function. */
export interface WantedFunction {
  /** Absolute, as the decoder spells it. */
  readonly path: string;
  readonly address: PciAddress;
  /** As the platform or the header names it. */
  readonly name: string;
  readonly wanted: readonly WantedBits[];
  /** Undefined if it is only known from a header. */
  readonly described: FunctionDescription | undefined;
}

function trappedBits({ address, registers }: FunctionDescription): WantedBits[] {
  const { bus, device, function: fn } = address;
  return registers.flatMap(({ name, index, access, fields }) => {
    const first = registerOffset(bus, device, fn, 0, index) * 8;
    const common = { page: 'trapped', access, place: undefined } as const;
    return [
      { name: padNameSeg(name), firstBit: first, bits: 32, ...common },
      ...fields.map((field) => ({
        name: padNameSeg(field.name),
        firstBit: first + field.lowBit,
        bits: field.widthBits,
        ...common,
      })),
    ];
  });
}

function sharedBits({ address, profile, shared }: FunctionDescription): WantedBits[] {
  const start = pageOffset(address, 'shared') * 8;
  const common = { page: 'shared', access: undefined, place: undefined } as const;
  const mailbox = profile === 'vfio' ? [...VFIO_MAILBOX_ARGUMENTS, ...VFIO_MAILBOX_RESULT] : [];
  return [
    ...mailbox.map(({ name, offsetBits, widthBits }) => ({
      name: padNameSeg(name),
      firstBit: start + offsetBits,
      bits: widthBits,
      ...common,
    })),
    ...shared.map(({ name, offsetBytes, lengthBytes }) => ({
      name: padNameSeg(name),
      firstBit: start + offsetBytes * 8,
      bits: lengthBytes * 8,
      ...common,
    })),
  ];
}

/** What a driver of the platform expects, function by function. */
export function wantedOfPlatform(platform: Platform): WantedFunction[] {
  const paths = acpiPaths(platform);
  return platform.functions.flatMap((described) => {
    const { address, name } = described;
    const path = paths.get(packPciAddress(address));
    if (path === undefined) return [];
    const wanted = [...trappedBits(described), ...sharedBits(described)];
    return [{ path: normalizeName(path), address, name, wanted, described }];
  });
}

/** What a driver's header expects of a function that the tables have at a path. */
export function wantedOfDriver({ address, name, bits }: DriverFunction, path: string): WantedFunction {
  return { path, address, name, wanted: bits, described: undefined };
}
