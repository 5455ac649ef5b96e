import { formatPciAddress } from '../base/index.js';
import type { AddressRange, Platform } from '../vocab/index.js';
import type { Bus } from './bus/bus.js';
import type { BusDevice, BusType, Json } from './bus/bus-device.js';
import type { Machine } from './machine.js';
import { CHUNK_BYTES } from './memory/ram.js';
import { bytesJson, SNAPSHOT_VERSION, type SnapshotReader, wideJson } from './snapshot-reader.js';

const FORMAT = 'acpi-vcfg machine';
const KEYS = ['format', 'platform', 'windows', 'functions', 'memory'];
const FUNCTION_KEYS = ['address', 'state', 'ranges'];
const RANGE_KEYS = ['type', 'base', 'length'];
const WINDOWS = ['virtualConfig', 'configMmio', 'configIo'] as const;

interface Placed extends AddressRange {
  readonly type: BusType;
  readonly device: BusDevice;
}

/** What two machines must have in common for a snapshot of one to fit the other. */
function platformJson({ vcfg, ecam, memory }: Platform): string {
  const range = ({ base, lengthBytes }: AddressRange) => `${wideJson(base)}+${wideJson(lengthBytes)}`;
  const window = range({ base: vcfg.base, lengthBytes: BigInt(vcfg.lengthBytes) });
  return `vcfg ${window}, ecam ${range(ecam)}, memory ${memory.map(range).join(' ')}`;
}

function rangesOn(bus: Bus): Placed[] {
  return bus.ranges.map(({ base, lengthBytes, device }) => ({ type: bus.type, base, lengthBytes, device }));
}

/** Every range on the machine's buses. */
function placed(machine: Machine): Placed[] {
  return [...rangesOn(machine.mmioBus), ...rangesOn(machine.ioBus)];
}

export function machineJson(machine: Machine): Json {
  const rangesOf = new Map<BusDevice, Json[]>();
  for (const { type, base, lengthBytes, device } of placed(machine)) {
    const ranges = rangesOf.get(device) ?? [];
    ranges.push({ type, base: wideJson(base), length: wideJson(lengthBytes) });
    rangesOf.set(device, ranges);
  }
  return {
    version: SNAPSHOT_VERSION,
    format: FORMAT,
    platform: platformJson(machine.platform),
    windows: Object.fromEntries(WINDOWS.map((name) => [name, machine[name].snapshot()])),
    functions: machine.root.functions().map(({ address, device }) => ({
      address: formatPciAddress(address),
      state: device.snapshot(),
      ranges: rangesOf.get(device) ?? [],
    })),
    memory: machine.memory.ram.map(({ ram }) =>
      ram.chunks.map(({ offset, bytes }) => ({ offset: wideJson(BigInt(offset)), bytes: bytesJson(bytes) })),
    ),
  };
}

/** Checks a whole snapshot; gives what applies it. */
export function prepareMachine(machine: Machine, reader: SnapshotReader, data: unknown): () => void {
  const fields = reader.versioned(data, 'machine', KEYS);
  if (fields === undefined) return () => {};
  reader.identity(fields.format, 'machine.format', FORMAT);
  reader.identity(fields.platform, 'machine.platform', platformJson(machine.platform));
  const windows = reader.object(fields.windows, 'machine.windows', WINDOWS);
  for (const name of WINDOWS) reader.findings.push(...machine[name].checkSnapshot(windows[name]));
  checkOneRoot(reader, windows);
  const applyFunctions = prepareFunctions(machine, reader, fields.functions);
  const applyMemory = prepareMemory(machine, reader, fields.memory);
  return () => {
    for (const name of WINDOWS) machine[name].restore(windows[name]);
    applyFunctions();
    applyMemory();
  };
}

/** Each window's snapshot holds the PCI root's own function, as crosvm's do: it must be the same in all. */
function checkOneRoot(reader: SnapshotReader, windows: Readonly<Record<string, unknown>>): void {
  const roots = new Set(
    WINDOWS.map((name) => JSON.stringify((windows[name] as { pci_root?: unknown } | null)?.pci_root)),
  );
  if (roots.size > 1) reader.refuse('SNAPSHOT_VALUE', 'machine.windows', 'The windows hold different PCI roots.');
}

