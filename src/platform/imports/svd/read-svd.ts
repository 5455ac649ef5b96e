import type { ImportLog } from '../model/import-log.js';
import { Budget, BudgetSpent, type ImportLimits } from '../model/limits.js';
import {
  countRegisters,
  elementName,
  labelOf,
  type ModelAccess,
  type ModelBlock,
  type ModelGroup,
  type ModelItem,
  type ModelRegister,
  READ_WRITE,
  type RegisterModel,
} from '../model/register-model.js';
import { readArray } from './arrays.js';
import { DerivedElements, placeOfElement, writtenName } from './derived.js';
import { readAccess } from './read-access.js';
import { FieldReader, plainText } from './read-fields.js';
import { parseSvdInteger } from './svd-values.js';
import { childOf, childrenOf, type XmlElement } from './xml-tree.js';

/** Properties of registers that elements inside inherit. CMSIS-SVD 1.3, registerPropertiesGroup */
interface Properties {
  readonly size: number;
  readonly access: ModelAccess;
  readonly reset: bigint;
  readonly resetMask: bigint | undefined;
}

/** Of a device that says nothing else. */
const STANDARD: Properties = { size: 32, access: READ_WRITE, reset: 0n, resetMask: undefined };

/** What a finding calls an element. */
const kindOf = ({ name, written = name }: XmlElement): string => written;

/** Derived clusters in one another: more are a circle that no single derivedFrom shows. */
const MOST_DERIVED_GROUPS = 16;

class SvdReader {
  readonly #derived: DerivedElements;
  readonly #fields: FieldReader;
  readonly #limits: ImportLimits;
  readonly #budget: Budget;
  readonly #log: ImportLog;
  /** Derived clusters around what is being read. */
  #inDerived = 0;

  constructor(device: XmlElement, limits: ImportLimits, log: ImportLog) {
    this.#budget = new Budget(limits.items);
    this.#derived = new DerivedElements(device, log);
    this.#fields = new FieldReader(this.#derived, limits, this.#budget, log);
    this.#limits = limits;
    this.#log = log;
  }

