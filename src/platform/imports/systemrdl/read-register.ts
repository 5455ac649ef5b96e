import type { ImportLog } from '../model/import-log.js';
import type { Budget } from '../model/limits.js';
import type {
  ModelAccess,
  ModelField,
  ModelRegister,
  ModelValue,
  ReadEffect,
  WriteEffect,
} from '../model/register-model.js';
import type { RdlNode } from './elaborate.js';
import { entriesOf, evaluate } from './evaluate.js';
import { numberProperty, registerBits } from './place-components.js';
import { WHOLE_FIELD } from './write-systemrdl.js';

/** sw. SystemRDL 2.0 §9.6 */
const ACCESS: ReadonlyMap<string, ModelAccess> = new Map([
  ['rw', { read: true, write: true }],
  ['wr', { read: true, write: true }],
  ['rw1', { read: true, write: true, once: true }],
  ['r', { read: true, write: false }],
  ['w', { read: false, write: true }],
  ['w1', { read: false, write: true, once: true }],
  ['na', { read: false, write: false }],
]);
const WRITE_EFFECTS: ReadonlyMap<string, WriteEffect> = new Map([
  ['woclr', 'w1c'],
  ['woset', 'w1s'],
  ['wot', 'w1t'],
  ['wzc', 'w0c'],
  ['wzs', 'w0s'],
  ['wzt', 'w0t'],
  ['wclr', 'clear'],
  ['wset', 'set'],
  ['wuser', 'other'],
]);
const READ_EFFECTS: ReadonlyMap<string, ReadEffect> = new Map([
  ['rclr', 'clear'],
  ['rset', 'set'],
  ['ruser', 'other'],
]);

/** Formatting in a description, such as `[b]`, `[/list]` and `[br]`. SystemRDL 2.0 annex F */
const FORMAT_CODE =
  /\[(?:(\/?(?:list|p|quote|code)|br|\*)|(?:\/?(?:b|i|u|color|size|url|email|img|index|instname|indexinst)))(?:=[^\]\n]*)?\]/g;

/** Characters of a text that are read: several times what a platform file allows. */
const MOST_CHARACTERS = 10_000;

function textOf(node: RdlNode, name: string): string | undefined {
  const value = node.properties.get(name)?.value;
  if (value?.type !== 'string') return undefined;
  const text = value.text
    .slice(0, MOST_CHARACTERS)
    .replaceAll(FORMAT_CODE, (_, block) => (block === undefined ? '' : ' '))
    .replaceAll('[lb]', '[')
    .replaceAll('[rb]', ']')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text === '' ? undefined : text;
}

/** Label and description of a component. */
export function textsOf(node: RdlNode): { label?: string; description?: string } {
  const label = textOf(node, 'name');
  const description = textOf(node, 'desc');
  return {
    ...(label !== undefined && label !== node.name && { label }),
    ...(description !== undefined && { description }),
  };
}

const wordOf = (node: RdlNode, name: string): string => {
  const value = node.properties.get(name)?.value;
  return value?.type === 'word' ? value.word : '';
};
const isTrue = (node: RdlNode, name: string): boolean => {
  const value = node.properties.get(name)?.value;
  return value?.type === 'boolean' && value.is;
};

function accessOf(node: RdlNode): ModelAccess {
  const access = ACCESS.get(wordOf(node, 'sw')) ?? { read: true, write: true };
  const flag = <Effect>(names: readonly (readonly [string, Effect])[]) =>
    names.find(([name]) => isTrue(node, name))?.[1];
  const onWrite =
    WRITE_EFFECTS.get(wordOf(node, 'onwrite')) ??
    flag<WriteEffect>([
      ['woclr', 'w1c'],
      ['woset', 'w1s'],
    ]);
  const onRead =
    READ_EFFECTS.get(wordOf(node, 'onread')) ??
    flag<ReadEffect>([
      ['rclr', 'clear'],
      ['rset', 'set'],
    ]);
  return {
    ...access,
    ...(onWrite !== undefined && access.write && { onWrite }),
    ...(onRead !== undefined && access.read && { onRead }),
  };
}

