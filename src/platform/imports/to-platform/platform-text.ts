import { Document, isMap, isScalar, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { Contents, FieldRow, FunctionRow, GroupRow, InstanceRow, PlatformRows, RegisterRow } from './rows.js';

/** Width of lines. A mapping that fits is written on one. */
const LINE_WIDTH = 120;
/** Below this, a number in hex is written in decimal. */
const LEAST_HEX = 16n;
/** The greatest that is written without `_`. */
const MOST_PLAIN_HEX = 0xffffn;

/** A number in hex as people write it, with `_` between groups of four digits. */
function groupedHex(value: bigint): string {
  return `0x${value.toString(16).replace(/(?<=.)(?=(?:.{4})+$)/g, '_')}`;
}

/** A number to be written in hex, unless it is small. */
class Hex {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = value;
  }
}

type Value = string | number | bigint | Hex | YAMLMap | YAMLSeq | undefined;

function numberNode({ value }: Hex): Scalar {
  if (value < LEAST_HEX) return new Scalar(Number(value));
  // With `_` it is text to YAML, which is not put in quotes; the reader takes it.
  const scalar = new Scalar(value > MOST_PLAIN_HEX ? groupedHex(value) : value);
  if (value <= MOST_PLAIN_HEX) scalar.format = 'HEX';
  return scalar;
}

function nodeOf(value: Exclude<Value, undefined>): YAMLMap | YAMLSeq | Scalar {
  if (value instanceof YAMLMap || value instanceof YAMLSeq) return value;
  return value instanceof Hex ? numberNode(value) : new Scalar(value);
}

/** A mapping of the keys that have a value, in this order. */
function mapping(entries: Readonly<Record<string, Value>>): YAMLMap {
  const map = new YAMLMap();
  for (const [key, value] of Object.entries(entries)) {
    if (value !== undefined) map.items.push(new Pair(new Scalar(key), nodeOf(value)));
  }
  return map;
}

function sequence(items: readonly YAMLMap[]): YAMLSeq {
  const list = new YAMLSeq();
  list.items.push(...items);
  return list;
}

/** Characters of a node on one line, about. */
function widthOf(node: unknown): number {
  if (isMap(node)) return node.items.reduce((sum, { key, value }) => sum + widthOf(key) + widthOf(value) + 4, 4);
  if (node instanceof YAMLSeq) return node.items.reduce<number>((sum, item) => sum + widthOf(item) + 2, 2);
  return isScalar(node) ? String(node.value).length + (/[:#,[\]{}"'&*!|>%@`]/.test(String(node.value)) ? 2 : 0) : 0;
}

/** Writes a mapping on one line, if it is short enough at its depth. */
function inFlow(map: YAMLMap, indent: number): YAMLMap {
  if (indent + widthOf(map) <= LINE_WIDTH) map.flow = true;
  return map;
}

function bitsNode({ lowBit, widthBits }: FieldRow): string | number {
  return widthBits === 1 ? lowBit : `${lowBit + widthBits - 1}..${lowBit}`;
}

function valuesNode(values: FieldRow['values'], indent: number): YAMLMap | undefined {
  if (values.length === 0) return undefined;
  const described = values.map(({ name, value, description }): [string, Value] => [
    name,
    description === undefined ? value : inFlow(mapping({ value, description }), indent + name.length + 4),
  ]);
  return inFlow(mapping(Object.fromEntries(described)), indent);
}

function fieldNode(field: FieldRow, indent: number): YAMLMap {
  const { name, longName, label, description, access, min, max } = field;
  const values = valuesNode(field.values, indent + 4);
  const map = mapping({ name, longName, bits: bitsNode(field), access, label, description, min, max, values });
  // Names of values have lines of their own as soon as they say more than a number.
  return values === undefined || values.flow ? inFlow(map, indent) : map;
}

function registerNode(row: RegisterRow, indent: number): YAMLMap {
  const { name, longName, label, description, index, width, access, reset, count, stride } = row;
  const fields =
    row.fields.length === 0 ? undefined : sequence(row.fields.map((field) => fieldNode(field, indent + 6)));
  const map = mapping({
    name,
    longName,
    index,
    width: width === 64 ? width : undefined,
    access: access === 'rw' ? undefined : access,
    reset: reset === 0n ? undefined : new Hex(reset),
    count,
    stride,
    label,
    description,
    fields,
  });
  const flat = fields === undefined ? inFlow(map, indent) : map;
  const place = map.items.find(({ key }) => isScalar(key) && key.value === 'index')?.value;
  if (!flat.flow && index > 0 && isScalar(place)) place.comment = ` at byte 0x${(index * 4).toString(16)}`;
  return flat;
}

function instanceNode(row: InstanceRow, indent: number): YAMLMap {
  const { group, longName, description, index, count, stride } = row;
  return inFlow(mapping({ group, longName, index, count, stride, description }), indent);
}

function contentsNodes({ registers, instances }: Contents, indent: number): Readonly<Record<string, Value>> {
  return {
    registers: registers.length === 0 ? undefined : sequence(registers.map((row) => registerNode(row, indent))),
    instances: instances.length === 0 ? undefined : sequence(instances.map((row) => instanceNode(row, indent))),
  };
}

function groupNode(group: GroupRow): YAMLMap {
  return mapping({ description: group.description, ...contentsNodes(group, 8) });
}

function functionNode(row: FunctionRow, source: string): YAMLMap {
  const { address, name, longName, description, base } = row;
  const map = mapping({ address, name, longName, description, ...contentsNodes(row, 8) });
  if (base > 0n) {
    const place = map.items[0]?.value;
    if (isScalar(place)) place.comment = ` at ${groupedHex(base)} in ${source}`;
  }
  return map;
}

/** Puts an empty line in front of each key of a mapping but the first. */
function spaced(map: YAMLMap): YAMLMap {
  for (const { key } of map.items.slice(1)) if (isScalar(key)) key.spaceBefore = true;
  return map;
}

/** The text of a platform file. `head`: lines for a comment at its top; `source`: the name of the file it is made of. */
export function platformText({ functions, groups }: PlatformRows, head: readonly string[], source: string): string {
  const groupPairs = Object.fromEntries([...groups].map(([name, group]) => [name, groupNode(group)]));
  const list = sequence(functions.map((row) => functionNode(row, source)));
  for (const item of list.items.slice(1)) (item as YAMLMap).spaceBefore = true;
  const document = new Document();
  document.contents = spaced(
    mapping({ groups: groups.size === 0 ? undefined : spaced(mapping(groupPairs)), functions: list }),
  ) as typeof document.contents;
  document.commentBefore = head.map((line) => ` ${line}`).join('\n');
  return document.toString({ lineWidth: LINE_WIDTH, flowCollectionPadding: true });
}
