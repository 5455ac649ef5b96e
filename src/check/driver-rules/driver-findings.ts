import { displayName } from '../../aml/index.js';
import { formatHex, formatPciAddress } from '../../base/index.js';
import { upperName, withPrefix } from '../../drivers/driver-names.js';
import { pageOffset, registerOffset } from '../../guest/address.js';
import type { PciAddress, Place, Platform } from '../../vocab/index.js';
import { locationAt } from '../rules/describe-place.js';
import type { Finding } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import type { DriverFacts } from '../subject/driver-facts.js';
import { placeOfConstant } from '../subject/driver-facts.js';
import { placeOf } from '../subject/machine-names.js';
import { perSubject } from '../subject/per-subject.js';
import { addressMistakes, describeDifference, valueMistakes } from '../vcfg-rules/explain-difference.js';
import { ownerFinder } from '../vcfg-rules/region-owner.js';
import { PAGE_BYTES, windowRegions } from '../vcfg-rules/window-regions.js';
import { type DriverFunction, driverFunctions } from './driver-functions.js';
import { type ConstantKind, type HeaderConstant, headerConstants, STRIDES, short } from './header-constants.js';
import { ADDRESS_FUNCTION } from './header-probe.js';

/** What the header has to have: of the platform, else what any header has. */
function wantedConstants({ platform }: CheckedMachine): readonly HeaderConstant[] {
  return platform === undefined ? STRIDES : headerConstants(platform);
}

const keyOf = ({ bus, device, function: fn }: PciAddress, name: string) =>
  `${bus}:${device}:${fn}.${name.padEnd(4, '_')}`;

/** Where AML has the registers, fields and runs of the platform's functions. */
const amlPlaces = perSubject((subject: CheckedMachine): ReadonlyMap<string, Place> => {
  return new Map(
    windowRegions(subject).fields.flatMap(({ field, region, expected }) =>
      expected === undefined || region.address === undefined
        ? []
        : [[keyOf(region.address, field.name), placeOf(field.declared)] as const],
    ),
  );
});

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

export function* differing(subject: CheckedMachine, ...kinds: readonly ConstantKind[]): Generator<Finding> {
  const { driver } = subject;
  if (driver === undefined) return;
  for (const constant of wantedConstants(subject)) {
    const { name, kind, what, value, of, function: address } = constant;
    const given = driver.constants.get(name)?.value;
    const wanted = wantedValue(driver, value);
    if (given === undefined || wanted === undefined || given === wanted || !kinds.includes(kind)) continue;
    const says = typeof value === 'string' ? ` (${value})` : '';
    const message = `The header says ${formatHex(given)} for ${what}, and it is ${formatHex(wanted)}${says}: ${difference(given, wanted, constant)}.`;
    const other = of === undefined || address === undefined ? undefined : amlPlaces(subject).get(keyOf(address, of));
    yield finding(driver, constant, message, other);
  }
}

