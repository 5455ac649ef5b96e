import { locationOffset, pageOffset } from '../../guest/address.js';
import { fieldMask } from '../../guest/register-rules.js';
import type {
  FieldDescription,
  FunctionDescription,
  PciAddress,
  RegisterDescription,
  SharedDescription,
} from '../../vocab/index.js';
import { type FieldVerb, fieldReset, fieldVerbs, keepsOthers, type RegisterVerb, registerVerbs } from '../accessors.js';
import { type DriverNames, shortName, withPrefix } from '../driver-names.js';
import { commentLines, describe } from '../driver-text.js';

/** Characters of text on a comment's line. */
const COMMENT_CHARACTERS = 110;

/** A function, register, field or run: its macros and functions are claimed for it. */
interface Part {
  readonly names: DriverNames;
  /** The prefix of every name in the header. */
  readonly common: string;
  /** What it is to a reader, such as `SENS.CTRL`. */
  readonly owner: string;
  /** The prefix of its macros, and in lower case that of its functions. */
  readonly prefix: string;
}

function within(part: Part, name: string): Part {
  const short = shortName(name);
  return { names: part.names, common: part.common, owner: `${part.owner}.${short}`, prefix: `${part.prefix}_${short}` };
}

function define({ names, owner, prefix, common }: Part, suffix: string, value: string): string {
  return `#define ${names.claim(`${prefix}_${suffix}`, owner)} ${withPrefix(value, common)}`;
}

/** The parameters, result and statements of a generated function. */
interface Signature {
  readonly result: 'void' | 'uint32_t';
  readonly parameters: string;
  readonly statements: readonly string[];
}

/** The name of one of a part's functions. */
function functionName({ prefix }: Part, verb: RegisterVerb | FieldVerb): string {
  return `${prefix.toLowerCase()}_${verb}`;
}

/** A static inline function, its name claimed. */
function inline(part: Part, verb: RegisterVerb | FieldVerb, { result, parameters, statements }: Signature): string[] {
  const name = part.names.claim(functionName(part, verb), part.owner);
  return [
    `static inline ${result} ${name}(${withPrefix(parameters, part.common)})`,
    '{',
    ...statements.map((statement) => `  ${withPrefix(statement, part.common)}`),
    '}',
  ];
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}u`;
}

function comment(text: string): string[] {
  return commentLines(text, COMMENT_CHARACTERS).map((line) => `/* ${line} */`);
}

/** `SENS.CTRL, Control: what it does`. */
function heading(owner: string, words: string): string[] {
  return comment(words === '' ? owner : `${owner}, ${words}`);
}

const PAGE = 'VCFG_MMIO page';
const PAGE_AND_VALUE = 'VCFG_MMIO page, uint32_t value';

const REGISTER_FUNCTIONS: Readonly<Record<RegisterVerb, (place: string) => Signature>> = {
  read: (place) => ({ result: 'uint32_t', parameters: PAGE, statements: [`return VCFG_READ32(page, ${place});`] }),
  write: (place) => ({
    result: 'void',
    parameters: PAGE_AND_VALUE,
    statements: [`VCFG_WRITE32(page, ${place}, value);`],
  }),
};

/** `others` is an expression for the register's value: a write keeps its bits outside the field. */
const FIELD_FUNCTIONS: Readonly<Record<FieldVerb, (field: Part, register: Part, others: string) => Signature>> = {
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
  write: (field, register, others) => ({
    result: 'void',
    parameters: 'VCFG_MMIO page, uint32_t field',
    statements: [`${functionName(register, 'write')}(page, ${functionName(field, 'set')}(${others}, field));`],
  }),
  clear: (field, register) => writeOnes(field, register),
  raise: (field, register) => writeOnes(field, register),
};

function writeOnes({ prefix }: Part, register: Part): Signature {
  const statement = `${functionName(register, 'write')}(page, ${prefix}_MASK);`;
  return { result: 'void', parameters: PAGE, statements: [statement] };
}

function fieldLines(parent: Part, register: RegisterDescription, field: FieldDescription): string[] {
  const part = within(parent, field.name);
  const others = keepsOthers(register.access) ? `${functionName(parent, 'read')}(page)` : '0u';
  return [
    ...heading(part.owner, describe(field)),
    define(part, 'MASK', hex(fieldMask(field), 8)),
    define(part, 'SHIFT', `${field.lowBit}u`),
    define(part, 'RESET', hex(fieldReset(register, field), 1)),
    ...fieldVerbs(register.access).flatMap((verb) => inline(part, verb, FIELD_FUNCTIONS[verb](part, parent, others))),
  ];
}

function registerLines(parent: Part, address: PciAddress, register: RegisterDescription): string[] {
  const part = within(parent, register.name);
  const offset = locationOffset({ address, page: 'trapped', register: register.index });
  const place = `${part.prefix}_INDEX * VCFG_REGISTER_BYTES`;
  return [
    '',
    ...heading(part.owner, describe(register)),
    define(part, 'OFFSET', hex(offset, 8)),
    define(part, 'INDEX', `${register.index}u`),
    define(part, 'RESET', hex(register.reset, 8)),
    define(part, 'ACCESS', `VCFG_ACCESS_${register.access.toUpperCase()}`),
    ...registerVerbs(register.access).flatMap((verb) => inline(part, verb, REGISTER_FUNCTIONS[verb](place))),
    ...register.fields.flatMap((field) => fieldLines(part, register, field)),
  ];
}

function sharedLines(parent: Part, address: PciAddress, run: SharedDescription): string[] {
  const part = within(parent, run.name);
  const { prefix } = part;
  const place = `${prefix}_START + dword * VCFG_REGISTER_BYTES`;
  const count = `${prefix}_BYTES / VCFG_REGISTER_BYTES`;
  return [
    '',
    ...heading(part.owner, describe(run)),
    define(part, 'OFFSET', hex(pageOffset(address, 'shared') + run.offsetBytes, 8)),
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

/** Everything in the header about one function: its registers in index order, then its shared runs. */
export function cFunctionLines(names: DriverNames, description: FunctionDescription, common: string): string[] {
  const { address } = description;
  const name = shortName(description.name);
  const part = { names, common, owner: name, prefix: `${common}_${name}` };
  return [
    '',
    ...heading(`Function ${name}`, describe(description)),
    define(part, 'BUS', `${address.bus}u`),
    define(part, 'DEVICE', `${address.device}u`),
    define(part, 'FUNCTION', `${address.function}u`),
    define(part, 'TRAPPED_OFFSET', hex(pageOffset(address, 'trapped'), 8)),
    define(part, 'SHARED_OFFSET', hex(pageOffset(address, 'shared'), 8)),
    ...description.registers.flatMap((register) => registerLines(part, address, register)),
    ...description.shared.flatMap((run) => sharedLines(part, address, run)),
  ];
}
