import { isReadable, isWritable } from '../../guest/register-rules.js';
import type { WideFieldDescription, WideRegisterDescription } from '../../vocab/index.js';
import { MOST_REREADS } from '../accessors.js';
import { upperName } from '../driver-names.js';
import { describeField, describeWide } from '../driver-text.js';
import { FIELD_TYPES } from './field-types.js';
import { documented, module, moduleName } from './module-text.js';
import { primitivesOf, SHARED_ITEMS, typeAlias } from './register.js';

/** Registers of 64 bits in a Rust driver. Their dwords have modules of their own. */

/** How the two dwords at a place are accessed. */
export const RUST_WIDE_LINES: readonly string[] = [
  '',
  '/// Reads the high dword, then the low one. `index` is that of the low one.',
  'fn read64_once<P: Page + ?Sized>(trapped: &P, index: usize) -> u64 {',
  '    let place = index * REGISTER_BYTES as usize;',
  '    let above = trapped.read32(place + REGISTER_BYTES as usize);',
  '    (above as u64) << 32 | trapped.read32(place) as u64',
  '}',
  '',
  '/// Reads the high dword, the low one and the high one, until both reads of the high one agree.',
  'fn read64<P: Page + ?Sized>(trapped: &P, index: usize) -> u64 {',
  '    let place = index * REGISTER_BYTES as usize;',
  '    let mut above = trapped.read32(place + REGISTER_BYTES as usize);',
  '    let mut below = trapped.read32(place);',
  `    for _ in 0..${MOST_REREADS} {`,
  '        let again = trapped.read32(place + REGISTER_BYTES as usize);',
  '        if again == above {',
  '            break;',
  '        }',
  '        above = again;',
  '        below = trapped.read32(place);',
  '    }',
  '    (above as u64) << 32 | below as u64',
  '}',
  '',
  'fn write64_low_first<P: Page + ?Sized>(trapped: &P, index: usize, value: u64) {',
  '    let place = index * REGISTER_BYTES as usize;',
  '    trapped.write32(place, value as u32);',
  '    trapped.write32(place + REGISTER_BYTES as usize, (value >> 32) as u32);',
  '}',
  '',
  'fn write64_high_first<P: Page + ?Sized>(trapped: &P, index: usize, value: u64) {',
  '    let place = index * REGISTER_BYTES as usize;',
  '    trapped.write32(place + REGISTER_BYTES as usize, (value >> 32) as u32);',
  '    trapped.write32(place, value as u32);',
  '}',
];

/** The functions that access such a register. */
export function wideCalls({ access, writeOrder }: Pick<WideRegisterDescription, 'access' | 'writeOrder'>) {
  return {
    read: !isReadable(access) ? undefined : access === 'rc' ? 'read64_once' : 'read64',
    write: !isWritable(access) ? undefined : writeOrder === 'low-first' ? 'write64_low_first' : 'write64_high_first',
  };
}

export function wideFieldItem(owner: string, field: WideFieldDescription): string[] {
  const bits = `B${field.lowBit + field.widthBits - 1}, B${field.lowBit}`;
  return [
    ...documented(`${owner}.${upperName(field)}`, describeField(field), '///'),
    ...typeAlias(moduleName(field), `${FIELD_TYPES.wide}<${bits}>`),
  ];
}

/** A register of 64 bits as a module. */
export function wideItem(owner: string, wide: WideRegisterDescription): string[] {
  const name = `${owner}.${upperName(wide)}`;
  const calls = wideCalls(wide);
  const type = primitivesOf(wide.fields);
  return module(documented(name, describeWide(wide), '///'), moduleName(wide), [
    [SHARED_ITEMS],
    [
      '/// Of the low dword; the high one is the next.',
      `pub const INDEX: ${type('usize')} = ${wide.index};`,
      `pub const RESET: ${type('u64')} = 0x${wide.reset.toString(16)};`,
    ],
    calls.read === undefined
      ? []
      : [
          wide.access === 'rc'
            ? '/// Reads the high dword, then the low one.'
            : '/// Reads the high dword, the low one and the high one, until both reads of the high one agree.',
          `pub fn read<P: Page + ?Sized>(trapped: &P) -> ${type('u64')} {`,
          `    ${calls.read}(trapped, INDEX)`,
          '}',
        ],
    calls.write === undefined
      ? []
      : [
          `/// Writes the ${wide.writeOrder === 'low-first' ? 'low dword, then the high one' : 'high dword, then the low one'}.`,
          `pub fn write<P: Page + ?Sized>(trapped: &P, value: ${type('u64')}) {`,
          `    ${calls.write}(trapped, INDEX, value);`,
          '}',
        ],
    ...wide.fields.map((field) => wideFieldItem(name, field)),
  ]);
}
