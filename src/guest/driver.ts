import type { PciAddress } from '../vocab/index.js';
import { PAGE_BYTES, REGISTER_BYTES } from './address.js';
import type {
  Driver,
  DriverArray,
  DriverDescription,
  DriverRegister,
  ElementName,
  FieldValues,
  SharedRun,
} from './driver-types.js';
import { refuseRange, refuseType, requireInRange, requireObject, shown } from './refuse.js';
import {
  accessesOf,
  fieldMask,
  fieldMaximum,
  fieldValue,
  isReadable,
  isWritable,
  needsRead,
  otherBits,
  wholeWrite,
  writeRules,
} from './register-rules.js';
import { openWide } from './wide-register.js';
import { type GuestPorts, openWindow, requireMethods, requireRegisterValue, type Window } from './window.js';

/** A register and its address. */
interface Bound {
  readonly register: DriverRegister;
  readonly address: bigint;
}

function lookUp<T>(rows: ReadonlyMap<string, T>, owner: string, name: string): T {
  const row = rows.get(name);
  if (row !== undefined) return row;
  const names = [...rows.keys()].join(', ');
  throw new TypeError(`${owner} has no ${name}${names === '' ? '' : `, only ${names}`}`);
}

function fieldOf(owner: string, { fields }: DriverRegister, name: string): DriverRegister['fields'][number] {
  return lookUp(new Map(fields.map((field) => [field.name, field])), owner, name);
}

/** The value of each field of a register, by name. */
function fieldsIn({ fields }: DriverRegister, value: number): Record<string, number> {
  return Object.fromEntries(fields.map((field) => [field.name, fieldValue(field, value)]));
}

/** `previous` with the fields changed. */
function withFields(
  owner: string,
  register: DriverRegister,
  previous: number,
  values: Record<string, unknown>,
): number {
  requireObject(`values of ${owner}`, values, 'an object with a number for each field');
  let value = previous;
  for (const [name, wanted] of Object.entries(values)) {
    if (wanted === undefined) continue;
    const field = fieldOf(owner, register, name);
    requireInRange(`${owner}.${name}`, wanted as number, fieldMaximum(field));
    value = (value & ~fieldMask(field)) | ((wanted as number) * 2 ** field.lowBit);
  }
  return value >>> 0;
}

/** The name of the element with these indexes. */
function elementOf(what: string, { counts, elements }: DriverArray, indexes: readonly number[]): string {
  if (indexes.length !== counts.length) {
    const needed = counts.length === 1 ? 'one is' : `${counts.length} are`;
    throw new RangeError(
      `${what} is given ${indexes.length} index${indexes.length === 1 ? '' : 'es'}; ${needed} needed`,
    );
  }
  let place = 0;
  for (const [at, count] of counts.entries()) {
    const index: unknown = indexes[at];
    if (typeof index !== 'number')
      throw new TypeError(`index of ${what} is ${shown(index)}; the allowed range is 0..${count - 1}`);
    requireInRange(`index of ${what}`, index, count - 1);
    place = place * count + index;
  }
  return elements[place] as string;
}

/** A run of dwords that begins at `first`. Indexes are checked against its length. */
function openRun(window: Window, what: string, first: bigint, lengthBytes: number): SharedRun {
  const count = Math.floor(lengthBytes / REGISTER_BYTES);
  const at = (index: number): bigint => {
    if (!(index >>> 0 === index && index < count)) requireInRange(`dword of ${what}`, index, count - 1);
    return first + BigInt(index * REGISTER_BYTES);
  };
  return {
    address: first,
    lengthBytes,
    read: (index) => window.memory.read32(at(index)),
    write(index, value) {
      requireRegisterValue(what, value);
      window.memory.write32(at(index), value);
    },
  };
}

/** A function's shared page, from its first byte. */
export function openSharedPage(window: Window, address: PciAddress, what: string): SharedRun {
  return openRun(window, what, window.address({ address, page: 'shared', register: 0 }), PAGE_BYTES);
}

/** Throws a TypeError for a description that cannot be one, whatever its rows hold. */
function requireDescription(description: unknown): void {
  const parts = description as Record<string, unknown>;
  requireObject('description', description, '{ name, address, registers, shared }');
  for (const list of ['registers', 'shared'])
    if (!Array.isArray(parts[list])) refuseType(`description.${list}`, parts[list], 'an array');
}

