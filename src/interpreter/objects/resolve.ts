import { BufferFieldObject, DeferredBufferField, FieldObject, readBufferField } from '../fields/field-unit.js';
import { readFieldUnit } from '../fields/transfer.js';
import { fail } from './fault.js';
import type { Machine } from './machine.js';
import { AmlNode, parseName } from './node.js';
import {
  AmlBuffer,
  AmlPackage,
  AmlString,
  DdbHandle,
  type Element,
  IndexReference,
  NodeReference,
  SharedInteger,
  TYPE,
  typeOf,
  UnresolvedName,
  type Value,
} from './objects.js';

/** Looks the names in a package up, once. Named data becomes its value, anything else a reference to the name. */
export function resolvePackage(machine: Machine, pack: AmlPackage): void {
  pack.unresolved = false;
  pack.elements.forEach((element, index) => {
    if (element instanceof AmlPackage && element.unresolved) resolvePackage(machine, element);
    if (!(element instanceof UnresolvedName)) return;
    const node = machine.tree.find(element.scope, parseName(element.name));
    if (node === undefined) pack.elements[index] = undefined;
    else if (node.object === undefined) pack.elements[index] = new NodeReference(node, true);
    else {
      const value = valueOfNode(machine, node);
      if (typeof node.object === 'number' || typeof node.object === 'bigint')
        pack.elements[index] = new SharedInteger(node);
      else pack.elements[index] = value instanceof AmlNode ? new NodeReference(node, true) : value;
    }
  });
}

/** The elements of a package, the names in it looked up. */
export function elementsOf(machine: Machine, pack: AmlPackage): Element[] {
  if (pack.unresolved) resolvePackage(machine, pack);
  return pack.elements;
}

/** The value of an element that has been looked up. */
export function valueOfElement(element: Element): Value | undefined {
  if (element instanceof SharedInteger) return element.value;
  return element instanceof UnresolvedName ? undefined : element;
}

/** Makes a field whose buffer was not there when its table declared it. */
export function settleField(node: AmlNode, deferred: DeferredBufferField): BufferFieldObject {
  const made = deferred.make();
  node.object = made;
  return made;
}

/** What a name gives where a value is wanted. A method is not called; an object without a value is its node. */
export function valueOfNode(machine: Machine, node: AmlNode): Value {
  const { object } = node;
  if (typeof object === 'number' || typeof object === 'bigint') return object;
  if (
    object instanceof AmlString ||
    object instanceof AmlBuffer ||
    object instanceof AmlPackage ||
    object instanceof DdbHandle
  )
    return object;
  if (object instanceof FieldObject) return readFieldUnit(machine, object);
  if (object instanceof BufferFieldObject) {
    if (object.bits > 64) machine.spend(object.bits / 8);
    return readBufferField(object, machine.arithmetic);
  }
  if (object instanceof DeferredBufferField) return readBufferField(settleField(node, object), machine.arithmetic);
  if (object === undefined) fail('AE_AML_UNINITIALIZED_NODE', `${node.path} is a scope, or was never given a value.`);
  if (object.type === TYPE.reference) return object as Value;
  return node;
}

/** An element or byte that Index refers to. */
export function elementAt(machine: Machine, { container, index }: IndexReference): Value {
  if (container instanceof AmlPackage) {
    const element = valueOfElement(elementsOf(machine, container)[index]);
    if (element === undefined)
      fail('AE_AML_UNINITIALIZED_ELEMENT', `Element ${index} of the package is not initialized.`);
    return element;
  }
  if (container instanceof AmlBuffer) return container.bytes[index] ?? 0;
  return container.text.charCodeAt(index) || 0;
}

/**
 * An operand that Index gave is the element itself, unless it is of a buffer; a name in a package that DerefOf gave is
 * the object of that name. Deviates: ACPICA does so.
 */
export function resolveOperand(machine: Machine, value: Value): Value {
  if (value instanceof IndexReference && value.container instanceof AmlPackage) return elementAt(machine, value);
  return value instanceof NodeReference && value.isName ? valueOfNode(machine, value.node) : value;
}

/** DerefOf. ACPI 6.5 §19.6.30 */
export function dereference(machine: Machine, value: Value, scope: AmlNode): Value {
  if (value instanceof AmlString) {
    if (value.text === '') fail('AE_BAD_PARAMETER', 'An empty String names no object.');
    machine.work(4 * value.text.length);
    if (hasLongSegment(value.text)) fail('AE_BAD_PATHNAME', `${JSON.stringify(value.text)} is not a path.`);
    const node = findByText(machine, value.text, scope);
    if (node === undefined) fail('AE_NOT_FOUND', `"${value.text}" names no object in ${scope.path}.`);
    return valueOfNode(machine, node);
  }
  if (typeOf(value) !== TYPE.reference)
    fail('AE_AML_OPERAND_TYPE', 'DerefOf takes a reference, or a String that names an object.');
  if (value instanceof IndexReference) return elementAt(machine, value);
  if (value instanceof NodeReference) {
    if (value.isName) return fail('AE_TYPE', `${value.node.path} in a package has no value.`);
    return valueOfNode(machine, value.node);
  }
  return fail('AE_AML_OPERAND_TYPE', 'The Debug object has no value.');
}

const NAME_TEXT = /^(\\|\^*)([A-Z_][A-Z0-9_]{0,3}(?:\.[A-Z_][A-Z0-9_]{0,3})*)?$/i;

function hasLongSegment(text: string): boolean {
  return /[^.]{5}/.test(text.replace(/^[\\^]+/, ''));
}

/** The object that a text names, as DerefOf of a String and LoadTable have it; case does not count. */
export function findByText(machine: Machine, text: string, scope: AmlNode): AmlNode | undefined {
  const [whole, prefix = '', rest = ''] = NAME_TEXT.exec(text.toUpperCase()) ?? [];
  if (whole === undefined || whole === '') return undefined;
  const segments =
    rest === ''
      ? ''
      : rest
          .split('.')
          .map((segment) => segment.padEnd(4, '_'))
          .join('.');
  return machine.tree.find(scope, parseName(prefix + segments));
}

/** Follows references to what they end at, as ObjectType and SizeOf do; undefined if that is not initialized. */
export function followReferences(machine: Machine, start: Value | undefined): Value | AmlNode | undefined {
  let value = start;
  for (let steps = 0; steps < 64; steps++) {
    if (value instanceof AmlNode) {
      const { object }: AmlNode = value;
      if (typeof object !== 'object' || object.type !== TYPE.reference) return value;
      value = object as Value;
    } else if (value instanceof NodeReference) {
      value = value.node;
    } else if (value instanceof IndexReference) {
      if (!(value.container instanceof AmlPackage)) return value;
      value = valueOfElement(elementsOf(machine, value.container)[value.index]);
    } else if (typeof value === 'object' && value.type === TYPE.reference && 'slots' in value) {
      value = value.slots[value.slot];
    } else return value;
  }
  return fail('AE_LIMIT', 'References refer to each other in a circle.');
}

/** ObjectType's number for what references end at. ACPI 6.5 §19.6.97 */
export function objectTypeOf(machine: Machine, start: Value | undefined): number {
  const value = followReferences(machine, start);
  if (value instanceof AmlNode) return value.objectType;
  if (value instanceof IndexReference) return TYPE.bufferField;
  const type = typeOf(value);
  return type === TYPE.reference ? TYPE.debug : type;
}
