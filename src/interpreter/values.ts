import { MOST_U64 } from '../base/index.js';
import { fail } from './objects/fault.js';
import type { Machine } from './objects/machine.js';
import { AmlNode } from './objects/node.js';
import {
  AmlBuffer,
  AmlPackage,
  AmlString,
  DdbHandle,
  DebugReference,
  IndexReference,
  NodeReference,
  SlotReference,
  TYPE,
  typeName,
  type Value,
} from './objects/objects.js';
import { elementAt, elementsOf, findByText, valueOfElement, valueOfNode } from './objects/resolve.js';

/** An object that has no value of its own, by its absolute path: a device in a package, for one. */
export interface AmlReference {
  readonly reference: string;
}

/** A value of AML as plain data. An element of a package that is not initialized is undefined. */
export type AmlValue = bigint | string | Uint8Array | AmlReference | readonly (AmlValue | undefined)[];

/** What can be passed to a method: numbers too, which have to be whole and not negative. */
export type AmlArgument = number | bigint | string | Uint8Array | AmlReference | readonly AmlArgument[];

/** Packages within packages that become plain data. */
const DEPTH_LIMIT = 200;

/** A value of the interpreter's as plain data of its own. */
function plainValue(machine: Machine, value: Value, depth = 0): AmlValue {
  if (depth > DEPTH_LIMIT) fail('AE_LIMIT', `The package has more than ${DEPTH_LIMIT} packages within packages.`);
  if (typeof value === 'number' || typeof value === 'bigint') return BigInt(value);
  if (value instanceof AmlString) return value.text;
  if (value instanceof AmlBuffer) {
    machine.spend(value.bytes.length);
    return value.bytes.slice();
  }
  if (value instanceof AmlPackage) {
    const elements = elementsOf(machine, value);
    machine.spend(16 * elements.length);
    return elements.map((element) => {
      const held = valueOfElement(element);
      return held === undefined ? undefined : plainValue(machine, held, depth + 1);
    });
  }
  if (value instanceof AmlNode) return { reference: value.path };
  if (value instanceof NodeReference && (value.isName || depth === 0)) return { reference: value.node.path };
  if (value instanceof IndexReference && depth === 0) {
    if (value.container instanceof AmlPackage && elementsOf(machine, value.container)[value.index] === undefined)
      fail('AE_TYPE', `Element ${value.index} of the package is not initialized.`);
    return plainValue(machine, elementAt(machine, value), depth + 1);
  }
  if (value instanceof DdbHandle) return { reference: `table ${value.table}` };
  return fail('AE_TYPE', 'The package holds a reference made by RefOf or Index, which has no value outside AML.');
}

/** Objects that an OS gets as they are. ACPICA actypes.h, ACPI_OBJECT */
function hasDescription({ objectType }: AmlNode): boolean {
  return objectType === TYPE.processor || objectType === TYPE.powerResource;
}

/** What an evaluation gave: a reference made by RefOf or Index is what it refers to. */
export function plainResult(machine: Machine, value: Value): AmlValue {
  let result = value;
  if (value instanceof NodeReference) {
    if (!value.node.isAlive)
      fail('AE_TYPE', `${value.node.segment} is gone: it was declared in a method that has ended.`);
    const { objectType } = value.node;
    // Deviates: ACPICA has no value for an OS where a method returns a reference to a field.
    if (objectType === TYPE.fieldUnit || objectType === TYPE.bufferField)
      fail('AE_TYPE', `${value.node.path} is a field, and a reference to it has no value outside AML.`);
    result = valueOfNode(machine, value.node);
  }
  if (value instanceof SlotReference || value instanceof DebugReference)
    fail('AE_TYPE', 'A reference to a Local, an Arg or Debug has no value outside its method.');
  if (result instanceof AmlNode && !hasDescription(result))
    fail('AE_TYPE', `${result.path} is a ${typeName(result)}, which has no value.`);
  return plainValue(machine, result);
}

/** Plain data as a value of the interpreter's. */
export function valueOfArgument(machine: Machine, argument: AmlArgument): Value {
  switch (typeof argument) {
    case 'number':
      if (!Number.isSafeInteger(argument) || argument < 0)
        throw new RangeError(`${argument} is not a whole number from 0 to 2^53 - 1`);
      return machine.arithmetic.cut(argument);
    case 'bigint':
      if (argument < 0n || argument > MOST_U64) throw new RangeError(`${argument} is not a number from 0 to 2^64 - 1`);
      return machine.arithmetic.cut(argument);
    case 'string': {
      const odd = [...argument].find((character) => character === '\0' || character > '\xff');
      if (odd !== undefined)
        throw new RangeError(`${JSON.stringify(argument)} has ${JSON.stringify(odd)}, which no AML string holds`);
      return new AmlString(argument);
    }
    default:
  }
  if (argument instanceof Uint8Array) return new AmlBuffer(new Uint8Array(argument));
  if (Array.isArray(argument))
    return new AmlPackage(argument.map((element: AmlArgument) => valueOfArgument(machine, element)));
  if (typeof argument === 'object' && argument !== null && 'reference' in argument) {
    const node = findByText(machine, argument.reference, machine.tree.root);
    if (node === undefined) throw new RangeError(`${argument.reference} is not an object of the namespace`);
    return new NodeReference(node, true);
  }
  throw new TypeError(`${String(argument)} is not a bigint, number, string, Uint8Array, array or { reference }`);
}
