import type {
  FieldDescription,
  FunctionDescription,
  PciAddress,
  RegisterDescription,
  SharedDescription,
} from '../../vocab/index.js';
import { isReadable, isWritable } from '../access.js';
import { pageOffset, registerOffset } from '../address.js';
import { fieldMask } from '../field-bits.js';
import { commentLines, describe } from './comment-text.js';
import { type DriverNames, shortName } from './driver-names.js';

/** Characters of text on a comment's line. */
const COMMENT_CHARACTERS = 110;

/** Where the lines of one named thing go: its macros and functions are claimed for it. */
interface Part {
  readonly names: DriverNames;
  /** What it is to a reader, such as `SENS.CTRL`. */
  readonly owner: string;
  /** What its macros begin with; its functions with the same in lower case. */
  readonly prefix: string;
}

function within(part: Part, name: string): Part {
  const short = shortName(name);
  return { names: part.names, owner: `${part.owner}.${short}`, prefix: `${part.prefix}_${short}` };
}

function define({ names, owner, prefix }: Part, suffix: string, value: string): string {
  return `#define ${names.claim(`${prefix}_${suffix}`, owner)} ${value}`;
}

/** A static inline function, its name claimed. */
function inline(part: Part, result: 'void' | 'uint32_t', verb: string, parameters: string, statements: string[]) {
  const name = part.names.claim(`${part.prefix.toLowerCase()}_${verb}`, part.owner);
  return [
    `static inline ${result} ${name}(${parameters})`,
    '{',
    ...statements.map((statement) => `  ${statement}`),
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

/** Reading and changing one field of a register's value, or clearing or setting it where the register does that. */
function fieldLines(register: Part, { access }: RegisterDescription, field: FieldDescription): string[] {
  const part = within(register, field.name);
  const mask = `${part.prefix}_MASK`;
  const shift = `${part.prefix}_SHIFT`;
  const lines = [
    ...heading(part.owner, describe(field)),
    define(part, 'MASK', hex(fieldMask(field), 8)),
    define(part, 'SHIFT', `${field.lowBit}u`),
  ];
  if (isReadable(access)) {
    lines.push(...inline(part, 'uint32_t', 'get', 'uint32_t value', [`return (value & ${mask}) >> ${shift};`]));
  }
  if (access === 'rw' || access === 'wo') {
    const statements = [
      `VCFG_ASSERT(field <= ${mask} >> ${shift});`,
      `return (value & ~${mask}) | ((field << ${shift}) & ${mask});`,
    ];
    lines.push(...inline(part, 'uint32_t', 'set', 'uint32_t value, uint32_t field', statements));
  }
  const verb = access === 'w1c' ? 'clear' : access === 'w1s' ? 'raise' : undefined;
  if (verb !== undefined) {
    const statement = `VCFG_WRITE32(page, ${register.prefix}_INDEX * VCFG_REGISTER_BYTES, ${mask});`;
    lines.push(...inline(part, 'void', verb, 'VCFG_MMIO page', [statement]));
  }
  return lines;
}

function registerLines(parent: Part, address: PciAddress, register: RegisterDescription): string[] {
  const part = within(parent, register.name);
  const offset = registerOffset(address.bus, address.device, address.function, 0, register.index);
  const place = `${part.prefix}_INDEX * VCFG_REGISTER_BYTES`;
  const lines = [
    '',
    ...heading(part.owner, describe(register)),
    define(part, 'OFFSET', hex(offset, 8)),
    define(part, 'INDEX', `${register.index}u`),
    define(part, 'RESET', hex(register.reset, 8)),
    define(part, 'ACCESS', `VCFG_ACCESS_${register.access.toUpperCase()}`),
  ];
  if (isReadable(register.access)) {
    lines.push(...inline(part, 'uint32_t', 'read', 'VCFG_MMIO page', [`return VCFG_READ32(page, ${place});`]));
  }
  if (isWritable(register.access)) {
    const parameters = 'VCFG_MMIO page, uint32_t value';
    lines.push(...inline(part, 'void', 'write', parameters, [`VCFG_WRITE32(page, ${place}, value);`]));
  }
  for (const field of register.fields) lines.push(...fieldLines(part, register, field));
  return lines;
}

function sharedLines(parent: Part, address: PciAddress, run: SharedDescription): string[] {
  const part = within(parent, run.name);
  const { prefix } = part;
  const place = `${prefix}_START + dword * VCFG_REGISTER_BYTES`;
  const bound = `dword < ${prefix}_BYTES / VCFG_REGISTER_BYTES`;
  return [
    '',
    ...heading(part.owner, describe(run)),
    define(part, 'OFFSET', hex(pageOffset(address, 'shared') + run.offsetBytes, 8)),
    define(part, 'START', `${run.offsetBytes}u`),
    define(part, 'BYTES', `${run.lengthBytes}u`),
    ...inline(part, 'uint32_t', 'read', 'VCFG_MMIO page, unsigned dword', [
      `VCFG_ASSERT(${bound});`,
      `return ${bound} ? VCFG_READ32(page, ${place}) : 0u;`,
    ]),
    ...inline(part, 'void', 'write', 'VCFG_MMIO page, unsigned dword, uint32_t value', [
      `VCFG_ASSERT(${bound});`,
      `if (${bound})`,
      `  VCFG_WRITE32(page, ${place}, value);`,
    ]),
  ];
}

/** Everything the header says of one function, its registers in index order, then its shared runs. */
export function cFunctionLines(names: DriverNames, description: FunctionDescription): string[] {
  const { address } = description;
  const name = shortName(description.name);
  const part = { names, owner: name, prefix: `VCFG_${name}` };
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