function prepareFunctions(machine: Machine, reader: SnapshotReader, value: unknown): () => void {
  const functions = machine.root.functions();
  const present = functions.map(({ address }) => formatPciAddress(address));
  const states = reader.array(value, 'machine.functions', undefined, (item, path) => ({
    path,
    fields: reader.object(item, path, FUNCTION_KEYS),
  }));
  const saved = states.map(({ fields: { address } }) => (typeof address === 'string' ? address : 'nothing'));
  if (saved.join() !== present.join()) {
    reader.refuse('SNAPSHOT_FOREIGN', 'machine.functions', differenceText(saved, present));
    return () => {};
  }
  const ranges: Placed[] = [];
  for (const [index, { device }] of functions.entries()) {
    const { path, fields } = states[index] as (typeof states)[number];
    reader.findings.push(...device.checkSnapshot(fields.state));
    ranges.push(...readRanges(reader, fields.ranges, `${path}.ranges`, device));
  }
  checkRanges(machine, reader, ranges);
  const busOf = ({ type }: Placed) => (type === 'mmio' ? machine.mmioBus : machine.ioBus);
  return () => {
    const devices = new Set(functions.map(({ device }) => device));
    for (const range of placed(machine))
      if (devices.has(range.device)) busOf(range).remove(range.base, range.lengthBytes);
    for (const [index, { device }] of functions.entries()) device.restore(states[index]?.fields.state);
    for (const range of ranges) busOf(range).insert(range.device, range.base, range.lengthBytes);
  };
}

/** Addresses named in a finding; more are only counted. */
const MOST_NAMED = 8;

/** How a snapshot's functions differ from the machine's: those that were plugged in later are in no platform file. */
function differenceText(saved: readonly string[], present: readonly string[]): string {
  const lacking = (from: readonly string[], others: readonly string[]) => {
    const known = new Set(others);
    return from.filter((address) => !known.has(address));
  };
  const named = (addresses: readonly string[]) =>
    addresses.slice(0, MOST_NAMED).join(' ') +
    (addresses.length > MOST_NAMED ? ` and ${addresses.length - MOST_NAMED} more` : '');
  const missing = lacking(saved, present);
  const extra = lacking(present, saved);
  const parts = [
    ...(missing.length > 0 ? [`The machine lacks functions of the snapshot, add them first: ${named(missing)}.`] : []),
    ...(extra.length > 0
      ? [`The machine has functions that the snapshot lacks, remove them first: ${named(extra)}.`]
      : []),
  ];
  return parts.join(' ') || 'The functions are not in ascending order, or one is there twice.';
}

function readRanges(reader: SnapshotReader, value: unknown, path: string, device: BusDevice): Placed[] {
  const ranges = reader.array(value, path, undefined, (item, at): Placed => {
    const fields = reader.object(item, at, RANGE_KEYS);
    return {
      type: reader.choice(fields.type, `${at}.type`, ['mmio', 'io']),
      base: reader.wide(fields.base, `${at}.base`),
      lengthBytes: reader.wide(fields.length, `${at}.length`),
      device,
    };
  });
  if (ranges.some((range, index) => index > 0 && !comesBefore(ranges[index - 1] as Placed, range)))
    reader.refuse('SNAPSHOT_VALUE', path, 'The ranges are not in order: memory first, then ports, each ascending.');
  return ranges;
}

function comesBefore(a: Placed, b: Placed): boolean {
  return a.type === b.type ? a.base < b.base : a.type === 'mmio';
}

/** Whether the functions' ranges go onto the buses beside each other and beside the windows. */
function checkRanges(machine: Machine, reader: SnapshotReader, ranges: readonly Placed[]): void {
  const devices = new Set(machine.root.functions().map(({ device }) => device));
  const all = [...placed(machine).filter(({ device }) => !devices.has(device)), ...ranges];
  for (const type of ['mmio', 'io'] as const) {
    const sorted = all.filter((range) => range.type === type).sort((a, b) => (a.base < b.base ? -1 : 1));
    for (const [index, range] of sorted.entries()) {
      const next = sorted[index + 1];
      if (range.lengthBytes === 0n || (next !== undefined && range.base + range.lengthBytes > next.base))
        reader.refuse(
          'SNAPSHOT_VALUE',
          'machine.functions',
          `The ${type} range at ${wideJson(range.base)} is empty or overlaps the next.`,
        );
    }
  }
}

function prepareMemory(machine: Machine, reader: SnapshotReader, value: unknown): () => void {
  const regions = machine.memory.ram;
  const saved = reader.array(value, 'machine.memory', regions.length, (chunks, path) =>
    reader.array(chunks, path, undefined, (item, at) => {
      const fields = reader.object(item, at, ['offset', 'bytes']);
      return {
        path: at,
        offset: reader.wide(fields.offset, `${at}.offset`),
        bytes: reader.bytes(fields.bytes, `${at}.bytes`, CHUNK_BYTES),
      };
    }),
  );
  for (const [index, chunks] of saved.entries()) {
    let least = 0n;
    for (const { path, offset } of chunks) {
      if (offset % BigInt(CHUNK_BYTES) !== 0n || offset < least || offset >= (regions[index]?.lengthBytes ?? 0n))
        reader.refuse('SNAPSHOT_VALUE', path, `${wideJson(offset)} is no page of this RAM, or not after the last.`);
      least = offset + 1n;
    }
  }
  return () => {
    for (const [index, { ram }] of regions.entries()) {
      ram.clear();
      for (const { offset, bytes } of saved[index] ?? []) ram.write(Number(offset), bytes);
    }
  };
}
