import { formatPciAddress } from '../base/index.js';
import type { Diagnostic, FunctionDescription, PciAddress, Platform } from '../vocab/index.js';
import { type Bus, labelOf } from './bus/bus.js';
import type { BusDevice, DeviceRange, Json } from './bus/bus-device.js';
import { RangeTable } from './bus/range-table.js';
import { LAST_ADDRESS } from './bus/words.js';
import { deviceFinding, thrownText } from './diagnostic-log.js';
import { compareRows, functionRows, platformRows } from './fixed-rows.js';
import type { GuestMemory } from './memory/guest-memory.js';
import { CHUNK_BYTES } from './memory/ram.js';
import type { FunctionRange } from './pci/function-ranges.js';
import type { PciRoot } from './pci/pci-root.js';
import { bytesJson, SNAPSHOT_VERSION, SnapshotReader, wideJson } from './snapshot-reader.js';

const FORMAT = 'acpi-vcfg machine';
const KEYS = ['format', 'platform', 'windows', 'functions', 'memory'];
const FUNCTION_KEYS = ['address', 'fixed', 'state', 'ranges'];
const RANGE_KEYS = ['type', 'base', 'length'];
const WINDOWS = ['virtualConfig', 'configMmio', 'configIo'] as const;

/** The parts of a machine that its snapshots hold. */
export interface SavedMachine extends Readonly<Record<(typeof WINDOWS)[number], BusDevice>> {
  readonly platform: Platform;
  readonly mmioBus: Bus;
  readonly ioBus: Bus;
  readonly memory: GuestMemory;
  readonly root: PciRoot;
  /** The description from which a function was added. */
  descriptionOf(device: BusDevice): FunctionDescription | undefined;
}

/** One function of a machine. */
interface Present {
  readonly address: PciAddress;
  readonly device: BusDevice;
}

/** Every range on the machine's buses. */
function rangesOf({ mmioBus, ioBus }: SavedMachine): FunctionRange[] {
  return [mmioBus, ioBus].flatMap(({ type, ranges }) => ranges.map((range) => ({ type, ...range })));
}

/** Everything that a guest can see, and what the platform fixes, as JSON. */
export function machineJson(machine: SavedMachine): Json {
  const ranges = new Map<BusDevice, Json[]>();
  for (const { type, base, lengthBytes, device } of rangesOf(machine)) {
    const own = ranges.get(device) ?? [];
    own.push({ type, base: wideJson(base), length: wideJson(lengthBytes) });
    ranges.set(device, own);
  }
  return {
    version: SNAPSHOT_VERSION,
    format: FORMAT,
    platform: platformRows(machine.platform),
    windows: Object.fromEntries(WINDOWS.map((name) => [name, machine[name].snapshot()])),
    functions: machine.root.functions().map(({ address, device }) => ({
      address: formatPciAddress(address),
      fixed: functionRows(machine.descriptionOf(device)),
      state: device.snapshot(),
      ranges: ranges.get(device) ?? [],
    })),
    memory: machine.memory.ram.map(({ ram }) =>
      ram.chunks
        .map(({ offset, bytes }) => ({ offset: wideJson(BigInt(offset)), bytes: bytesJson(bytes) }))
        .filter(({ bytes }) => bytes !== ''),
    ),
  };
}

/** What was found in a snapshot, and what applies it if that is nothing. Applying can still fail; nothing changes then. */
export interface PreparedSnapshot {
  readonly findings: readonly Diagnostic[];
  apply(): readonly Diagnostic[];
}

/** Checks a whole snapshot. */
export function prepareMachine(machine: SavedMachine, data: unknown): PreparedSnapshot {
  const reader = new SnapshotReader();
  const nothing = { findings: reader.findings, apply: () => reader.findings };
  const copy = reader.copy(data, 'machine');
  if (reader.findings.length > 0) return nothing;
  const fields = reader.versioned(copy, 'machine', KEYS);
  if (fields === undefined) return nothing;
  reader.identity(fields.format, 'machine.format', FORMAT);
  compareRows(reader, fields.platform, 'machine.platform', platformRows(machine.platform));
  const applyWindows = prepareWindows(machine, reader, fields.windows);
  const applyFunctions = prepareFunctions(machine, reader, fields.functions);
  const applyMemory = prepareMemory(machine, reader, fields.memory);
  return {
    findings: reader.findings,
    apply: () => {
      const findings = applyFunctions();
      if (findings.length > 0) return findings;
      applyWindows();
      applyMemory();
      return [];
    },
  };
}

