import type { Op, Term } from '../../aml/index.js';
import { copyValue } from '../objects/copy.js';
import { fail } from '../objects/fault.js';
import type { Machine } from '../objects/machine.js';
import { AmlNode } from '../objects/node.js';
import {
  AmlBuffer,
  type AmlInteger,
  AmlMethod,
  AmlPackage,
  AmlString,
  DebugReference,
  type Frame,
  IndexReference,
  NodeReference,
  type Reference,
  SlotReference,
  TYPE,
  typeName,
  typeOf,
  type Value,
} from '../objects/objects.js';
import {
  dereference,
  elementsOf,
  followReferences,
  objectTypeOf,
  resolveOperand,
  valueOfNode,
} from '../objects/resolve.js';
import { storeToLocal, storeToReference } from '../objects/store.js';
import { type Compiler, type Evaluate, isExpression, isReadLast, type Put, withTarget } from './types.js';

/** Arguments follow the locals. */
const FIRST_ARG = 8;

/** The slot of a Local or Arg; undefined for other terms. */
export function slotOf(term: Term): number | undefined {
  if (term.op === 'Local') return term.operands[0];
  return term.op === 'Arg' ? FIRST_ARG + term.operands[0] : undefined;
}

export function readSlot(slot: number): Evaluate {
  return (frame) => frame.slots[slot] ?? emptySlot(slot);
}

/** Fails because a Local or Arg that is needed has no value. */
export function emptySlot(slot: number): never {
  return slot < FIRST_ARG
    ? fail('AE_AML_UNINITIALIZED_LOCAL', `Local${slot} is read before it is stored to.`)
    : fail('AE_AML_UNINITIALIZED_ARG', `Arg${slot - FIRST_ARG} was not passed.`);
}

/** References that refer to each other, one after the other. */
const MOST_LINKS = 64;

const DEBUG = new DebugReference();

/** A reference to what a term names. */
export function referenceTo(compiler: Compiler, term: Term): Evaluate {
  const slot = slotOf(term);
  if (slot !== undefined) return (frame) => new SlotReference(frame.slots, slot);
  if (term.op === 'Path') {
    const find = compiler.require(term.operands[0]);
    return (frame) => new NodeReference(find(frame));
  }
  if (term.op === 'Debug') return () => DEBUG;
  const operand = compiler.operand(term);
  if (compiler.machine.semantics === 'windows') return operand;
  // Deviates: ACPICA has no reference to what Index or DerefOf gives.
  return (frame) => {
    const value = operand(frame);
    if (value instanceof NodeReference && term.op === 'RefOf') return value;
    if (value instanceof AmlNode && isDevice(value)) return new NodeReference(value);
    return fail('AE_AML_OPERAND_TYPE', `RefOf takes a name, a Local, an Arg or Debug, not ${term.op}.`);
  };
}

function index(compiler: Compiler, { operands }: Op<'Index'>): Evaluate {
  const { machine } = compiler;
  const [first, second, target] = operands;
  const source = compiler.value(first);
  const position = compiler.integer(second);
  const refer = (container: Value, at: AmlInteger): IndexReference => {
    if (container instanceof AmlPackage) {
      if (at >= container.elements.length)
        fail('AE_AML_PACKAGE_LIMIT', `Index ${at} is past the package's ${container.elements.length} elements.`);
      if (container.unresolved) elementsOf(machine, container);
    } else if (container instanceof AmlBuffer) {
      if (at >= container.bytes.length)
        fail('AE_AML_BUFFER_LIMIT', `Index ${at} is past the buffer's ${container.bytes.length} bytes.`);
    } else if (container instanceof AmlString) {
      if (at >= container.text.length)
        fail('AE_AML_STRING_LIMIT', `Index ${at} is past the string's ${container.text.length} characters.`);
    } else fail('AE_AML_OPERAND_TYPE', `Index takes a Package, Buffer or String, not ${typeName(container)}.`);
    return new IndexReference(container as AmlPackage, Number(at));
  };
  if (target.op !== 'Null')
    return withTarget(
      compiler,
      target,
      'result',
      (frame) => [source(frame), position(frame)] as const,
      ([container, at]) => refer(container, at),
    );
  if (isReadLast(first, second))
    return (frame) => {
      const at = position(frame);
      return refer(source(frame), at);
    };
  return (frame) => refer(source(frame), position(frame));
}

function refOf(compiler: Compiler, { operands }: Op<'RefOf'>): Evaluate {
  return referenceTo(compiler, operands[0]);
}

