import { compiledOf } from './compiled-table.js';
import type { ResourceDescriptor } from './descriptor.js';
import type { FlagPart, ResourceField } from './field.js';
import type { Properties } from './field-codecs.js';

/** A descriptor as ASL writes it: `name (arguments) {list}`. */
export interface AslMacro {
  readonly name: string;
  /** In order; '' for one that is left out. Ends with the last one that is not. */
  readonly arguments: readonly string[];
  /** What is in braces; undefined if the macro has none. */
  readonly list: readonly string[] | undefined;
  /** Whether a value is outside the range that iasl allows, and compiles only while its error 6139 is off. */
  readonly outOfRange: boolean;
}

const hex = (value: number | bigint): string => `0x${value.toString(16).toUpperCase().padStart(2, '0')}`;

type Leaf = Extract<ResourceField, { name: string }> | FlagPart;

function leavesOf(kind: string): Leaf[] {
  return (compiledOf(kind)?.fields ?? []).flatMap(({ field }): readonly Leaf[] => {
    if ('parts' in field) return field.parts;
    return 'name' in field ? [field] : [];
  });
}

const leavesOfKinds = new Map<string, ReadonlyMap<string, Leaf>>();

/** The same by their names. */
function leavesByName(kind: string): ReadonlyMap<string, Leaf> {
  let leaves = leavesOfKinds.get(kind);
  if (leaves === undefined) {
    leaves = new Map(leavesOf(kind).map((leaf) => [leaf.name, leaf]));
    leavesOfKinds.set(kind, leaves);
  }
  return leaves;
}

/** A value as an argument; undefined if ASL cannot express it. */
function argumentOf(leaf: Leaf | undefined, value: unknown): string | undefined {
  if (typeof value === 'bigint') return hex(value);
  if (value instanceof Uint8Array) {
    return value.length === 0 ? '' : `RawDataBuffer (${hex(value.length)}) {${Array.from(value, hex).join(', ')}}`;
  }
  const keywords = leaf !== undefined && 'keywords' in leaf ? leaf.keywords : undefined;
  if (typeof value === 'string') return keywords === undefined ? quoted(value) : value;
  const number = value as number;
  if (keywords?.[number] !== undefined) return keywords[number];
  const given = leaf !== undefined && 'asl' in leaf ? leaf.asl : undefined;
  const sayable = given?.some(([least, most]) => number >= least && number <= most) ?? keywords === undefined;
  return sayable ? hex(number) : undefined;
}

/** Whether iasl encodes a number unchanged once its error is off. */
function isForced(leaf: Leaf | undefined, value: unknown): boolean {
  const ranges = leaf !== undefined && 'forced' in leaf ? leaf.forced : undefined;
  return ranges?.some(([least, most]) => (value as number) >= least && (value as number) <= most) ?? false;
}

function quoted(text: string): string | undefined {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code > 0x7e) return undefined;
  }
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Whether a value that ASL cannot set is the one that a compiler writes. */
function isImplied(leaf: Leaf, value: unknown): boolean {
  const implied = 'default' in leaf ? leaf.default : undefined;
  if (implied === 'empty') return (value as Uint8Array).length === 0;
  const keyword = 'keywords' in leaf ? leaf.keywords?.[implied as number] : undefined;
  return value === implied || (keyword !== undefined && value === keyword);
}

/** Whether a range is all 0, as in firmware that fills it in at run time. iasl requires a name for such a descriptor. */
export function needsDescriptorName(descriptor: ResourceDescriptor): boolean {
  if (!('min' in descriptor)) return false;
  const granularity = 'granularity' in descriptor ? descriptor.granularity : 0;
  return [descriptor.min, descriptor.max, descriptor.length, granularity].every((value) => Number(value) === 0);
}

/**
 * The macro that iasl compiles to the descriptor's bytes; undefined if there is none, because it is Raw, an EndTag,
 * or has reserved bits, trailing bytes or values that ASL cannot express. What `checkResources` calls an error, iasl
 * refuses to compile, and likewise a descriptor without a name that {@link needsDescriptorName}.
 */
export function aslMacro(descriptor: ResourceDescriptor, descriptorName = ''): AslMacro | undefined {
  const macro = macroOrFault(descriptor, descriptorName);
  return typeof macro === 'string' ? undefined : macro;
}

/** The macro, or what ASL cannot express in the descriptor. */
export function macroOrFault(descriptor: ResourceDescriptor, descriptorName = ''): AslMacro | string {
  const row = compiledOf(descriptor.kind)?.row;
  if (row === undefined || descriptor.kind === 'Raw' || descriptor.kind === 'EndTag')
    return 'a descriptor without a macro';
  if (descriptor.reserved !== undefined) return 'reserved bits';
  if (descriptor.trailing !== undefined) return `${descriptor.trailing.length} bytes after its last field`;
  const from = descriptor as unknown as Properties;
  const leaves = leavesByName(descriptor.kind);
  for (const [name, leaf] of leaves) {
    const written = row.list === name || row.arguments.includes(name);
    if (!written && !isImplied(leaf, from[name])) return shown(name, from[name]);
  }
  const texts: string[] = [];
  let outOfRange = false;
  for (const name of row.arguments) {
    const value = from[name];
    if (name === 'DescriptorName') texts.push(descriptorName);
    else if (value === undefined) texts.push('');
    else {
      const leaf = leaves.get(name);
      const text = argumentOf(leaf, value);
      outOfRange ||= text === undefined && isForced(leaf, value);
      if (text === undefined && !isForced(leaf, value)) return shown(name, value);
      texts.push(text ?? hex(value as number));
    }
  }
  while (texts.at(-1) === '') texts.pop();
  if (row.list === undefined) return { name: row.macro, arguments: texts, list: undefined, outOfRange };
  const values = from[row.list] as readonly number[];
  if (values.length < (row.listLeast ?? 0) || values.length > (row.listMost ?? values.length))
    return `${values.length} ${row.list}`;
  if (row.list !== 'data' && new Set(values).size !== values.length) return `${row.list} that repeat`;
  return { name: row.macro, arguments: texts, list: Array.from(values, hex), outOfRange };
}

/** A value and its name, for messages. */
function shown(name: string, value: unknown): string {
  const text = typeof value === 'number' || typeof value === 'bigint' ? ` ${hex(value)}` : '';
  return `${name}${text}`;
}