/** What `call` returns, or a finding if it throws. */
function attempt(device: BusDevice, what: string, call: () => readonly Diagnostic[]): readonly Diagnostic[] {
  try {
    return call();
  } catch (thrown) {
    return [deviceFinding('DEVICE_FAILED', labelOf(device), `${what} threw: ${thrownText(thrown)}.`)];
  }
}

function prepareWindows(machine: SavedMachine, reader: SnapshotReader, value: unknown): () => void {
  const before = reader.findings.length;
  const windows = reader.object(value, 'machine.windows', WINDOWS);
  for (const name of WINDOWS) reader.findings.push(...machine[name].checkSnapshot(windows[name]));
  if (reader.findings.length === before) checkRoots(machine, reader, windows);
  return () => {
    for (const name of WINDOWS) machine[name].restore(windows[name]);
  };
}

/**
 * As in crosvm, the snapshot of each window holds the host bridge, which is part of the PCI root. It must be the same in
 * all of them, and know the ECAM window of this platform.
 */
function checkRoots(
  { platform }: SavedMachine,
  reader: SnapshotReader,
  windows: Readonly<Record<string, unknown>>,
): void {
  const roots = WINDOWS.map(
    (name) => (windows[name] as { readonly pci_root: { readonly pcie_cfg_mmio: unknown } }).pci_root,
  );
  if (new Set(roots.map((root) => JSON.stringify(root))).size > 1)
    reader.refuse('SNAPSHOT_VALUE', 'machine.windows', 'The windows hold different PCI roots.');
  const path = `machine.windows.${WINDOWS[0]}.pci_root.pcie_cfg_mmio`;
  reader.identity(roots[0]?.pcie_cfg_mmio, path, wideJson(platform.ecam.base));
}

