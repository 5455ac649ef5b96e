import { DiagnosticError, formatPciAddress, fromHex, parsePciAddress, toHex } from '../../src/base/index.js';
import {
  type Bus,
  BusError,
  DiagnosticLog,
  IoBus,
  MmioBus,
  PciConfigIo,
  PciConfigMmio,
  PciRoot,
  PciVirtualConfigMmio,
} from '../../src/device/index.js';
import type { PciAddress } from '../../src/vocab/index.js';
import { differs, type Outcome, Tally } from './outcome.js';
import { CallScript, type RecordedCall, RecordedFunction, rangesOf, writeResultOf } from './recorded-function.js';

interface Access {
  readonly bus: 'mmio' | 'io';
  readonly addr: string;
  readonly w: number;
  readonly hit?: boolean;
  readonly log: readonly string[];
}

type Row = { readonly calls: readonly RecordedCall[] } & (
  | ({ readonly op: 'read'; readonly out?: string; readonly panic?: string } & Access)
  | ({ readonly op: 'write'; readonly in: string; readonly reset_events?: number } & Access)
  | {
      readonly op: 'add';
      readonly bdf: string;
      readonly secondary: number | null;
      readonly add_bridge: string | null;
      readonly result: string;
      readonly bus_inserts: readonly (readonly [string, string, string, string])[];
    }
  | { readonly op: 'remove'; readonly bdf: string; readonly path_to_bus_after: readonly number[] }
  | {
      readonly op: 'acpi_path';
      readonly bdf: string;
      readonly path: string | null;
      readonly path_to: readonly number[];
      readonly downstream_sorted: readonly string[];
    }
  | {
      readonly op: 'snapshot' | 'restore';
      readonly of: string;
      readonly json: Record<string, unknown>;
      readonly ok?: boolean;
    }
  | { readonly op: 'sleep_sleep_wake_wake'; readonly ok: readonly boolean[] }
);

interface Recording {
  readonly enable_pcie_cfg_mmio: string;
  readonly layout: {
    readonly ecam: [string, string, number];
    readonly io: [string, number];
    readonly vcfg: [string, string, number];
  };
  readonly rows: readonly Row[];
}

/** How recorded errors read, by our code. */
const ERRORS: readonly (readonly [RegExp, string])[] = [
  [/^ok$/, 'ok'],
  [/^pci device .* has already been added/, 'PCI_DEVICE_EXISTS'],
  [/^pci device .* parent bus does not belong/, 'PCI_BUS_MISSING'],
  [/^Added bus \d+ already existed/, 'PCI_BUS_EXISTS'],
  [/^Added bus \d+ does not located/, 'PCI_BUS_MISSING'],
  [/overlaps with an old device/, 'BUS_OVERLAP'],
];

function codeOf(recorded: string | null): string {
  if (recorded === null) return 'none';
  return ERRORS.find(([pattern]) => pattern.test(recorded))?.[1] ?? recorded;
}

function attempt(change: () => void): string {
  try {
    change();
    return 'ok';
  } catch (thrown) {
    if (!(thrown instanceof DiagnosticError)) throw thrown;
    return thrown.diagnostics[0]?.code ?? 'nothing';
  }
}

/** A recorded snapshot in our form: versioned, its 64-bit number as text. */
export function versionedSnapshot(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || !('pci_root' in json)) return json;
  const root = json.pci_root as { pcie_cfg_mmio: number | null } | null;
  const base = root?.pcie_cfg_mmio;
  const pci_root = typeof base === 'number' ? { ...root, pcie_cfg_mmio: `0x${base.toString(16)}` } : root;
  return { version: 1, ...json, pci_root };
}

/** Keys sorted at every depth, for comparison. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

/** The machine of a recording, and what crosvm still holds that this project has let go. */
class Replayer {
  readonly #log = new DiagnosticLog();
  readonly #mmio = new MmioBus(this.#log);
  readonly #io = new IoBus(this.#log);
  readonly #root = new PciRoot({ mmioBus: this.#mmio, ioBus: this.#io, log: this.#log });
  readonly #script = new CallScript();
  readonly #functions = new Map<string, RecordedFunction>();
  /** Functions that crosvm's map holds and ours does not, with the deviation that made it so. */
  readonly #kept = new Map<string, 'kept-on-error' | 'bridge-children'>();
  readonly #windows: Readonly<Record<string, PciVirtualConfigMmio | PciConfigMmio | PciConfigIo>>;
  #resets = 0;

