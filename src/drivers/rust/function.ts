import { locationOffset, pageOffset } from '../../guest/address.js';
import { fieldMask, isReadable, isWritable } from '../../guest/register-rules.js';
import type {
  FieldDescription,
  FunctionDescription,
  PciAddress,
  RegisterDescription,
  SharedDescription,
  WideRegisterDescription,
} from '../../vocab/index.js';
import {
  ACCESS_MEANINGS,
  type FieldVerb,
  fieldReset,
  fieldVerbs,
  MOST_REREADS,
  otherBitsOf,
  type RegisterVerb,
  registerVerbs,
  wholeWriteBits,
} from '../accessors.js';
import { barName, type DriverNames, upperName } from '../driver-names.js';
import { commentLines, describe, describeField } from '../driver-text.js';
import type { FunctionKind } from '../function-kinds.js';
import { asMarkdown, COMMENT_CHARACTERS, documented, module, moduleName, type Names } from './module-text.js';

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

/** From the module of a register and of a field to the items of the whole file. */
const FROM_REGISTER = 'super::super::';
const FROM_FIELD = `super::${FROM_REGISTER}`;

/** Writes a register as it is told, if what the user gives is not all that a write carries. */
const STORE: readonly string[] = [
  `fn store<P: ${FROM_REGISTER}Page + ?Sized>(trapped: &P, value: u32) {`,
  `    trapped.write32(INDEX * ${FROM_REGISTER}REGISTER_BYTES as usize, value);`,
  '}',
];

/** `value` is an expression for what to write; undefined if that is what the user gives. */
const REGISTER_FUNCTIONS: Readonly<Record<RegisterVerb, (value: string | undefined) => readonly string[]>> = {
  read: () => [
    `pub fn read<P: ${FROM_REGISTER}Page + ?Sized>(trapped: &P) -> u32 {`,
    `    trapped.read32(INDEX * ${FROM_REGISTER}REGISTER_BYTES as usize)`,
    '}',
  ],
  write: (value) => [
    `pub fn write<P: ${FROM_REGISTER}Page + ?Sized>(trapped: &P, value: u32) {`,
    value === undefined
      ? `    trapped.write32(INDEX * ${FROM_REGISTER}REGISTER_BYTES as usize, value);`
      : `    store(trapped, ${value});`,
    '}',
  ],
};

/** How a write of a field treats the register's other bits. */
interface FieldWrite {
  /** The lines that find out the other bits. */
  readonly before: readonly string[];
  /** What they are then: an expression. */
  readonly others: string;
  readonly isRead: boolean;
  /** The function of the register that takes all bits of a write. */
  readonly write: 'write' | 'store';
}

const FIELD_FUNCTIONS: Readonly<Record<FieldVerb, (how: FieldWrite) => readonly string[]>> = {
  get: () => [
    "/// The field of a register's value.",
    'pub const fn get(value: u32) -> u32 {',
    '    (value & MASK) >> SHIFT',
    '}',
  ],
  read: () => [
    '/// Reads the register, for this field alone.',
    `pub fn read<P: ${FROM_FIELD}Page + ?Sized>(trapped: &P) -> u32 {`,
    '    get(super::read(trapped))',
    '}',
  ],
  set: () => [
    "/// A register's value with the field changed. A value too wide for the field is cut, or panics",
    '/// if debug assertions are on.',
    'pub const fn set(value: u32, field: u32) -> u32 {',
    '    debug_assert!(field <= MASK >> SHIFT);',
    '    (value & !MASK) | ((field << SHIFT) & MASK)',
    '}',
  ],
  write: ({ before, others, isRead, write }) => [
    isRead
      ? '/// Reads the register and writes it with its other fields kept.'
      : '/// Writes the register with 0 in its other fields, which cannot be read.',
    `pub fn write<P: ${FROM_FIELD}Page + ?Sized>(trapped: &P, field: u32) {`,
    ...before,
    `    super::${write}(trapped, set(${others}, field));`,
    '}',
  ],
  clear: (how) => writeOnes('clear', how),
  raise: (how) => writeOnes('raise', how),
};

function writeOnes(verb: FieldVerb, { before, others, isRead, write }: FieldWrite): string[] {
  return [
    isRead
      ? `/// Writes ones to the field, which ${verb}s its bits, and its other fields as they are read.`
      : `/// Writes ones to the field and zeros elsewhere, which ${verb}s the field's bits and keeps the others.`,
    `pub fn ${verb}<P: ${FROM_FIELD}Page + ?Sized>(trapped: &P) {`,
    ...before,
    `    super::${write}(trapped, ${others === '0' ? 'MASK' : `${others} | MASK`});`,
    '}',
  ];
}

const ALL_BITS = 0xffff_ffff;

/** How a write of a field treats the register's other bits. */
function fieldWrite(register: RegisterDescription, field: FieldDescription): FieldWrite {
  const { kept, ones } = otherBitsOf(register, field);
  const read = 'super::read(trapped)';
  const whole = kept === ALL_BITS ? read : `(${read} & ${hex(kept)})`;
  const parts = [...(kept === 0 ? [] : [whole]), ...(ones === 0 ? [] : [hex(ones)])];
  const others = parts.length > 1 ? parts.join(' | ') : (parts[0] ?? '0').replace(/^\((.*)\)$/, '$1');
  const isShort = others === '0' || others === read;
  return {
    before: isShort ? [] : [`    let others = ${others};`],
    others: isShort ? others : 'others',
    isRead: kept !== 0,
    write: isPlain(register) ? 'write' : 'store',
  };
}

/** Whether a write of the register carries what the user gives and nothing else. */
function isPlain(register: RegisterDescription): boolean {
  const { zeros, ones } = wholeWriteBits(register);
  return zeros === 0 && ones === 0;
}

