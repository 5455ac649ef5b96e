import { MOST_U64 } from '../../../base/index.js';
import type { Place } from '../../../vocab/index.js';
import type { ImportLog } from '../model/import-log.js';
import type { Budget, ImportLimits } from '../model/limits.js';
import { elementName, labelOf, type ModelAccess, type ModelField, type ModelValue } from '../model/register-model.js';
import { readArray } from './arrays.js';
import { type DerivedElements, placeOfElement, writtenName } from './derived.js';
import { readAccess } from './read-access.js';
import { parseSvdInteger, parseValuePattern } from './svd-values.js';
import { childOf, childrenOf, type XmlElement } from './xml-tree.js';

interface Bits {
  readonly lowBit: number;
  readonly widthBits: number;
}

/** Bits of a field, in whichever of the three forms they are given. */
function readBits(derived: DerivedElements, field: XmlElement): Bits | undefined {
  const number = (name: string): number | undefined => {
    const value = parseSvdInteger(derived.child(field, name)?.text ?? '');
    return value === undefined || value > 1023n ? undefined : Number(value);
  };
  const between = (low: number | undefined, high: number | undefined): Bits | undefined =>
    low === undefined || high === undefined || high < low ? undefined : { lowBit: low, widthBits: high - low + 1 };
  // A field's own bits come before those it inherits, which may be in another form.
  for (const each of derived.chain(field)) {
    const range = childOf(each, 'bitRange')?.text;
    if (range !== undefined) {
      const [, high, low] = /^\[\s*([0-9]{1,3})\s*:\s*([0-9]{1,3})\s*\]$/.exec(range) ?? [];
      return high === undefined ? undefined : between(Number(low), Number(high));
    }
    if (childOf(each, 'lsb') !== undefined) return between(number('lsb'), number('msb'));
    if (childOf(each, 'bitOffset') !== undefined) {
      const lowBit = number('bitOffset');
      const widthBits = derived.child(field, 'bitWidth') === undefined ? 1 : number('bitWidth');
      return lowBit === undefined || !widthBits ? undefined : { lowBit, widthBits };
    }
  }
  return undefined;
}

/** Characters of a text that are read: several times what a platform file allows. */
const MOST_CHARACTERS = 10_000;

/** Texts of elements that were asked for before: thousands can be derived from one. */
const plainTexts = new WeakMap<XmlElement, string>();

/** Text on one line: files wrap and indent descriptions. */
export function plainText(element: XmlElement | undefined): string | undefined {
  if (element === undefined) return undefined;
  let text = plainTexts.get(element);
  if (text === undefined) {
    text = element.text.slice(0, MOST_CHARACTERS).replaceAll(/\\n/g, ' ').replaceAll(/\s+/g, ' ').trim();
    plainTexts.set(element, text);
  }
  return text === '' ? undefined : text;
}

/** Reads the value names of fields. Those of a set that another is derived from are read once. */
class ValueReader {
  readonly #derived: DerivedElements;
  readonly #budget: Budget;
  readonly #log: ImportLog;

  constructor(derived: DerivedElements, budget: Budget, log: ImportLog) {
    this.#derived = derived;
    this.#budget = budget;
    this.#log = log;
  }

  #readOne(element: XmlElement, widthBits: number): ModelValue[] {
    const name = writtenName(element);
    const place = placeOfElement(element);
    if (/^(?:true|1)$/.test(childOf(element, 'isDefault')?.text ?? '')) {
      this.#log.leave('default-value', place);
      return [];
    }
    const text = childOf(element, 'value')?.text ?? '';
    const pattern = parseValuePattern(text);
    if (pattern === 'too many') {
      this.#log.leave('value-pattern', place);
      return [];
    }
    const values = pattern?.values ?? [];
    if (name === '' || values.length === 0 || values.some((value) => value >> BigInt(widthBits) !== 0n)) {
      this.#log.leave('value-names', place);
      return [];
    }
    const description = plainText(childOf(element, 'description'));
    const several = values.length > 1;
    return values.map((value) => ({
      name: several ? `${name}_${value}` : name,
      ...(description !== undefined && { description }),
      value,
    }));
  }

  read(field: XmlElement, widthBits: number): ModelValue[] {
    const sets = this.#derived
      .chain(field)
      .map((each) => childrenOf(each, 'enumeratedValues'))
      .find((each) => each.length > 0);
    const values: ModelValue[] = [];
    const names = new Set<string>();
    const taken = new Set<bigint>();
    for (const [index, set] of (sets ?? []).entries()) {
      if (index > 0) this.#log.leave('enum-usage', placeOfElement(set));
      for (const member of this.#derived.members(set, undefined, ['enumeratedValue'])) {
        this.#budget.spend();
        for (const value of this.#readOne(member, widthBits)) {
          const isTaken = names.has(value.name) || taken.has(value.value);
          if (isTaken && index === 0) this.#log.leave('value-names', placeOfElement(member));
          if (isTaken) continue;
          names.add(value.name);
          taken.add(value.value);
          values.push(value);
        }
      }
    }
    return values.sort((a, b) => (a.value < b.value ? -1 : 1));
  }
}

