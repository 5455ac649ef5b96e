import { displayName } from '../aml/index.js';
import { formatHex, formatPciAddress } from '../base/index.js';
import { pageOffset, registerOffset } from '../guest/address.js';
import type { PciAddress, Place, Platform } from '../vocab/index.js';
import { locationAt } from './describe-place.js';
import type { DriverFacts } from './driver-facts.js';
import { type DriverFunction, driverFunctions, placeOfConstant } from './driver-functions.js';
import { addressMistakes, describeDifference, valueMistakes } from './explain-difference.js';
import { type ConstantKind, type HeaderConstant, headerConstants, STRIDES } from './header-constants.js';
import { placeOf } from './machine-names.js';
import { ownerFinder } from './region-owner.js';
import type { Finding, Rule } from './rule.js';
import { PAGE_BYTES, sidesOf } from './sides.js';
import type { Subject } from './subject.js';

const GENERATE_AGAIN = 'Generate the header again, from the platform file that the table is made from.';

const constantsOf = new WeakMap<Platform, readonly HeaderConstant[]>();

/** What the header has to have: of the platform, else what any header has. */
function wantedConstants({ platform }: Subject): readonly HeaderConstant[] {
  if (platform === undefined) return STRIDES;
  const found = constantsOf.get(platform) ?? headerConstants(platform);
  constantsOf.set(platform, found);
  return found;
}

const keyOf = ({ bus, device, function: fn }: PciAddress, name: string) =>
  `${bus}:${device}:${fn}.${name.padEnd(4, '_')}`;

/** Where AML has the registers, fields and runs of the platform's functions. */
function amlPlaces(subject: Subject): ReadonlyMap<string, Place> {
  return new Map(
    sidesOf(subject).fields.flatMap(({ field, region, wanted }) =>
      wanted === undefined || region.address === undefined
        ? []
        : [[keyOf(region.address, field.name), placeOf(field.declared)] as const],
    ),
  );
}

function wantedValue({ constants }: DriverFacts, wanted: HeaderConstant['value']): bigint | undefined {
  return typeof wanted === 'string' ? constants.get(wanted)?.value : wanted;
}

function finding(
  driver: DriverFacts,
  { name, function: address }: HeaderConstant,
  message: string,
  other?: Place,
): Finding {
  return {
    place: placeOfConstant(driver, name, driver.constants.get(name)),
    message,
    ...(address === undefined ? {} : { function: address }),
    ...(other === undefined ? {} : { other }),
  };
}

/** Why a constant has another value, as far as it is an offset in the window or a number of known mistakes. */
function difference(given: bigint, wanted: bigint, { kind, name }: HeaderConstant): string {
  const isOffset = kind === 'address' && name.endsWith('_OFFSET');
  const mistakes = isOffset ? addressMistakes(given, locationAt(Number(wanted))) : valueMistakes(given, wanted);
  return describeDifference(given, wanted, 'the driver', mistakes);
}

function* differing(subject: Subject, ...kinds: readonly ConstantKind[]): Generator<Finding> {
  const { driver } = subject;
  if (driver === undefined) return;
  const places = amlPlaces(subject);
  for (const constant of wantedConstants(subject)) {
    const { name, kind, what, value, of, function: address } = constant;
    const given = driver.constants.get(name)?.value;
    const wanted = wantedValue(driver, value);
    if (given === undefined || wanted === undefined || given === wanted || !kinds.includes(kind)) continue;
    const says = typeof value === 'string' ? ` (${value})` : '';
    const message = `The header says ${formatHex(given)} for ${what}, and it is ${formatHex(wanted)}${says}: ${difference(given, wanted, constant)}.`;
    const other = of === undefined || address === undefined ? undefined : places.get(keyOf(address, of));
    yield finding(driver, constant, message, other);
  }
}