/** One function of a snapshot. */
interface Saved {
  readonly path: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function prepareFunctions(machine: SavedMachine, reader: SnapshotReader, value: unknown): () => readonly Diagnostic[] {
  const functions = machine.root.functions();
  const present = functions.map(({ address }) => formatPciAddress(address));
  const states = reader.array(
    value,
    'machine.functions',
    undefined,
    (item, path): Saved => ({ path, fields: reader.object(item, path, FUNCTION_KEYS) }),
  );
  const saved = states.map(({ fields: { address } }) => (typeof address === 'string' ? address : 'nothing'));
  if (saved.join() !== present.join()) {
    reader.refuse('SNAPSHOT_FOREIGN', 'machine.functions', differenceText(saved, present));
    return () => reader.findings;
  }
  const ranges: FunctionRange[] = [];
  const answered: FunctionRange[] = [];
  for (const [index, { device }] of functions.entries()) {
    const { path, fields } = states[index] as Saved;
    const before = reader.findings.length;
    compareRows(reader, fields.fixed, `${path}.fixed`, functionRows(machine.descriptionOf(device)));
    reader.findings.push(...attempt(device, 'checkSnapshot', () => device.checkSnapshot(fields.state)));
    const own = readRanges(reader, fields.ranges, `${path}.ranges`, device);
    ranges.push(...own);
    if (reader.findings.length === before)
      answered.push(...checkOwnRanges(reader, `${path}.ranges`, device, fields.state, own));
  }
  checkRanges(machine, reader, ranges, answered);
  return () =>
    restoreFunctions(
      machine.root,
      functions,
      states.map(({ fields }) => fields.state),
      ranges,
      rangesOf(machine),
    );
}

/** Restores every function, or none of them. */
function restoreFunctions(
  root: PciRoot,
  functions: readonly Present[],
  states: readonly unknown[],
  ranges: readonly FunctionRange[],
  rangesBefore: readonly FunctionRange[],
): readonly Diagnostic[] {
  const before = functions.map(({ device }) => device.snapshot());
  const devices = new Set(functions.map(({ device }) => device));
  let findings: readonly Diagnostic[] = [];
  root.replaceRanges(() => {
    for (const [index, { device }] of functions.entries()) {
      findings = attempt(device, 'restore', () => device.restore(states[index]));
      if (findings.length === 0) continue;
      for (const [done, each] of functions.slice(0, index).entries())
        attempt(each.device, 'restore', () => each.device.restore(before[done]));
      return rangesBefore.filter((range) => devices.has(range.device));
    }
    return ranges;
  });
  return findings;
}

/** Addresses named in a finding; further ones are only counted. */
const MOST_NAMED = 8;

/** How the functions of a snapshot differ from the machine's. */
function differenceText(saved: readonly string[], present: readonly string[]): string {
  const without = (from: readonly string[], others: readonly string[]) => {
    const known = new Set(others);
    return from.filter((address) => !known.has(address));
  };
  const named = (addresses: readonly string[]) =>
    addresses
      .slice(0, MOST_NAMED)
      .map((address) => address.slice(0, MOST_NAMED))
      .join(' ') + (addresses.length > MOST_NAMED ? ` and ${addresses.length - MOST_NAMED} more` : '');
  const missing = without(saved, present);
  const extra = without(present, saved);
  const parts = [
    ...(missing.length > 0
      ? [`The machine does not have these functions of the snapshot; add them first: ${named(missing)}.`]
      : []),
    ...(extra.length > 0
      ? [`The snapshot does not have these functions of the machine; remove them first: ${named(extra)}.`]
      : []),
  ];
  return parts.join(' ') || 'The functions are not in ascending order, or one occurs twice.';
}

function readRanges(reader: SnapshotReader, value: unknown, path: string, device: BusDevice): FunctionRange[] {
  const ranges = reader.array(value, path, undefined, (item, at): FunctionRange => {
    const fields = reader.object(item, at, RANGE_KEYS);
    const range = {
      type: reader.choice(fields.type, `${at}.type`, ['mmio', 'io']),
      base: reader.wide(fields.base, `${at}.base`),
      lengthBytes: reader.wide(fields.length, `${at}.length`),
      device,
    };
    if (range.lengthBytes === 0n || range.base + range.lengthBytes - 1n > LAST_ADDRESS)
      reader.refuse('SNAPSHOT_VALUE', at, 'The range is empty, or ends after the last address.');
    return range;
  });
  if (ranges.some((range, index) => index > 0 && !comesBefore(ranges[index - 1] as FunctionRange, range)))
    reader.refuse('SNAPSHOT_VALUE', path, 'The ranges are not in order: memory first, then ports, each ascending.');
  return ranges;
}

function comesBefore(a: DeviceRange, b: DeviceRange): boolean {
  return a.type === b.type ? a.base < b.base : a.type === 'mmio';
}

function rangeText({ type, base, lengthBytes }: DeviceRange): string {
  return `${type} ${wideJson(base)}+${wideJson(lengthBytes)}`;
}

/** Checks that a device answers for its ranges in its saved state. Returns those that it answers for but does not have. */
function checkOwnRanges(
  reader: SnapshotReader,
  path: string,
  device: BusDevice,
  state: unknown,
  own: readonly FunctionRange[],
): FunctionRange[] {
  let answered: readonly DeviceRange[] | undefined;
  reader.findings.push(
    ...attempt(device, 'savedRanges', () => {
      answered = device.savedRanges?.(state);
      return [];
    }),
  );
  if (answered === undefined) return [];
  const keys = new Set(answered.map(rangeText));
  for (const range of own)
    if (!keys.delete(rangeText(range)))
      reader.refuse('SNAPSHOT_VALUE', path, `No enabled BAR of the header is at ${rangeText(range)}.`);
  return answered.filter((range) => keys.has(rangeText(range))).map((range) => ({ ...range, device }));
}

/**
 * Checks that the ranges of the functions fit on the buses, beside each other and beside the windows, and that each range
 * that a function has lost is covered by another.
 */
function checkRanges(
  machine: SavedMachine,
  reader: SnapshotReader,
  ranges: readonly FunctionRange[],
  lost: readonly FunctionRange[],
): void {
  const path = 'machine.functions';
  const devices = new Set(machine.root.functions().map(({ device }) => device));
  const tables = { mmio: new RangeTable<BusDevice>(), io: new RangeTable<BusDevice>() };
  const others = rangesOf(machine).filter(({ device }) => !devices.has(device));
  for (const range of [...others, ...ranges]) {
    const { type, base, lengthBytes, device } = range;
    if (tables[type].overlapping(base, lengthBytes) === undefined) tables[type].insert(base, lengthBytes, device);
    else reader.refuse('SNAPSHOT_VALUE', path, `The range ${rangeText(range)} overlaps another.`);
  }
  for (const range of lost)
    if (tables[range.type].overlapping(range.base, range.lengthBytes) === undefined)
      reader.refuse(
        'SNAPSHOT_VALUE',
        path,
        `The range ${rangeText(range)} is free, but its function does not have it.`,
      );
}

function prepareMemory(machine: SavedMachine, reader: SnapshotReader, value: unknown): () => void {
  const regions = machine.memory.ram;
  const saved = reader.array(value, 'machine.memory', regions.length, (chunks, path) =>
    reader.array(chunks, path, undefined, (item, at) => {
      const fields = reader.object(item, at, ['offset', 'bytes']);
      if (fields.bytes === '')
        reader.refuse('SNAPSHOT_VALUE', `${at}.bytes`, 'A page of zeros has no place in a snapshot.');
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
        reader.refuse(
          'SNAPSHOT_VALUE',
          path,
          `${wideJson(offset)} is not the offset of a page of this RAM, or not above the one before.`,
        );
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
