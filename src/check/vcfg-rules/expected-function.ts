import { normalizeName, padNameSeg } from '../../aml/index.js';
import { upperName } from '../../drivers/driver-names.js';
import { pageOffset, registerOffset } from '../../guest/address.js';
import { enabling, fieldAccess, fieldMask, isWritable, writeRules } from '../../guest/register-rules.js';
import { packPciAddress } from '../../platform/config-address.js';
import { acpiPaths } from '../../platform/names/acpi-path.js';
import { VFIO_MAILBOX_ARGUMENTS, VFIO_MAILBOX_RESULT } from '../../platform/vfio-profile.js';
import type {
  Access,
  FieldDescription,
  FunctionDescription,
  PciAddress,
  Place,
  Platform,
  RegisterDescription,
} from '../../vocab/index.js';
import type { DriverFunction, ExpectedBits } from '../driver-rules/driver-functions.js';
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
  const name = `VCFG_${names.join('_')}`;
  const constant = driver?.constants.get(name);
  return driver === undefined || constant?.value !== BigInt(value)
    ? undefined
    : placeOfConstant(driver, name, constant);
}

function trappedBits(description: FunctionDescription, driver: DriverFacts | undefined): ExpectedBits[] {
  const { address, registers } = description;
  const own = upperName(description);
  const { bus, device, function: fn } = address;
  return registers.flatMap((register) => {
    const { name, index, access, fields } = register;
    const first = registerOffset(bus, device, fn, 0, index);
    const common = { page: 'trapped', access } as const;
    const place = placeIfSame(driver, [own, upperName(register), 'OFFSET'], first);
    return [
      { name: padNameSeg(name), firstBit: first * 8, bits: 32, place, ...common },
      ...fields.map((field) => ({
        name: padNameSeg(field.name),
        firstBit: first * 8 + field.lowBit,
        bits: field.widthBits,
        place: placeIfSame(driver, [own, upperName(register), upperName(field), 'MASK'], fieldMask(field)),
        ...common,
        ...harmlessUpdates(register, field),
      })),
    ];
  });
}

/** Bits without a field that ignore writes. */
function ignoredReserved({ access, fields, reserved }: RegisterDescription): number {
  if (reserved !== undefined || isWritable(access)) return 0;
  return ~fields.reduce((mask, each) => mask | fieldMask(each), 0) >>> 0;
}

/** What an update rule may do to the other bits of a register that does not treat them all alike. */
function harmlessUpdates(
  register: RegisterDescription,
  field: FieldDescription,
): { access?: Access; updates?: readonly string[] | 'all' } {
  const { fields, reserved, key, writeMask } = register;
  const isAlike = fields.every((each) => each.access === undefined);
  if (isAlike && reserved === undefined && key === undefined && writeMask === undefined) return {};
  const access = fieldAccess(register, field);
  if (!isWritable(access)) return { access };
  const rules = writeRules(register);
  const bits = fieldMask(field);
  const others = ~bits >>> 0;
  const ones = rules.ones | enabling(rules, bits);
  const ignored = fields
    .filter((each) => !isWritable(fieldAccess(register, each)))
    .reduce((mask, each) => mask | fieldMask(each), rules.masked | ignoredReserved(register));
  const covers = (mask: number) => (others & ~(mask | ignored)) === 0;
  const updates = [
    ...(covers(rules.kept) && !rules.readClears ? ['Preserve'] : []),
    ...((rules.kept & others & ~ignored) === 0 && ones === 0 ? ['WriteAsZeros'] : []),
    ...(covers(ones) ? ['WriteAsOnes'] : []),
  ];
  // Where none will do, the field is for reading, and a method writes it.
  return { access, updates: updates.length === 0 ? 'all' : updates };
}

function sharedBits(description: FunctionDescription, driver: DriverFacts | undefined): ExpectedBits[] {
  const { address, profile, shared } = description;
  const own = upperName(description);
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
    ...shared.map((run) => ({
      name: padNameSeg(run.name),
      firstBit: start + run.offsetBytes * 8,
      bits: run.lengthBytes * 8,
      place: placeIfSame(driver, [own, upperName(run), 'OFFSET'], page + run.offsetBytes),
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
