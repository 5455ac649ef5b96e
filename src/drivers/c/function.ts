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
  type FieldVerb,
  fieldReset,
  fieldVerbs,
  otherBitsOf,
  type RegisterVerb,
  registerVerbs,
  wholeWriteBits,
} from '../accessors.js';
import { barName, type DriverNames, upperName } from '../driver-names.js';
import { commentLines, describe, describeField } from '../driver-text.js';
import type { FunctionKind } from '../function-kinds.js';
import {
  COMMENT_CHARACTERS,
  define,
  functionName,
  heading,
  hex,
  inline,
  type Part,
  type Signature,
  within,
} from './part.js';
import { cWideLines } from './wide-register.js';

const PAGE = 'VCFG_MMIO page';
const PAGE_AND_VALUE = 'VCFG_MMIO page, uint32_t value';

/** `value` is an expression for what to write. */
const REGISTER_FUNCTIONS: Readonly<Record<RegisterVerb, (place: string, value: string) => Signature>> = {
  read: (place) => ({ result: 'uint32_t', parameters: PAGE, statements: [`return VCFG_READ32(page, ${place});`] }),
  write: (place, value) => ({
    result: 'void',
    parameters: PAGE_AND_VALUE,
    statements: [`VCFG_WRITE32(page, ${place}, ${value});`],
  }),
};

/**
 * `others` is an expression for the register's other bits, which a write has beside the field. `write` makes the statement
 * that writes an expression to the register.
 */
interface FieldWrite {
  readonly others: string;
  readonly write: (value: string) => string;
}

const FIELD_FUNCTIONS: Readonly<Record<FieldVerb, (field: Part, register: Part, how: FieldWrite) => Signature>> = {
  get: ({ prefix }) => ({
    result: 'uint32_t',
    parameters: 'uint32_t value',
    statements: [`return (value & ${prefix}_MASK) >> ${prefix}_SHIFT;`],
  }),
  read: (field, register) => ({
    result: 'uint32_t',
    parameters: PAGE,
    statements: [`return ${functionName(field, 'get')}(${functionName(register, 'read')}(page));`],
  }),
  set: ({ prefix }) => ({
    result: 'uint32_t',
    parameters: 'uint32_t value, uint32_t field',
    statements: [
      `VCFG_ASSERT(field <= ${prefix}_MASK >> ${prefix}_SHIFT);`,
      `return (value & ~${prefix}_MASK) | ((field << ${prefix}_SHIFT) & ${prefix}_MASK);`,
    ],
  }),
  write: (field, _, { others, write }) => ({
    result: 'void',
    parameters: 'VCFG_MMIO page, uint32_t field',
    statements: [write(`${functionName(field, 'set')}(${others}, field)`)],
  }),
  clear: (field, _, how) => writeOnes(field, how),
  raise: (field, _, how) => writeOnes(field, how),
};

function writeOnes({ prefix }: Part, { others, write }: FieldWrite): Signature {
  const value = others === '0u' ? `${prefix}_MASK` : `${others} | ${prefix}_MASK`;
  return { result: 'void', parameters: PAGE, statements: [write(value)] };
}

const ALL_BITS = 0xffff_ffff;

/** How a write of a field treats the register's other bits. */
function fieldWrite(parent: Part, register: RegisterDescription, field: FieldDescription): FieldWrite {
  const others = otherBitsText(register, field, `${functionName(parent, 'read')}(page)`);
  const { zeros, ones: always } = wholeWriteBits(register);
  // What the register's own function adds is in `others` already, and no more of it is wanted.
  const isPlain = zeros === 0 && always === 0;
  return {
    others,
    write: (value) =>
      isPlain
        ? `${functionName(parent, 'write')}(page, ${value});`
        : `VCFG_WRITE32(page, ${placeOf(parent)}, ${value});`,
  };
}

/** The register's other bits in a write of the field, if `read` is an expression that reads it. */
export function otherBitsText(register: RegisterDescription, field: FieldDescription, read: string): string {
  const { kept, ones } = otherBitsOf(register, field);
  const whole = kept === ALL_BITS ? read : `(${read} & ${hex(kept, 8)})`;
  const parts = [...(kept === 0 ? [] : [whole]), ...(ones === 0 ? [] : [hex(ones, 8)])];
  return parts.length > 1 ? `(${parts.join(' | ')})` : (parts[0] ?? '0u');
}

function placeOf({ prefix }: Part): string {
  return `${prefix}_INDEX * VCFG_REGISTER_BYTES`;
}

/** What a write of the whole register writes, as an expression of `value`. */
export function wholeValue(register: RegisterDescription): string {
  const { zeros, ones } = wholeWriteBits(register);
  const kept = zeros === 0 ? 'value' : `(value & ${hex(~zeros >>> 0, 8)})`;
  return ones === 0 ? kept : `${kept} | ${hex(ones, 8)}`;
}

/** The values of a field that have names. */
export function valueLines(part: Part, { values = [] }: FieldDescription): string[] {
  return values.map(({ name, value, description }) => {
    const words = commentLines(description ?? '', COMMENT_CHARACTERS).join(' ');
    return `${define(part, `VALUE_${name.toUpperCase()}`, hex(value, 1))}${words === '' ? '' : ` /* ${words} */`}`;
  });
}