function isReferenceOrText(value: Value): boolean {
  return value instanceof AmlString || typeOf(value) === TYPE.reference;
}

/** Deviates: on Windows, DerefOf goes on to where a chain of references ends. ACPICA issue 909 */
function dereferenceChain(machine: Machine, start: Value, scope: AmlNode): Value | undefined {
  let value: Value | undefined = start;
  for (let links = 0; links < MOST_LINKS; links++) {
    value = value instanceof SlotReference ? value.slots[value.slot] : dereference(machine, value as Value, scope);
    if (!(value instanceof SlotReference || (value instanceof NodeReference && !value.isName))) return value;
  }
  return fail('AE_LIMIT', 'References refer to each other in a circle.');
}

/** DerefOf, and undefined where there is nothing behind the reference. */
export function derefOrNothing(compiler: Compiler, { operands }: Op<'DerefOf'>): (frame: Frame) => Value | undefined {
  const { machine } = compiler;
  const [term] = operands;
  const source = compiler.operand(term);
  const isSlot = slotOf(term) !== undefined;
  const isStored = isSlot || (term.op === 'Path' && term.operands[1].length === 0);
  const isWindows = machine.semantics === 'windows';
  const isDirect = !isStored || isWindows;
  return (frame) => {
    const value = source(frame);
    // Deviates: ACPICA has another code for data in a Local or Arg than for data that a name has.
    if (isSlot && !isReferenceOrText(value) && !(value instanceof AmlNode && isDeviceOrMutex(value)))
      fail('AE_TYPE', `DerefOf takes a reference, or a String that names an object, not ${typeName(value)}.`);
    // Deviates: ACPICA finds nothing behind a stored reference to a device or thermal zone.
    if (!isDirect && value instanceof NodeReference && !value.isName && isDevice(value.node)) return undefined;
    if (isWindows) return dereferenceChain(machine, value, frame.scope);
    if (value instanceof SlotReference) return value.slots[value.slot];
    return dereference(machine, value, frame.scope);
  };
}

function derefOf(compiler: Compiler, term: Op<'DerefOf'>): Evaluate {
  const dereferenced = derefOrNothing(compiler, term);
  return (frame) =>
    dereferenced(frame) ?? fail('AE_AML_NO_RETURN_VALUE', 'What DerefOf is given refers to an object without a value.');
}

/** Whether it is a Device or ThermalZone, which ACPICA does not attach an object to. */
export function isDevice({ objectType }: AmlNode): boolean {
  return objectType === TYPE.device || objectType === TYPE.thermalZone;
}

/** What a place is worth: what a method without arguments gives, since its name alone is a call of it. */
export function invoked<T extends Value | undefined>(machine: Machine, place: T): T | Value {
  if (!(place instanceof AmlNode && place.object instanceof AmlMethod && place.object.argumentCount === 0))
    return place;
  return (
    machine.call(place, place.object, []) ??
    fail('AE_AML_NO_RETURN_VALUE', `${place.path} returned nothing where a value is needed.`)
  );
}

function isDeviceOrMutex(node: AmlNode): boolean {
  return isDevice(node) || node.objectType === TYPE.mutex;
}

function sizeOf(compiler: Compiler, { operands }: Op<'SizeOf'>): Evaluate {
  const { machine } = compiler;
  const [term] = operands;
  const slot = slotOf(term);
  const place = compiler.place(term);
  return (frame) => {
    const start = place(frame);
    if (start === undefined && slot !== undefined) emptySlot(slot);
    let value = followReferences(machine, term.op === 'Path' ? invoked(machine, start) : start);
    if (value instanceof AmlNode) value = value.object as Value | undefined;
    if (typeof value === 'number' || typeof value === 'bigint') return machine.arithmetic.bytes;
    if (value instanceof AmlString) return value.text.length;
    if (value instanceof AmlBuffer) return value.bytes.length;
    if (value instanceof AmlPackage) return value.elements.length;
    return fail('AE_AML_OPERAND_TYPE', `SizeOf takes a String, Buffer or Package, not ${typeName(value)}.`);
  };
}

function objectType(compiler: Compiler, { operands }: Op<'ObjectType'>): Evaluate {
  const { machine } = compiler;
  const place = compiler.place(operands[0]);
  return (frame) => objectTypeOf(machine, place(frame));
}

/** Terms that give an object of their own, which need not be copied to be kept. */
const FRESH = new Set<Term['op']>([
  'Buffer',
  'Package',
  'VarPackage',
  'String',
  'Concatenate',
  'ConcatenateResTemplate',
  'Mid',
]);

