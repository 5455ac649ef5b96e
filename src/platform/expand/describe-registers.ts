import type {
  Access,
  EnumeratedValue,
  FieldDescription,
  RegisterArray,
  RegisterDescription,
  WideFieldDescription,
  WideRegisterDescription,
} from '../../vocab/index.js';
import type { Dword, DwordField, ExpandedArray, FieldInput, WideDwords } from './expand-registers.js';
import { type PartNames, writtenLongName } from './part-names.js';

/** From expanded rows to a platform's descriptions. */

/** The label and description of a part, where present. */
export function words(part: { label?: string | undefined; description?: string | undefined }) {
  return {
    ...(part.label === undefined ? {} : { label: part.label }),
    ...(part.description === undefined ? {} : { description: part.description }),
  };
}

/** The name in generated drivers, if it is not what the NameSeg gives. */
export function longNameOf({ name, longName }: PartNames): { longName?: string } {
  return longName === writtenLongName({ name }) ? {} : { longName };
}

function valuesOf(field: FieldInput): { values?: readonly EnumeratedValue[] } {
  if (field.values === undefined) return {};
  const values = Object.entries(field.values).map(([name, { value, description }]): EnumeratedValue => {
    return { name, value, ...(description === undefined ? {} : { description }) };
  });
  return { values: values.toSorted((a, b) => a.value - b.value) };
}

function measureOf({ unit, min, max }: FieldInput): { unit?: string; least?: number; most?: number } {
  return {
    ...(unit === undefined ? {} : { unit }),
    ...(min === undefined ? {} : { least: min }),
    ...(max === undefined ? {} : { most: max }),
  };
}

function describeField(field: DwordField, access: Access): FieldDescription {
  const { row, lowBit, widthBits } = field;
  return {
    name: field.name,
    ...longNameOf(field),
    ...words(row),
    lowBit,
    widthBits,
    ...(row.access === undefined || row.access === access ? {} : { access: row.access }),
    // The limits and values of a field that two dwords share are not those of its parts.
    ...(widthBits === row.bits.widthBits ? { ...measureOf(row), ...valuesOf(row) } : {}),
  };
}

/** A dword as the platform has it. */
export function describeDword(dword: Dword): RegisterDescription {
  const { row, index, reset } = dword;
  const { access = 'rw', reserved, key, writeMask } = row;
  const fields = dword.fields.map((field) => describeField(field, access));
  return {
    name: dword.name,
    ...longNameOf(dword),
    ...words(row),
    index,
    access,
    reset,
    fields: fields.toSorted((a, b) => a.lowBit - b.lowBit),
    ...(reserved === undefined ? {} : { reserved }),
    ...(key === undefined ? {} : { key: { ...key.bits, value: key.value } }),
    ...(writeMask === undefined ? {} : { writeMask }),
  };
}

/** A register of 64 bits as the platform has it. */
export function describeWide(wide: WideDwords): WideRegisterDescription {
  const { row, index } = wide;
  const fields = wide.fields.map((field): WideFieldDescription => {
    const { lowBit, widthBits } = field;
    return { name: field.name, ...longNameOf(field), ...words(field.row), ...measureOf(field.row), lowBit, widthBits };
  });
  return {
    name: wide.name,
    ...longNameOf(wide),
    ...words(row),
    index,
    access: row.access ?? 'rw',
    reset: row.reset ?? 0n,
    writeOrder: row.writeOrder ?? 'low-first',
    fields: fields.toSorted((a, b) => a.lowBit - b.lowBit),
  };
}

/** An array as the platform has it; `nameAt` gives the NameSeg of the element with an index. */
export function describeArray(array: ExpandedArray, nameAt: (index: number) => string): RegisterArray {
  const { name, longName, index, dimensions, isWide, elements } = array;
  return {
    name,
    ...longNameOf({ name, longName }),
    index,
    counts: dimensions.map(({ count }) => count),
    strides: dimensions.map(({ stride }) => stride),
    elements: elements.map(nameAt),
    ...(isWide ? { isWide } : {}),
  };
}
