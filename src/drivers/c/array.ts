import { fieldMask } from '../../guest/register-rules.js';
import type {
  FieldDescription,
  FunctionDescription,
  RegisterArray,
  RegisterDescription,
  WideRegisterDescription,
} from '../../vocab/index.js';
import { type FieldVerb, fieldReset, fieldVerbs, registerVerbs } from '../accessors.js';
import { type DriverNames, upperName } from '../driver-names.js';
import { describe, describeField, describeWide } from '../driver-text.js';
import type { FunctionKind } from '../function-kinds.js';
import { otherBitsText, valueLines, wholeValue } from './function.js';
import { define, functionName, heading, hex, inline, type Part, type Signature, within } from './part.js';
import { wideFunctions } from './wide-register.js';

/** Accessors of arrays of registers, which take an element's index, in C. */

/** How functions of an array take an index and find its element. */
interface Indexing {
  /** Parameters after the page. */
  readonly parameters: string;
  /** The same, passed on. */
  readonly passed: string;
  /** Asserts that the index is that of an element. */
  readonly asserts: readonly string[];
  /** Whether it is not. */
  readonly isPastEnd: string;
  /** Dwords from the start of the page. */
  readonly dword: string;
}

function indexingOf({ prefix }: Part, { counts }: RegisterArray): Indexing {
  const rows = counts.map((_, at) => {
    const number = counts.length === 1 ? '' : `${at}`;
    return { name: `element${number}`, count: `${prefix}_COUNT${number}`, stride: `${prefix}_STRIDE${number}` };
  });
  return {
    parameters: rows.map(({ name }) => `unsigned ${name}`).join(', '),
    passed: rows.map(({ name }) => name).join(', '),
    asserts: rows.map(({ name, count }) => `VCFG_ASSERT(${name} < ${count});`),
    isPastEnd: rows.map(({ name, count }) => `${name} >= ${count}`).join(' || '),
    dword: [`${prefix}_FIRST`, ...rows.map(({ name, stride }) => `${name} * ${stride}`)].join(' + '),
  };
}

/** A function that does nothing past the end of the array, and gives `nothing`. */
function checked({ asserts, isPastEnd }: Indexing, nothing: string | undefined, body: readonly string[]): string[] {
  return [...asserts, `if (${isPastEnd})`, nothing === undefined ? '  return;' : `  return ${nothing};`, ...body];
}

/** Index of the first element, how many there are, and dwords from one to the next. */
function placeLines(part: Part, { index, counts, strides }: RegisterArray): string[] {
  return [
    define(part, 'FIRST', `${index}u`),
    ...counts.flatMap((count, at) => {
      const number = counts.length === 1 ? '' : `${at}`;
      return [define(part, `COUNT${number}`, `${count}u`), define(part, `STRIDE${number}`, `${strides[at]}u`)];
    }),
  ];
}

function fieldFunctions(
  part: Part,
  parent: Part,
  register: RegisterDescription,
  field: FieldDescription,
  indexing: Indexing,
): Readonly<Record<FieldVerb, Signature>> {
  const { prefix } = part;
  const { parameters, passed, dword } = indexing;
  const place = `(${dword}) * VCFG_REGISTER_BYTES`;
  const others = otherBitsText(register, field, `${functionName(parent, 'read')}(page, ${passed})`);
  const store = (value: string) => checked(indexing, undefined, [`VCFG_WRITE32(page, ${place}, ${value});`]);
  const ones: Signature = {
    result: 'void',
    parameters: `VCFG_MMIO page, ${parameters}`,
    statements: store(others === '0u' ? `${prefix}_MASK` : `${others} | ${prefix}_MASK`),
  };
  return {
    get: {
      result: 'uint32_t',
      parameters: 'uint32_t value',
      statements: [`return (value & ${prefix}_MASK) >> ${prefix}_SHIFT;`],
    },
    read: {
      result: 'uint32_t',
      parameters: `VCFG_MMIO page, ${parameters}`,
      statements: [`return ${functionName(part, 'get')}(${functionName(parent, 'read')}(page, ${passed}));`],
    },
    set: {
      result: 'uint32_t',
      parameters: 'uint32_t value, uint32_t field',
      statements: [
        `VCFG_ASSERT(field <= ${prefix}_MASK >> ${prefix}_SHIFT);`,
        `return (value & ~${prefix}_MASK) | ((field << ${prefix}_SHIFT) & ${prefix}_MASK);`,
      ],
    },
    write: {
      result: 'void',
      parameters: `VCFG_MMIO page, ${parameters}, uint32_t field`,
      statements: store(`${functionName(part, 'set')}(${others}, field)`),
    },
    clear: ones,
    raise: ones,
  };
}