function valuesOf(node: RdlNode, widthBits: number, budget: Budget, log: ImportLog): ModelValue[] {
  const encode = node.properties.get('encode');
  if (encode?.value.type !== 'word') return [];
  const enumeration = encode.scope.enumeration(encode.value.word);
  if (enumeration === undefined) {
    const message = `The enum ${encode.value.word.slice(0, 60)} is not defined.`;
    log.add('warning', 'IMPORT_RDL_NAME', encode.place, message, 'Define it, or correct the name.');
    return [];
  }
  const values: ModelValue[] = [];
  const entries = entriesOf(enumeration, encode.scope, log);
  const taken = new Set<bigint>();
  budget.spend(enumeration.entries.reduce((sum, { properties }) => sum + 1 + Math.floor(properties.length / 32), 0));
  for (const { name, properties, place } of enumeration.entries) {
    const value = entries.get(name) as bigint;
    if (value >> BigInt(widthBits) !== 0n || taken.has(value)) {
      log.leave('value-names', place);
      continue;
    }
    taken.add(value);
    const text = (wanted: string) => {
      const given = properties.find((each) => each.name === wanted)?.value;
      const words = given && evaluate(given, encode.scope, log);
      return words?.type === 'string' && words.text.trim() !== ''
        ? words.text.replaceAll(/\s+/g, ' ').trim()
        : undefined;
    };
    const description = text('desc') ?? text('name');
    values.push({ name, ...(description !== undefined && { description }), value });
  }
  return values.sort((a, b) => (a.value < b.value ? -1 : 1));
}

interface Bits {
  readonly lowBit: number;
  readonly widthBits: number;
}

/** Bits of the fields of a register, in their order: where each is given, else next to the one before. */
function bitsOf(register: RdlNode, size: number): Bits[] {
  const isMsb0 = isTrue(register, 'msb0');
  let next = isMsb0 ? size - 1 : 0;
  const fields = register.children.filter(({ type }) => type === 'field');
  return fields.map((field) => {
    const { range, dimensions } = field;
    if (range !== undefined) {
      const width = Math.abs(range[0] - range[1]) + 1;
      // In a register that counts from its most significant bit, [0:7] are the 8 highest.
      const lowBit = isMsb0 ? size - Math.min(...range) - width : Math.min(...range);
      next = isMsb0 ? lowBit - 1 : lowBit + width;
      return { lowBit, widthBits: width };
    }
    const width = dimensions[0] ?? Number(numberProperty(field, 'fieldwidth') ?? 1n);
    const lowBit = isMsb0 ? next - width + 1 : next;
    next = isMsb0 ? lowBit - 1 : lowBit + width;
    return { lowBit, widthBits: width };
  });
}

/** What a register holds: its width, reset value and fields. */
export function readRegister(
  node: RdlNode,
  budget: Budget,
  log: ImportLog,
): Pick<ModelRegister, 'widthBits' | 'access' | 'reset' | 'fields'> {
  const widthBits = Number(registerBits(node));
  const fields: ModelField[] = [];
  const bits = bitsOf(node, widthBits);
  let reset = 0n;
  let taken = 0n;
  for (const [index, field] of node.children.filter(({ type }) => type === 'field').entries()) {
    const place = { ...field.place, path: `${node.name}.${field.name}` };
    const present = field.properties.get('ispresent')?.value;
    if (present?.type === 'boolean' && !present.is) continue;
    const run = bits[index] as Bits;
    if (run.lowBit < 0 || run.widthBits < 1 || run.lowBit + run.widthBits > widthBits) {
      const message = `${field.name} has bits ${run.lowBit + run.widthBits - 1} to ${run.lowBit} of a register of ${widthBits} bits.`;
      log.add('warning', 'IMPORT_FIELD_RANGE', place, message, 'Correct its bits or regwidth.');
      log.leave('damaged', place);
      continue;
    }
    const ones = (1n << BigInt(run.widthBits)) - 1n;
    const mask = ones << BigInt(run.lowBit);
    const access = accessOf(field);
    if ((taken & mask) !== 0n) {
      log.leave('field-overlap', place);
      continue;
    }
    if (!access.read && !access.write) {
      log.leave('no-access', place);
      continue;
    }
    taken |= mask;
    const given = field.properties.get('reset')?.value;
    if (given?.type === 'number') reset |= (given.value & ones) << BigInt(run.lowBit);
    else if (given?.type === 'boolean') reset |= (given.is ? 1n : 0n) << BigInt(run.lowBit);
    else if (given !== undefined) log.leave('reset-unknown', place);
    const values = valuesOf(field, run.widthBits, budget, log);
    fields.push({ place, name: field.name, ...textsOf(field), ...run, access, values });
  }
  fields.sort((a, b) => a.lowBit - b.lowBit);
  // A register has no access of its own: bits outside fields are reserved.
  const [first] = fields;
  const access = first?.access ?? { read: true, write: true };
  // What stands for a register without fields, as write-systemrdl.ts has it.
  const isWhole = first?.name === WHOLE_FIELD && first.widthBits === widthBits && first.values.length === 0;
  const words = first?.label ?? first?.description;
  return { widthBits, access, reset, fields: isWhole && words === undefined ? [] : fields };
}