function fieldLines(parent: Part, register: RegisterDescription, field: FieldDescription): string[] {
  const part = within(parent, field);
  const how = fieldWrite(parent, register, field);
  return [
    ...heading(part.owner, describeField(field)),
    define(part, 'MASK', hex(fieldMask(field), 8)),
    define(part, 'SHIFT', `${field.lowBit}u`),
    define(part, 'RESET', hex(fieldReset(register, field), 1)),
    ...valueLines(part, field),
    ...fieldVerbs(register, field).flatMap((verb) => inline(part, verb, FIELD_FUNCTIONS[verb](part, parent, how))),
  ];
}

/** Where a register is in the window; nothing if its accessors are those of several functions. */
function registerOffset(part: Part, address: PciAddress | undefined, index: number): string[] {
  if (address === undefined) return [];
  return [define(part, 'OFFSET', hex(locationOffset({ address, page: 'trapped', register: index }), 8))];
}

function registerLines(parent: Part, address: PciAddress | undefined, register: RegisterDescription): string[] {
  const part = within(parent, register);
  const place = placeOf(part);
  const value = wholeValue(register);
  return [
    '',
    ...heading(part.owner, describe(register)),
    ...registerOffset(part, address, register.index),
    define(part, 'INDEX', `${register.index}u`),
    define(part, 'RESET', hex(register.reset, 8)),
    define(part, 'ACCESS', `VCFG_ACCESS_${register.access.toUpperCase()}`),
    ...registerVerbs(register).flatMap((verb) => inline(part, verb, REGISTER_FUNCTIONS[verb](place, value))),
    ...register.fields.flatMap((field) => fieldLines(part, register, field)),
  ];
}

function sharedLines(parent: Part, address: PciAddress | undefined, run: SharedDescription): string[] {
  const part = within(parent, run);
  const { prefix } = part;
  const place = `${prefix}_START + dword * VCFG_REGISTER_BYTES`;
  const count = `${prefix}_BYTES / VCFG_REGISTER_BYTES`;
  return [
    '',
    ...heading(part.owner, describe(run)),
    ...(address === undefined ? [] : [define(part, 'OFFSET', hex(pageOffset(address, 'shared') + run.offsetBytes, 8))]),
    define(part, 'START', `${run.offsetBytes}u`),
    define(part, 'BYTES', `${run.lengthBytes}u`),
    ...inline(part, 'read', {
      result: 'uint32_t',
      parameters: 'VCFG_SHARED page, unsigned dword',
      statements: [
        `VCFG_ASSERT(dword < ${count});`,
        `if (dword >= ${count})`,
        '  return 0u;',
        `return VCFG_SHARED_READ32(page, ${place});`,
      ],
    }),
    ...inline(part, 'write', {
      result: 'void',
      parameters: 'VCFG_SHARED page, unsigned dword, uint32_t value',
      statements: [
        `VCFG_ASSERT(dword < ${count});`,
        `if (dword < ${count})`,
        `  VCFG_SHARED_WRITE32(page, ${place}, value);`,
      ],
    }),
  ];
}

/** BARs by index and length, and MSI-X vectors by name. */
function pciLines(part: Part, { bars = [], msix }: FunctionDescription): string[] {
  const ofBars = bars.flatMap((bar) => [
    ...heading(`${part.owner} BAR ${bar.index}`, bar.description ?? ''),
    define(part, `BAR_${barName(bar)}`, `${bar.index}u`),
    define(part, `BAR_${barName(bar)}_BYTES`, `0x${bar.sizeBytes.toString(16)}ull`),
  ]);
  if (msix === undefined) return ofBars;
  const vectors = msix.names.map((name, vector) => define(part, `VECTOR_${name.toUpperCase()}`, `${vector}u`));
  return [...ofBars, define(part, 'MSIX_VECTORS', `${msix.vectors}u`), ...vectors];
}

/**
 * Everything in the header about one function: its place, then its registers in index order and its shared runs, unless the
 * accessors of another function of its kind are its own.
 */
export function cFunctionLines(
  names: DriverNames,
  description: FunctionDescription,
  { isShared, first }: FunctionKind,
  common: string,
): string[] {
  const { address } = description;
  const name = upperName(description);
  const part = { names, common, owner: name, prefix: `${common}_${name}` };
  const place = [
    '',
    ...heading(`Function ${name}`, describe(description)),
    define(part, 'BUS', `${address.bus}u`),
    define(part, 'DEVICE', `${address.device}u`),
    define(part, 'FUNCTION', `${address.function}u`),
    define(part, 'TRAPPED_OFFSET', hex(pageOffset(address, 'trapped'), 8)),
    define(part, 'SHARED_OFFSET', hex(pageOffset(address, 'shared'), 8)),
    ...pciLines(part, description),
  ];
  if (first !== description) return [...place, `/* Its accessors are those of ${upperName(first)}. */`];
  const own = isShared ? undefined : address;
  return [
    ...place,
    ...(isShared ? [`/* The accessors of ${name} are those of every function of its kind. */`] : []),
    ...description.registers.flatMap((register) => registerLines(part, own, register)),
    ...(description.wide ?? []).flatMap((wide) => cWideLines(part, own, wide)),
    ...description.shared.flatMap((run) => sharedLines(part, own, run)),
  ];
}
