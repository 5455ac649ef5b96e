import { displayName } from '../../aml/index.js';
import type { ExpectedBits } from '../driver-rules/driver-functions.js';
import { describePage } from '../rules/describe-place.js';
import type { Finding } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { placeOf } from '../subject/machine-names.js';
import type { ExpectedFunction } from './expected-function.js';
import { atField, listed, showBit } from './field-text.js';
import { type WindowField, windowRegions } from './window-regions.js';

/** What the driver has where AML has a field of another name, if AML has the driver's name nowhere. */
function expectedAt(
  subject: CheckedMachine,
  { field, region, firstBit, expected }: WindowField,
): ExpectedBits | undefined {
  const { expected: of } = region;
  if (of === undefined || expected !== undefined || firstBit === undefined || field.declared.scope !== of.path)
    return undefined;
  return missingOf(subject, of).get(`${firstBit} ${field.bits}`);
}

const missingBits = new WeakMap<ExpectedFunction, ReadonlyMap<string, ExpectedBits>>();

/** What the driver has and AML does not, by first bit and width. */
function missingOf(subject: CheckedMachine, of: ExpectedFunction): ReadonlyMap<string, ExpectedBits> {
  const found = missingBits.get(of);
  if (found !== undefined) return found;
  const { fieldAt } = windowRegions(subject);
  const missing = of.expected.filter(({ name }) => fieldAt(`${of.path}.${name}`) === undefined);
  const made = new Map(missing.map((each) => [`${each.firstBit} ${each.bits}`, each]));
  missingBits.set(of, made);
  return made;
}

export function* otherName(subject: CheckedMachine): Generator<Finding> {
  for (const view of windowRegions(subject).fields) {
    const at = expectedAt(subject, view);
    if (at === undefined) continue;
    const who = view.region.expected?.described === undefined ? 'the driver' : 'the platform';
    yield atField(view, `AML calls it ${displayName(view.field.name)}; ${who} calls it ${displayName(at.name)}.`, {
      ...(at.place === undefined ? {} : { other: at.place }),
    });
  }
}

export function* unknownName(subject: CheckedMachine): Generator<Finding> {
  for (const view of windowRegions(subject).fields) {
    const { field, region, expected } = view;
    const of = region.expected;
    if (of?.described === undefined || expected !== undefined || expectedAt(subject, view) !== undefined) continue;
    if (field.declared.scope !== of.path) continue;
    const at = view.firstBit === undefined ? '' : ` at ${showBit(subject, view.firstBit)}`;
    yield atField(
      view,
      `AML has ${displayName(field.name)}${at}; the platform has nothing of that name in ${of.name}.`,
    );
  }
}

/** A DSDT may leave registers to an SSDT: `vcfg generate --split` makes one. */
const GIVE_SSDTS = {
  cure: 'If an SSDT has the fields, give it too; otherwise generate the table and the driver from the same platform file.',
} as const;

/** Names of the driver for which no table has a field; one finding where a whole page is missing. */
export function* missingFields(subject: CheckedMachine): Generator<Finding> {
  const more = subject.loaded.length < 2 ? GIVE_SSDTS : {};
  const { functions, fieldAt, fields } = windowRegions(subject);
  const renamed = new Set(fields.map((view) => expectedAt(subject, view)).filter((each) => each !== undefined));
  for (const { path, address, expected, described } of functions) {
    const [device] = subject.names.at(path);
    if (described === undefined || device === undefined) continue;
    for (const page of ['trapped', 'shared'] as const) {
      const all = expected.filter((each) => each.page === page);
      const missing = all.filter((each) => !renamed.has(each) && fieldAt(`${path}.${each.name}`) === undefined);
      if (missing.length > 1 && missing.length === all.length) {
        const names = listed(missing.map(({ name }) => displayName(name)));
        const message = `The driver has ${names} in ${describePage(subject, address, page)}, but no table has a field there.`;
        yield { place: placeOf(device), function: address, message, ...more };
        continue;
      }
      for (const { name, firstBit, place: other } of missing) {
        const message = `The driver has ${displayName(name)} at ${showBit(subject, firstBit)}, but no table has such a field.`;
        const place = { file: device.table.file, path: displayName(`${path}.${name}`) };
        yield { place, function: address, message, ...more, ...(other === undefined ? {} : { other }) };
      }
    }
  }
}

/** Fields that the driver knows, in a region that no table declares. */
export function* missingRegion(subject: CheckedMachine): Generator<Finding> {
  const { functions, fieldAt } = windowRegions(subject);
  for (const { path, address, expected } of functions) {
    for (const { name, place: other } of expected) {
      const field = fieldAt(`${path}.${name}`);
      if (field === undefined || field.region !== undefined) continue;
      const message = `No table declares its region ${displayName(field.regionName)}.`;
      yield {
        place: placeOf(field.declared),
        function: address,
        message,
        ...(other === undefined ? {} : { other }),
      };
    }
  }
}
