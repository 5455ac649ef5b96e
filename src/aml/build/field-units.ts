import {
  DiagnosticError,
  errorAt,
  requireObject,
  requireObjects,
  requireOneOf,
  requireWithin,
} from '../../base/index.js';
import { ACCESS_TYPES, UPDATE_RULES } from '../grammar/keywords.js';
import { padNameSeg } from '../grammar/name-string.js';
import { MAX_PKG_LENGTH } from '../grammar/pkg-length.js';
import { requireTerm } from '../grammar/required.js';
import type { FieldElement, Op } from '../grammar/term.js';

export interface FieldOptions {
  readonly access: (typeof ACCESS_TYPES)[number];
  /** Whether each access takes the global lock (default: false). */
  readonly lock?: boolean;
  /** What a write does to the other bits of the same access (default: Preserve). */
  readonly update?: (typeof UPDATE_RULES)[number];
}

export function fieldFlags(options: FieldOptions): number {
  requireObject(options, 'fieldFlags: options', '{ access, lock, update }');
  const { access, lock = false, update = 'Preserve' } = options;
  const accessType = ACCESS_TYPES.indexOf(access);
  const updateRule = UPDATE_RULES.indexOf(update);
  if (accessType < 0) requireOneOf(access, ACCESS_TYPES, 'fieldFlags: access');
  if (updateRule < 0) requireOneOf(update, UPDATE_RULES, 'fieldFlags: update');
  return accessType | (lock ? 0x10 : 0) | (updateRule << 5);
}

/** A unit of a field: its name, its first bit counted from the start of the region, and its width. */
export interface FieldUnit {
  readonly name: string;
  readonly lowBit: number;
  readonly bits: number;
}

function refuseUnit(name: string, lowBit: number, bits: number, at: number): never {
  requireWithin(lowBit, 0, Number.MAX_SAFE_INTEGER, `fieldUnits: lowBit of ${name}`);
  requireWithin(bits, 0, MAX_PKG_LENGTH, `fieldUnits: bits of ${name}`);
  throw new DiagnosticError([
    errorAt(
      'AML_VALUE_RANGE',
      { path: name },
      `Field ${name} begins at bit ${lowBit}, but the one before it ends at bit ${at}.`,
      'Sort the units and remove the overlap.',
    ),
  ]);
}

/** A field's elements; gaps between the units are reserved. The units must be in ascending order and not overlap. */
export function fieldUnits(units: readonly FieldUnit[]): FieldElement[] {
  requireObjects(units, 'fieldUnits: units', '{ name, lowBit, bits }');
  const elements: FieldElement[] = [];
  let at = 0;
  for (const { name, lowBit, bits } of units) {
    // Not bits >>> 0, which throws an error of its own for a bigint or a symbol.
    const isUsable = Number.isSafeInteger(lowBit) && lowBit >= at && Number.isInteger(bits);
    if (!isUsable || bits < 0 || bits > MAX_PKG_LENGTH) refuseUnit(name, lowBit, bits, at);
    if (lowBit > at) elements.push({ kind: 'ReservedField', bits: lowBit - at, lengthWidth: 0 });
    elements.push({ kind: 'NamedField', name: padNameSeg(name), bits, lengthWidth: 0 });
    at = lowBit + bits;
  }
  return elements;
}

/** A named unit of a field list, its place, and how it is accessed. */
export interface PlacedUnit {
  readonly element: FieldElement & { readonly kind: 'NamedField' };
  /** Counted from the start of the region; for an IndexField, of the space behind its data register. */
  readonly lowBit: number;
  /** Access type, bits 0..3 of the flags or of the last AccessAs before the unit. ACPI 6.5 §19.6.46 (Field) */
  readonly access: number;
  readonly lock: boolean;
  /** Update rule, bits 5 and 6 of the flags. */
  readonly update: number;
}

/** Bits 0..3 of an AccessField's first byte. ACPI 6.5 §20.2.5.2 */
const ACCESS_MASK = 0x0f;

/** The named units of a field list, keyed by their elements, in order. */
export function placedUnits(term: Op<'Field' | 'IndexField' | 'BankField'>): ReadonlyMap<FieldElement, PlacedUnit> {
  requireTerm(term, 'placedUnits: term');
  requireOneOf(term.op, ['Field', 'IndexField', 'BankField'], 'placedUnits: op of the term');
  requireWithin(term.operands.at(-2), 0, 0xff, 'placedUnits: flags of the term');
  requireObjects(term.operands.at(-1), 'placedUnits: elements of the term', 'field elements');
  const flags = term.operands.at(-2) as number;
  const common = { lock: (flags & 0x10) !== 0, update: (flags >> 5) & 3 };
  const units = new Map<FieldElement, PlacedUnit>();
  let access = flags & ACCESS_MASK;
  let lowBit = 0;
  for (const element of term.operands.at(-1) as Op<'Field'>['operands'][2]) {
    if (element.kind === 'NamedField') units.set(element, { element, lowBit, access, ...common });
    if (element.kind === 'NamedField' || element.kind === 'ReservedField') lowBit += element.bits;
    else if (element.kind !== 'ConnectField') access = element.access & ACCESS_MASK;
  }
  return units;
}
