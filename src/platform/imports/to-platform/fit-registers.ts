import type { ImportLog } from '../model/import-log.js';
import {
  elementName,
  labelOf,
  type ModelArray,
  type ModelField,
  type ModelGroup,
  type ModelItem,
  type ModelRegister,
} from '../model/register-model.js';

/** From items of any width to what lies in dwords: groups and arrays are written out where a platform file has no word. */

/** A register of 32 or 64 bits, or an array of them, at a byte offset that is a multiple of 4. */
export interface FittedRegister {
  readonly kind: 'register';
  readonly name: string;
  readonly register: ModelRegister;
  readonly offset: number;
  readonly array?: ModelArray;
}

/** An array of groups. */
export interface FittedGroup {
  readonly kind: 'group';
  readonly name: string;
  readonly group: ModelGroup;
  readonly offset: number;
  readonly array: ModelArray;
}

export type Fitted = FittedRegister | FittedGroup;

const DWORD = 4;
const isDwords = (bytes: number) => bytes % DWORD === 0;

/** Whether an array's elements are numbered from 0 on and begin at dwords. */
function isPlainArray({ count, strideBytes, labels }: ModelArray, offset: number): boolean {
  return count > 1 && labels === undefined && isDwords(strideBytes) && strideBytes > 0 && isDwords(offset);
}

/** The name of an item in others. */
const joinNames = (prefix: string, name: string): string => (prefix === '' ? name : `${prefix}_${name}`);

/** Whether the name of an array has its number at the end, as a platform file's arrays do. */
const hasNumberAtEnd = (name: string): boolean => !name.includes('%s') || /^[^%]*%s$/.test(name);

/** Name of an array without its number. */
const arrayName = (name: string): string => name.replaceAll('%s', '').replace(/_+$/, '');

interface Expansion {
  /** Whether arrays of groups stay together. */
  readonly groups: boolean;
  /** Whether registers of 8 and 16 bits in arrays have their dwords for themselves. */
  readonly narrowArrays: boolean;
}

function expand(items: readonly ModelItem[], base: number, prefix: string, how: Expansion): Fitted[] {
  return items.flatMap((item): Fitted[] => {
    const { array } = item;
    const offset = base + item.offsetBytes;
    const plain = array !== undefined && isPlainArray(array, offset) && hasNumberAtEnd(item.name);
    if (item.kind === 'group') {
      if (plain && how.groups) {
        return [{ kind: 'group', name: joinNames(prefix, arrayName(item.name)), group: item, offset, array }];
      }
      return elementsOf(item, array).flatMap(({ name, by }) =>
        expand(item.items, offset + by, joinNames(prefix, name), how),
      );
    }
    const { widthBits } = item;
    const fits = widthBits === 32 || widthBits === 64 || (widthBits < 32 && how.narrowArrays);
    if (plain && fits && array.strideBytes * 8 >= widthBits) {
      return [{ kind: 'register', name: joinNames(prefix, arrayName(item.name)), register: item, offset, array }];
    }
    return elementsOf(item, array).map(({ name, by, label }) => ({
      kind: 'register',
      name: joinNames(prefix, name),
      register: withLabel(item, label),
      offset: offset + by,
    }));
  });
}

/** Descriptions of an array's elements may name the element too. */
function withLabel(register: ModelRegister, label: string | undefined): ModelRegister {
  const { description } = register;
  if (label === undefined || !description?.includes('%s')) return register;
  return { ...register, description: description.replaceAll('[%s]', label).replaceAll('%s', label) };
}

function elementsOf(
  item: ModelItem,
  array: ModelArray | undefined,
): { name: string; by: number; label: string | undefined }[] {
  if (array === undefined) return [{ name: item.name.replaceAll('%s', ''), by: 0, label: undefined }];
  return Array.from({ length: array.count }, (_, index) => {
    const label = labelOf(array, index);
    return { name: elementName(item.name, label), by: index * array.strideBytes, label };
  });
}

/** One element of an array by itself. */
export function elementsOfArray(fitted: FittedRegister): FittedRegister[] {
  const { array, name, register, offset } = fitted;
  if (array === undefined) return [fitted];
  return Array.from({ length: array.count }, (_, index) => ({
    kind: 'register',
    name: elementName(name, labelOf(array, index)),
    register: withLabel(register, labelOf(array, index)),
    offset: offset + index * array.strideBytes,
  }));
}

/** The registers of an array of groups, each by itself. */
export function registersOfGroup({ group, name, array, offset }: FittedGroup, log: ImportLog): Fitted[] {
  return Array.from({ length: array.count }, (_, index) =>
    fitRegisters(group.items, offset + index * array.strideBytes, elementName(name, labelOf(array, index)), false, log),
  ).flat();
}

const shift = (field: ModelField, bits: number): ModelField => ({ ...field, lowBit: field.lowBit + bits });

