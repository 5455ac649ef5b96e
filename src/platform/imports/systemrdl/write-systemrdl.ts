import { formatHex } from '../../../base/index.js';
import type {
  ModelAccess,
  ModelBlock,
  ModelField,
  ModelItem,
  ModelRegister,
  RegisterModel,
} from '../model/register-model.js';

/** Writes SystemRDL 2.0: a map of the window, with a map of each block in it. */

/** Words that a name cannot be without a backslash in front. SystemRDL 2.0 table 3 */
const KEYWORDS = new Set(
  `abstract accesstype addressingtype addrmap alias all bit boolean bothedge compact component componentwidth constraint
   default encode enum external false field fullalign hw inside internal level longint mem na negedge nonsticky number
   onreadtype onwritetype posedge precedencetype property r rclr ref reg regalign regfile rset ruser rw rw1 signal string
   struct sw this true type unsigned w w1 wclr woclr woset wot wr wset wuser wzc wzs wzt`.split(/\s+/),
);

const word = (name: string): string => (KEYWORDS.has(name) ? `\\${name}` : name);

/** A string. What formatting codes begin with is written as one. */
function quote(text: string): string {
  const plain = text.replaceAll(/\s+/g, ' ').trim().replaceAll(/[\\"]/g, '\\$&');
  return `"${plain.replaceAll(/[[\]]/g, (bracket) => (bracket === '[' ? '[lb]' : '[rb]'))}"`;
}

const WRITE_WORDS: Readonly<Record<NonNullable<ModelAccess['onWrite']>, string>> = {
  w1c: 'woclr',
  w1s: 'woset',
  w1t: 'wot',
  w0c: 'wzc',
  w0s: 'wzs',
  w0t: 'wzt',
  clear: 'wclr',
  set: 'wset',
  other: 'wuser',
};
const READ_WORDS: Readonly<Record<NonNullable<ModelAccess['onRead']>, string>> = {
  clear: 'rclr',
  set: 'rset',
  other: 'ruser',
};

class Lines {
  readonly lines: string[] = [];
  #depth = 0;

  add(text: string): void {
    this.lines.push(`${'  '.repeat(this.#depth)}${text}`);
  }

  inside(head: string, tail: string, write: () => void): void {
    this.add(`${head} {`);
    this.#depth++;
    write();
    this.#depth--;
    this.add(`}${tail};`);
  }
}

function addWords(lines: Lines, { label, description }: { label?: string; description?: string }): void {
  if (label !== undefined) lines.add(`name = ${quote(label)};`);
  if (description !== undefined) lines.add(`desc = ${quote(description)};`);
}

/** What software and hardware may do with a field. Hardware reads what software writes, and writes what it reads. */
function accessWords({ read, write, onRead, onWrite, once }: ModelAccess): string[] {
  const software = read && write ? (once ? 'rw1' : 'rw') : write ? (once ? 'w1' : 'w') : 'r';
  return [
    `sw = ${software};`,
    `hw = ${!write || onWrite === 'w1c' ? 'w' : 'r'};`,
    ...(onWrite === undefined ? [] : [`onwrite = ${WRITE_WORDS[onWrite]};`]),
    ...(onRead === undefined ? [] : [`onread = ${READ_WORDS[onRead]};`]),
  ];
}

function addField(lines: Lines, field: ModelField, reset: bigint): void {
  const { widthBits, lowBit, values } = field;
  const enumName = `${field.name}_e`;
  if (values.length > 0) {
    lines.inside(`enum ${enumName}`, '', () => {
      for (const { name, value, description } of values) {
        const words = description === undefined ? '' : ` { desc = ${quote(description)}; }`;
        lines.add(`${word(name)} = ${widthBits}'d${value}${words};`);
      }
    });
  }
  const value = (reset >> BigInt(lowBit)) & ((1n << BigInt(widthBits)) - 1n);
  const bits = `[${lowBit + widthBits - 1}:${lowBit}]`;
  lines.inside('field', ` ${word(field.name)}${bits} = ${widthBits}'h${value.toString(16)}`, () => {
    addWords(lines, field);
    for (const each of accessWords(field.access)) lines.add(each);
    if (values.length > 0) lines.add(`encode = ${enumName};`);
  });
}

/** What stands for a register without fields, which SystemRDL does not have: a field of all its bits. */
export const WHOLE_FIELD = 'value';

function fieldsOf(register: ModelRegister): readonly ModelField[] {
  if (register.fields.length > 0) return register.fields;
  const { place, widthBits, access } = register;
  return [{ place, name: WHOLE_FIELD, lowBit: 0, widthBits, access, values: [] }];
}

const placeOf = ({ name, offsetBytes, array }: ModelItem): string => {
  const size = array === undefined ? '' : `[${array.count}]`;
  const stride = array === undefined ? '' : ` += ${formatHex(array.strideBytes)}`;
  return ` ${word(name.replaceAll('%s', '').replace(/_+$/, ''))}${size} @ ${formatHex(offsetBytes)}${stride}`;
};

function addItem(lines: Lines, item: ModelItem): void {
  if (item.kind === 'group') {
    lines.inside('regfile', placeOf(item), () => {
      addWords(lines, item);
      for (const inner of item.items) addItem(lines, inner);
    });
    return;
  }
  lines.inside('reg', placeOf(item), () => {
    addWords(lines, item);
    if (item.widthBits !== 32) lines.add(`regwidth = ${item.widthBits};`);
    for (const field of fieldsOf(item)) addField(lines, field, item.reset);
  });
}

function addBlock(lines: Lines, block: ModelBlock): void {
  lines.inside(`addrmap ${block.name}_map`, '', () => {
    addWords(lines, block.description === undefined ? {} : { description: block.description });
    for (const item of block.items) addItem(lines, item);
  });
}

/** A SystemRDL file. `name` is that of the map of all blocks, whose offsets count from `base`. */
export function writeSystemRdl(model: RegisterModel, name: string, base: bigint): string {
  const lines = new Lines();
  for (const block of model.blocks) {
    if (block.sameAs !== undefined) continue;
    addBlock(lines, block);
    lines.add('');
  }
  lines.inside(`addrmap ${word(name)}`, '', () => {
    lines.add(`desc = ${quote(model.description ?? `Offsets count from ${formatHex(base)}.`)};`);
    for (const { name: own, sameAs, base: at } of model.blocks) {
      lines.add(`${sameAs ?? own}_map ${word(own)} @ ${formatHex(at - base)};`);
    }
  });
  return `${lines.lines.join('\n')}\n`;
}
