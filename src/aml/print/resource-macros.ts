import type { DecodedResources, ResourceDescriptor, ResourceField, ResourceRow } from '../resources/index.js';
import { resourceRow } from '../resources/index.js';
import { HEX8, hexText, stringText } from './text.js';

/** Macros that iasl 20200925 does not know. */
const UNKNOWN_TO_IASL: ReadonlySet<string> = new Set(['CSI2Bus', 'ClockInput', 'EndTag']);

type Values = Readonly<Record<string, unknown>>;

interface Leaf {
  readonly name: string;
  readonly keywords?: Readonly<Record<number, string>> | undefined;
  readonly default?: unknown;
  /** Bytes of a number. */
  readonly width: number;
}

/** The values that a row's fields hold under names. */
function leavesOf(row: ResourceRow): readonly Leaf[] {
  return row.fields.flatMap((field: ResourceField): readonly Leaf[] => {
    switch (field.kind) {
      case 'flags8':
      case 'flags16':
        return field.parts.map((part) => ({ ...part, width: 1 }));
      case 'constant':
      case 'offset16':
      case 'length16':
        return [];
      case 'source':
        return [
          { name: 'resourceSourceIndex', width: 1 },
          { name: 'resourceSource', width: 1 },
        ];
      default:
        return [{ ...field, width: WIDTHS[field.kind] }];
    }
  });
}

const WIDTHS = {
  u8: 1,
  u16: 2,
  u32: 4,
  u64: 8,
  mask8: 1,
  mask16: 1,
  dwords: 4,
  words: 2,
  string: 1,
  bytes: 1,
} as const;

const leavesByRow = new WeakMap<ResourceRow, ReadonlyMap<string, Leaf>>();

function leafMap(row: ResourceRow): ReadonlyMap<string, Leaf> {
  let leaves = leavesByRow.get(row);
  if (leaves === undefined) {
    leaves = new Map(leavesOf(row).map((leaf) => [leaf.name, leaf]));
    leavesByRow.set(row, leaves);
  }
  return leaves;
}

/** A template's descriptors as macros; undefined if one of them compiles to other bytes, or not at all. */
export function resourceLines({ descriptors, diagnostics }: DecodedResources): readonly string[] | undefined {
  if (diagnostics.length > 0) return undefined;
  const lines: string[] = [];
  let dependent = false;
  for (let index = 0; index < descriptors.length - 1; index++) {
    const descriptor = descriptors[index] as ResourceDescriptor;
    const line = macroText(descriptor);
    if (line === undefined) return undefined;
    const { kind } = descriptor;
    if (kind === 'EndDependentFn') {
      if (!dependent) return undefined;
      dependent = false;
      lines.push('}');
      lines.push(line);
    } else if (kind === 'StartDependentFn' || kind === 'StartDependentFnNoPri') {
      if (dependent) lines.push('}');
      dependent = true;
      lines.push(line, '{');
    } else {
      lines.push(dependent ? `    ${line}` : line);
    }
  }
  return dependent ? undefined : lines;
}

/** The one descriptor of a connection; undefined if there are several, or it compiles to other bytes. */
export function connectionLines({ descriptors, diagnostics }: DecodedResources): string | undefined {
  if (diagnostics.length > 0 || descriptors.length !== 2) return undefined;
  return macroText(descriptors[0] as ResourceDescriptor);
}

function macroText(descriptor: ResourceDescriptor): string | undefined {
  const row = resourceRow(descriptor.kind);
  if (row === undefined || UNKNOWN_TO_IASL.has(row.macro)) return undefined;
  const values = descriptor as unknown as Values;
  if (values.reserved !== undefined || values.trailing !== undefined || !isAccepted(row.macro, values))
    return undefined;
  const leaves = leafMap(row);
  for (const leaf of leaves.values()) {
    if (leaf.name === row.list || row.arguments.includes(leaf.name)) continue;
    if (!isDefault(leaf, values[leaf.name])) return undefined;
  }
  const args = row.arguments.map((name) => {
    const leaf = leaves.get(name);
    return leaf === undefined ? '' : valueText(leaf, values[name]);
  });
  if (args.includes(undefined)) return undefined;
  while (args.length > 0 && args[args.length - 1] === '') args.pop();
  const call = `${row.macro} (${args.join(', ')})`;
  if (row.list === undefined) return call;
  const list = Array.from(values[row.list] as ArrayLike<number>);
  const { width, keywords } = leaves.get(row.list) as Leaf;
  return `${call} {${list.map((value) => keywords?.[value] ?? numberText(value, width)).join(', ')}}`;
}

function isDefault(leaf: Leaf, value: unknown): boolean {
  if (value === undefined) return true;
  const text = leaf.keywords?.[leaf.default as number];
  if (value instanceof Uint8Array) return value.length === 0;
  return value === leaf.default || (text !== undefined && value === text);
}

/** One argument; '' for one that is left out, undefined for one that ASL cannot say. */
function valueText(leaf: Leaf, value: unknown): string | undefined {
  if (value === undefined) return '';
  if (value instanceof Uint8Array) {
    if (value.length === 0) return '';
    return `RawDataBuffer (${HEX8[value.length] ?? hexText(value.length, 2)}) {${Array.from(value, (byte) => HEX8[byte]).join(', ')}}`;
  }
  if (typeof value === 'string') return leaf.keywords === undefined ? stringText(value) : value;
  if (typeof value === 'bigint') return `0x${value.toString(16).toUpperCase().padStart(16, '0')}`;
  if (typeof value !== 'number' || (leaf.keywords !== undefined && leaf.name !== 'space')) return undefined;
  return numberText(value, leaf.width);
}

function numberText(value: number, width: number): string {
  return width > 1 || value > 0xff ? hexText(value, width > 2 ? 4 : 2) : (HEX8[value] as string);
}

/** What iasl refuses, or changes: ranges the wrong way round, a source without an index, spaces of its own. */
function isAccepted(macro: string, values: Values): boolean {
  const { min, max, length, alignment, resourceSource, resourceSourceIndex } = values;
  if (resourceSource === undefined && resourceSourceIndex !== undefined) return false;
  if (macro === 'Register') return typeof values.space === 'string' || (values.space as number) >= 0x80;
  if (macro.endsWith('Space')) return (values.type as number) >= 0xc0;
  if (min === undefined) return true;
  if (values.minType !== undefined) return isAcceptedRange(values);
  const [from, to, size, step] = [min, max, length, alignment].map(Number) as [number, number, number, number];
  if (from === 0 && to === 0 && size === 0) return true;
  return from <= to && size <= to - from + 1 && (step === 0 || (from % step === 0 && to % step === 0));
}

/** The rules of ACPI 6.5 §6.4.3.5, table 6.47, as iasl holds them. */
function isAcceptedRange(values: Values): boolean {
  const min = BigInt(values.min as number);
  const max = BigInt(values.max as number);
  const length = BigInt(values.length as number);
  const granularity = BigInt(values.granularity as number);
  if (min === 0n && max === 0n && length === 0n) return true;
  if (min > max || length > max - min + 1n) return false;
  const minFixed = values.minType === 'MinFixed';
  const maxFixed = values.maxType === 'MaxFixed';
  if ((granularity & (granularity + 1n)) !== 0n) return false;
  if (length === 0n) {
    if (minFixed && maxFixed) return false;
    if (minFixed && (min & granularity) !== 0n) return false;
    return !(maxFixed && ((max + 1n) & granularity) !== 0n);
  }
  if (minFixed !== maxFixed) return false;
  if (minFixed) return granularity === 0n && length === max - min + 1n;
  return (length & granularity) === 0n;
}
