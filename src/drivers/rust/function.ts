import { pageOffset } from '../../guest/address.js';
import type { FunctionDescription, PciAddress, SharedDescription } from '../../vocab/index.js';
import { barName, type DriverNames, upperName } from '../driver-names.js';
import { commentLines, describe } from '../driver-text.js';
import type { FunctionKind } from '../function-kinds.js';
import { arrayItem } from './array.js';
import { asMarkdown, COMMENT_CHARACTERS, documented, module, moduleName, type Names } from './module-text.js';
import { hex, registerItem } from './register.js';
import { wideItem } from './wide-register.js';

function sharedItem(owner: string, address: PciAddress | undefined, run: SharedDescription): string[] {
  const name = `${owner}.${upperName(run)}`;
  return module(documented(name, describe(run), '///'), moduleName(run), [
    [
      ...(address === undefined
        ? []
        : [
            '/// From the base of the window.',
            `pub const OFFSET: u32 = ${hex(pageOffset(address, 'shared') + run.offsetBytes)};`,
          ]),
      '/// From the start of the shared page.',
      `pub const START: usize = ${run.offsetBytes};`,
      `pub const BYTES: usize = ${run.lengthBytes};`,
    ],
    [
      '/// Reads a dword, counted from the start of the run; `None` past its end.',
      'pub fn read<P: super::super::Page + ?Sized>(shared: &P, dword: usize) -> Option<u32> {',
      '    if dword < BYTES / 4 {',
      '        Some(shared.read32(START + dword * 4))',
      '    } else {',
      '        None',
      '    }',
      '}',
    ],
    [
      '/// Writes a dword, counted from the start of the run; `None` past its end.',
      'pub fn write<P: super::super::Page + ?Sized>(',
      '    shared: &P,',
      '    dword: usize,',
      '    value: u32,',
      ') -> Option<()> {',
      '    if dword < BYTES / 4 {',
      '        shared.write32(START + dword * 4, value);',
      '        Some(())',
      '    } else {',
      '        None',
      '    }',
      '}',
    ],
  ]);
}

/** Names of what {@link pciItems} defines beside the modules of registers. */
function pciNames({ bars = [], msix }: FunctionDescription): string[] {
  return [...(bars.length > 0 ? ['bar'] : []), ...(msix === undefined ? [] : ['msix'])];
}

/** BARs by index and length, and MSI-X vectors by name. */
function pciItems({ bars = [], msix }: FunctionDescription): string[][] {
  const ofBars = bars.map((bar) => {
    const name = /^[0-9]/.test(barName(bar)) ? `BAR_${barName(bar)}` : barName(bar);
    return [
      ...commentLines(bar.description ?? '', COMMENT_CHARACTERS).map((line) => `/// ${asMarkdown(line)}`),
      `pub const ${name}: u32 = ${bar.index};`,
      `pub const ${name}_BYTES: u64 = 0x${bar.sizeBytes.toString(16)};`,
    ];
  });
  const vectors = msix?.names.map((name, vector) => `pub const VECTOR_${name.toUpperCase()}: u32 = ${vector};`) ?? [];
  return [
    ...(ofBars.length === 0 ? [] : [module(['/// Base address registers.'], 'bar', ofBars)]),
    ...(msix === undefined
      ? []
      : [
          module(['/// Message-signalled interrupts.'], 'msix', [
            [`pub const VECTORS: u32 = ${msix.vectors};`],
            vectors,
          ]),
        ]),
  ];
}

/** A function as a module, with a module in it for each register and each shared run. */
export function rustFunctionLines(
  names: DriverNames,
  description: FunctionDescription,
  { isShared, first }: FunctionKind,
): string[] {
  const { address } = description;
  const name = upperName(description);
  const claim = (...path: readonly Names[]) =>
    names.claim(path.map(moduleName).join('::'), path.map(upperName).join('.'));
  claim(description);
  const { wide = [] } = description;
  if (first === description) {
    for (const item of [...description.registers, ...wide, ...description.shared]) claim(description, item);
    for (const register of description.registers) {
      for (const field of register.fields) claim(description, register, field);
    }
  }
  const isFirst = first === description;
  const said = (text: string) => (isFirst ? [`/// ${text}`] : []);
  const place = [
    `pub const BUS: u32 = ${address.bus};`,
    `pub const DEVICE: u32 = ${address.device};`,
    `pub const FUNCTION: u32 = ${address.function};`,
    ...said('From the base of the window to the trapped page.'),
    `pub const TRAPPED_OFFSET: u32 = ${hex(pageOffset(address, 'trapped'))};`,
    ...said('From the base of the window to the shared page.'),
    `pub const SHARED_OFFSET: u32 = ${hex(pageOffset(address, 'shared'))};`,
  ];
  const own = isShared ? undefined : address;
  for (const item of pciNames(description)) names.claim(`${moduleName(description)}::${item}`, name);
  return module(documented(`Function ${name}`, describe(description), '///'), moduleName(description), [
    place,
    ...pciItems(description),
    ...(isFirst ? [] : [[`pub use super::${moduleName(first)}::*;`]]),
    ...(isFirst ? accessorItems(name, own, description) : []),
    ...(isFirst ? arrayItems(names, name, own, description) : []),
  ]);
}

/**
 * Modules of arrays. One that has the name of something else is left out, and the driver says so: the elements have modules of
 * their own.
 */
function arrayItems(
  names: DriverNames,
  name: string,
  address: PciAddress | undefined,
  description: FunctionDescription,
): string[][] {
  return (description.arrays ?? []).flatMap((array) => {
    const item = arrayItem(name, address, array, description);
    if (item === undefined) return [];
    const path = `${moduleName(description)}::${moduleName(array)}`;
    const made = names.attempt((own) => {
      own.claim(path, `${name}.${upperName(array)}`);
      return item;
    });
    return [made ?? [`// ${name}.${upperName(array)} has no module for its array: this name is taken.`]];
  });
}

/** Modules of registers and runs. Without an address they are those of several functions. */
function accessorItems(name: string, address: PciAddress | undefined, description: FunctionDescription): string[][] {
  const { registers, wide = [], shared } = description;
  return [
    ...registers.map((register) => registerItem(name, address, register)),
    ...wide.map((each) => wideItem(name, each)),
    ...shared.map((run) => sharedItem(name, address, run)),
  ];
}