/** A narrow register as part of a dword: its fields, or itself as a field. */
function partOf({ register, name, offset }: FittedRegister, isAlone: boolean): ModelField[] {
  const bits = (offset % DWORD) * 8;
  if (register.fields.length > 0) {
    return register.fields.map((field) => shift(isAlone ? field : { ...field, name: `${name}_${field.name}` }, bits));
  }
  if (isAlone && bits === 0) return [];
  const { place, label, description, widthBits, access } = register;
  return [
    {
      place,
      name,
      ...(label !== undefined && { label }),
      ...(description !== undefined && { description }),
      lowBit: bits,
      widthBits,
      access,
      values: [],
    },
  ];
}

/** Registers of 8 and 16 bits that lie in one dword, as one register with their fields. */
function packDword(narrow: readonly FittedRegister[], log: ImportLog): FittedRegister {
  const first = narrow[0] as FittedRegister;
  const offset = first.offset - (first.offset % DWORD);
  const isAlone = narrow.length === 1;
  if (!isAlone) for (const { register } of narrow) log.leave('packed', register.place);
  const names = narrow.map(({ name }) => name);
  const name = isAlone ? first.name : names.length > 2 ? `${names[0]}_to_${names.at(-1)}` : names.join('_and_');
  const reset = narrow.reduce((sum, each) => sum | (each.register.reset << BigInt((each.offset % DWORD) * 8)), 0n);
  const { label: _, description, ...base } = first.register;
  const words = isAlone && description !== undefined ? { description } : {};
  const fields = narrow.flatMap((each) => partOf(each, isAlone));
  return {
    kind: 'register',
    name,
    register: { ...base, ...words, widthBits: 32, reset, fields },
    offset,
  };
}

function packNarrow(narrow: readonly FittedRegister[], log: ImportLog): FittedRegister[] {
  const dwords = new Map<number, FittedRegister[]>();
  for (const each of narrow) {
    const dword = Math.floor(each.offset / DWORD);
    const bytes = each.register.widthBits / 8;
    const end = (each.offset % DWORD) + bytes;
    const others = dwords.get(dword) ?? [];
    const isTaken = others.some(
      (other) => other.offset < each.offset + bytes && each.offset < other.offset + other.register.widthBits / 8,
    );
    if (end > DWORD) log.leave('unaligned', each.register.place);
    else if (isTaken) log.leave('alternate', each.register.place);
    else dwords.set(dword, [...others, each]);
  }
  return [...dwords.values()].map((parts) =>
    packDword(
      parts.toSorted((a, b) => a.offset - b.offset),
      log,
    ),
  );
}

/** A register of more than 64 bits as dwords, with the parts of its fields that lie in each. */
function divideWide({ register, name, offset }: FittedRegister, log: ImportLog): FittedRegister[] {
  log.leave('divided', register.place);
  return Array.from({ length: Math.ceil(register.widthBits / 32) }, (_, dword) => {
    const low = dword * 32;
    const fields = register.fields.flatMap((field): ModelField[] => {
      const first = Math.max(field.lowBit, low);
      const end = Math.min(field.lowBit + field.widthBits, low + 32);
      if (first >= end) return [];
      const isWhole = end - first === field.widthBits;
      const part = isWhole ? field : { ...field, name: `${field.name}_${dword}`, values: [] };
      return [{ ...part, lowBit: first - low, widthBits: end - first }];
    });
    const reset = (register.reset >> BigInt(low)) & 0xffff_ffffn;
    return {
      kind: 'register',
      name: `${name}_${dword}`,
      register: { ...register, widthBits: 32, reset, fields },
      offset: offset + dword * DWORD,
    };
  });
}

/** What is in a block or group, in dwords and by offset; `base` and `prefix` are those of the group around. */
export function fitRegisters(
  items: readonly ModelItem[],
  base: number,
  prefix: string,
  groups: boolean,
  log: ImportLog,
): Fitted[] {
  const narrowArrays = !items.some(
    (item) => item.kind === 'register' && item.widthBits < 32 && !isDwords(item.offsetBytes),
  );
  const expanded = expand(items, base, prefix, { groups, narrowArrays });
  const fitted: Fitted[] = [];
  const narrow: FittedRegister[] = [];
  for (const each of expanded) {
    if (each.kind === 'group') fitted.push(each);
    else if (each.register.widthBits < 32 && each.array === undefined) narrow.push(each);
    else if (!isDwords(each.offset)) log.leave('unaligned', each.register.place);
    else if (each.register.widthBits > 64) fitted.push(...divideWide(each, log));
    else fitted.push(each);
  }
  // Stable: the first of those at one offset is the one that is kept.
  return [...fitted, ...packNarrow(narrow, log)].sort((a, b) => a.offset - b.offset);
}
