import { locationOffset, pageOffset } from '../../guest/address.js';
import { fieldMask } from '../../guest/register-rules.js';
import type {
  FieldDescription,
  FunctionDescription,
  PciAddress,
  RegisterDescription,
  SharedDescription,
} from '../../vocab/index.js';
import {
  ACCESS_MEANINGS,
  type FieldVerb,
  fieldReset,
  fieldVerbs,
  keepsOthers,
  type RegisterVerb,
  registerVerbs,
} from '../accessors.js';
import { type DriverNames, shortName } from '../driver-names.js';
import { commentLines, describe } from '../driver-text.js';

/** Characters of text on a comment's line. */
const COMMENT_CHARACTERS = 80;

/** Keywords of every edition with at most four letters: a module cannot have such a name. */
const KEYWORDS = new Set(
  'as box do dyn else enum fn for gen if impl in let loop mod move mut priv pub ref self true try type use'.split(' '),
);

/** A name as a module: lower case, and with `_` after it if Rust has the word for itself. */
function moduleName(name: string): string {
  const lower = shortName(name).toLowerCase();
  return KEYWORDS.has(lower) ? `${lower}_` : lower;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

/** A line as the Markdown that rustdoc reads: no link, no HTML, no code, no list. CommonMark 0.31 §2.4 */
function asMarkdown(line: string): string {
  return line
    .replaceAll(/[\\`*_[\]<>&|~$]/g, '\\$&')
    .replace(/^[-+=#]/, '\\$&')
    .replace(/^(\d+)(?=[.)])/, '$1\\');
}

function documented(owner: string, words: string, marker: string): string[] {
  return commentLines(words === '' ? owner : `${owner}, ${words}`, COMMENT_CHARACTERS).map(
    (line) => `${marker} ${asMarkdown(line)}`,
  );
}

/** A module of a named thing; a blank line between its items. */
function module(doc: readonly string[], name: string, items: readonly (readonly string[])[]): string[] {
  const body = items.filter((item) => item.length > 0).flatMap((item, index) => (index === 0 ? item : ['', ...item]));
  return [...doc, `pub mod ${name} {`, ...body.map((line) => (line === '' ? '' : `    ${line}`)), '}'];
}

/** From the module of a register and of a field to the items of the whole file. */
const FROM_REGISTER = 'super::super::';
const FROM_FIELD = `super::${FROM_REGISTER}`;

const REGISTER_FUNCTIONS: Readonly<Record<RegisterVerb, readonly string[]>> = {
  read: [
    `pub fn read<P: ${FROM_REGISTER}Page + ?Sized>(trapped: &P) -> u32 {`,
    `    trapped.read32(INDEX * ${FROM_REGISTER}REGISTER_BYTES as usize)`,
    '}',
  ],
  write: [
    `pub fn write<P: ${FROM_REGISTER}Page + ?Sized>(trapped: &P, value: u32) {`,
    `    trapped.write32(INDEX * ${FROM_REGISTER}REGISTER_BYTES as usize, value);`,
    '}',
  ],
};

/** `others` is an expression for the register's value: a write keeps its bits outside the field. */
const FIELD_FUNCTIONS: Readonly<Record<FieldVerb, (others: string) => readonly string[]>> = {
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
  write: (others) => [
    others === '0'
      ? '/// Writes the register with 0 in its other fields, which cannot be read.'
      : '/// Reads the register and writes it with its other fields kept.',
    `pub fn write<P: ${FROM_FIELD}Page + ?Sized>(trapped: &P, field: u32) {`,
    `    super::write(trapped, set(${others}, field));`,
    '}',
  ],
  clear: () => writeOnes('clear'),
  raise: () => writeOnes('raise'),
};

function writeOnes(verb: FieldVerb): string[] {
  return [
    `/// Writes ones to the field and zeros elsewhere, which ${verb}s the field's bits and keeps the others.`,
    `pub fn ${verb}<P: ${FROM_FIELD}Page + ?Sized>(trapped: &P) {`,
    '    super::write(trapped, MASK);',
    '}',
  ];
}

function fieldItem(owner: string, register: RegisterDescription, field: FieldDescription): string[] {
  const others = keepsOthers(register.access) ? 'super::read(trapped)' : '0';
  return module(documented(`${owner}.${shortName(field.name)}`, describe(field), '///'), moduleName(field.name), [
    [
      `pub const MASK: u32 = ${hex(fieldMask(field))};`,
      `pub const SHIFT: u32 = ${field.lowBit};`,
      `pub const RESET: u32 = 0x${fieldReset(register, field).toString(16)};`,
    ],
    ...fieldVerbs(register.access).map((verb) => FIELD_FUNCTIONS[verb](others)),
  ]);
}

function registerItem(owner: string, address: PciAddress, register: RegisterDescription): string[] {
  const name = `${owner}.${shortName(register.name)}`;
  const offset = locationOffset({ address, page: 'trapped', register: register.index });
  return module(documented(name, describe(register), '///'), moduleName(register.name), [
    [
      `pub const INDEX: usize = ${register.index};`,
      '/// From the base of the window.',
      `pub const OFFSET: u32 = ${hex(offset)};`,
      `pub const RESET: u32 = ${hex(register.reset)};`,
      `/// The register ${ACCESS_MEANINGS[register.access]}.`,
      `pub const ACCESS: &str = "${register.access}";`,
    ],
    ...registerVerbs(register.access).map((verb) => REGISTER_FUNCTIONS[verb]),
    ...register.fields.map((field) => fieldItem(name, register, field)),
  ]);
}

function sharedItem(owner: string, address: PciAddress, run: SharedDescription): string[] {
  const name = `${owner}.${shortName(run.name)}`;
  return module(documented(name, describe(run), '///'), moduleName(run.name), [
    [
      '/// From the base of the window.',
      `pub const OFFSET: u32 = ${hex(pageOffset(address, 'shared') + run.offsetBytes)};`,
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

/** A function as a module, with a module in it for each register and each shared run. */
export function rustFunctionLines(names: DriverNames, description: FunctionDescription): string[] {
  const { address } = description;
  const name = shortName(description.name);
  const claim = (...path: readonly string[]) =>
    names.claim(path.map(moduleName).join('::'), path.map(shortName).join('.'));
  claim(name);
  for (const item of [...description.registers, ...description.shared]) claim(name, item.name);
  for (const register of description.registers) {
    for (const field of register.fields) claim(name, register.name, field.name);
  }
  return module(documented(`Function ${name}`, describe(description), '///'), moduleName(name), [
    [
      `pub const BUS: u32 = ${address.bus};`,
      `pub const DEVICE: u32 = ${address.device};`,
      `pub const FUNCTION: u32 = ${address.function};`,
      '/// From the base of the window to the trapped page.',
      `pub const TRAPPED_OFFSET: u32 = ${hex(pageOffset(address, 'trapped'))};`,
      '/// From the base of the window to the shared page.',
      `pub const SHARED_OFFSET: u32 = ${hex(pageOffset(address, 'shared'))};`,
    ],
    ...description.registers.map((register) => registerItem(name, address, register)),
    ...description.shared.map((run) => sharedItem(name, address, run)),
  ]);
}