function elementLines(parent: Part, array: RegisterArray, register: RegisterDescription): string[] {
  const part = within(parent, array);
  const indexing = indexingOf(part, array);
  const { parameters, dword } = indexing;
  const place = `(${dword}) * VCFG_REGISTER_BYTES`;
  const functions = {
    read: {
      result: 'uint32_t',
      parameters: `VCFG_MMIO page, ${parameters}`,
      statements: checked(indexing, '0u', [`return VCFG_READ32(page, ${place});`]),
    },
    write: {
      result: 'void',
      parameters: `VCFG_MMIO page, ${parameters}, uint32_t value`,
      statements: checked(indexing, undefined, [`VCFG_WRITE32(page, ${place}, ${wholeValue(register)});`]),
    },
  } as const;
  return [
    '',
    ...heading(`${part.owner}, an array of ${array.elements.length}`, describe(register)),
    ...placeLines(part, array),
    ...registerVerbs(register).flatMap((verb) => inline(part, verb, functions[verb])),
    ...register.fields.flatMap((field) => {
      const own = within(part, field);
      const verbs = fieldFunctions(own, part, register, field, indexing);
      return [
        ...heading(own.owner, describeField(field)),
        define(own, 'MASK', hex(fieldMask(field), 8)),
        define(own, 'SHIFT', `${field.lowBit}u`),
        define(own, 'RESET', hex(fieldReset(register, field), 1)),
        ...valueLines(own, field),
        ...fieldVerbs(register, field).flatMap((verb) => inline(own, verb, verbs[verb])),
      ];
    }),
  ];
}

function wideElementLines(parent: Part, array: RegisterArray, wide: WideRegisterDescription): string[] {
  const part = within(parent, array);
  const indexing = indexingOf(part, array);
  return [
    '',
    ...heading(`${part.owner}, an array of ${array.elements.length}`, describeWide(wide)),
    ...placeLines(part, array),
    ...wideFunctions(part, wide, {
      parameters: `, ${indexing.parameters}`,
      dword: indexing.dword,
      before: (nothing) => checked(indexing, nothing, []),
    }),
  ];
}

/**
 * The accessors of a function's arrays. An array that has the name of something else is left out, and the header says so:
 * the elements have accessors of their own.
 */
export function cArrayLines(
  names: DriverNames,
  description: FunctionDescription,
  { first }: FunctionKind,
  common: string,
): string[] {
  if (first !== description) return [];
  const name = upperName(description);
  const { arrays = [], registers, wide = [] } = description;
  return arrays.flatMap((array) => {
    const lines = names.attempt((own) => {
      const part = { names: own, common, owner: name, prefix: `${common}_${name}` };
      if (array.isWide) {
        const row = wide.find(({ index }) => index === array.index);
        return row === undefined ? [] : wideElementLines(part, array, row);
      }
      const row = registers.find(({ index }) => index === array.index);
      return row === undefined ? [] : elementLines(part, array, row);
    });
    return lines ?? ['', `/* ${name}.${upperName(array)} has no accessors by index: these names are taken. */`];
  });
}
