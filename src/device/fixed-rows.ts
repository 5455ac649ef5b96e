import { formatHex, formatPciAddress } from '../base/index.js';
import type { AddressRange, FunctionDescription, Platform } from '../vocab/index.js';
import { type SnapshotReader, wideJson } from './snapshot-reader.js';

/**
 * What a platform fixes, as rows of text. A snapshot holds them, and a machine takes only one with the same rows, so that
 * writing and comparing cannot disagree. A key that is added to a type below needs a row here to compile.
 */
type Rows<T> = { readonly [K in keyof T]-?: (value: T[K]) => string | undefined };

function rangeText({ base, lengthBytes }: AddressRange): string {
  return `${wideJson(base)}+${wideJson(lengthBytes)}`;
}

function optionalText<T>(value: T | undefined, text: (value: T) => string): string {
  return value === undefined ? 'none' : text(value);
}

/** `host`, `arch` and `interruptController` are for ACPI, and `device` names the program that answers: none is a part of the device core. */
type FixedPlatform = Omit<Platform, 'functions' | 'host' | 'arch' | 'interruptController' | 'device'>;

const PLATFORM_ROWS: Rows<FixedPlatform> = {
  vcfg: ({ base, lengthBytes, buses, absent }) =>
    absent ? 'none' : `${rangeText({ base, lengthBytes: BigInt(lengthBytes) })}, ${buses} buses`,
  ecam: ({ base, lengthBytes, buses }) => `${rangeText({ base, lengthBytes })}, ${buses} buses`,
  memory: (ranges) => ranges.map(rangeText).join(', '),
  addressBits: String,
  cpus: String,
  windows: ({ io, mmio32, mmio64 }) =>
    [
      `io ${io.map(({ base, lengthBytes }) => `${formatHex(base)}+${formatHex(lengthBytes)}`).join(' ')}`,
      `mmio32 ${optionalText(mmio32, rangeText)}`,
      `mmio64 ${optionalText(mmio64, rangeText)}`,
    ].join(', '),
  interrupts: (numbers) => numbers.join(', '),
  pm: ({ base, sci }) => `port ${formatHex(base)}, interrupt ${sci}`,
};

/**
 * Labels, descriptions and long names are for people and drivers, `path` is for AML, and `wide` and `arrays` repeat registers:
 * two functions that differ only in these are the same.
 */
type FixedFunction = Omit<FunctionDescription, 'label' | 'description' | 'longName' | 'path' | 'wide' | 'arrays'>;

const FUNCTION_ROWS: Rows<FixedFunction> = {
  address: formatPciAddress,
  name: String,
  profile: (profile) => profile ?? 'none',
  registers: (registers) =>
    registers
      .map(({ name, index, access, reset, fields, key, writeMask }) => {
        const bits = fields.map((field) => {
          return ` ${field.name}@${field.lowBit}+${field.widthBits}${field.access === undefined ? '' : ` ${field.access}`}`;
        });
        const written = [
          key && ` key ${key.lowBit}+${key.widthBits}=${formatHex(key.value)}`,
          writeMask && ` mask ${writeMask.lowBit}+${writeMask.widthBits}`,
        ];
        return `${name} ${index} ${access} ${formatHex(reset)}${bits.join('')}${written.join('')}`;
      })
      .join(', '),
  shared: (runs) =>
    runs
      .map(({ name, offsetBytes, lengthBytes }) => `${name} ${formatHex(offsetBytes)}+${formatHex(lengthBytes)}`)
      .join(', '),
  bridge: (bridge) => optionalText(bridge, ({ secondary, subordinate }) => `buses ${secondary}..${subordinate}`),
  gpe: (event) => optionalText(event, String),
  ids: ({ vendor, device, classCode }) =>
    `${formatHex(vendor, 4)}:${formatHex(device, 4)}, class ${formatHex(classCode, 6)}`,
  // A function without them has no row, as in snapshots from before they could be described.
  bars: (bars) =>
    bars
      ?.map(({ index, kind, sizeBytes, prefetchable, address }) => {
        return `${index} ${kind} ${rangeText({ base: address, lengthBytes: sizeBytes })}${prefetchable ? ' prefetchable' : ''}`;
      })
      .join(', '),
  msix: (msix) =>
    msix &&
    `${msix.vectors} table ${msix.table.bar}:${formatHex(msix.table.offsetBytes)} pending ${msix.pba.bar}:${formatHex(msix.pba.offsetBytes)}`,
  capabilities: (list) =>
    list
      ?.map(
        ({ id, version, bytes, writable }) =>
          `${formatHex(id)} ${version ?? '-'} ${bytes.join(' ')} / ${writable.join(' ')}`,
      )
      .join(', '),
};

function rowsOf<T>(rows: Rows<T>, value: T): Record<string, string> {
  const names = Object.keys(rows) as (keyof T & string)[];
  const entries = names.map((name) => [name, rows[name](value[name])] as const);
  return Object.fromEntries(
    entries.filter((entry): entry is readonly [keyof T & string, string] => entry[1] !== undefined),
  );
}

/** The rows of a platform, except its functions. */
export function platformRows(platform: Platform): Record<string, string> {
  return rowsOf<FixedPlatform>(PLATFORM_ROWS, platform);
}

/** The rows of a function; none for one that was added without a description. */
export function functionRows(description: FunctionDescription | undefined): Record<string, string> {
  return description === undefined ? {} : rowsOf<FixedFunction>(FUNCTION_ROWS, description);
}

/** Compares the rows of a snapshot with a machine's own. */
export function compareRows(reader: SnapshotReader, value: unknown, path: string, own: Record<string, string>): void {
  if (typeof value !== 'object' || value === null) {
    reader.refuse('SNAPSHOT_FOREIGN', path, 'The snapshot does not hold what the platform fixes.');
    return;
  }
  const fields = reader.object(value, path, Object.keys(own));
  for (const [name, row] of Object.entries(own)) reader.identity(fields[name], `${path}.${name}`, row);
}
