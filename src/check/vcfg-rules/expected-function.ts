import { normalizeName, padNameSeg } from '../../aml/index.js';
import { pageOffset, registerOffset } from '../../guest/address.js';
import { packPciAddress } from '../../platform/config-address.js';
import { acpiPaths } from '../../platform/names/acpi-path.js';
import { VFIO_MAILBOX_ARGUMENTS, VFIO_MAILBOX_RESULT } from '../../platform/vfio-profile.js';
import type { FunctionDescription, PciAddress, Place, Platform } from '../../vocab/index.js';
import type { DriverFunction, ExpectedBits } from '../driver-rules/driver-functions.js';
import { short } from '../driver-rules/header-constants.js';
import type { DriverFacts } from '../subject/driver-facts.js';
import { placeOfConstant } from '../subject/driver-facts.js';

/** What the driver expects of one function, by the platform or by its header. */
export interface ExpectedFunction {
  /** Absolute, as the decoder spells it. */
  readonly path: string;
  readonly address: PciAddress;
  /** As the platform or the header names it. */
  readonly name: string;
  readonly expected: readonly ExpectedBits[];
  /** Undefined if it is known only from a header. */
  readonly described: FunctionDescription | undefined;
}

/** The place of a header's constant, if it has the platform's value. */
function placeIfSame(driver: DriverFacts | undefined, names: readonly string[], value: number): Place | undefined {
  const name = `VCFG_${names.map(short).join('_')}`;
  const constant = driver?.constants.get(name);
  return driver === undefined || constant?.value !== BigInt(value)
    ? undefined
    : placeOfConstant(driver, name, constant);
}

function trappedBits(
  { address, name: own, registers }: FunctionDescription,
  driver: DriverFacts | undefined,
): ExpectedBits[] {
  const { bus, device, function: fn } = address;
  return registers.flatMap(({ name, index, access, fields }) => {
    const first = registerOffset(bus, device, fn, 0, index);
    const common = { page: 'trapped', access } as const;
    const place = placeIfSame(driver, [own, name, 'OFFSET'], first);
    return [
      { name: padNameSeg(name), firstBit: first * 8, bits: 32, place, ...common },
      ...fields.map(({ name: field, lowBit, widthBits }) => ({
        name: padNameSeg(field),
        firstBit: first * 8 + lowBit,
        bits: widthBits,
        place: placeIfSame(driver, [own, name, field, 'MASK'], (2 ** widthBits - 1) * 2 ** lowBit),
        ...common,
      })),
    ];
  });
}

function sharedBits(
  { address, name: own, profile, shared }: FunctionDescription,
  driver: DriverFacts | undefined,
): ExpectedBits[] {
  const page = pageOffset(address, 'shared');
  const start = page * 8;
  const common = { page: 'shared', access: undefined } as const;
  const mailbox = profile === 'vfio' ? [...VFIO_MAILBOX_ARGUMENTS, ...VFIO_MAILBOX_RESULT] : [];
  return [
    ...mailbox.map(({ name, offsetBits, widthBits }) => ({
      name: padNameSeg(name),
      firstBit: start + offsetBits,
      bits: widthBits,
      place: undefined,
      ...common,
    })),
    ...shared.map(({ name, offsetBytes, lengthBytes }) => ({
      name: padNameSeg(name),
      firstBit: start + offsetBytes * 8,
      bits: lengthBytes * 8,
      place: placeIfSame(driver, [own, name, 'OFFSET'], page + offsetBytes),
      ...common,
    })),
  ];
}

/**
 * What a driver of the platform expects, function by function, with the places where its header, if given, says the same.
 * `pathOf` gives the Device that the tables have for a function; without one, its path is the one that the generator
 * would give it.
 */
export function expectedOfPlatform(
  platform: Platform,
  driver: DriverFacts | undefined,
  pathOf: (address: PciAddress, generated: string) => string | undefined,
): ExpectedFunction[] {
  const paths = acpiPaths(platform);
  return platform.functions.flatMap((described) => {
    const { address, name } = described;
    const generated = paths.get(packPciAddress(address));
    if (generated === undefined) return [];
    const path = normalizeName(generated);
    const expected = [...trappedBits(described, driver), ...sharedBits(described, driver)];
    return [{ path: pathOf(address, path) ?? path, address, name, expected, described }];
  });
}

/** What a driver's header expects of a function whose Device is at a path. */
export function expectedOfDriver({ address, name, bits }: DriverFunction, path: string): ExpectedFunction {
  return { path, address, name, expected: bits, described: undefined };
}
