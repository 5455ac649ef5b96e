import { displayName } from '../../aml/index.js';
import type { WantedBits } from '../driver-rules/driver-functions.js';
import { describePage } from '../rules/describe-place.js';
import type { Finding } from '../rules/rule.js';
import { placeOf } from '../subject/machine-names.js';
import type { Subject } from '../subject/subject.js';
import { atField, listed, showBit } from './field-text.js';
import { type FieldView, sidesOf } from './sides.js';
import type { WantedFunction } from './wanted-function.js';

/** What the driver has at a place where AML has a field of another name, while AML nowhere has the driver's name. */
function wantedAt(subject: Subject, { field, region, firstBit, wanted }: FieldView): WantedBits | undefined {
  const { wanted: of } = region;
  if (of === undefined || wanted !== undefined || firstBit === undefined || field.declared.scope !== of.path)
    return undefined;
  return missingOf(subject, of).get(`${firstBit} ${field.bits}`);
}

const missingBits = new WeakMap<WantedFunction, ReadonlyMap<string, WantedBits>>();

/** What the driver has and AML does not, by place and width. */
function missingOf(subject: Subject, of: WantedFunction): ReadonlyMap<string, WantedBits> {
  const found = missingBits.get(of);
  if (found !== undefined) return found;
  const { fieldAt } = sidesOf(subject);
  const missing = of.wanted.filter(({ name }) => fieldAt(`${of.path}.${name}`) === undefined);
  const made = new Map(missing.map((each) => [`${each.firstBit} ${each.bits}`, each]));
  missingBits.set(of, made);
  return made;
}

export function* otherName(subject: Subject): Generator<Finding> {
  for (const view of sidesOf(subject).fields) {
    const at = wantedAt(subject, view);
    if (at === undefined) continue;
    const who = view.region.wanted?.described === undefined ? 'the driver' : 'the platform';
    yield atField(view, `AML calls it ${displayName(view.field.name)}, and ${who} ${displayName(at.name)}.`, {
      ...(at.place === undefined ? {} : { other: at.place }),
    });
  }
}

export function* unknownName(subject: Subject): Generator<Finding> {
  for (const view of sidesOf(subject).fields) {
    const { field, region, wanted } = view;
    const of = region.wanted;
    if (of?.described === undefined || wanted !== undefined || wantedAt(subject, view) !== undefined) continue;
    if (field.declared.scope !== of.path) continue;
    const at = view.firstBit === undefined ? '' : ` at ${showBit(subject, view.firstBit)}`;
    yield atField(
      view,
      `AML has ${displayName(field.name)}${at}, and the platform nothing of that name in ${of.name}.`,
    );
  }
}

/** A DSDT may leave registers to an SSDT: `vcfg generate --split` makes one. */
const GIVE_SSDTS = {
  cure: 'Give the SSDT too, if the fields are in one; else generate the table and the driver from the same platform file.',
} as const;

/** The driver's names that no table has a field for; one finding where a whole page is missing. */
export function* missingFields(subject: Subject): Generator<Finding> {
  const more = subject.loaded.length < 2 ? GIVE_SSDTS : {};
  const { functions, fieldAt, fields } = sidesOf(subject);
  const renamed = new Set(fields.map((view) => wantedAt(subject, view)).filter((each) => each !== undefined));
  for (const { path, address, wanted, described } of functions) {
    const [device] = subject.names.at(path);
    if (described === undefined || device === undefined) continue;
    for (const page of ['trapped', 'shared'] as const) {
      const all = wanted.filter((each) => each.page === page);
      const missing = all.filter((each) => !renamed.has(each) && fieldAt(`${path}.${each.name}`) === undefined);
      if (missing.length > 1 && missing.length === all.length) {
        const names = listed(missing.map(({ name }) => displayName(name)));
        const message = `The driver has ${names} in ${describePage(subject, address, page)}, and no table has a field there.`;
        yield { place: placeOf(device), function: address, message, ...more };
        continue;
      }
      for (const { name, firstBit, place: other } of missing) {
        const message = `The driver has ${displayName(name)} at ${showBit(subject, firstBit)}, and no table has such a field.`;
        const place = { file: device.table.file, path: displayName(`${path}.${name}`) };
        yield { place, function: address, message, ...more, ...(other === undefined ? {} : { other }) };
      }
    }
  }
}

/** Fields that the driver has a name for and whose region no table declares. */
export function* missingRegion(subject: Subject): Generator<Finding> {
  const { functions, fieldAt } = sidesOf(subject);
  for (const { path, address, wanted } of functions) {
    for (const { name, place: other } of wanted) {
      const field = fieldAt(`${path}.${name}`);
      if (field === undefined || field.region !== undefined) continue;
      const message = `Its region ${displayName(field.regionName)} is in no table.`;
      yield {
        place: placeOf(field.declared),
        function: address,
        message,
        ...(other === undefined ? {} : { other }),
      };
    }
  }
}
