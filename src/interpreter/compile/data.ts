import type { Op, Term } from '../../aml/index.js';
import { bytesOfInteger, textOfBytes, toBuffer, toInteger, toText } from '../objects/convert.js';
import { copyValue, OBJECT_BYTES } from '../objects/copy.js';
import { fail } from '../objects/fault.js';
import type { Machine } from '../objects/machine.js';
import {
  AmlBuffer,
  type AmlInteger,
  AmlMethod,
  AmlPackage,
  AmlString,
  type Element,
  type Frame,
  TYPE,
  typeName,
  typeOf,
  UnresolvedName,
  type Value,
} from '../objects/objects.js';
import { resolvePackage } from '../objects/resolve.js';
import { type Compiler, type Evaluate, isReadLast, withTarget } from './types.js';

/** A Buffer or Package as long as AML says, within reason. */
function length(value: AmlInteger, what: string): number {
  if (typeof value !== 'number' || value > 0x7fff_ffff) fail('AE_LIMIT', `A ${what} of ${value} is too long.`);
  return value;
}

/** A Buffer of a size that begins with some bytes; of all of them if the size is less. */
export function makeBuffer(machine: Machine, size: AmlInteger, initial: Uint8Array): AmlBuffer {
  const bytes = Math.max(length(size, 'Buffer'), initial.length);
  machine.spend(bytes);
  return bufferOf(bytes, initial);
}

/** The same, without looking at limits. */
export function bufferOf(size: number, initial: Uint8Array): AmlBuffer {
  if (size <= initial.length) return new AmlBuffer(initial.slice());
  const made = new Uint8Array(size);
  made.set(initial);
  return new AmlBuffer(made);
}

function buffer(compiler: Compiler, { operands }: Op<'Buffer'>): Evaluate {
  const size = compiler.integer(operands[0]);
  const initial = operands[1];
  const { machine } = compiler;
  return (frame) => makeBuffer(machine, size(frame), initial);
}

/** What may be written in a Package. ACPI 6.5 §20.2.5.4, DataRefObject */
const ELEMENT_TERMS: ReadonlySet<Term['op']> = new Set([
  'Zero',
  'One',
  'Ones',
  'Byte',
  'Word',
  'DWord',
  'QWord',
  'Revision',
  'String',
  'Buffer',
  'Package',
  'VarPackage',
  'Local',
  'Arg',
  'Debug',
]);

/** An element of a package: data, or a name that is looked up later. Any other term fails once the package is made. */
export function elementIn(compiler: Compiler, term: Term): (frame: Frame) => Element {
  if (term.op === 'Path') {
    const [name] = term.operands;
    return (frame) => new UnresolvedName(frame.scope, name);
  }
  if (!ELEMENT_TERMS.has(term.op))
    return () => fail('AE_SUPPORT', `A Package holds data and names, not ${term.op}.`, 'Store to the element instead.');
  return compiler.operand(term);
}

function packageOf(compiler: Compiler, count: (frame: Frame) => AmlInteger, terms: readonly Term[]): Evaluate {
  const { machine } = compiler;
  const elements = terms.map((term) => elementIn(compiler, term));
  return (frame) => {
    const size = length(count(frame), 'Package');
    machine.spend(OBJECT_BYTES + 16 * size);
    const made: Element[] = new Array(size).fill(undefined);
    let unresolved = false;
    for (let index = 0; index < size && index < elements.length; index++) {
      const element = (elements[index] as (frame: Frame) => Element)(frame);
      made[index] = element;
      unresolved ||= element instanceof UnresolvedName || (element instanceof AmlPackage && element.unresolved);
    }
    const pack = new AmlPackage(made, unresolved);
    if (unresolved && !frame.isTable) resolvePackage(machine, pack);
    return pack;
  };
}

function varPackage(compiler: Compiler, { operands }: Op<'VarPackage'>): Evaluate {
  const [term, elements] = operands;
  const count = compiler.integer(term);
  if (compiler.machine.semantics === 'windows' || term.op !== 'Path') return packageOf(compiler, count, elements);
  const find = compiler.require(term.operands[0]);
  return packageOf(
    compiler,
    (frame) => {
      const size = count(frame);
      const { object, path } = find(frame);
      // Deviates: ACPICA calls the method and does not find what it gave.
      if (object instanceof AmlMethod)
        fail(
          'AE_AML_NO_RETURN_VALUE',
          `The length of a Package cannot be what ${path} gives.`,
          'Store it to a Local first.',
        );
      return size;
    },
    elements,
  );
}

/** The name that Concatenate has for an object that is not data. */
function objectText(value: Value): AmlString {
  return new AmlString(`[${typeName(value)} Object]`);
}

