import type { AddressRange, Diagnostic } from '../../vocab/index.js';
import type { BusDevice, ConfigWriteResult, DeviceRange, Json } from '../bus/bus-device.js';
import { deviceFinding, isDeviceCode } from '../diagnostic-log.js';
import { bytesJson, SnapshotReader, wideJson } from '../snapshot-reader.js';

const LENGTH = 1;
const HEADER_BYTES = 16;

/** A mailbox for JSON texts, one at a time, in memory that two threads share. Either of them may be hostile. */
export class MessageMailbox {
  readonly buffer: SharedArrayBuffer;
  /** The state word of mailbox-state.ts. */
  readonly state: Int32Array<SharedArrayBuffer>;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #bytes: Uint8Array<SharedArrayBuffer>;

  /** `source`: the most bytes of a message; or the buffer of the other end. */
  constructor(source: number | SharedArrayBuffer) {
    this.buffer = typeof source === 'number' ? new SharedArrayBuffer(HEADER_BYTES + source) : source;
    this.#words = new Int32Array(this.buffer, 0, HEADER_BYTES / 4);
    this.state = this.#words.subarray(0, 1);
    this.#bytes = new Uint8Array(this.buffer, HEADER_BYTES);
  }

  /** Writes a message, `null` for undefined. False, and nothing is written, if it is too long. */
  write(message: unknown): boolean {
    const bytes = new TextEncoder().encode(JSON.stringify(message ?? null));
    if (bytes.length > this.#bytes.length) return false;
    this.#bytes.set(bytes);
    this.#words[LENGTH] = bytes.length;
    return true;
  }

  /** The message, copied before it is parsed: no length reaches past the mailbox. Throws a SyntaxError if it is not JSON. */
  read(): unknown {
    return JSON.parse(new TextDecoder().decode(this.#bytes.slice(0, this.#words[LENGTH])));
  }
}

/**
 * What the host of a sandbox can ask the device inside: one row for each method, with its arguments as JSON. Bytes are
 * hex digits without the zeros at the end, with their length beside them; 64-bit integers are strings.
 */
export const SANDBOX_CALLS = {
  read: (device, offset: string, address: string, id: number, length: number) => {
    const data = new Uint8Array(length);
    device.read({ offset: BigInt(offset), address: BigInt(address), id }, data);
    return bytesJson(data);
  },
  write: (device, offset: string, address: string, id: number, hex: string, length: number) =>
    device.write({ offset: BigInt(offset), address: BigInt(address), id }, trustedBytes(hex, length)),
  configRegisterRead: (device, register: number) => device.configRegisterRead(register),
  configRegisterWrite: (device, register: number, offset: number, hex: string, length: number) =>
    changeJson(device.configRegisterWrite(register, offset, trustedBytes(hex, length))),
  virtualConfigRegisterRead: (device, register: number) => device.virtualConfigRegisterRead(register),
  virtualConfigRegisterWrite: (device, register: number, value: number) =>
    device.virtualConfigRegisterWrite(register, value),
  getRanges: (device) => deviceRangesJson(device.getRanges()),
  savedRanges: (device, data: unknown) => {
    const ranges = device.savedRanges?.(data);
    return ranges === undefined ? null : deviceRangesJson(ranges);
  },
  destroyDevice: (device) => device.destroyDevice(),
  sleep: (device) => device.sleep(),
  wake: (device) => device.wake(),
  snapshot: (device) => device.snapshot(),
  checkSnapshot: (device, data: unknown) => findingsJson(device.checkSnapshot(data)),
  restore: (device, data: unknown) => findingsJson(device.restore(data)),
} as const satisfies Readonly<Record<string, (device: BusDevice, ...given: never[]) => unknown>>;

export type SandboxCall = keyof typeof SANDBOX_CALLS;

/** Bytes from the host. */
function trustedBytes(hex: string, length: number): Uint8Array {
  return new SnapshotReader().bytes(hex, '', length);
}

function rangesJson(ranges: readonly AddressRange[]): Json {
  return ranges.map(({ base, lengthBytes }) => [wideJson(base), wideJson(lengthBytes)]);
}

function readRange(reader: SnapshotReader, value: unknown, path: string): AddressRange {
  const parts = reader.array(value, path, 2, (part, at) => reader.wide(part, at));
  return { base: parts[0] ?? 0n, lengthBytes: parts[1] ?? 0n };
}

function readRanges(reader: SnapshotReader, value: unknown, path: string): AddressRange[] {
  return reader.array(value, path, undefined, (item, at) => readRange(reader, item, at));
}

const TYPES = ['mmio', 'io'] as const;

export function deviceRangesJson(ranges: readonly DeviceRange[]): Json {
  return TYPES.map((type) => rangesJson(ranges.filter((range) => range.type === type)));
}

export function readDeviceRanges(reader: SnapshotReader, value: unknown, path: string): DeviceRange[] {
  const lists = reader.array(value, path, TYPES.length, (item, at) => readRanges(reader, item, at));
  return TYPES.flatMap((type, index) => (lists[index] ?? []).map((range) => ({ type, ...range })));
}

const CHANGES = ['mmioRemove', 'mmioAdd', 'ioRemove', 'ioAdd'] as const;

function changeJson(change: ConfigWriteResult): Json {
  const removed = change.removedPciDevices.map(({ bus, device, function: fn }) => [bus, device, fn]);
  return [...CHANGES.map((key) => rangesJson(change[key])), removed];
}

export function readChange(reader: SnapshotReader, value: unknown, path: string): ConfigWriteResult {
  const parts = reader.array(value, path, CHANGES.length + 1, (item) => item);
  const [mmioRemove = [], mmioAdd = [], ioRemove = [], ioAdd = []] = CHANGES.map((key, index) =>
    readRanges(reader, parts[index], `${path}.${key}`),
  );
  const removedPciDevices = reader.array(parts[CHANGES.length], `${path}.removed`, undefined, (item, at) => {
    const address = reader.array(item, at, 3, (part) => part);
    return {
      bus: reader.integer(address[0], at, 0, 255),
      device: reader.integer(address[1], at, 0, 31),
      function: reader.integer(address[2], at, 0, 7),
    };
  });
  return { mmioRemove, mmioAdd, ioRemove, ioAdd, removedPciDevices };
}

/** Findings as code, path and message. Severity and cure follow from the code. */
export function findingsJson(findings: readonly Diagnostic[]): Json {
  return findings.map(({ code, place, message }) => [code, place.path ?? '', message]);
}

export function readFindings(reader: SnapshotReader, value: unknown, path: string): Diagnostic[] {
  return reader.array(value, path, undefined, (item, at) => {
    const [code, where, message] = reader.array(item, at, 3, (part) => part);
    const text = (part: unknown) => (typeof part === 'string' ? part : '');
    return deviceFinding(isDeviceCode(code) ? code : 'DEVICE_FAILED', text(where), text(message));
  });
}
