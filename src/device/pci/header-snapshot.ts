import type { Json } from '../bus/bus-device.js';
import { type SnapshotReader, wideJson } from '../snapshot-reader.js';
import {
  BAR_COUNT,
  BUS_NUMBERS_REGISTER,
  HEADER_REGISTERS,
  HEADER_TYPE_REGISTER,
  STATUS_CAPABILITIES,
  SUBSYSTEM_REGISTER,
} from './header-layout.js';
import { type BarConfiguration, barFault } from './pci-bar.js';
import type { HeaderState, PciConfiguration } from './pci-configuration.js';

const BAR_KEYS = ['index', 'kind', 'address', 'size', 'prefetchable'];
const U32 = 0xffff_ffff;

function barJson(bar: BarConfiguration | undefined): Json {
  if (bar === undefined) return null;
  const { index, kind, address, sizeBytes, prefetchable = false } = bar;
  return { index, kind, address: wideJson(address), size: wideJson(sizeBytes), prefetchable };
}

function readBar(reader: SnapshotReader, value: unknown, path: string): BarConfiguration {
  const fields = reader.object(value, path, BAR_KEYS);
  return {
    index: reader.integer(fields.index, `${path}.index`, 0, BAR_COUNT - 1),
    kind: reader.choice(fields.kind, `${path}.kind`, ['mem32', 'mem64', 'io']),
    address: reader.wide(fields.address, `${path}.address`),
    sizeBytes: reader.wide(fields.size, `${path}.size`),
    prefetchable: reader.boolean(fields.prefetchable, `${path}.prefetchable`),
  };
}

function readPair(reader: SnapshotReader, value: unknown, path: string): readonly [number, number] {
  const [offset = 0, length = 0] = reader.array(value, path, 2, (item, at) => reader.integer(item, at, 0, 0xff));
  return [offset, length];
}

/** How one part of a header's state is written and read. */
interface Part<T> {
  readonly key: string;
  readonly write: (value: T) => Json;
  readonly read: (reader: SnapshotReader, value: unknown, path: string) => T;
  /**
   * Whether the machine's own header fixes the part, so that a snapshot in which it differs is of another function. For
   * `registers` these are the bits of {@link FIXED_BITS}.
   */
  readonly fixed: boolean;
}

const dword = (reader: SnapshotReader) => (item: unknown, at: string) => reader.integer(item, at, 0, U32);

/** Every part of a header's state, in crosvm's shape except for the keys of a BAR. Writing and comparing both use it. */
const PARTS: { readonly [K in keyof HeaderState]: Part<HeaderState[K]> } = {
  registers: {
    key: 'registers',
    write: (registers) => [...registers],
    read: (reader, value, path) => reader.array(value, path, HEADER_REGISTERS, dword(reader)),
    fixed: false,
  },
  writableBits: {
    key: 'writable_bits',
    write: (bits) => [...bits],
    read: (reader, value, path) => reader.array(value, path, HEADER_REGISTERS, dword(reader)),
    fixed: true,
  },
  barUsed: {
    key: 'bar_used',
    write: (used) => [...used],
    read: (reader, value, path) => reader.array(value, path, BAR_COUNT, (item, at) => reader.boolean(item, at)),
    fixed: true,
  },
  barConfigs: {
    key: 'bar_configs',
    write: (bars) => bars.map(barJson),
    read: (reader, value, path) =>
      reader.array(value, path, BAR_COUNT, (item, at) =>
        reader.optional(item, at, (bar, barAt) => readBar(reader, bar, barAt)),
      ),
    fixed: true,
  },
  lastCapability: {
    key: 'last_capability',
    write: (pair) => (pair === undefined ? null : [...pair]),
    read: (reader, value, path) => reader.optional(value, path, (pair, at) => readPair(reader, pair, at)),
    fixed: true,
  },
};
const NAMES = Object.keys(PARTS) as (keyof HeaderState)[];
const KEYS = NAMES.map((name) => PARTS[name].key);

/**
 * Register and the bits of it that are fixed unless the guest may write them: identity, class, header type, the kinds of
 * BARs and bridge windows, subsystem, the first capability and the interrupt pin.
 */
const FIXED_BITS: readonly (readonly [register: number, bits: number])[] = [
  [0, U32],
  [1, STATUS_CAPABILITIES],
  [2, U32],
  [HEADER_TYPE_REGISTER, 0x00ff_0000],
  [4, U32],
  [5, U32],
  [BUS_NUMBERS_REGISTER, U32],
  [7, U32],
  [8, U32],
  [9, U32],
  [10, U32],
  [SUBSYSTEM_REGISTER, U32],
  [12, U32],
  [13, 0xff],
  [14, U32],
  [15, 0xff00],
];

/** A header's state as JSON. */
export function headerJson(state: HeaderState): Json {
  return Object.fromEntries(NAMES.map((name) => [PARTS[name].key, partJson(name, state)]));
}

function partJson<K extends keyof HeaderState>(name: K, state: HeaderState): Json {
  return PARTS[name].write(state[name]);
}

/**
 * The reverse of {@link headerJson}, for a header as it is now. Leaves what is wrong with the reader: values that no
 * header can have, and those of another function's header.
 */
export function readHeader(
  reader: SnapshotReader,
  value: unknown,
  path: string,
  configuration: PciConfiguration,
): HeaderState {
  const before = reader.findings.length;
  const fields = reader.object(value, path, KEYS);
  const read = <K extends keyof HeaderState>(name: K): HeaderState[K] => {
    const { key } = PARTS[name];
    return PARTS[name].read(reader, fields[key], `${path}.${key}`);
  };
  const state: HeaderState = {
    registers: read('registers'),
    writableBits: read('writableBits'),
    barUsed: read('barUsed'),
    barConfigs: read('barConfigs'),
    lastCapability: read('lastCapability'),
  };
  if (reader.findings.length === before) checkBars(reader, state, path, configuration);
  if (reader.findings.length === before) compare(reader, state, path, configuration.state);
  return state;
}

/** Checks that the BARs could have been added one after the other, and use exactly the places marked as used. */
function checkBars(reader: SnapshotReader, state: HeaderState, path: string, { headerType }: PciConfiguration): void {
  const used: boolean[] = Array(BAR_COUNT).fill(false);
  for (const [index, bar] of state.barConfigs.entries()) {
    if (bar === undefined) continue;
    const at = `${path}.bar_configs[${index}]`;
    const fault = bar.index === index ? barFault(bar, used, headerType) : `BAR ${bar.index} is at index ${index}.`;
    if (fault !== undefined) reader.refuse('SNAPSHOT_VALUE', at, fault);
    used[index] = true;
    if (bar.kind === 'mem64') used[index + 1] = true;
  }
  if (used.some((isUsed, index) => isUsed !== state.barUsed[index]))
    reader.refuse('SNAPSHOT_VALUE', `${path}.bar_used`, 'The BARs marked as used are not the ones described.');
}

function compare(reader: SnapshotReader, state: HeaderState, path: string, own: HeaderState): void {
  for (const name of NAMES) {
    const { key, fixed } = PARTS[name];
    if (fixed && JSON.stringify(partJson(name, state)) !== JSON.stringify(partJson(name, own)))
      reader.refuse('SNAPSHOT_FOREIGN', `${path}.${key}`, 'They differ from those of the function here.');
  }
  for (const [register, bits] of FIXED_BITS) {
    const fixed = bits & ~(own.writableBits[register] as number);
    const seen = ((state.registers[register] as number) & fixed) >>> 0;
    reader.identity(seen, `${path}.registers[${register}]`, ((own.registers[register] as number) & fixed) >>> 0);
  }
}