function concatenated(machine: Machine, first: Value, second: Value): Value {
  const { arithmetic, spend } = machine;
  const isData = (value: Value) => {
    const type = typeOf(value);
    return type === TYPE.integer || type === TYPE.string || type === TYPE.buffer;
  };
  const left = isData(first) ? first : objectText(first);
  const right = isData(second) ? second : objectText(second);
  if (left instanceof AmlString) {
    const text = left.text + toText(right, 'implicit', machine).text;
    spend(text.length);
    return new AmlString(text);
  }
  const parts =
    left instanceof AmlBuffer
      ? [left.bytes, toBuffer(right, machine).bytes]
      : [left as AmlInteger, toInteger(right, machine)].map((value) => bytesOfInteger(value, arithmetic.bytes));
  const [a, b] = parts as [Uint8Array, Uint8Array];
  spend(a.length + b.length);
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return new AmlBuffer(joined);
}

/** Data bytes of a resource descriptor: exactly `bytes`; one fewer too if `short`; or more if `open`. */
interface DescriptorLength {
  readonly bytes: number;
  readonly short?: true;
  readonly open?: true;
}

/** By the item name of a small descriptor. ACPI 6.5 §6.4.2 */
const SMALL_LENGTHS: ReadonlyMap<number, DescriptorLength> = new Map([
  [0x04, { bytes: 3, short: true }],
  [0x05, { bytes: 2 }],
  [0x06, { bytes: 1, short: true }],
  [0x07, { bytes: 0 }],
  [0x08, { bytes: 7 }],
  [0x09, { bytes: 3 }],
  [0x0a, { bytes: 5 }],
  [0x0e, { bytes: 0, open: true }],
  [0x0f, { bytes: 1 }],
]);

/** By the tag of a large descriptor. ACPI 6.5 §6.4.3 */
const LARGE_LENGTHS: ReadonlyMap<number, DescriptorLength> = new Map([
  [0x81, { bytes: 9 }],
  [0x82, { bytes: 12 }],
  [0x84, { bytes: 0, open: true }],
  [0x85, { bytes: 17 }],
  [0x86, { bytes: 9 }],
  [0x87, { bytes: 23, open: true }],
  [0x88, { bytes: 13, open: true }],
  [0x89, { bytes: 6, open: true }],
  [0x8a, { bytes: 43, open: true }],
  [0x8b, { bytes: 53 }],
  [0x8c, { bytes: 20, open: true }],
  [0x8d, { bytes: 15, open: true }],
  [0x8e, { bytes: 9, open: true }],
  [0x8f, { bytes: 17, open: true }],
  [0x90, { bytes: 11, open: true }],
  [0x91, { bytes: 14, open: true }],
  [0x92, { bytes: 17, open: true }],
]);

const LARGE = 0x80;
const END_TAG = 0x0f;

/** Bytes of a resource template before its EndTag, each descriptor checked as ACPICA does. ACPI 6.5 §6.4 */
function templateLength(bytes: Uint8Array): number {
  if (bytes.length === 0) return 0;
  for (let at = 0; at < bytes.length && bytes.length >= 2; ) {
    const tag = bytes[at] as number;
    const isLarge = (tag & LARGE) !== 0;
    const wanted = isLarge ? LARGE_LENGTHS.get(tag) : SMALL_LENGTHS.get(tag >> 3);
    if (wanted === undefined)
      fail('AE_AML_INVALID_RESOURCE_TYPE', `0x${tag.toString(16)} does not begin a resource descriptor.`);
    const length = isLarge ? (bytes[at + 1] ?? 0) + 256 * (bytes[at + 2] ?? 0) : tag & 7;
    const fits =
      length === wanted.bytes || (wanted.open ? length > wanted.bytes : wanted.short && length === wanted.bytes - 1);
    if (!fits)
      fail(
        'AE_AML_BAD_RESOURCE_LENGTH',
        `${length} bytes are the wrong length for a resource descriptor of type 0x${tag.toString(16)}, which has ${wanted.bytes}.`,
      );
    if (!isLarge && tag >> 3 === END_TAG) {
      if (at + 1 >= bytes.length) break;
      return at;
    }
    at += (isLarge ? 3 : 1) + length;
  }
  return fail('AE_AML_NO_RESOURCE_END_TAG', 'The resource template has no EndTag.');
}

function joinTemplates(machine: Machine, first: Value, second: Value): Value {
  const [a, b] = [first, second].map((value) => {
    const { bytes } = toBuffer(value, machine);
    machine.work(bytes.length);
    return bytes.subarray(0, templateLength(bytes));
  }) as [Uint8Array, Uint8Array];
  machine.spend(a.length + b.length + 2);
  const joined = new Uint8Array(a.length + b.length + 2);
  joined.set(a);
  joined.set(b, a.length);
  joined[joined.length - 2] = 0x79;
  return new AmlBuffer(joined);
}