/** The fields of a register, without those over bits of another, in ascending order. */
export class FieldReader {
  readonly #derived: DerivedElements;
  readonly #log: ImportLog;
  readonly #limits: ImportLimits;
  readonly #budget: Budget;
  readonly #values: ValueReader;

  constructor(derived: DerivedElements, limits: ImportLimits, budget: Budget, log: ImportLog) {
    this.#derived = derived;
    this.#limits = limits;
    this.#budget = budget;
    this.#log = log;
    this.#values = new ValueReader(derived, budget, log);
  }

  #damaged(place: Place, message: string, cure: string): ModelField[] {
    this.#log.add('warning', 'IMPORT_FIELD_RANGE', place, message, cure);
    this.#log.leave('damaged', place);
    return [];
  }

  /** Limits of the values to write. Other constraints are noted, since what they mean is in the value names. */
  #rangeOf(field: XmlElement, place: Place): { least?: bigint; most?: bigint } {
    const constraint = this.#derived.child(field, 'writeConstraint');
    if (constraint === undefined) return {};
    const range = childOf(constraint, 'range');
    const least = parseSvdInteger((range && childOf(range, 'minimum')?.text) ?? '');
    const most = parseSvdInteger((range && childOf(range, 'maximum')?.text) ?? '');
    if (least !== undefined && most !== undefined && least <= most) return { least, most };
    this.#log.leave('write-constraint', place);
    return {};
  }

  #readOne(field: XmlElement, registerBits: number, access: ModelAccess): ModelField[] {
    const derived = this.#derived;
    const place = placeOfElement(field);
    const name = derived.nameOf(field);
    const bits = readBits(derived, field);
    const array = readArray(field, this.#limits, this.#budget, this.#log);
    if (array === 'damaged') {
      this.#log.leave('damaged', place);
      return [];
    }
    if (name === '' || bits === undefined) {
      return this.#damaged(
        place,
        name === '' ? 'The field has no name.' : 'The field does not say which bits it has.',
        name === '' ? 'Give it a name.' : 'Give it a bitRange, lsb and msb, or bitOffset and bitWidth.',
      );
    }
    const last = bits.lowBit + bits.widthBits + ((array?.count ?? 1) - 1) * (array?.strideBytes ?? 0);
    if (last > registerBits) {
      const message = `The field reaches bit ${last - 1} of a register of ${registerBits} bits.`;
      return this.#damaged(place, message, 'Correct its bits or the size of the register.');
    }
    const range = this.#rangeOf(field, place);
    const description = plainText(derived.child(field, 'description'));
    const values = this.#values.read(field, bits.widthBits);
    const own = readAccess(derived, field, access);
    this.#budget.spend(array?.count);
    return Array.from({ length: array?.count ?? 1 }, (_, index) => ({
      place,
      name: elementName(name, array && labelOf(array, index)),
      ...(description !== undefined && {
        description: description.replaceAll('%s', array ? labelOf(array, index) : '%s'),
      }),
      lowBit: bits.lowBit + index * (array?.strideBytes ?? 0),
      widthBits: bits.widthBits,
      access: own,
      values,
      ...range,
    }));
  }

  read(register: XmlElement, registerBits: number, access: ModelAccess): ModelField[] {
    const members = this.#derived.members(register, 'fields', ['field']);
    const fields: ModelField[] = [];
    let taken = 0n;
    for (const field of members.flatMap((member) => this.#readOne(member, registerBits, access))) {
      const mask =
        ((MOST_U64 >> BigInt(Math.max(0, 64 - field.widthBits))) << BigInt(field.lowBit)) &
        ((1n << BigInt(registerBits)) - 1n);
      if ((taken & mask) !== 0n) {
        this.#log.leave('field-overlap', field.place);
        continue;
      }
      taken |= mask;
      fields.push(field);
    }
    return fields.sort((a, b) => a.lowBit - b.lowBit);
  }
}