/** What a write of the whole register writes, as an expression of `value`; undefined if it is that. */
function wholeValue(register: RegisterDescription): string | undefined {
  if (isPlain(register)) return undefined;
  const { zeros, ones } = wholeWriteBits(register);
  const kept = hex(~zeros >>> 0);
  if (ones === 0) return `value & ${kept}`;
  return zeros === 0 ? `value | ${hex(ones)}` : `(value & ${kept}) | ${hex(ones)}`;
}

/** The values of a field that have names. */
function valueLines({ values = [] }: FieldDescription): string[] {
  return values.flatMap(({ name, value, description = '' }) => [
    ...commentLines(description, COMMENT_CHARACTERS).map((line) => `/// ${asMarkdown(line)}`),
    `pub const VALUE_${name.toUpperCase()}: u32 = 0x${value.toString(16)};`,
  ]);
}

function fieldItem(owner: string, register: RegisterDescription, field: FieldDescription): string[] {
  const how = fieldWrite(register, field);
  return module(documented(`${owner}.${upperName(field)}`, describeField(field), '///'), moduleName(field), [
    [
      `pub const MASK: u32 = ${hex(fieldMask(field))};`,
      `pub const SHIFT: u32 = ${field.lowBit};`,
      `pub const RESET: u32 = 0x${fieldReset(register, field).toString(16)};`,
    ],
    valueLines(field),
    ...fieldVerbs(register, field).map((verb) => FIELD_FUNCTIONS[verb](how)),
  ]);
}

function registerItem(owner: string, address: PciAddress | undefined, register: RegisterDescription): string[] {
  const name = `${owner}.${upperName(register)}`;
  const value = wholeValue(register);
  const offset = address && locationOffset({ address, page: 'trapped', register: register.index });
  return module(documented(name, describe(register), '///'), moduleName(register), [
    [
      `pub const INDEX: usize = ${register.index};`,
      ...(offset === undefined ? [] : ['/// From the base of the window.', `pub const OFFSET: u32 = ${hex(offset)};`]),
      `pub const RESET: u32 = ${hex(register.reset)};`,
      `/// The register ${ACCESS_MEANINGS[register.access]}.`,
      `pub const ACCESS: &str = "${register.access}";`,
    ],
    value === undefined || !registerVerbs(register).includes('write') ? [] : STORE,
    ...registerVerbs(register).map((verb) => REGISTER_FUNCTIONS[verb](value)),
    ...register.fields.map((field) => fieldItem(name, register, field)),
  ]);
}

/** A register of 64 bits, whose dwords have modules of their own. */
function wideItem(owner: string, wide: WideRegisterDescription): string[] {
  const name = `${owner}.${upperName(wide)}`;
  const [low, high] = ['INDEX', '(INDEX + 1)'].map((index) => `${index} * ${FROM_REGISTER}REGISTER_BYTES as usize`);
  const writes = [`    trapped.write32(${low}, value as u32);`, `    trapped.write32(${high}, high);`];
  const again = [
    `    for _ in 0..${MOST_REREADS} {`,
    `        let again = trapped.read32(${high});`,
    '        if again == above {',
    '            break;',
    '        }',
    '        above = again;',
    `        below = trapped.read32(${low});`,
    '    }',
  ];
  const isOnce = wide.access === 'rc';
  const mutable = isOnce ? '' : 'mut ';
  const read = [
    isOnce
      ? '/// Reads the high dword, then the low one.'
      : '/// Reads the high dword, the low one and the high one, until both reads of the high one agree.',
    `pub fn read<P: ${FROM_REGISTER}Page + ?Sized>(trapped: &P) -> u64 {`,
    `    let ${mutable}above = trapped.read32(${high});`,
    `    let ${mutable}below = trapped.read32(${low});`,
    ...(isOnce ? [] : again),
    '    (above as u64) << 32 | below as u64',
    '}',
  ];
  const write = [
    `/// Writes the ${wide.writeOrder === 'low-first' ? 'low dword, then the high one' : 'high dword, then the low one'}.`,
    `pub fn write<P: ${FROM_REGISTER}Page + ?Sized>(trapped: &P, value: u64) {`,
    '    let high = (value >> 32) as u32;',
    ...(wide.writeOrder === 'low-first' ? writes : writes.toReversed()),
    '}',
  ];
  return module(
    documented(name, [describe(wide), '64 bits'].filter((text) => text !== '').join('; '), '///'),
    moduleName(wide),
    [
      [
        '/// Of the low dword; the high one is the next.',
        `pub const INDEX: usize = ${wide.index};`,
        `pub const RESET: u64 = 0x${wide.reset.toString(16)};`,
      ],
      isReadable(wide.access) ? read : [],
      isWritable(wide.access) ? write : [],
      ...wide.fields.map((field) => {
        const mask = ((1n << BigInt(field.widthBits)) - 1n) << BigInt(field.lowBit);
        return module(documented(`${name}.${upperName(field)}`, describeField(field), '///'), moduleName(field), [
          [
            `pub const MASK: u64 = 0x${mask.toString(16).padStart(16, '0')};`,
            `pub const SHIFT: u32 = ${field.lowBit};`,
          ],
          ['pub const fn get(value: u64) -> u64 {', '    (value & MASK) >> SHIFT', '}'],
          [
            'pub const fn set(value: u64, field: u64) -> u64 {',
            '    debug_assert!(field <= MASK >> SHIFT);',
            '    (value & !MASK) | ((field << SHIFT) & MASK)',
            '}',
          ],
        ]);
      }),
    ],
  );
}

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
  ]);
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