  properties(element: XmlElement, outer: Properties): Properties {
    const number = (name: string, most: bigint): bigint | undefined => {
      const child = this.#derived.child(element, name);
      const value = child && parseSvdInteger(child.text);
      if (child === undefined || (value !== undefined && value <= most)) return value;
      const what = name === 'size' ? 'a number of bits up to 1024' : 'an unsigned number';
      const message = `${name} is "${child.text.slice(0, 40)}", which is not ${what}.`;
      const cure = 'Correct it; the value of the element around it is used instead.';
      this.#log.add('warning', 'IMPORT_BAD_NUMBER', { ...placeOfElement(child) }, message, cure);
      return undefined;
    };
    const size = number('size', 1024n);
    return {
      size: size === undefined || size === 0n ? outer.size : Number(size),
      access: readAccess(this.#derived, element, outer.access),
      reset: number('resetValue', (1n << 1024n) - 1n) ?? outer.reset,
      resetMask: number('resetMask', (1n << 1024n) - 1n) ?? outer.resetMask,
    };
  }

  /** Name, description, offset and array of a register or cluster; undefined, with a finding, if one is wrong. */
  #base(element: XmlElement) {
    const place = placeOfElement(element);
    const name = this.#derived.nameOf(element);
    const written = this.#derived.child(element, 'addressOffset')?.text ?? '';
    const offset = parseSvdInteger(written);
    const array = readArray(element, this.#limits, this.#budget, this.#log);
    if (name === '' || offset === undefined || offset > 0xffff_ffffn) {
      const message =
        name === ''
          ? `The ${kindOf(element)} has no name.`
          : written === ''
            ? `The ${kindOf(element)} has no addressOffset.`
            : `addressOffset is "${written.slice(0, 40)}", which is not a number below 2^32.`;
      const cure =
        name === '' ? 'Give it a name.' : 'Give the offset in bytes from the peripheral or cluster around it.';
      this.#log.add('warning', 'IMPORT_MISSING', place, message, cure);
    }
    if (name === '' || offset === undefined || offset > 0xffff_ffffn || array === 'damaged') {
      this.#log.leave('damaged', place);
      return undefined;
    }
    const label = plainText(this.#derived.child(element, 'displayName'));
    const description = plainText(this.#derived.child(element, 'description'));
    if (this.#derived.child(element, 'protection') !== undefined) this.#log.leave('protection', place);
    return {
      place,
      name: name.replaceAll('[%s]', '%s'),
      ...(label !== undefined && label !== name && { label }),
      ...(description !== undefined && { description }),
      offsetBytes: Number(offset),
      ...(array && { array }),
    };
  }

  #register(element: XmlElement, outer: Properties): ModelRegister | undefined {
    const base = this.#base(element);
    if (base === undefined) return undefined;
    const { size, access, reset, resetMask } = this.properties(element, outer);
    const widthBits = Math.ceil(size / 8) * 8;
    const mask = (1n << BigInt(size)) - 1n;
    // The mask that most devices give for all their registers is that of 32 bits, and means all of wider ones too.
    const known = resetMask === undefined || resetMask === 0xffff_ffffn ? mask : resetMask & mask;
    if (known !== mask) this.#log.leave('reset-unknown', base.place);
    if (this.#derived.child(element, 'writeConstraint') !== undefined) this.#log.leave('write-constraint', base.place);
    const fields = this.#fields.read(element, size, access);
    return { kind: 'register', ...base, widthBits, access, reset: reset & known, fields };
  }

  #group(element: XmlElement, outer: Properties): ModelGroup | undefined {
    const base = this.#base(element);
    if (base === undefined) return undefined;
    const properties = this.properties(element, outer);
    const around = element.attributes.derivedFrom === undefined ? this.#inDerived : this.#inDerived + 1;
    if (around > MOST_DERIVED_GROUPS) {
      const message = 'The cluster is derived from one that it is inside.';
      this.#log.add('warning', 'IMPORT_DERIVED_CIRCLE', base.place, message, 'Derive it from another cluster.');
      this.#log.leave('damaged', base.place);
      return undefined;
    }
    const before = this.#inDerived;
    this.#inDerived = around;
    const items = this.items(element, undefined, properties);
    this.#inDerived = before;
    // Without registers it adds nothing, whatever its count.
    if (items.length === 0) return undefined;
    return { kind: 'group', ...base, items };
  }

  items(element: XmlElement, container: string | undefined, properties: Properties): ModelItem[] {
    const items: ModelItem[] = [];
    for (const member of this.#derived.members(element, container, ['register', 'cluster'])) {
      this.#budget.spend();
      const item = member.name === 'cluster' ? this.#group(member, properties) : this.#register(member, properties);
      if (item !== undefined) items.push(item);
    }
    return items.sort((a, b) => a.offsetBytes - b.offsetBytes);
  }

  block(element: XmlElement, outer: Properties): ModelBlock[] {
    const log = this.#log;
    const derived = this.#derived;
    const place = placeOfElement(element);
    const name = derived.nameOf(element);
    const written = derived.child(element, 'baseAddress')?.text ?? '';
    const base = parseSvdInteger(written);
    const array = readArray(element, this.#limits, this.#budget, log);
    if (name === '' || base === undefined || array === 'damaged') {
      const message =
        name === ''
          ? `The ${kindOf(element)} has no name.`
          : written === ''
            ? `The ${kindOf(element)} has no baseAddress.`
            : `baseAddress is "${written.slice(0, 40)}", which is not a number.`;
      const cure = name === '' ? 'Give it a name.' : 'Give the address of its first register.';
      if (name === '' || base === undefined) log.add('warning', 'IMPORT_MISSING', place, message, cure);
      log.leave('damaged', place);
      return [];
    }
    const interrupts = childrenOf(element, 'interrupt').length;
    if (interrupts > 0) log.leave('interrupt', place, interrupts);
    for (const block of childrenOf(element, 'addressBlock')) {
      if (childOf(block, 'usage')?.text === 'buffer') log.leave('address-block', place);
    }
    const items = this.items(element, 'registers', this.properties(element, outer));
    const registers = items.reduce((sum, item) => sum + countRegisters(item), 0);
    if (registers > this.#limits.registers) {
      const message = `${name} has ${registers} registers; at most ${this.#limits.registers} are read.`;
      log.add('warning', 'IMPORT_TOO_LARGE', place, message, 'Split the peripheral and import the parts.');
      log.leave('damaged', place);
      return [];
    }
    const description = plainText(derived.child(element, 'description'));
    // Registers of its own, or properties that change those it inherits, make it another kind.
    const changes = ['registers', 'size', 'access', 'resetValue', 'resetMask'];
    const [, model] = derived.chain(element);
    const same = model !== undefined && !changes.some((change) => childOf(element, change) !== undefined);
    const sameAs = same && childOf(model, 'dim') === undefined ? writtenName(model) : undefined;
    return Array.from({ length: array?.count ?? 1 }, (_, index) => ({
      place,
      name: elementName(name, array && labelOf(array, index)),
      ...(description !== undefined && { description }),
      base: base + BigInt(index) * BigInt(array?.strideBytes ?? 0),
      items,
      ...(sameAs !== undefined && { sameAs }),
      ...(array && index > 0 && { sameAs: elementName(name, labelOf(array, 0)) }),
    }));
  }
}

/** The registers of a device; undefined, with an error in the log, if they are too many. CMSIS-SVD 1.3 */
export function readDevice(device: XmlElement, limits: ImportLimits, log: ImportLog): RegisterModel | undefined {
  if (childOf(device, 'cpu') !== undefined) log.leave('cpu', placeOfElement(device));
  const reader = new SvdReader(device, limits, log);
  const properties = reader.properties(device, STANDARD);
  const peripherals = childOf(device, 'peripherals');
  const blocks = peripherals === undefined ? [] : childrenOf(peripherals, 'peripheral');
  const name = writtenName(device);
  const description = plainText(childOf(device, 'description'));
  try {
    return {
      ...(name !== '' && { name }),
      ...(description !== undefined && { description }),
      blocks: blocks.flatMap((block) => reader.block(block, properties)),
    };
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error;
    const message = `The file stands for more than ${limits.items} registers, fields and value names, derived ones included.`;
    log.error('IMPORT_TOO_LARGE', placeOfElement(device), message, 'Split the file and import the parts.');
    return undefined;
  }
}