/** An operator of two values and a target that takes the result as Store does. */
function joining(join: (machine: Machine, first: Value, second: Value) => Value) {
  return (compiler: Compiler, { operands }: { operands: readonly [Term, Term, Term] }): Evaluate => {
    const { machine } = compiler;
    const [first, second, target] = operands;
    const a = compiler.value(first);
    const b = compiler.value(second);
    const isLast = isReadLast(first, second);
    return withTarget(
      compiler,
      target,
      'result',
      (frame) => {
        const early = isLast ? undefined : a(frame);
        const right = b(frame);
        return [early ?? a(frame), right] as const;
      },
      ([left, right]) => join(machine, left, right),
    );
  };
}

function mid(compiler: Compiler, { operands }: Op<'Mid'>): Evaluate {
  const { machine } = compiler;
  const source = compiler.value(operands[0]);
  const index = compiler.integer(operands[1]);
  const count = compiler.integer(operands[2]);
  return withTarget(
    compiler,
    operands[3],
    'result',
    (frame) => [source(frame), index(frame), count(frame)] as const,
    ([given, first, length]) => {
      const value = typeof given === 'number' || typeof given === 'bigint' ? toBuffer(given, machine) : given;
      const start = Number(first);
      const end = start + Number(length);
      if (value instanceof AmlString) {
        machine.spend(value.text.length);
        return new AmlString(value.text.slice(start, end));
      }
      if (!(value instanceof AmlBuffer))
        return fail('AE_AML_OPERAND_TYPE', `Mid takes a String or Buffer, not ${typeName(value)}.`);
      machine.spend(value.bytes.length);
      return new AmlBuffer(value.bytes.slice(start, end));
    },
  );
}

/** ToBuffer and the like: a target takes the type of the result. */
function conversion(convert: (machine: Machine, value: Value) => Value) {
  return (compiler: Compiler, { operands }: { operands: readonly [Term, Term] }): Evaluate => {
    const { machine } = compiler;
    return withTarget(compiler, operands[1], 'explicit', compiler.value(operands[0]), (value) => {
      const converted = convert(machine, value);
      return converted === value ? copyValue(converted, machine.spend) : converted;
    });
  };
}

function toStringOp(compiler: Compiler, { operands }: Op<'ToString'>): Evaluate {
  const { machine } = compiler;
  const source = compiler.value(operands[0]);
  const most = compiler.integer(operands[1]);
  return withTarget(
    compiler,
    operands[2],
    'explicit',
    (frame) => [source(frame), most(frame)] as const,
    ([value, length]) => {
      const { bytes } = toBuffer(value, machine);
      const limit = Math.min(Number(length), bytes.length);
      let end = 0;
      while (end < limit && bytes[end] !== 0) end++;
      machine.spend(end);
      return new AmlString(textOfBytes(bytes.subarray(0, end)));
    },
  );
}

const constant =
  (value: AmlInteger): Evaluate =>
  () =>
    value;

/** Constants, and operators of strings, buffers and packages. */
export const DATA = {
  Zero: () => constant(0),
  One: () => constant(1),
  Ones: ({ machine }: Compiler) => constant(machine.arithmetic.ones),
  Byte: (_: Compiler, { operands }: Op<'Byte'>) => constant(operands[0]),
  Word: (_: Compiler, { operands }: Op<'Word'>) => constant(operands[0]),
  DWord: (_: Compiler, { operands }: Op<'DWord'>) => constant(operands[0]),
  QWord: ({ machine }: Compiler, { operands }: Op<'QWord'>) => constant(machine.arithmetic.cut(operands[0])),
  Revision: () => constant(0x20200925),
  String:
    (_: Compiler, { operands }: Op<'String'>): Evaluate =>
    () =>
      new AmlString(operands[0]),
  Buffer: buffer,
  Package: (compiler: Compiler, { operands }: Op<'Package'>) => packageOf(compiler, () => operands[0], operands[1]),
  VarPackage: varPackage,
  Concatenate: joining(concatenated),
  ConcatenateResTemplate: joining(joinTemplates),
  Mid: mid,
  ToBuffer: conversion((machine, value) => toBuffer(value, machine)),
  ToDecimalString: conversion((machine, value) => toText(value, 'decimal', machine)),
  ToHexString: conversion((machine, value) => toText(value, 'hex', machine)),
  ToInteger: conversion((machine, value) => toInteger(value, machine, 'by prefix')),
  ToString: toStringOp,
};
