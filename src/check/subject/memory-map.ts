import { errorAt, formatHex, MOST_U64 } from '../../base/index.js';
import { nearestWord } from '../../platform/read/nearest-word.js';
import { DEFAULT_PLATFORM_LIMITS, readYaml } from '../../platform/read/yaml-source.js';
import { quantity } from '../../platform/schema/schema-leaves.js';
import type { AddressRange, Diagnostic, Place } from '../../vocab/index.js';

/**
 * What lies in a range of guest-physical memory. `acpi` is RAM that holds the firmware's tables or what it keeps over a
 * sleep, `reserved` is kept free by the firmware, `device` answers accesses itself.
 */
export type MemoryKind = 'ram' | 'acpi' | 'persistent' | 'unusable' | 'reserved' | 'device';

/** One range of a machine's memory map. */
export interface MemoryRange extends AddressRange {
  readonly kind: MemoryKind;
  /** What the map itself calls it: `usable`, `PCI Bus 0000:00`. */
  readonly label: string;
  /** Where the map says so. */
  readonly place: Place;
}

export interface ReadMemoryMap {
  /** In the order of the file. */
  readonly ranges: readonly MemoryRange[];
  readonly diagnostics: readonly Diagnostic[];
}

const KINDS: readonly MemoryKind[] = ['ram', 'acpi', 'persistent', 'unusable', 'reserved', 'device'];

/** Linux's words for what it found. arch/x86/kernel/e820.c, kernel/resource.c */
const WORDS: readonly (readonly [pattern: RegExp, kind: MemoryKind])[] = [
  [/^(?:usable|system ram)$/i, 'ram'],
  [/^acpi (?:data|nvs|tables|non-volatile storage)$/i, 'acpi'],
  [/^persistent/i, 'persistent'],
  [/^unusable/i, 'unusable'],
  [/^(?:soft )?reserved$|^type \d+$|^unknown e820 type$/i, 'reserved'],
];

/** Every other name is that of a driver or a bus. */
function kindOf(label: string): MemoryKind {
  return WORDS.find(([pattern]) => pattern.test(label))?.[1] ?? 'device';
}

/** How one of Linux's formats is recognised, and what a line of it looks like. */
interface LineFormat {
  /** Text with a line that matches is in this format. */
  readonly mark: RegExp;
  /** Lines that have to be understood; others, such as the rest of dmesg, are passed over. */
  readonly concerns: RegExp;
  /** First and last address in hex, and the name. */
  readonly line: RegExp;
  readonly cure: string;
}

const FORMATS: readonly LineFormat[] = [
  {
    mark: /^.*BIOS-e820:/m,
    concerns: /BIOS-e820:(?! \[gap)/,
    // Newer kernels print the size in brackets before the name.
    line: /BIOS-e820: \[mem 0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})\](?:\s+\[[^\]]*\])?\s+(\S.*)$/i,
    cure: 'Take the lines whole: dmesg | grep BIOS-e820.',
  },
  {
    mark: /^[0-9a-f]+-[0-9a-f]+ : /im,
    // What is indented lies within the range above it.
    concerns: /^\S/,
    line: /^([0-9a-f]{1,16})-([0-9a-f]{1,16}) : (\S.*)$/i,
    cure: 'Take the file whole, as root: cat /proc/iomem.',
  },
];

function readLines(text: string, format: LineFormat, file: { readonly file?: string }): ReadMemoryMap {
  const ranges: MemoryRange[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const content = raw.trimEnd();
    if (!format.concerns.test(content)) continue;
    const column = content.search(/\S/) + 1;
    const place = { ...file, line: index + 1, column };
    const [, first, last, label] = format.line.exec(content) ?? [];
    const [base, end] = [BigInt(`0x${first ?? 0}`), BigInt(`0x${last ?? 0}`)];
    if (label === undefined) {
      const message = 'This is not a line of a memory map: it does not have two addresses and a name.';
      diagnostics.push(errorAt('MEMORY_MAP_LINE', place, message, format.cure));
    } else if (end < base) {
      const message = `The range ends at ${formatHex(end)}, before it begins at ${formatHex(base)}.`;
      diagnostics.push(errorAt('MEMORY_MAP_LINE', place, message, format.cure));
    } else ranges.push({ base, lengthBytes: end - base + 1n, kind: kindOf(label), label, place });
  }
  const [first] = ranges;
  if (first !== undefined && ranges.every(({ base, lengthBytes }) => base === 0n && lengthBytes === 1n)) {
    const message = 'Every range is from 0 to 0: the kernel shows addresses only to root.';
    return {
      ranges: [],
      diagnostics: [...diagnostics, errorAt('MEMORY_MAP_HIDDEN', first.place, message, format.cure)],
    };
  }
  return { ranges, diagnostics };
}

