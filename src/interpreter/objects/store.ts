import { BufferFieldObject, DeferredBufferField, FieldObject, writeBufferField } from '../fields/field-unit.js';
import { writeFieldUnit } from '../fields/transfer.js';
import { toBuffer, toInteger, toText } from './convert.js';
import { copyValue } from './copy.js';
import { debugText } from './debug-text.js';
import { fail } from './fault.js';
import type { Machine } from './machine.js';
import { AmlNode } from './node.js';
import {
  AmlBuffer,
  AmlPackage,
  AmlString,
  DdbHandle,
  IndexReference,
  NodeReference,
  type Reference,
  SlotReference,
  type Slots,
  TYPE,
  typeName,
  typeOf,
  type Value,
} from './objects.js';
import { elementAt, elementsOf, settleField } from './resolve.js';

/**
 * How a value is stored. `store`: the Store operator, converting to the target's type. `result`: the same, for the result
 * of any other operator. `explicit`: of an operator that converts itself, so the target takes its type. `copy`: CopyObject.
 */
export type StoreMode = 'store' | 'result' | 'explicit' | 'copy';

/** Objects whose type only CopyObject may change. */
function refuseTarget(node: AmlNode, value: Value, mode: StoreMode): void {
  const type = node.objectType;
  if (type === TYPE.package && mode === 'store') {
    if (!(value instanceof AmlPackage))
      fail('AE_AML_TARGET_TYPE', `${node.path} is a Package, which takes no ${typeName(value)}.`);
    return;
  }
  if (type === TYPE.package || (type >= TYPE.device && type <= TYPE.thermalZone && type !== TYPE.method))
    fail('AE_AML_TARGET_TYPE', `${node.path} is a ${typeName(node)}, which cannot be stored to.`);
}

function isData(value: Value): boolean {
  const type = typeOf(value);
  return type === TYPE.integer || type === TYPE.string || type === TYPE.buffer;
}

function intoBuffer(target: AmlBuffer, { bytes: source }: AmlBuffer): void {
  const { bytes } = target;
  if (bytes.length === 0) {
    target.bytes = source.slice();
    return;
  }
  if (source === bytes) return;
  if (source.length < bytes.length) bytes.fill(0, source.length);
  bytes.set(source.length <= bytes.length ? source : source.subarray(0, bytes.length));
}

/**
 * Stores a value in a named object. ACPI 6.5 §19.3.5. Without conversion, an object that holds data takes the value's
 * type, as through an argument that refers to it.
 */
export function storeToNode(
  machine: Machine,
  node: AmlNode,
  source: Value,
  mode: StoreMode,
  converts = mode !== 'copy',
): Value {
  const { object } = node;
  if (typeof source === 'number' && converts && (typeof object === 'number' || typeof object === 'bigint')) {
    node.object = source;
    return source;
  }
  if (mode !== 'copy') refuseTarget(node, source, mode);
  if (object instanceof DeferredBufferField) {
    settleField(node, object);
    return storeToNode(machine, node, source, mode, converts);
  }
  const isField = object instanceof FieldObject || object instanceof BufferFieldObject;
  const type = node.objectType;
  const value = source;
  if (isField || type === TYPE.integer || type === TYPE.string || type === TYPE.buffer) {
    if (mode !== 'copy' && value instanceof IndexReference && value.container instanceof AmlPackage)
      elementAt(machine, value);
    if (mode !== 'copy' && !isData(value) && !(value instanceof DdbHandle))
      fail('AE_AML_OPERAND_TYPE', `A ${typeName(value)} cannot be stored to ${node.path}, a ${typeName(node)}.`);
  }
  if (object instanceof FieldObject) {
    return writeFieldUnit(machine, object, value);
  }
  if (object instanceof BufferFieldObject) {
    machine.work(object.bits);
    writeBufferField(object, value);
    return source;
  }
  if (!converts || !(type === TYPE.integer || type === TYPE.string || type === TYPE.buffer)) {
    // Of a device or another object without a value, the name becomes a second name of it.
    const copy = value instanceof AmlNode ? value.object : copyValue(value, machine.spend);
    if (copy !== undefined) node.replace(copy);
    return source;
  }
  const sameType = typeOf(value) === type;
  if ((mode === 'explicit' && !sameType) || value instanceof DdbHandle) {
    node.replace(copyValue(value, machine.spend));
  } else if (typeof object === 'number' || typeof object === 'bigint') {
    node.object = toInteger(value, machine);
  } else if (object instanceof AmlString) {
    const { text } = toText(value, 'implicit', machine);
    machine.spend(text.length);
    object.text = text;
  } else if (object instanceof AmlBuffer) {
    const converted = toBuffer(value, machine);
    machine.spend(converted.bytes.length);
    intoBuffer(object, converted);
  }
  return source;
}

/** Stores a value in a local. */
export function storeToLocal(machine: Machine, slots: Slots, slot: number, value: Value): void {
  slots[slot] = typeof value === 'number' ? value : copyValue(value, machine.spend);
}

/** Stores a value in an argument; in what it refers to if that was passed with RefOf. */
export function storeToArg(machine: Machine, slots: Slots, slot: number, value: Value, mode: StoreMode): void {
  const current = slots[slot];
  if (typeof current === 'object') {
    if (current instanceof NodeReference && !current.isName) {
      storeToNode(machine, current.node, value, mode, false);
      return;
    }
    if (current instanceof SlotReference) {
      storeToLocal(machine, current.slots, current.slot, value);
      return;
    }
  }
  storeToLocal(machine, slots, slot, value);
}

function storeToIndex(machine: Machine, { container, index }: IndexReference, value: Value): void {
  if (container instanceof AmlPackage) {
    elementsOf(machine, container)[index] = copyValue(value, machine.spend);
    return;
  }
  let byte: number;
  if (typeof value === 'number') byte = value & 0xff;
  else if (typeof value === 'bigint') byte = Number(value & 0xffn);
  else if (value instanceof AmlBuffer) byte = value.bytes[0] ?? 0;
  else if (value instanceof AmlString) byte = value.text.charCodeAt(0) || 0;
  else byte = fail('AE_AML_OPERAND_TYPE', `A byte takes an Integer, String or Buffer, not ${typeName(value)}.`);
  if (container instanceof AmlBuffer) {
    if (index < container.bytes.length) container.bytes[index] = byte;
    return;
  }
  machine.work(container.text.length);
  container.text = container.text.slice(0, index) + String.fromCharCode(byte) + container.text.slice(index + 1);
}

/** Stores a value where a reference refers to. */
export function storeToReference(machine: Machine, reference: Reference, value: Value, mode: StoreMode): Value {
  switch (reference.kind) {
    case 'node':
      return storeToNode(machine, reference.node, value, mode);
    case 'slot':
      storeToLocal(machine, reference.slots, reference.slot, value);
      return value;
    case 'index':
      storeToIndex(machine, reference, value);
      return value;
    default:
      machine.host.debug(debugText(machine, value));
      return value;
  }
}
