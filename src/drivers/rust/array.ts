import { locationOffset } from '../../guest/address.js';
import type { FunctionDescription, PciAddress, RegisterArray, RegisterDescription } from '../../vocab/index.js';
import { registerVerbs } from '../accessors.js';
import { upperName } from '../driver-names.js';
import { describe, describeWide } from '../driver-text.js';
import { documented, module, moduleName } from './module-text.js';
import { describedLines, fieldItems, hex, primitivesOf, SHARED_ITEMS, wholeValue } from './register.js';
import { wideCalls, wideFieldItem } from './wide-register.js';

/** Accessors of arrays of registers, which take an element's index, in Rust. */

type TypeName = ReturnType<typeof primitivesOf>;

/** `usize`, or as many of them as there are arrays around one another. */
function indexType({ counts }: RegisterArray, type: TypeName): string {
  return counts.length === 1 ? type('usize') : `[${type('usize')}; ${counts.length}]`;
}

/** Where the elements are. */
function placeItems(array: RegisterArray, address: PciAddress | undefined, type: TypeName): string[][] {
  const { counts, strides, index } = array;
  const offset = address && locationOffset({ address, page: 'trapped', register: index });
  const numbers = (values: readonly number[]) => (values.length === 1 ? `${values[0]}` : `[${values.join(', ')}]`);
  const own = indexType(array, type);
  const find =
    counts.length === 1
      ? ['    if index < COUNT {', '        Some(INDEX + index * STRIDE)', '    } else {', '        None', '    }']
      : [
          '    let mut dword = INDEX;',
          '    for at in 0..COUNT.len() {',
          '        if index[at] >= COUNT[at] {',
          '            return None;',
          '        }',
          '        dword += index[at] * STRIDE[at];',
          '    }',
          '    Some(dword)',
        ];
  return [
    [
      '/// Of the first element.',
      `pub const INDEX: ${type('usize')} = ${index};`,
      ...(offset === undefined
        ? []
        : [
            '/// From the base of the window to the first element.',
            `pub const OFFSET: ${type('u32')} = ${hex(offset)};`,
          ]),
      `pub const COUNT: ${own} = ${numbers(counts)};`,
      '/// Dwords from each element to the next.',
      `pub const STRIDE: ${own} = ${numbers(strides)};`,
    ],
    [
      '/// Dwords from the start of the page to an element; `None` past the end of the array.',
      `pub fn dword(index: ${own}) -> Option<${type('usize')}> {`,
      ...find,
      '}',
    ],
  ];
}

/** A function that takes an index, on as many lines as rustfmt gives it. */
function indexed(
  verb: string,
  value: string | undefined,
  result: string,
  array: RegisterArray,
  type: TypeName,
  body: readonly string[],
): string[] {
  const parameters = ['trapped: &P', `index: ${indexType(array, type)}`, ...(value === undefined ? [] : [value])];
  const head = `pub fn ${verb}<P: Page + ?Sized>(`;
  const whole = `${head}${parameters.join(', ')}) -> Option<${result}> {`;
  const start =
    whole.length <= 92 ? [whole] : [head, ...parameters.map((each) => `    ${each},`), `) -> Option<${result}> {`];
  return [...start, ...body.map((line) => `    ${line}`), '}'];
}

function registerArrayItem(
  owner: string,
  address: PciAddress | undefined,
  array: RegisterArray,
  register: RegisterDescription,
): string[] {
  const name = `${owner}.${upperName(array)}`;
  const type = primitivesOf(register.fields);
  const value = wholeValue(register);
  const place = `let place = dword(index)? * REGISTER_BYTES as ${type('usize')};`;
  const functions = {
    read: indexed('read', undefined, type('u32'), array, type, [place, 'Some(trapped.read32(place))']),
    write: indexed('write', `value: ${type('u32')}`, '()', array, type, [
      ...(value === undefined ? [] : [`let value = ${value};`]),
      place,
      'trapped.write32(place, value);',
      'Some(())',
    ]),
  };
  const elements = [
    'impl Elements for Register {',
    `    type Index = ${indexType(array, type)};`,
    `    fn dword(index: Self::Index) -> Option<${type('usize')}> {`,
    '        dword(index)',
    '    }',
    '}',
  ];
  return module(
    documented(`${name}, an array of ${array.elements.length}`, describe(register), '///'),
    moduleName(array),
    [
      [SHARED_ITEMS],
      ...placeItems(array, address, type),
      [`pub const RESET: ${type('u32')} = ${hex(register.reset)};`],
      ...registerVerbs(register).map((verb) => functions[verb]),
      ...(register.fields.length === 0 ? [] : [describedLines(register, type), elements]),
      ...fieldItems(name, register, 'element'),
    ],
  );
}

/** The module of an array; undefined if the function has no such register. */
export function arrayItem(
  owner: string,
  address: PciAddress | undefined,
  array: RegisterArray,
  { registers, wide = [] }: FunctionDescription,
): string[] | undefined {
  const isFirst = ({ index }: { readonly index: number }) => index === array.index;
  if (!array.isWide) {
    const register = registers.find(isFirst);
    return register && registerArrayItem(owner, address, array, register);
  }
  const row = wide.find(isFirst);
  if (row === undefined) return undefined;
  const name = `${owner}.${upperName(array)}`;
  const type = primitivesOf(row.fields);
  const calls = wideCalls(row);
  return module(
    documented(`${name}, an array of ${array.elements.length}`, describeWide(row), '///'),
    moduleName(array),
    [
      [SHARED_ITEMS],
      ...placeItems(array, address, type),
      [`pub const RESET: ${type('u64')} = 0x${row.reset.toString(16)};`],
      ...(calls.read === undefined
        ? []
        : [indexed('read', undefined, type('u64'), array, type, [`Some(${calls.read}(trapped, dword(index)?))`])]),
      ...(calls.write === undefined
        ? []
        : [
            indexed('write', `value: ${type('u64')}`, '()', array, type, [
              `${calls.write}(trapped, dword(index)?, value);`,
              'Some(())',
            ]),
          ]),
      ...row.fields.map((field) => wideFieldItem(name, field)),
    ],
  );
}
