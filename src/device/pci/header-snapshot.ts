import type { Json } from '../bus/bus-device.js';
import { type SnapshotReader, wideJson } from '../snapshot-reader.js';
import { type BarConfiguration, barFault } from './pci-bar.js';
import { HEADER_REGISTERS, type HeaderState } from './pci-configuration.js';

const BAR_COUNT = 7;
const KEYS = ['registers', 'writable_bits', 'bar_used', 'bar_configs', 'last_capability'];
const BAR_KEYS = ['index', 'kind', 'address', 'size', 'prefetchable'];
const U32 = 0xffff_ffff;

/** A configuration header as JSON, in crosvm's shape but for the BARs' own keys. */
export function headerJson(state: HeaderState): Json {
  return {
    registers: [...state.registers],
    writable_bits: [...state.writableBits],
    bar_used: [...state.barUsed],
    bar_configs: state.barConfigs.map((bar) =>
      bar === undefined
        ? null
        : {
            index: bar.index,
            kind: bar.kind,
            address: wideJson(bar.address),
            size: wideJson(bar.sizeBytes),
            prefetchable: bar.prefetchable ?? false,
          },
    ),
    last_capability: state.lastCapability === undefined ? null : [...state.lastCapability],
  };
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

/** The reverse of {@link headerJson}; what is wrong is left with the reader. */
export function readHeader(reader: SnapshotReader, value: unknown, path: string): HeaderState {
  const fields = reader.object(value, path, KEYS);
  const dword = (item: unknown, at: string) => reader.integer(item, at, 0, U32);
  const state = {
    registers: reader.array(fields.registers, `${path}.registers`, HEADER_REGISTERS, dword),
    writableBits: reader.array(fields.writable_bits, `${path}.writable_bits`, HEADER_REGISTERS, dword),
    barUsed: reader.array(fields.bar_used, `${path}.bar_used`, BAR_COUNT, (item, at) => reader.boolean(item, at)),
    barConfigs: reader.array(fields.bar_configs, `${path}.bar_configs`, BAR_COUNT, (item, at) =>
      reader.optional(item, at, (bar, barAt) => readBar(reader, bar, barAt)),
    ),
    lastCapability: reader.optional(fields.last_capability, `${path}.last_capability`, (pair, at) => {
      const [offset = 0, length = 0] = reader.array(pair, at, 2, (item, itemAt) =>
        reader.integer(item, itemAt, 0, 255),
      );
      return [offset, length] as const;
    }),
  };
  if (reader.findings.length === 0) checkBars(reader, state, path);
  return state;
}

/** Whether the BARs could have been added one after the other, and use just the places that the snapshot says. */
function checkBars(reader: SnapshotReader, state: HeaderState, path: string): void {
  const used: boolean[] = Array(BAR_COUNT).fill(false);
  for (const [index, bar] of state.barConfigs.entries()) {
    if (bar === undefined) continue;
    const at = `${path}.bar_configs[${index}]`;
    const fault = bar.index === index ? barFault(bar, used) : `BAR ${bar.index} stands at ${index}.`;
    if (fault !== undefined) reader.refuse('SNAPSHOT_VALUE', at, fault);
    used[index] = true;
    if (bar.kind === 'mem64') used[index + 1] = true;
  }
  if (used.some((isUsed, index) => isUsed !== state.barUsed[index]))
    reader.refuse('SNAPSHOT_VALUE', `${path}.bar_used`, 'The BARs in use are not those that are described.');
}
