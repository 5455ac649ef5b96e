import { formatPciAddress } from '../../base/index.js';
import { upperName } from '../../drivers/driver-names.js';
import { type FunctionKind, functionKinds } from '../../drivers/function-kinds.js';
import { registerOffset } from '../../guest/index.js';
import type { FunctionDescription, PciAddress, Platform } from '../../vocab/index.js';
import { perSubject } from '../subject/per-subject.js';

/** What a constant of a header is of: where something lies, what it does or how wide it is, or the window itself. */
export type ConstantKind = 'address' | 'value' | 'stride' | 'base';

/** A constant of the generated header, and what it has to be. */
export interface HeaderConstant {
  readonly name: string;
  readonly kind: ConstantKind;
  /** What it is, to a reader. */
  readonly what: string;
  /** Its value, or the name of the constant that it has to be equal to. */
  readonly value: bigint | string;
  readonly function?: PciAddress;
  /** The register, field or shared run that it is of, as the platform names it. */
  readonly of?: string;
}

/** The cure of what only another header can put right. */
export const GENERATE_AGAIN = 'Generate the header again, from the platform file that the table is made from.';

/** A NameSeg as it stands in C: without what only fills it up. ACPI 6.5 §20.2.2 */
export const short = (name: string): string => name.replace(/_+$/, '');

/** Bytes that one of each part of an address is worth, whatever the platform. */
export const STRIDES: readonly HeaderConstant[] = (
  [
    ['BUS', registerOffset(1, 0, 0, 0, 0)],
    ['DEVICE', registerOffset(0, 1, 0, 0, 0)],
    ['FUNCTION', registerOffset(0, 0, 1, 0, 0)],
    ['PAGE', registerOffset(0, 0, 0, 1, 0)],
    ['REGISTER', registerOffset(0, 0, 0, 0, 1)],
  ] as const
).map(([part, bytes]) => ({
  name: `VCFG_${part}_BYTES`,
  kind: 'stride',
  what: `the bytes of a ${part.toLowerCase()}`,
  value: BigInt(bytes),
}));

function constantsOf([description, { isShared, first }]: readonly [
  FunctionDescription,
  FunctionKind,
]): HeaderConstant[] {
  const { address, registers, shared } = description;
  const prefix = `VCFG_${upperName(description)}`;
  const rows: HeaderConstant[] = [];
  const add = (kind: ConstantKind, own: string, what: string, value: number | bigint | string, of?: string) =>
    rows.push({
      name: `${prefix}_${own}`,
      kind,
      what: `${what} of ${formatPciAddress(address)}`,
      value: typeof value === 'number' ? BigInt(value) : value,
      function: address,
      ...(of === undefined ? {} : { of }),
    });
  const offsetOf = (page: 0 | 1, register: number) =>
    registerOffset(address.bus, address.device, address.function, page, register);
  add('address', 'BUS', 'the bus', address.bus);
  add('address', 'DEVICE', 'the device', address.device);
  add('address', 'FUNCTION', 'the function', address.function);
  add('address', 'TRAPPED_OFFSET', 'the trapped page', offsetOf(0, 0));
  add('address', 'SHARED_OFFSET', 'the shared page', offsetOf(1, 0));
  if (first !== description) return rows;
  // The accessors of several functions have a place in a page, and none in the window.
  const addOffset = (own: string, what: string, offset: number, of?: string) => {
    if (!isShared) add('address', `${own}_OFFSET`, what, offset, of);
  };
  for (const described of registers) {
    const { name: own, index, reset, access, fields } = described;
    const register = upperName(described);
    addOffset(register, own, offsetOf(0, index), own);
    add('address', `${register}_INDEX`, `the index of ${own}`, index, own);
    add('value', `${register}_RESET`, `what ${own} is after reset`, reset, own);
    add('value', `${register}_ACCESS`, `what accesses of ${own} do`, `VCFG_ACCESS_${access.toUpperCase()}`, own);
    for (const each of fields) {
      const { name: field, lowBit, widthBits, values = [] } = each;
      const key = `${register}_${upperName(each)}`;
      add('value', `${key}_SHIFT`, `the lowest bit of ${own}.${field}`, lowBit, field);
      add(
        'value',
        `${key}_RESET`,
        `what ${own}.${field} is after reset`,
        Math.floor(reset / 2 ** lowBit) % 2 ** widthBits,
        field,
      );
      add('value', `${key}_MASK`, `the bits of ${own}.${field}`, (2 ** widthBits - 1) * 2 ** lowBit, field);
      for (const { name, value } of values)
        add('value', `${key}_VALUE_${name.toUpperCase()}`, `${name} of ${own}.${field}`, value, field);
    }
  }
  for (const each of description.wide ?? []) {
    const register = upperName(each);
    addOffset(register, each.name, offsetOf(0, each.index));
    add('address', `${register}_INDEX`, `the index of ${each.name}`, each.index);
    add('value', `${register}_RESET`, `what ${each.name} is after reset`, each.reset);
    for (const field of each.fields) {
      const key = `${register}_${upperName(field)}`;
      const mask = ((1n << BigInt(field.widthBits)) - 1n) << BigInt(field.lowBit);
      add('value', `${key}_SHIFT`, `the lowest bit of ${each.name}.${field.name}`, field.lowBit);
      add('value', `${key}_MASK`, `the bits of ${each.name}.${field.name}`, mask);
    }
  }
  for (const each of description.arrays ?? []) {
    const array = upperName(each);
    const number = (at: number) => (each.counts.length === 1 ? '' : `${at}`);
    add('address', `${array}_FIRST`, `the index of the first element of ${array}`, each.index);
    for (const [at, count] of each.counts.entries()) {
      add('value', `${array}_COUNT${number(at)}`, `the elements of ${array}`, count);
      add(
        'address',
        `${array}_STRIDE${number(at)}`,
        `the dwords from one to the next of ${array}`,
        each.strides[at] ?? 0,
      );
    }
  }
  for (const each of shared) {
    const { name: own, offsetBytes, lengthBytes } = each;
    const run = upperName(each);
    addOffset(run, own, offsetOf(1, offsetBytes / 4) + (offsetBytes % 4), own);
    add('address', `${run}_START`, `where ${own} begins in its page`, offsetBytes, own);
    add('value', `${run}_BYTES`, `the bytes of ${own}`, lengthBytes, own);
  }
  return rows;
}

/** Every constant of the header that says where something lies, how wide it is, or what it does. */
export const headerConstants = perSubject(({ vcfg, functions }: Platform): readonly HeaderConstant[] => [
  { name: 'VCFG_BASE_EXPECTED', kind: 'base', what: 'the base', value: vcfg.base },
  { name: 'VCFG_BUSES', kind: 'value', what: 'the buses', value: BigInt(vcfg.buses) },
  ...STRIDES,
  ...[...functionKinds(functions)].flatMap(constantsOf),
]);