/** Fails for what Store does not take. Deviates: ACPICA refuses a device or another object without a value. */
function requireStorable(value: Value): void {
  if (typeof value === 'object' && (value instanceof AmlNode || (value instanceof NodeReference && value.isName)))
    fail('AE_AML_OPERAND_TYPE', `Store takes data or a reference, not ${typeName(value)}. CopyObject copies it.`);
}

function store(compiler: Compiler, { operands }: Op<'Store'>): Evaluate {
  const [source, target] = operands;
  const value = compiler.operand(source);
  const { machine } = compiler;
  const takesAny = machine.semantics === 'windows' || target.op === 'Debug';
  if (target.op === 'Local' && machine.semantics === 'acpica') {
    const slot = target.operands[0];
    const isFresh = FRESH.has(source.op);
    return (frame) => {
      const stored = value(frame);
      if (typeof stored === 'number' || isFresh) frame.slots[slot] = stored;
      else {
        if (!takesAny) requireStorable(stored);
        frame.slots[slot] = copyValue(stored, machine.spend);
      }
      return stored;
    };
  }
  if (isExpression(target) && !takesAny) {
    const place = compiler.placed(target);
    return (frame) => {
      const stored = value(frame);
      const put = place(frame);
      requireStorable(stored);
      return put(stored, 'store');
    };
  }
  const put = compiler.target(target);
  if (put === undefined) return value;
  if (takesAny) return (frame) => put(frame, value(frame), 'store');
  return (frame) => {
    const stored = value(frame);
    if (typeof stored === 'object') requireStorable(stored);
    return put(frame, stored, 'store');
  };
}

function copyObject(compiler: Compiler, { operands }: Op<'CopyObject'>): Evaluate {
  const { machine } = compiler;
  const source = compiler.operand(operands[0]);
  const put = compiler.target(operands[1]);
  return (frame) => {
    const value = copyValue(source(frame), machine.spend);
    put?.(frame, value, 'copy');
    return value;
  };
}

/** What a term stands for, without reading it. */
export function placeOf(compiler: Compiler, term: Term): (frame: Frame) => Value | AmlNode | undefined {
  const slot = slotOf(term);
  if (slot !== undefined) return (frame) => frame.slots[slot];
  if (term.op === 'Path' && term.operands[1].length === 0) {
    const find = compiler.require(term.operands[0]);
    return (frame) => {
      const node = find(frame);
      return node.object === undefined ? valueOfNode(compiler.machine, node) : node;
    };
  }
  if (term.op === 'Debug') return () => DEBUG;
  return compiler.operand(term);
}

/**
 * The named object that a place holds. Deviates: ACPICA takes a name or what was passed for an argument, not a
 * reference; Windows follows references.
 */
export function nodeIn(compiler: Compiler, term: Term): (frame: Frame) => AmlNode {
  const place = placeOf(compiler, term);
  const slot = slotOf(term);
  const { machine } = compiler;
  const isWindows = machine.semantics === 'windows';
  return (frame) => {
    let value = place(frame);
    if (value === undefined && slot !== undefined) emptySlot(slot);
    if (slot === undefined) value = invoked(machine, value);
    if (isWindows) value = followReferences(machine, value);
    else {
      if (typeof value === 'object' && slot === undefined) value = resolveOperand(machine, value as Value);
      if (value instanceof AmlNode) value = followReferences(machine, value);
    }
    if (value instanceof AmlNode) return value;
    return fail('AE_AML_OPERAND_TYPE', `A named object is needed here, and this is ${typeName(value)}.`);
  };
}

/** References, and what is stored through them. */
export const REFERENCES = {
  RefOf: refOf,
  DerefOf: derefOf,
  Index: index,
  SizeOf: sizeOf,
  ObjectType: objectType,
  Store: store,
  CopyObject: copyObject,
};

/** Deviates: on Windows, data that is stored to a Local with a reference goes to what that refers to. ACPICA issue 910 */
export function storeThroughLocal(machine: Machine, slot: number): Put {
  return (frame, value, mode) => {
    const current = frame.slots[slot];
    const isReference = typeof current === 'object' && current.type === TYPE.reference;
    if (isReference && mode !== 'copy' && (typeof value !== 'object' || value.type !== TYPE.reference))
      return storeToReference(machine, current as Reference, value, mode);
    storeToLocal(machine, frame.slots, slot, value);
    return value;
  };
}

export function noValue(node: AmlNode): never {
  return fail('AE_AML_NO_RETURN_VALUE', `${node.path} returned nothing where a value is needed.`);
}