/** Without a platform: offsets that are not where the header's own bus, device, function and index put them. */
function* contradicting(subject: Subject): Generator<Finding> {
  const { driver, platform } = subject;
  if (driver === undefined || platform !== undefined) return;
  for (const described of driverFunctions(driver)) {
    const { name, address } = described;
    const { bus, device, function: fn } = address;
    if (bus > 255 || device > 31 || fn > 7) {
      const of = { name: `VCFG_${name}_BUS`, kind: 'address', what: name, value: 0n } as const;
      yield finding(
        driver,
        of,
        `The header has ${name} at bus ${bus}, device ${device}, function ${fn}, which is no PCI address.`,
      );
      continue;
    }
    for (const [suffix, page] of [
      ['TRAPPED_OFFSET', 'trapped'],
      ['SHARED_OFFSET', 'shared'],
    ] as const) {
      const constant = `VCFG_${name}_${suffix}`;
      const given = driver.constants.get(constant)?.value;
      const wanted = BigInt(pageOffset(address, page));
      if (given === undefined || given === wanted) continue;
      yield contradiction(driver, constant, address, given, wanted);
    }
    yield* contradictingRegisters(driver, described);
  }
}

function* contradictingRegisters(
  driver: DriverFacts,
  { name, address, registers }: DriverFunction,
): Generator<Finding> {
  for (const register of registers) {
    const key = `VCFG_${name}_${register}`;
    const index = driver.constants.get(`${key}_INDEX`)?.value;
    const given = driver.constants.get(`${key}_OFFSET`)?.value;
    if (given === undefined || index === undefined || index >= BigInt(PAGE_BYTES / 4)) continue;
    const wanted = BigInt(registerOffset(address.bus, address.device, address.function, 0, Number(index)));
    if (given !== wanted) yield contradiction(driver, `${key}_OFFSET`, address, given, wanted);
  }
}

function contradiction(driver: DriverFacts, name: string, address: PciAddress, given: bigint, wanted: bigint): Finding {
  const mistakes = addressMistakes(given, locationAt(Number(wanted)));
  const message = `The header says ${formatHex(given)}, and its own bus, device, function and index make it ${formatHex(wanted)}: ${describeDifference(given, wanted, 'the driver', mistakes)}.`;
  return finding(driver, { name, kind: 'address', what: name, value: wanted, function: address }, message);
}

function* missing(subject: Subject): Generator<Finding> {
  const { driver } = subject;
  if (driver === undefined) return;
  const absent = wantedConstants(subject).filter(({ name }) => !driver.constants.has(name));
  const byFunction = new Map<string, HeaderConstant[]>();
  for (const constant of absent) {
    const where = constant.function === undefined ? '' : formatPciAddress(constant.function);
    const same = byFunction.get(where);
    if (same) same.push(constant);
    else byFunction.set(where, [constant]);
  }
  for (const [where, rows] of byFunction) {
    const [first] = rows as [HeaderConstant];
    const names = rows.slice(0, 3).map(({ name }) => name);
    const more = rows.length > 3 ? ` and ${rows.length - 3} more` : '';
    const of = where === '' ? '' : ` of ${where}`;
    yield {
      place: { file: driver.file },
      ...(first.function === undefined ? {} : { function: first.function }),
      message: `The header has no ${names.join(', ')}${more}${of}.`,
    };
  }
}

function* notConstant(subject: Subject): Generator<Finding> {
  const { driver } = subject;
  if (driver === undefined) return;
  for (const constant of wantedConstants(subject)) {
    const given = driver.constants.get(constant.name);
    if (given === undefined || given.value !== undefined) continue;
    yield finding(driver, constant, `${constant.what} can be told by compiling the header alone.`);
  }
}

function* wrongBase(subject: Subject): Generator<Finding> {
  const { driver, window } = subject;
  const name = 'VCFG_BASE_EXPECTED';
  const given = driver?.constants.get(name)?.value;
  const wanted = window.wanted ?? window.seen;
  if (driver === undefined || given === undefined || wanted === undefined || given === wanted) return;
  const constant = { name, kind: 'base', what: 'the base', value: wanted } as const;
  const whose = window.wanted === undefined ? '\\VCFG' : 'the platform';
  const message = `The header expects the window at ${formatHex(given)}, and ${whose} has it at ${formatHex(wanted)}: ${difference(given, wanted, constant)}.`;
  yield finding(driver, constant, message, window.root && placeOf(window.root));
}

