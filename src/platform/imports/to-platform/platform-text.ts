import { Document, isMap, isScalar, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { Contents, FieldRow, FunctionRow, GroupRow, InstanceRow, PlatformRows, RegisterRow } from './rows.js';

/** Width of lines. A mapping that fits is written on one. */
const LINE_WIDTH = 120;
/** Below this, numbers are written in decimal. */
const LEAST_HEX = 16n;

/** A number as people write it: small ones in decimal, others in hex with `_` between groups of four digits. */
export function formatNumber(value: bigint): string {
  if (value < LEAST_HEX) return String(value);
  const digits = value.toString(16);
  const whole = digits.length > 4 ? digits.padStart(Math.ceil(digits.length / 4) * 4, '0') : digits;
  const groups = whole.replace(/(?=(?:.{4})+$)(?!^)/g, '_');
  return `0x${groups.replace(/^0+(?=[0-9a-f])/, '')}`;
}

type Value = string | number | bigint | YAMLMap | YAMLSeq | undefined;

/** A number as a plain scalar: the reader takes `_`, which YAML's own numbers do not have. */
function numberNode(value: bigint | number): Scalar {
  const scalar = new Scalar(typeof value === 'number' ? value : formatNumber(value));
  scalar.type = Scalar.PLAIN;
  return scalar;
}

function nodeOf(value: Exclude<Value, undefined>): YAMLMap | YAMLSeq | Scalar {
  if (value instanceof YAMLMap || value instanceof YAMLSeq) return value;
  if (typeof value === 'string') return new Scalar(value);
  return numberNode(value);
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
  const fields = row.fields.length === 0 ? undefined : sequence(row.fields.map((field) => fieldNode(field, indent + 6)));
  const map = mapping({
    name,
    longName,
    index,
    width: width === 64 ? width : undefined,
    access: access === 'rw' ? undefined : access,
    reset: reset === 0n ? undefined : reset,
    count,
    stride,
    label,
    description,
    fields,
  });
  const flat = fields === undefined ? inFlow(map, indent) : map;
  const place = map.items.find(({ key }) => isScalar(key) && key.value === 'index')?.value;
  if (!flat.flow && isScalar(place)) place.comment = ` at byte 0x${(index * 4).toString(16)}`;
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

function functionNode(row: FunctionRow): YAMLMap {
  const { address, name, longName, description, base } = row;
  const map = mapping({ address, name, longName, description, ...contentsNodes(row, 8) });
  if (base > 0n) {
    const place = map.items[0]?.value;
    if (isScalar(place)) place.comment = ` the source has it at ${formatNumber(base)}`;
  }
  return map;
}

/** The text of a platform file. `head`: lines for a comment at its top. */
export function platformText({ functions, groups }: PlatformRows, head: readonly string[]): string {
  const groupPairs = Object.fromEntries([...groups].map(([name, group]) => [name, groupNode(group)]));
  const list = sequence(functions.map(functionNode));
  for (const item of list.items.slice(1)) (item as YAMLMap).spaceBefore = true;
  const document = new Document();
  document.contents = mapping({
    groups: groups.size === 0 ? undefined : mapping(groupPairs),
    functions: list,
  }) as typeof document.contents;
  document.commentBefore = head.map((line) => ` ${line}`).join('\n');
  return document.toString({ lineWidth: LINE_WIDTH, flowCollectionPadding: true });
}