/** Without a platform: offsets that are not where the header's own bus, device, function and index put them. */
export function* contradicting(subject: CheckedMachine): Generator<Finding> {
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
        `The header has ${name} at bus ${bus}, device ${device}, function ${fn}, which is not a PCI address.`,
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

export function* missing(subject: CheckedMachine): Generator<Finding> {
  const { driver } = subject;
  // Of a header with names of its own, only what somebody named is asked.
  if (driver === undefined || driver.isForeign) return;
  const wanted = wantedConstants(subject);
  const absent = wanted.filter(({ name }) => !driver.constants.has(name));
  const [any] = absent;
  if (any !== undefined && absent.length === wanted.length) {
    // A header may compute addresses and nothing else.
    if (driver.functions.has(ADDRESS_FUNCTION)) return;
    const message = `The header has none of the ${wanted.length} expected constants, such as ${any.name}, so nothing in it is checked. If it uses other names, give --driver-map or --address-function.`;
    yield { place: { file: driver.file }, message };
    return;
  }
  const byFunction = new Map<string, HeaderConstant[]>();
  for (const constant of absent) {
    const where = constant.function === undefined ? '' : formatPciAddress(constant.function);
    const same = byFunction.get(where);
    if (same) same.push(constant);
    else byFunction.set(where, [constant]);
  }
  for (const [where, rows] of byFunction) {
    const [first] = rows as [HeaderConstant];
    const names = rows.slice(0, 3).map(({ name }) => withPrefix(name, driver.prefix));
    const more = rows.length > 3 ? ` and ${rows.length - 3} more` : '';
    const of = where === '' ? '' : ` of ${where}`;
    yield {
      place: { file: driver.file },
      ...(first.function === undefined ? {} : { function: first.function }),
      message: `The header does not have ${names.join(', ')}${more}${of}.`,
    };
  }
}

export function* notConstant(subject: CheckedMachine): Generator<Finding> {
  const { driver } = subject;
  if (driver === undefined) return;
  for (const constant of wantedConstants(subject)) {
    const given = driver.constants.get(constant.name);
    if (given === undefined || given.value !== undefined) continue;
    yield finding(driver, constant, `The value for ${constant.what} can be found only by compiling the header.`);
  }
}

export function* wrongBase(subject: CheckedMachine): Generator<Finding> {
  const { driver, window } = subject;
  const name = 'VCFG_BASE_EXPECTED';
  const given = driver?.constants.get(name)?.value;
  const wanted = window.expected ?? window.seen;
  if (driver === undefined || given === undefined || wanted === undefined || given === wanted) return;
  const constant = { name, kind: 'base', what: 'the base', value: wanted } as const;
  const whose = window.expected === undefined ? '\\VCFG' : 'the platform';
  const message = `The header expects the window at ${formatHex(given)}, and ${whose} has it at ${formatHex(wanted)}: ${difference(given, wanted, constant)}.`;
  yield finding(driver, constant, message, window.root && placeOf(window.root));
}

/** Functions of the header that no table has a Device for, where the tables have Devices with regions at all. */
export function* noDevice(subject: CheckedMachine): Generator<Finding> {
  const { driver, platform, names } = subject;
  if (driver === undefined || platform !== undefined) return;
  const ownerOf = ownerFinder(subject);
  const owners = names.all.flatMap(({ term, path }) => (term.op === 'Device' ? (ownerOf(path) ?? []) : []));
  if (!windowRegions(subject).regions.some(({ owner }) => owner !== undefined)) return;
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

/** Functions, registers and runs of the header that the platform does not have. */
export function* notOfPlatform(subject: CheckedMachine): Generator<Finding> {
  const { driver, platform } = subject;
  if (driver === undefined || platform === undefined) return;
  const wanted = new Set(wantedConstants(subject).map(({ name }) => name));
  const described = new Map(platform.functions.map((each) => [upperName(each), each]));
  for (const { name, address, registers, bits } of driverFunctions(driver)) {
    // A name joined with _ may be one of the platform's: register B_C of A is register C of A_B.
    if (wanted.has(`VCFG_${name}_BUS`) || !described.has(name)) {
      if (wanted.has(`VCFG_${name}_BUS`))
        yield* registersNotOfPlatform(driver, { name, address, registers, bits }, wanted);
      else yield functionNotOfPlatform(driver, name, address, platform);
    }
  }
}

function functionNotOfPlatform(driver: DriverFacts, name: string, address: PciAddress, platform: Platform): Finding {
  const { bus, device, function: fn } = address;
  const there = platform.functions.find(
    ({ address: at }) => at.bus === bus && at.device === device && at.function === fn,
  );
  const hint = there === undefined ? '' : ` The platform has ${upperName(there)} at that address.`;
  const of = { name: `VCFG_${name}_BUS`, kind: 'address', what: name, value: 0n } as const;
  const message = `The header has ${name} at bus ${bus}, device ${device}, function ${fn}, and the platform has no function of that name.${hint}`;
  return finding(driver, of, message);
}

function* registersNotOfPlatform(
  driver: DriverFacts,
  { name, address, registers, bits }: DriverFunction,
  wanted: ReadonlySet<string>,
): Generator<Finding> {
  const runs = bits.filter(({ page }) => page === 'shared').map((run) => short(run.name));
  // Those of a kind of functions have a place in a page, and no offset in the window.
  const isWanted = (own: string) =>
    ['OFFSET', 'INDEX', 'START'].some((part) => wanted.has(`VCFG_${name}_${own}_${part}`));
  const extra = [...registers, ...runs].filter((own) => !isWanted(own));
  const [first] = extra;
  if (first === undefined) return;
  const of = {
    name: `VCFG_${name}_${first}_OFFSET`,
    kind: 'address',
    what: first,
    value: 0n,
    function: address,
  } as const;
  yield finding(driver, of, `The header has ${extra.join(', ')} of ${name}, and the platform does not.`);
}