const LIST_CURE = 'Write a list of { base: 0x1_0000_0000, size: 4 GiB, kind: ram }.';
const BYTES = quantity({ description: 'an address or a number of bytes.', examples: ['4 GiB'] });

/** A list in YAML, or JSON, which is YAML too. */
function readList(text: string, file: { readonly file?: string }): ReadMemoryMap {
  const { value, findings } = readYaml(text, file.file, DEFAULT_PLATFORM_LIMITS, { wanted: 'list' });
  // What it says, it says as of a platform file.
  const diagnostics = findings.list.map(
    (found): Diagnostic => ({ ...found, code: 'MEMORY_MAP_LIST', cure: LIST_CURE }),
  );
  const ranges: MemoryRange[] = [];
  for (const [index, entry] of ((value ?? []) as readonly unknown[]).entries()) {
    const refuse = (key: string | undefined, message: string, ofKey = false) =>
      void diagnostics.push(
        errorAt(
          'MEMORY_MAP_LIST',
          findings.place(key === undefined ? [index] : [index, key], ofKey),
          message,
          LIST_CURE,
        ),
      );
    const range = readEntry(entry, refuse);
    if (range !== undefined) ranges.push({ ...range, label: range.kind, place: findings.place([index]) });
  }
  return { ranges, diagnostics };
}

type Refuse = (key: string | undefined, message: string, ofKey?: boolean) => void;

/** One entry of a list; undefined if anything about it is wrong, which `refuse` is told. */
function readEntry(entry: unknown, refuse: Refuse): Omit<MemoryRange, 'label' | 'place'> | undefined {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    refuse(undefined, 'An entry is no mapping.');
    return undefined;
  }
  const row = entry as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(row)) {
    if (!['base', 'size', 'kind'].includes(key)) refuse(key, `The key ${key} is not known.`, true);
  }
  const [base, size] = (['base', 'size'] as const).map((key) => {
    const read = BYTES.safeParse(row[key]);
    if (read.success) return read.data;
    refuse(key, `${key} ${read.error.issues[0]?.message}.`);
    return undefined;
  });
  const kind = KINDS.find((word) => word === row.kind);
  if (kind === undefined) {
    const meant = typeof row.kind === 'string' ? nearestWord(row.kind, KINDS) : undefined;
    refuse('kind', `kind is none of ${KINDS.join(', ')}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`);
  }
  if (size === 0n) refuse('size', 'The range is empty.');
  else if (base !== undefined && size !== undefined && base + size - 1n > MOST_U64)
    refuse('size', 'The range ends past 64 bits.');
  else if (base !== undefined && size !== undefined && kind !== undefined) return { base, lengthBytes: size, kind };
  return undefined;
}

/**
 * Reads the memory map of a machine: lines `BIOS-e820` of dmesg, the file /proc/iomem, or a list in YAML or
 * JSON of `{ base, size, kind }`. What cannot be read is a finding with line and column; the rest is given.
 */
export function readMemoryMap(text: string, options: { readonly file?: string } = {}): ReadMemoryMap {
  const file = options.file === undefined ? {} : { file: options.file };
  const format = FORMATS.find(({ mark }) => mark.test(text));
  const read = format === undefined ? readList(text, file) : readLines(text, format, file);
  if (read.ranges.length > 0 || read.diagnostics.length > 0) return read;
  const message = 'It contains no memory ranges.';
  return {
    ranges: [],
    diagnostics: [errorAt('MEMORY_MAP_EMPTY', { ...file, line: 1, column: 1 }, message, LIST_CURE)],
  };
}
