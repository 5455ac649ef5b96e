import { fromHex, toHex } from '../../src/base/index.js';
import { type BusAccessInfo, BusDeviceBase, BusError, type DeviceId, MmioBus } from '../../src/device/index.js';
import { differs, type Outcome, Tally } from './outcome.js';

type Row = { readonly calls: readonly unknown[] } & (
  | {
      readonly op: 'insert';
      readonly base: string;
      readonly len: string;
      readonly dev: number;
      readonly result: string;
    }
  | { readonly op: 'remove'; readonly base: string; readonly len: string; readonly result: string }
  | { readonly op: 'read'; readonly addr: string; readonly w: number; readonly hit: boolean; readonly out: string }
  | { readonly op: 'write'; readonly addr: string; readonly in: string; readonly hit: boolean }
);

/** Fills byte k with `number ^ k ^ offset`, as the recorded device did, and notes its calls. */
class NumberedDevice extends BusDeviceBase {
  readonly #number: number;
  readonly #calls: unknown[];

  constructor(number: number, calls: unknown[]) {
    super();
    this.#number = number;
    this.#calls = calls;
  }

  override debugLabel(): string {
    return `device ${this.#number}`;
  }

  override deviceId(): DeviceId {
    return { kind: 'platform', name: 'numbered' };
  }

  override read({ offset, address }: BusAccessInfo, data: Uint8Array): void {
    this.#calls.push(['read', this.#number, hex(offset), hex(address), data.length]);
    for (let index = 0; index < data.length; index++) data[index] = this.#number ^ index ^ Number(offset & 0xffn);
  }

  override write({ offset, address }: BusAccessInfo, data: Uint8Array): void {
    this.#calls.push(['write', this.#number, hex(offset), hex(address), toHex(data)]);
  }
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/** What the recorded bus said of a change that it refused. */
function attempt(change: () => void): string {
  try {
    change();
    return 'ok';
  } catch (thrown) {
    if (!(thrown instanceof BusError)) throw thrown;
    if (thrown.kind === 'Empty') return 'Empty';
    const other = thrown.other ?? { base: 0n, lengthBytes: 0n };
    return `Overlap { base: ${thrown.base}, len: ${thrown.lengthBytes}, other_base: ${other.base}, other_len: ${other.lengthBytes} }`;
  }
}

/** Replays inserts, removes and accesses of one bus. */
export function replayBus(recording: { readonly rows: readonly Row[] }): Outcome {
  const tally = new Tally();
  const bus = new MmioBus();
  const calls: unknown[] = [];
  for (const row of recording.rows) {
    calls.length = 0;
    const faults: string[] = [];
    if (row.op === 'insert') {
      const device = new NumberedDevice(row.dev, calls);
      faults.push(
        ...differs(
          'result',
          attempt(() => bus.insert(device, BigInt(row.base), BigInt(row.len))),
          row.result,
        ),
      );
    } else if (row.op === 'remove') {
      faults.push(
        ...differs(
          'result',
          attempt(() => bus.remove(BigInt(row.base), BigInt(row.len))),
          row.result,
        ),
      );
    } else if (row.op === 'read') {
      const data = new Uint8Array(row.w).fill(0xee);
      faults.push(
        ...differs('hit', bus.read(BigInt(row.addr), data), row.hit),
        ...differs('data', toHex(data), row.out),
      );
    } else {
      faults.push(...differs('hit', bus.write(BigInt(row.addr), fromHex(row.in)), row.hit));
    }
    tally.add([...faults, ...differs('calls', calls, row.calls)]);
  }
  return tally.outcome;
}
