import type { ImportLog } from '../model/import-log.js';
import type { LeftOutKind } from '../model/left-out.js';
import { placeOfElement } from '../svd/derived.js';
import { childOf, childrenOf, type XmlElement } from '../svd/xml-tree.js';
import { IpxactNumbers } from './ipxact-numbers.js';

/**
 * An IP-XACT component as the SVD file that would say the same. SVD took its words from IP-XACT, so one reader serves both.
 * Each element is at the place of what it was made from. IEEE 1685-2009, -2014 and -2022
 */

const UNIT_BITS = 8n;

/** Elements of an array of several dimensions that are counted; no limit of the import lets as many through. */
const MOST_ELEMENTS = 1n << 32n;
/** Bits of the widest register. */
const MOST_BITS = 1024n;

const isTrue = (text: string): boolean => /^(?:true|1|1'b1|'h1)$/.test(text);

/** A name without its namespace's prefix. */
export const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

class SvdTree {
  /** Prefix of the elements of the standard, with its colon. Those of vendors have another. */
  readonly #prefix: string;
  readonly #numbers: IpxactNumbers;
  readonly #log: ImportLog;
  /** Bits at each address of the memory map that is being read. */
  #unitBits = UNIT_BITS;

  constructor(component: XmlElement, log: ImportLog) {
    this.#prefix = component.name.slice(0, component.name.indexOf(':') + 1);
    this.#log = log;
    const parameters = new Map<string, string>();
    for (const list of this.#all(component, 'parameters')) {
      for (const parameter of this.#all(list, 'parameter')) {
        const value = this.#text(parameter, 'value');
        for (const name of [parameter.attributes.parameterId, this.#text(parameter, 'name')])
          if (name !== undefined && name !== '') parameters.set(name, value);
      }
    }
    this.#numbers = new IpxactNumbers(parameters);
  }

  #all(element: XmlElement, name: string): readonly XmlElement[] {
    return childrenOf(element, this.#prefix + name);
  }

  #one(element: XmlElement | undefined, name: string): XmlElement | undefined {
    return element && childOf(element, this.#prefix + name);
  }

  #text(element: XmlElement | undefined, name: string): string {
    return this.#one(element, name)?.text ?? '';
  }

  #value(element: XmlElement | undefined, name: string): bigint | undefined {
    return this.#numbers.read(this.#text(element, name));
  }

