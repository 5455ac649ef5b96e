import { fieldVerbs, type OtherBits, otherBitsOf, wholeWriteBits } from '../../drivers/accessors.js';
import { upperName } from '../../drivers/driver-names.js';
import { fieldMask, fieldMaximum } from '../../guest/register-rules.js';
import type { FieldDescription, FunctionDescription, RegisterArray, RegisterDescription } from '../../vocab/index.js';
import { type Accessor, type AccessorCase, type Collector, patternAt, VALUES } from './accessor-collector.js';

type Case = Omit<AccessorCase, 'accessor'>;

const PAST_END = ', which is past the end of the array';

/** An array of registers with one index, and the elements that are tried. */
interface Tried {
  readonly array: RegisterArray;
  readonly register: RegisterDescription;
  readonly elements: readonly { readonly element: number; readonly index: number }[];
  readonly count: number;
}

function triedOf(array: RegisterArray, { registers }: FunctionDescription): Tried | undefined {
  const [count, ...inner] = array.counts;
  const register = registers.find(({ index }) => index === array.index);
  if (array.isWide || inner.length > 0 || count === undefined || register === undefined) return undefined;
  const stride = array.strides[0] ?? 0;
  const elements = [...new Set([0, count - 1])].map((element) => ({ element, index: array.index + element * stride }));
  return { array, register, elements, count };
}

type Shape = Pick<Accessor, 'of' | 'function' | 'registerIndex'>;

function addRegister(collector: Collector, prefix: string, shape: Shape, { register, elements, count }: Tried): void {
  const { zeros, ones } = wholeWriteBits(register);
  collector.add(`${prefix}_read`, { ...shape, values: 1, takesPage: true, returns: true }, [
    ...elements.map(({ element, index }): Case => ({ arguments: [element, 0], result: patternAt(index) })),
    { arguments: [count, 0], result: 0, note: PAST_END },
  ]);
  collector.add(`${prefix}_write`, { ...shape, values: 2, takesPage: true, returns: false }, [
    ...elements.map(({ element, index }): Case => {
      const value = ((VALUES[0] & ~zeros) | ones) >>> 0;
      return { arguments: [element, VALUES[0]], change: { offsetBytes: index * 4, value } };
    }),
    { arguments: [count, VALUES[0]], note: PAST_END },
  ]);
}

/** What a write of a field's bits leaves in the dword. */
function written(index: number, other: OtherBits, mask: number, bits: number): number {
  const others = ((patternAt(index) & other.kept) | other.ones) >>> 0;
  return ((others & ~mask) | bits) >>> 0;
}

function addField(collector: Collector, prefix: string, shape: Shape, tried: Tried, field: FieldDescription): void {
  const { register, elements, count } = tried;
  const mask = fieldMask(field);
  const most = fieldMaximum(field);
  const other = otherBitsOf(register, field);
  const takes = (values: number, returns = false) => ({ ...shape, values, takesPage: true, returns });
  const verbs = fieldVerbs(register, field);
  if (verbs.includes('read'))
    collector.add(`${prefix}_read`, takes(1, true), [
      ...elements.map(({ element, index }): Case => {
        return { arguments: [element, 0], result: ((patternAt(index) & mask) >>> field.lowBit) >>> 0 };
      }),
      { arguments: [count, 0], result: 0, note: PAST_END },
    ]);
  if (verbs.includes('write'))
    collector.add(`${prefix}_write`, takes(2), [
      ...elements.flatMap(({ element, index }) =>
        [0, most].map((value): Case => {
          const bits = value === 0 ? 0 : mask;
          return {
            arguments: [element, value],
            change: { offsetBytes: index * 4, value: written(index, other, mask, bits) },
          };
        }),
      ),
      { arguments: [count, most], note: PAST_END },
    ]);
  for (const verb of ['clear', 'raise'] as const) {
    if (!verbs.includes(verb)) continue;
    collector.add(`${prefix}_${verb}`, takes(1), [
      ...elements.map(({ element, index }): Case => {
        return {
          arguments: [element, 0],
          change: { offsetBytes: index * 4, value: written(index, other, mask, mask) },
        };
      }),
      { arguments: [count, 0], note: PAST_END },
    ]);
  }
}

/** Adds the accessors that take an index. Those of arrays within arrays, and of 64-bit registers, are only read. */
export function addArrays(collector: Collector, description: FunctionDescription): void {
  const key = upperName(description);
  for (const array of description.arrays ?? []) {
    const tried = triedOf(array, description);
    if (tried === undefined) continue;
    const prefix = `vcfg_${key}_${upperName(array)}`.toLowerCase();
    const shape = { of: `${key}.${upperName(array)}`, function: description.address, registerIndex: undefined };
    addRegister(collector, prefix, shape, tried);
    for (const field of tried.register.fields) {
      const own = upperName(field);
      addField(collector, `${prefix}_${own.toLowerCase()}`, { ...shape, of: `${shape.of}.${own}` }, tried, field);
    }
  }
}
