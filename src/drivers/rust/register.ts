import { locationOffset } from '../../guest/address.js';
import { type WriteRules, writeRules } from '../../guest/register-rules.js';
import type { FieldDescription, PciAddress, RegisterDescription } from '../../vocab/index.js';
import { ACCESS_MEANINGS, fieldVerbs, type RegisterVerb, registerVerbs, wholeWriteBits } from '../accessors.js';
import { upperName } from '../driver-names.js';
import { commentLines, describe, describeField } from '../driver-text.js';
import { accessType, FIELD_TYPES, OWN_FIELD_MACROS, OWN_FIELD_TYPES } from './field-types.js';
import { asMarkdown, COMMENT_CHARACTERS, documented, module, moduleName, type Names } from './module-text.js';

/** The register modules of a Rust driver. */

/** Brings the shared types into the module of a register. */
export const SHARED_ITEMS = 'use super::super::*;';

/** Characters of a line, without the indentation of a register's module. */
const LINE_CHARACTERS = 100 - 8;

export function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

type Primitive = 'u32' | 'u64' | 'usize' | 'str';

/** How a module writes the name of a primitive type: one of its fields may have that name. */
export function primitivesOf(fields: readonly Names[]): (type: Primitive) => string {
  const taken = new Set(fields.map(moduleName));
  return (type) => (taken.has(type) ? `::core::primitive::${type}` : type);
}

/** What a write of the whole register writes, as an expression of `value`; undefined if it is that. */
export function wholeValue(register: RegisterDescription): string | undefined {
  const { zeros, ones } = wholeWriteBits(register);
  if (zeros === 0 && ones === 0) return undefined;
  const kept = hex(~zeros >>> 0);
  if (ones === 0) return `value & ${kept}`;
  return zeros === 0 ? `value | ${hex(ones)}` : `(value & ${kept}) | ${hex(ones)}`;
}

/** The register as a type, which its fields refer to. */
export function describedLines(register: RegisterDescription, type: (name: Primitive) => string): string[] {
  const rules: WriteRules = writeRules(register);
  const constant = (name: string, value: number) =>
    value === 0 ? [] : [`    const ${name}: ${type('u32')} = ${hex(value)};`];
  return [
    'pub enum Register {}',
    'impl Described for Register {',
    `    const INDEX: ${type('usize')} = INDEX;`,
    `    const RESET: ${type('u32')} = RESET;`,
    ...constant('KEPT', rules.kept),
    ...constant('ONES', rules.ones),
    ...constant('ENABLED', rules.masked),
    ...(rules.masked === 0 ? [] : [`    const ENABLE_SHIFT: ${type('u32')} = ${rules.maskShift};`]),
    ...(rules.readClears ? ['    const READ_CLEARS: bool = true;'] : []),
    '}',
  ];
}

/** The values of a field that have names. */
function valueLines({ values = [] }: FieldDescription, type: (name: Primitive) => string): string[] {
  return values.flatMap(({ name, value, description = '' }) => [
    ...commentLines(description, COMMENT_CHARACTERS).map((line) => `    /// ${asMarkdown(line)}`),
    `    pub const VALUE_${name.toUpperCase()}: ${type('u32')} = 0x${value.toString(16)};`,
  ]);
}

export function hasValues({ values = [] }: FieldDescription): boolean {
  return values.length > 0;
}

/** A name for a type, on two lines if it is too long. */
export function typeAlias(name: string, type: string): string[] {
  const whole = `pub type ${name} = ${type};`;
  return whole.length > LINE_CHARACTERS ? [`pub type ${name} =`, `    ${type};`] : [whole];
}

/** A field as the name of a type, with the constants that are its own. */
function fieldItem(
  owner: string,
  register: RegisterDescription,
  field: FieldDescription,
  kind: keyof typeof OWN_FIELD_TYPES,
): string[] {
  const name = moduleName(field);
  const access = accessType(fieldVerbs(register, field));
  const bits = `B${field.lowBit + field.widthBits - 1}, B${field.lowBit}`;
  const isOwn = hasValues(field);
  const type = isOwn
    ? `${OWN_FIELD_TYPES[kind]}<${access}, ${bits}>`
    : `${FIELD_TYPES[kind]}<Register, ${access}, ${bits}>`;
  return [
    ...documented(`${owner}.${upperName(field)}`, describeField(field), '///'),
    ...typeAlias(name, type),
    ...(isOwn ? [`impl ${name} {`, ...valueLines(field, primitivesOf(register.fields)), '}'] : []),
  ];
}

/** The fields of a register, after the types that those with named values have. */
export function fieldItems(
  owner: string,
  register: RegisterDescription,
  kind: keyof typeof OWN_FIELD_TYPES,
): (readonly string[])[] {
  const isOwn = register.fields.some(hasValues);
  return [
    ...(isOwn ? [[`${OWN_FIELD_MACROS[kind]}!();`]] : []),
    ...register.fields.map((field) => fieldItem(owner, register, field, kind)),
  ];
}

/** A register as a module. Without an address it is that of several functions. */
export function registerItem(owner: string, address: PciAddress | undefined, register: RegisterDescription): string[] {
  const name = `${owner}.${upperName(register)}`;
  const value = wholeValue(register);
  const type = primitivesOf(register.fields);
  const place = `INDEX * REGISTER_BYTES as ${type('usize')}`;
  const offset = address && locationOffset({ address, page: 'trapped', register: register.index });
  const functions: Readonly<Record<RegisterVerb, readonly string[]>> = {
    read: [`pub fn read<P: Page + ?Sized>(trapped: &P) -> ${type('u32')} {`, `    trapped.read32(${place})`, '}'],
    write: [
      `pub fn write<P: Page + ?Sized>(trapped: &P, value: ${type('u32')}) {`,
      ...(value === undefined ? [] : [`    let value = ${value};`]),
      `    trapped.write32(${place}, value);`,
      '}',
    ],
  };
  return module(documented(name, describe(register), '///'), moduleName(register), [
    [SHARED_ITEMS],
    [
      `pub const INDEX: ${type('usize')} = ${register.index};`,
      ...(offset === undefined
        ? []
        : ['/// From the base of the window.', `pub const OFFSET: ${type('u32')} = ${hex(offset)};`]),
      `pub const RESET: ${type('u32')} = ${hex(register.reset)};`,
      `/// The register ${ACCESS_MEANINGS[register.access]}.`,
      `pub const ACCESS: &${type('str')} = "${register.access}";`,
    ],
    ...registerVerbs(register).map((verb) => functions[verb]),
    ...(register.fields.length === 0 ? [] : [describedLines(register, type)]),
    ...fieldItems(name, register, 'field'),
  ]);
}