  constructor({ layout, enable_pcie_cfg_mmio }: Recording) {
    const { ecam, io, vcfg } = layout;
    const configMmio = new PciConfigMmio(this.#root, ecam[2]);
    const configIo = new PciConfigIo(this.#root, { onReset: () => this.#resets++ });
    const virtual = new PciVirtualConfigMmio(this.#root, vcfg[2]);
    this.#root.hostBridge.enableEcam(BigInt(enable_pcie_cfg_mmio));
    this.#mmio.insert(configMmio, BigInt(ecam[0]), BigInt(ecam[1]));
    this.#mmio.insert(virtual, BigInt(vcfg[0]), BigInt(vcfg[1]));
    this.#io.insert(configIo, BigInt(io[0]), BigInt(io[1]));
    this.#windows = {
      'pci virtual config mmio': virtual,
      'pci config mmio': configMmio,
      'pci config io-port': configIo,
    };
  }

  #functionAt(bdf: string): RecordedFunction {
    const found = this.#functions.get(bdf) ?? new RecordedFunction(bdf, this.#script);
    this.#functions.set(bdf, found);
    return found;
  }

  #bus(type: string): Bus {
    return type.toLowerCase() === 'io' ? this.#io : this.#mmio;
  }

  /** Plays one row. */
  play(row: Row, tally: Tally): void {
    const keeper = row.calls.map(([, bdf]) => this.#kept.get(bdf)).find((kept) => kept !== undefined);
    if (row.op === 'read' || row.op === 'write') this.#playAccess(row, keeper, tally);
    else if (row.op === 'add') this.#playAdd(row, tally);
    else if (row.op === 'remove') this.#playRemove(row, keeper, tally);
    else if (row.op === 'acpi_path') this.#playPath(row, keeper, tally);
    else if (row.op === 'sleep_sleep_wake_wake') this.#playSleep(row, tally);
    else this.#playSnapshot(row, tally);
  }

  #playAccess(row: Extract<Row, { op: 'read' | 'write' }>, keeper: string | undefined, tally: Tally): void {
    const isBarAccess = row.calls.some(([name]) => name === 'read' || name === 'write');
    const deviates = keeper !== undefined && !isBarAccess;
    this.#script.begin(deviates ? [] : row.calls);
    const shapes = this.#shapes();
    const data = row.op === 'write' ? fromHex(row.in) : new Uint8Array(row.w).fill(0xee);
    this.#resets = 0;
    const hit =
      row.op === 'write'
        ? this.#bus(row.bus).write(BigInt(row.addr), data)
        : this.#bus(row.bus).read(BigInt(row.addr), data);
    const faults = this.#script.end();
    if (row.op === 'write') faults.push(...differs('resets', this.#resets, row.reset_events ?? 0));
    const logged = row.log.filter((line) => line.includes('virtual config mmio unexpected')).length;
    if (logged > 0) faults.push(...differs('diagnostics', this.#shapes() - shapes, logged));
    faults.push(...differs('hit', hit, row.hit ?? true));
    const isPanic = row.op === 'read' && row.panic !== undefined;
    if (row.op === 'read') {
      const absent = (row.bus === 'mmio' && BigInt(row.addr) >= 0x1_0000_0000n ? '00' : 'ff').repeat(row.w);
      faults.push(...differs('data', toHex(data), isPanic ? '00'.repeat(row.w) : deviates ? absent : row.out));
    }
    if (deviates) this.#followKept(row.calls);
    tally.add(faults, isPanic ? 'narrow-read' : deviates ? keeper : undefined);
  }

  #shapes(): number {
    return this.#log.countOf('WINDOW_READ_SHAPE') + this.#log.countOf('WINDOW_WRITE_SHAPE');
  }

  /** Does to the buses what a function did that only crosvm still holds. */
  #followKept(calls: readonly RecordedCall[]): void {
    for (const [name, bdf, ...rest] of calls) {
      if (name === 'cw') {
        const result = writeResultOf(rest[3] as Parameters<typeof writeResultOf>[0]);
        for (const { base, lengthBytes } of result.mmioRemove) tolerant(() => this.#mmio.remove(base, lengthBytes));
        for (const { base, lengthBytes } of result.ioRemove) tolerant(() => this.#io.remove(base, lengthBytes));
        for (const { base, lengthBytes } of result.mmioAdd)
          tolerant(() => this.#mmio.insert(this.#functionAt(bdf), base, lengthBytes));
        for (const { base, lengthBytes } of result.ioAdd)
          tolerant(() => this.#io.insert(this.#functionAt(bdf), base, lengthBytes));
      } else if (name === 'ranges') {
        for (const { type, base, lengthBytes } of rangesOf(rest[0]))
          tolerant(() => this.#bus(type).remove(base, lengthBytes));
      } else if (name === 'destroy') {
        this.#kept.delete(bdf);
      }
    }
  }

  #playAdd(row: Extract<Row, { op: 'add' }>, tally: Tally): void {
    this.#script.begin(row.calls);
    const address = parsePciAddress(row.bdf);
    const device = this.#functionAt(row.bdf);
    const faults: string[] = [];
    const result = attempt(() => this.#root.addDevice(address, device));
    faults.push(...differs('result', result, codeOf(row.result)));
    if (result === 'ok') {
      device.secondary = row.secondary ?? undefined;
      this.#kept.delete(row.bdf);
    } else if (this.#root.device(address) === undefined && row.bdf !== '00:00.0') {
      this.#kept.set(row.bdf, 'kept-on-error');
    }
    const bridge =
      row.secondary === null ? 'none' : attempt(() => this.#root.addBus(row.secondary as number, address.bus));
    faults.push(...differs('bus', bridge, codeOf(row.add_bridge)));
    for (const [type, base, length, recorded] of row.bus_inserts) {
      const inserted = attempt(() => this.#bus(type).insert(device, BigInt(base), BigInt(length)));
      faults.push(...differs(`range ${base}`, inserted, codeOf(recorded)));
    }
    tally.add([...faults, ...this.#script.end()]);
  }

  #playRemove(row: Extract<Row, { op: 'remove' }>, keeper: string | undefined, tally: Tally): void {
    const address = parsePciAddress(row.bdf);
    const isKept = this.#kept.has(row.bdf);
    this.#script.begin(isKept ? [] : row.calls);
    const children = isKept ? [] : this.#childrenOf(address);
    for (const child of children) this.#functionAt(formatPciAddress(child)).unrecorded = true;
    this.#root.removeDevice(address);
    for (const child of children) {
      this.#functionAt(formatPciAddress(child)).unrecorded = false;
      this.#kept.set(formatPciAddress(child), 'bridge-children');
    }
    if (isKept) this.#followKept(row.calls);
    const path = this.#root.pathToBus(address.bus);
    const faults = [...this.#script.end(), ...differs('path', path, row.path_to_bus_after)];
    tally.add(faults, keeper ?? (children.length > 0 ? 'bridge-children' : undefined));
  }

  #childrenOf(address: PciAddress): readonly PciAddress[] {
    const secondary = this.#functionAt(formatPciAddress(address)).secondary;
    return secondary === undefined ? [] : this.#root.downstreamFunctions(secondary);
  }

  #playPath(row: Extract<Row, { op: 'acpi_path' }>, keeper: string | undefined, tally: Tally): void {
    this.#script.begin(keeper === undefined ? row.calls : []);
    const address = parsePciAddress(row.bdf);
    const path = this.#root.acpiPath(address) ?? null;
    const below = this.#root.downstreamFunctions(0).map(formatPciAddress);
    tally.add(
      [
        ...this.#script.end(),
        ...differs('path', path, keeper === undefined ? row.path : null),
        ...differs('path to bus', this.#root.pathToBus(address.bus), row.path_to),
        ...differs('downstream', below, row.downstream_sorted),
      ],
      keeper,
    );
  }

  #playSleep(row: Extract<Row, { op: 'sleep_sleep_wake_wake' }>, tally: Tally): void {
    this.#script.begin(row.calls);
    const seen = row.ok.map((_, index) =>
      Object.values(this.#windows).every(
        (window) => attempt(() => (index < 2 ? window.sleep() : window.wake())) === 'ok',
      ),
    );
    tally.add([...this.#script.end(), ...differs('success', seen, row.ok)]);
  }

  #playSnapshot(row: Extract<Row, { op: 'snapshot' | 'restore' }>, tally: Tally): void {
    this.#script.begin(row.calls);
    const window = this.#windows[row.of];
    const json = versionedSnapshot(row.json);
    const faults =
      window === undefined
        ? [`there is no ${row.of}`]
        : row.op === 'snapshot'
          ? differs('snapshot', sorted(window.snapshot()), sorted(json))
          : differs('restored', window.restore(json).length === 0, row.ok);
    tally.add([...faults, ...this.#script.end()]);
  }
}

/** Does what a bus may refuse, as crosvm does: without looking. */
function tolerant(change: () => void): void {
  try {
    change();
  } catch (thrown) {
    if (!(thrown instanceof BusError)) throw thrown;
  }
}

/** Replays operations through the buses, the PCI root and the three config windows. */
export function replayDevice(recording: Recording): Outcome {
  const tally = new Tally();
  const replayer = new Replayer(recording);
  for (const row of recording.rows) replayer.play(row, tally);
  return tally.outcome;
}
