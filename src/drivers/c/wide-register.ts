import { locationOffset } from '../../guest/address.js';
import { isReadable, isWritable } from '../../guest/register-rules.js';
import type { PciAddress, WideFieldDescription, WideRegisterDescription } from '../../vocab/index.js';
import { MOST_REREADS } from '../accessors.js';
import { describeField, describeWide } from '../driver-text.js';
import { define, heading, hex, inline, type Part, within } from './part.js';

/** Registers of 64 bits in a C header. Their dwords have accessors of their own. */

/** How the accessors of a register, or of the elements of an array, find it. */
export interface WidePlace {
  /** Parameters after the page, each with a comma before it. */
  readonly parameters: string;
  /** An expression for the index of the low dword. */
  readonly dword: string;
  /** Statements before the access; `nothing` is what a read gives where there is no register. */
  readonly before: (nothing: string | undefined) => readonly string[];
}

/** The functions of such a register and the macros and functions of its fields. */
export function wideFunctions(part: Part, wide: WideRegisterDescription, where: WidePlace): string[] {
  const { parameters, dword, before } = where;
  const place = (index: string) => (index.includes(' ') ? `(${index})` : index);
  const low = `${place(dword)} * VCFG_REGISTER_BYTES`;
  const high = `(${dword} + 1u) * VCFG_REGISTER_BYTES`;
  const read = (at: string) => `VCFG_CAST(uint64_t, VCFG_READ32(page, ${at}))`;
  const writes = [
    `VCFG_WRITE32(page, ${low}, VCFG_CAST(uint32_t, value));`,
    `VCFG_WRITE32(page, ${high}, VCFG_CAST(uint32_t, value >> 32));`,
  ];
  const isOnce = wide.access === 'rc';
  const again = [
    `for (again = ${read(high)}; again != above && left > 0; again = ${read(high)}) {`,
    '  left--;',
    '  above = again;',
    `  below = ${read(low)};`,
    '}',
  ];
  const readLines = () =>
    inline(part, 'read', {
      result: 'uint64_t',
      parameters: `VCFG_MMIO page${parameters}`,
      statements: [
        'uint64_t above;',
        'uint64_t below;',
        ...(isOnce ? [] : ['uint64_t again;', `unsigned left = ${MOST_REREADS}u;`]),
        ...before('0u'),
        `above = ${read(high)};`,
        `below = ${read(low)};`,
        ...(isOnce ? [] : again),
        'return (above << 32) | below;',
      ],
    });
  const writeLines = () =>
    inline(part, 'write', {
      result: 'void',
      parameters: `VCFG_MMIO page${parameters}, uint64_t value`,
      statements: [...before(undefined), ...(wide.writeOrder === 'low-first' ? writes : writes.toReversed())],
    });
  return [
    ...(isReadable(wide.access) ? readLines() : []),
    ...(isWritable(wide.access) ? writeLines() : []),
    ...wide.fields.flatMap((field) => cWideFieldLines(part, field)),
  ];
}

/** A register of 64 bits. Without an address its accessors are those of several functions. */
export function cWideLines(parent: Part, address: PciAddress | undefined, wide: WideRegisterDescription): string[] {
  const part = within(parent, wide);
  const offset = address && locationOffset({ address, page: 'trapped', register: wide.index });
  return [
    '',
    ...heading(part.owner, describeWide(wide)),
    ...(offset === undefined ? [] : [define(part, 'OFFSET', hex(offset, 8))]),
    define(part, 'INDEX', `${wide.index}u`),
    define(part, 'RESET', `0x${wide.reset.toString(16)}ull`),
    ...wideFunctions(part, wide, { parameters: '', dword: `${part.prefix}_INDEX`, before: () => [] }),
  ];
}

/** A field across both dwords: its bits of a value, and a value with them changed. */
function cWideFieldLines(parent: Part, field: WideFieldDescription): string[] {
  const part = within(parent, field);
  const { prefix } = part;
  const mask = ((1n << BigInt(field.widthBits)) - 1n) << BigInt(field.lowBit);
  return [
    ...heading(part.owner, describeField(field)),
    define(part, 'MASK', `0x${mask.toString(16).padStart(16, '0')}ull`),
    define(part, 'SHIFT', `${field.lowBit}u`),
    ...inline(part, 'get', {
      result: 'uint64_t',
      parameters: 'uint64_t value',
      statements: [`return (value & ${prefix}_MASK) >> ${prefix}_SHIFT;`],
    }),
    ...inline(part, 'set', {
      result: 'uint64_t',
      parameters: 'uint64_t value, uint64_t field',
      statements: [
        `VCFG_ASSERT(field <= ${prefix}_MASK >> ${prefix}_SHIFT);`,
        `return (value & ~${prefix}_MASK) | ((field << ${prefix}_SHIFT) & ${prefix}_MASK);`,
      ],
    }),
  ];
}