/** A driver for one function in a window that is already open. Throws a RangeError if part of the function is outside it. */
export function openFunctionIn<const D extends DriverDescription>(window: Window, description: D): Driver<D> {
  requireMethods('window', window, ['address', 'read', 'write']);
  requireDescription(description);
  const { address, name: owner } = description;
  const { memory } = window;
  const registers = new Map<string, Bound>(
    description.registers.map((register) => [
      register.name,
      { register, address: window.address({ address, page: 'trapped', register: register.index }) },
    ]),
  );
  const page = openSharedPage(window, address, `${owner}'s shared page`);
  const runs = new Map(description.shared.map((run) => [run.name, openNamedRun(window, owner, page, run)]));
  const arrays = new Map(description.arrays?.map((array) => [array.name, array]));
  const readable = (name: string): Bound => {
    const bound = lookUp(registers, owner, name);
    if (!accessesOf(bound.register).some(isReadable)) throw new TypeError(`${owner}.${name} is wo; it cannot be read`);
    return bound;
  };
  const writable = (name: string): Bound => {
    const bound = lookUp(registers, owner, name);
    const { access } = bound.register;
    if (!accessesOf(bound.register).some(isWritable))
      throw new TypeError(`${owner}.${name} is ${access}; it cannot be written`);
    return bound;
  };
  const dwordAt = (offsetBytes: number): number => {
    const isThere = offsetBytes % REGISTER_BYTES === 0 && offsetBytes >= 0 && offsetBytes < PAGE_BYTES;
    if (isThere) return offsetBytes / REGISTER_BYTES;
    const range = `multiples of ${REGISTER_BYTES} in 0..${PAGE_BYTES - REGISTER_BYTES}`;
    return refuseRange(`offset in ${owner}'s shared page`, offsetBytes, range);
  };
  return {
    description,
    element(name, ...indexes) {
      const array = lookUp(arrays, owner, name);
      return elementOf(`${owner}.${name}`, array, indexes) as ElementName<D, typeof name>;
    },
    address: (name) => lookUp(registers, owner, name).address,
    resetValue: (name) => lookUp(registers, owner, name).register.reset,
    read: (name) => memory.read32(readable(name).address),
    write(name, value) {
      const bound = writable(name);
      requireRegisterValue(`${owner}.${name}`, value);
      memory.write32(bound.address, wholeWrite(writeRules(bound.register), value));
    },
    readField(name, fieldName) {
      const bound = readable(name);
      const field = fieldOf(`${owner}.${name}`, bound.register, fieldName);
      return fieldValue(field, memory.read32(bound.address));
    },
    readFields(name) {
      const bound = readable(name);
      return fieldsIn(bound.register, memory.read32(bound.address)) as FieldValues<D, typeof name>;
    },
    fieldsOf(name, value) {
      requireRegisterValue(`${owner}.${name}`, value);
      return fieldsIn(lookUp(registers, owner, name).register, value) as FieldValues<D, typeof name>;
    },
    withFields(name, value, values) {
      requireRegisterValue(`${owner}.${name}`, value);
      return withFields(`${owner}.${name}`, lookUp(registers, owner, name).register, value, values);
    },
    writeFields(name, values) {
      const { register, address: at } = writable(name);
      const what = `${owner}.${name}`;
      withFields(what, register, 0, values);
      const written = register.fields.filter((field) => (values as Record<string, unknown>)[field.name] !== undefined);
      const bits = written.reduce((mask, field) => (mask | fieldMask(field)) >>> 0, 0);
      const rules = writeRules(register);
      const isRead = needsRead(rules, bits);
      if (isRead && rules.readClears)
        throw new TypeError(`a read of ${what} clears bits of it; write the whole register`);
      const previous = isRead ? memory.read32(at) : 0;
      memory.write32(at, withFields(what, register, otherBits(rules, bits, previous), values));
    },
    read64: (name) => openWide(window, description, name).read(),
    write64: (name, value) => openWide(window, description, name).write(value),
    run: (name) => lookUp(runs, owner, name),
    readShared: (offsetBytes) => page.read(dwordAt(offsetBytes)),
    writeShared: (offsetBytes, value) => page.write(dwordAt(offsetBytes), value),
  };
}

function openNamedRun(window: Window, owner: string, page: SharedRun, run: DriverDescription['shared'][number]) {
  const { name, offsetBytes, lengthBytes } = run;
  if (offsetBytes % REGISTER_BYTES !== 0 || offsetBytes < 0 || offsetBytes + lengthBytes > PAGE_BYTES) {
    throw new RangeError(
      `${owner}.${name} is bytes ${offsetBytes}..${offsetBytes + lengthBytes - 1} of its page; ` +
        `the allowed range is 0..${PAGE_BYTES - 1}, from a multiple of ${REGISTER_BYTES}`,
    );
  }
  return openRun(window, `${owner}.${name}`, page.address + BigInt(offsetBytes), lengthBytes);
}

/**
 * Reads `\VCFG` once and returns a driver for one function with its registers by name. If the description is `as const`,
 * the compiler checks the names too.
 * @throws GuestError GUEST_NO_WINDOW if the base cannot be right; RangeError if part of the function is outside the
 * window; TypeError for a port or description that cannot be used.
 */
export function openFunction<const D extends DriverDescription>(
  options: GuestPorts & { readonly description: D },
): Driver<D> {
  return openFunctionIn(openWindow(options), options.description);
}