  #make(from: XmlElement, name: string, parent: XmlElement | undefined, text = ''): XmlElement {
    const { line, column } = from;
    const made = { name, attributes: {}, children: [], parent, text, line, column, written: localName(from.name) };
    parent?.children.push(made);
    return made;
  }

  /** Copies texts, under the names that SVD has for them. */
  #copy(from: XmlElement | undefined, to: XmlElement, names: readonly (string | readonly [string, string])[]): void {
    for (const each of names) {
      const [name, svdName] = typeof each === 'string' ? [each, each] : each;
      const found = this.#one(from, name);
      if (found !== undefined) this.#make(found, svdName, to, found.text);
    }
  }

  /** Copies numbers. One that cannot be read is copied as it is, for the reader to report. */
  #copyNumbers(from: XmlElement, to: XmlElement, names: readonly string[], scale = 1n): void {
    for (const name of names) {
      const found = this.#one(from, name);
      const value = found && this.#numbers.read(found.text);
      if (found !== undefined) this.#make(found, name, to, value === undefined ? found.text : String(value * scale));
    }
  }

  #leave(kind: LeftOutKind, element: XmlElement, count: number): void {
    if (count > 0) this.#log.leave(kind, placeOfElement(element), count);
  }

  /** Bytes at each address: a number of units times this. Units that are not whole bytes count as bytes. */
  get #unitBytes(): bigint {
    return this.#unitBits / UNIT_BITS || 1n;
  }

  #unitBitsOf(map: XmlElement): bigint {
    const written = this.#one(map, 'addressUnitBits');
    const bits = written && this.#numbers.read(written.text);
    if (written === undefined || (bits !== undefined && bits > 0n && bits <= MOST_BITS)) return bits ?? UNIT_BITS;
    const message = `addressUnitBits is "${written.text.slice(0, 40)}", which is not a number of bits from 1 to ${MOST_BITS}.`;
    const cure = `Give the bits at each address, such as 8; ${UNIT_BITS} is used instead.`;
    this.#log.add('warning', 'IMPORT_BAD_NUMBER', placeOfElement(written), message, cure);
    return UNIT_BITS;
  }

  /** Where access is: in the element, or since 2022 in its first policy for every mode. */
  #policyOf(element: XmlElement, kind: 'accessPolic' | 'fieldAccessPolic'): XmlElement {
    const policies = this.#one(element, `${kind}ies`);
    const all = policies === undefined ? [] : this.#all(policies, `${kind}y`);
    return all.find((policy) => this.#one(policy, 'modeRef') === undefined) ?? all[0] ?? element;
  }

  /** What is defined in another file and only named here is missing. */
  #reportReference(element: XmlElement): void {
    const reference = element.children.find(({ name }) => /DefinitionRef$/.test(name));
    if (reference === undefined) return;
    const message = `The ${localName(element.name)} is defined elsewhere (${localName(reference.name)}), which is not read.`;
    const cure = 'Write the definition out where it is used, and import that file.';
    this.#log.add('warning', 'IMPORT_MISSING', placeOfElement(element), message, cure);
    this.#leave('damaged', element, 1);
  }

  /** Whether `isPresent` is 0. What cannot be computed is reported, and counts as present. */
  #isAbsent(element: XmlElement): boolean {
    const written = this.#one(element, 'isPresent');
    if (written === undefined || isTrue(written.text)) return false;
    const value = written.text === 'false' ? 0n : this.#numbers.read(written.text);
    if (value !== undefined) return value === 0n;
    const message = `isPresent is "${written.text.slice(0, 40)}", which cannot be computed.`;
    const cure = `Write 1 or 0, or an expression of numbers and parameters with + - * / % ** << >>; the ${localName(element.name)} is taken as present.`;
    this.#log.add('warning', 'IMPORT_BAD_NUMBER', placeOfElement(written), message, cure);
    return false;
  }

  /**
   * How many elements an element stands for, all its dimensions together, and their distance: `distance` unless it says
   * another. Undefined if it is not an array. The count is undefined, with the dimension at fault, if one is not a number.
   */
  #arrayOf(from: XmlElement, distance: bigint | undefined, scale: bigint) {
    const array = this.#one(from, 'array') ?? from;
    const dims = this.#all(array, 'dim');
    const [first] = dims;
    if (first === undefined) return undefined;
    let count: bigint | undefined = 1n;
    let fault: XmlElement | undefined;
    for (const dim of dims) {
      const each = this.#numbers.read(dim.text);
      if (each === undefined) fault ??= dim;
      else if (count <= MOST_ELEMENTS) count *= each;
    }
    if (fault !== undefined) count = undefined;
    const written = this.#one(array, from.name === `${this.#prefix}field` ? 'bitStride' : 'stride');
    const stride = written && this.#numbers.read(written.text);
    const step = written === undefined ? distance : stride && stride * scale;
    // One that cannot be read is passed on as it is, for the reader to report.
    return { first, count, fault, step, stepText: step === undefined ? written?.text : String(step) };
  }

  /** Dimensions, those of several as one, with the distance of elements in bytes, or in bits for a field. */
  #dimensions(from: XmlElement, to: XmlElement, distance: bigint | undefined, scale: bigint): void {
    const array = this.#arrayOf(from, distance, scale);
    if (array === undefined) return;
    const { first, count, fault, stepText } = array;
    this.#make(first, 'dim', to, fault === undefined ? String(count) : fault.text);
    if (stepText !== undefined) this.#make(first, 'dimIncrement', to, stepText);
  }

  /** The value of a field of a width after reset at each element of its array, the first at bit 0. */
  #resetOfElements(field: XmlElement, width: bigint, value: bigint): bigint {
    const { count = 1n, step = width } = this.#arrayOf(field, width, 1n) ?? {};
    // Elements that overlap are a fault that the reader of fields reports.
    if (count <= 1n || step < width || step === 0n) return value;
    const most = MOST_BITS / step + 1n;
    const bits = step * (count < most ? count : most);
    return (value * ((1n << bits) - 1n)) / ((1n << step) - 1n);
  }

  #constraint(policy: XmlElement, field: XmlElement): void {
    const constraint = this.#one(policy, 'writeValueConstraint');
    if (constraint === undefined) return;
    const made = this.#make(constraint, 'writeConstraint', field);
    if (this.#one(constraint, 'minimum') !== undefined)
      this.#copyNumbers(constraint, this.#make(constraint, 'range', made), ['minimum', 'maximum']);
  }

  #values(from: XmlElement, field: XmlElement): void {
    for (const set of this.#all(from, 'enumeratedValues')) {
      this.#reportReference(set);
      const made = this.#make(set, 'enumeratedValues', field);
      for (const each of this.#all(set, 'enumeratedValue')) {
        const value = this.#make(each, 'enumeratedValue', made);
        this.#copy(each, value, ['name', 'description']);
        const [, bits] = /^[0-9]*\s*'[sS]?[bB]([01xXzZ?_]+)$/.exec(this.#text(each, 'value')) ?? [];
        if (bits !== undefined && /[xz?]/i.test(bits))
          this.#make(each, 'value', value, `#${bits.replaceAll('_', '').replaceAll(/[xz?]/gi, 'x')}`);
        else this.#copyNumbers(each, value, ['value']);
      }
    }
  }

  #field(from: XmlElement, fields: XmlElement): void {
    const policy = this.#policyOf(from, 'fieldAccessPolic');
    const isReserved = isTrue(this.#text(policy, 'reserved'));
    if (isReserved || this.#text(policy, 'access') === 'no-access') {
      this.#leave('no-access', from, 1);
      return;
    }
    const field = this.#make(from, 'field', fields);
    this.#copy(from, field, ['name']);
    // SVD has no other name for fields than this.
    const [name, label] = [this.#text(from, 'name'), this.#text(from, 'displayName')];
    const words = [label === name ? '' : label, this.#text(from, 'description')]
      .filter((text) => text !== '')
      .join('. ');
    if (words !== '') this.#make(from, 'description', field, words);
    this.#reportReference(from);
    this.#reportReference(policy);
    this.#copyNumbers(from, field, ['bitOffset', 'bitWidth']);
    this.#dimensions(from, field, this.#value(from, 'bitWidth'), 1n);
    this.#copy(policy, field, ['access', ['modifiedWriteValue', 'modifiedWriteValues'], 'readAction']);
    this.#constraint(policy, field);
    this.#values(from, field);
    if (policy !== from) this.#values(policy, field);
  }

  /** The value after reset: of the register in 2009, of its fields later. Resets of a kind of their own are another's. */
  #reset(from: XmlElement, fields: readonly XmlElement[], register: XmlElement): void {
    const own = this.#one(from, 'reset');
    if (own !== undefined) {
      const [value, mask] = [this.#value(own, 'value'), this.#value(own, 'mask')];
      this.#make(own, 'resetValue', register, value === undefined ? this.#text(own, 'value') : String(value));
      if (mask !== undefined) this.#make(own, 'resetMask', register, String(mask));
      return;
    }
    let reset = 0n;
    for (const field of fields) {
      const resets = this.#one(field, 'resets');
      const all = resets === undefined ? [] : this.#all(resets, 'reset');
      const usual = all.find(({ attributes }) => attributes.resetTypeRef === undefined) ?? all[0];
      const [value, offset] = [this.#value(usual, 'value'), this.#value(field, 'bitOffset')];
      const width = this.#value(field, 'bitWidth') ?? 0n;
      if (usual === undefined || offset === undefined || offset > MOST_BITS || width > MOST_BITS) continue;
      const mask = ((1n << width) - 1n) & (this.#value(usual, 'mask') ?? (1n << width) - 1n);
      if (value === undefined) {
        this.#make(usual, 'resetValue', register, this.#text(usual, 'value'));
        return;
      }
      reset |= this.#resetOfElements(field, width, value & mask) << offset;
    }
    if (reset !== 0n) this.#make(from, 'resetValue', register, String(reset));
  }

  /** Whether a field says nothing but that the register has all its bits: the standard wants one field at least. */
  #isWhole(field: XmlElement, register: XmlElement): boolean {
    return (
      this.#text(field, 'name') === this.#text(register, 'name') &&
      this.#value(field, 'bitOffset') === 0n &&
      this.#value(field, 'bitWidth') === this.#value(register, 'size') &&
      !['description', 'enumeratedValues', 'array', 'dim'].some((name) => this.#one(field, name) !== undefined)
    );
  }

  #register(from: XmlElement, parent: XmlElement): void {
    if (this.#isAbsent(from)) return;
    const register = this.#make(from, 'register', parent);
    this.#copy(from, register, ['name', 'displayName', 'description']);
    this.#reportReference(from);
    this.#copyNumbers(from, register, ['addressOffset'], this.#unitBytes);
    this.#copyNumbers(from, register, ['size']);
    const bytes = ((this.#value(from, 'size') ?? 32n) + UNIT_BITS - 1n) / UNIT_BITS;
    this.#dimensions(from, register, bytes, this.#unitBytes);
    const fields = this.#all(from, 'field').filter((field) => !this.#isAbsent(field));
    const [only] = fields;
    const policies = [this.#policyOf(from, 'accessPolic')];
    if (only !== undefined && fields.length === 1 && this.#isWhole(only, from))
      policies.unshift(this.#policyOf(only, 'fieldAccessPolic'));
    for (const policy of policies)
      this.#copy(policy, register, ['access', ['modifiedWriteValue', 'modifiedWriteValues'], 'readAction']);
    this.#reset(from, fields, register);
    if (policies.length === 1 && fields.length > 0) {
      const made = this.#make(from, 'fields', register);
      for (const field of fields) this.#field(field, made);
    }
    const alternate = this.#one(from, 'alternateRegisters');
    if (alternate !== undefined) this.#leave('alternate', register, this.#all(alternate, 'alternateRegister').length);
    this.#leave('user-property', register, this.#one(from, 'vendorExtensions')?.children.length ?? 0);
  }

  #registers(from: XmlElement, parent: XmlElement): void {
    for (const register of this.#all(from, 'register')) this.#register(register, parent);
    for (const file of this.#all(from, 'registerFile')) {
      if (this.#isAbsent(file)) continue;
      const cluster = this.#make(file, 'cluster', parent);
      this.#copy(file, cluster, ['name', 'displayName', 'description']);
      this.#reportReference(file);
      this.#copyNumbers(file, cluster, ['addressOffset'], this.#unitBytes);
      const range = this.#value(file, 'range');
      this.#dimensions(file, cluster, range === undefined ? undefined : range * this.#unitBytes, this.#unitBytes);
      this.#copy(this.#policyOf(file, 'accessPolic'), cluster, ['access']);
      this.#registers(file, cluster);
    }
  }

  #block(from: XmlElement, name: string, peripherals: XmlElement): void {
    if (this.#isAbsent(from)) return;
    const usage = this.#text(from, 'usage');
    if (usage === 'memory' || usage === 'reserved') {
      this.#leave(usage === 'memory' ? 'memory' : 'address-block', from, 1);
      return;
    }
    const peripheral = this.#make(from, 'peripheral', peripherals);
    this.#make(from, 'name', peripheral, name);
    this.#copy(from, peripheral, ['description']);
    this.#reportReference(from);
    this.#copyNumbers(from, peripheral, ['baseAddress'], this.#unitBytes);
    const range = this.#value(from, 'range');
    this.#dimensions(from, peripheral, range === undefined ? undefined : range * this.#unitBytes, this.#unitBytes);
    this.#copy(this.#policyOf(from, 'accessPolic'), peripheral, ['access']);
    this.#registers(from, this.#make(from, 'registers', peripheral));
  }

  device(component: XmlElement): XmlElement {
    const device = this.#make(component, 'device', undefined);
    this.#copy(component, device, ['name', 'description']);
    const peripherals = this.#make(component, 'peripherals', device);
    const maps = this.#all(component, 'memoryMaps').flatMap((list) => this.#all(list, 'memoryMap'));
    const times = new Map<string, number>();
    for (const block of maps.flatMap((map) => this.#all(map, 'addressBlock'))) {
      const name = this.#text(block, 'name').toLowerCase();
      times.set(name, (times.get(name) ?? 0) + 1);
    }
    for (const map of maps) {
      this.#unitBits = this.#unitBitsOf(map);
      this.#reportReference(map);
      for (const block of this.#all(map, 'addressBlock')) {
        const name = this.#text(block, 'name');
        const isShared = name !== '' && (times.get(name.toLowerCase()) ?? 0) > 1;
        this.#block(block, isShared ? `${this.#text(map, 'name')}_${name}` : name, peripherals);
      }
      for (const other of ['bank', 'subspaceMap']) this.#leave('address-block', map, this.#all(map, other).length);
      this.#leave('alternate', map, this.#all(map, 'memoryRemap').length);
    }
    return device;
  }
}

/** The device of an SVD file that says what an IP-XACT component says of registers; what it cannot say is in the log. */
export function svdOfComponent(component: XmlElement, log: ImportLog): XmlElement {
  return new SvdTree(component, log).device(component);
}