/** Functions of the header that no table has a Device for, where the tables have Devices with regions at all. */
function* noDevice(subject: Subject): Generator<Finding> {
  const { driver, platform, names } = subject;
  if (driver === undefined || platform !== undefined) return;
  const ownerOf = ownerFinder(subject);
  const owners = names.all.flatMap(({ term, path }) => (term.op === 'Device' ? (ownerOf(path) ?? []) : []));
  if (!sidesOf(subject).regions.some(({ owner }) => owner !== undefined)) return;
  for (const { name, address } of driverFunctions(driver)) {
    const { bus, device, function: fn } = address;
    const isThere = owners.some((at) => at.device === device && at.function === fn && (at.bus ?? bus) === bus);
    if (isThere) continue;
    const swapped = owners.find((at) => at.device === fn && at.function === device);
    const hint =
      swapped === undefined
        ? ''
        : ` There is one with device and function the other way round, ${displayName(swapped.path)}.`;
    const at = { name: `VCFG_${name}_DEVICE`, kind: 'address', what: name, value: 0n, function: address } as const;
    const message = `The header has ${name} at bus ${bus}, device ${device}, function ${fn}, and no table has a Device there.${hint}`;
    yield finding(driver, at, message);
  }
}

/** What can be wrong with a driver's header. */
export const DRIVER_RULES: readonly Rule[] = [
  {
    code: 'VCFG_HEADER_STRIDE',
    family: 'driver',
    severity: 'error',
    what: 'The header has another number of bytes for a bus, a device, a function, a page or a register.',
    why: 'Every address that is computed with it is another function’s, but for the first ones.',
    cure: 'A bus is 2 MiB, a device 64 KiB, a function 8 KiB, a page 4 KiB, a register 4 bytes.',
    source: 'crosvm f1e797a resources/src/pci_address.rs:233-288',
    find: (subject) => differing(subject, 'stride'),
  },
  {
    code: 'VCFG_HEADER_BASE',
    family: 'driver',
    severity: 'error',
    what: 'The header expects the window elsewhere than the platform, or than `\\VCFG` if no platform is given.',
    why: 'A driver that takes the constant and not the object reads whatever is there.',
    cure: 'Read \\VCFG at run time, or generate the header again.',
    source: 'The platform file; ACPI 6.5 §5.3',
    find: wrongBase,
  },
  {
    code: 'VCFG_HEADER_ADDRESS',
    family: 'driver',
    severity: 'error',
    what: 'A constant or function of the header gives another place: an offset, an index, a PCI address.',
    why: 'The driver reads and writes registers that it does not mean.',
    cure: GENERATE_AGAIN,
    source: 'The platform file; without it, what the header says of the function',
    *find(subject) {
      yield* differing(subject, 'address');
      yield* contradicting(subject);
    },
  },
  {
    code: 'VCFG_HEADER_VALUE',
    family: 'driver',
    severity: 'error',
    what: 'A constant of the header that is no place is another: a mask, a shift, a value after reset, an access, a length.',
    why: 'The driver takes the right register for something else.',
    cure: GENERATE_AGAIN,
    source: 'The platform file',
    find: (subject) => differing(subject, 'value'),
  },
  {
    code: 'VCFG_HEADER_MISSING',
    family: 'driver',
    severity: 'error',
    what: 'The header lacks constants that one made from the platform has.',
    why: 'It was made from another platform, or from an older one.',
    cure: GENERATE_AGAIN,
    source: 'The platform file',
    find: missing,
  },
  {
    code: 'VCFG_HEADER_UNREAD',
    family: 'driver',
    severity: 'warning',
    what: 'A constant of the header is no plain expression of integers and other constants.',
    why: 'Without a compiler it is not known, so that nothing compares it.',
    cure: 'Check again where there is a C compiler, or write the number.',
    source: 'C17 §6.6 (constant expressions)',
    find: notConstant,
  },
  {
    code: 'VCFG_HEADER_FUNCTION',
    family: 'driver',
    severity: 'warning',
    what: 'No table has a Device for a function of the header. Asked without a platform alone.',
    why: 'The driver and the tables are of different machines, or one has the address wrong.',
    cure: 'Give the platform file, or the tables of the machine that the driver is for.',
    source: 'ACPI 6.5 §6.1.1 (_ADR)',
    find: noDevice,
  },
];
