import { fromHex, toHex } from '../../src/base/index.js';
import {
  type BusAccessInfo,
  DiagnosticLog,
  MmioBus,
  PciConfigMmio,
  PciFunction,
  PciRoot,
  PciVirtualConfigMmio,
} from '../../src/device/index.js';
import { differs, type Outcome, Tally } from './outcome.js';
import { versionedSnapshot } from './replay-device.js';

interface Row {
  readonly what: string;
  readonly json?: unknown;
  readonly result?: string;
  readonly equal_to_first?: boolean;
  readonly equal_to_previous?: boolean;
  readonly device_still_there?: number;
  readonly keys?: readonly string[];
  readonly ecam_offset?: string;
  readonly ecam_value?: string;
  readonly vcfg_offset?: string;
  readonly vcfg_value?: string;
}

/** The function of the recording: its identity, and one value in every virtual register. */
class SampleFunction extends PciFunction {
  constructor(log: DiagnosticLog) {
    super('sample 00:01.0', { vendor: 0x1af4, device: 0x1008, classCode: 0, headerType: 'device' }, log);
  }

  override virtualConfigRegisterRead(): number {
    return 0x1234_5678;
  }
}

function sortedText(value: unknown): string {
  return JSON.stringify(value, (_key, item) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

/** Replays what was found out about snapshots. Each row says what was done before it. */
class Replayer {
  readonly #log = new DiagnosticLog();
  readonly #root = new PciRoot({ mmioBus: new MmioBus(this.#log), log: this.#log });
  readonly #window = new PciVirtualConfigMmio(this.#root);
  readonly #ecam = new PciConfigMmio(this.#root);
  #first: unknown;
  #previous: unknown;

  /** What must be done before a row, by how its text begins. */
  readonly #steps: readonly (readonly [string, () => void])[] = [
    ['after enable_pcie_cfg_mmio', () => this.#root.hostBridge.enableEcam(0xf400_0000n)],
    [
      'after adding 00:01.0',
      () => this.#root.addDevice({ bus: 0, device: 1, function: 0 }, new SampleFunction(this.#log)),
    ],
    [
      "after writing the root's command register",
      () => this.#root.configSpaceWrite({ bus: 0, device: 0, function: 0 }, 1, 0, fromHex('07000000')),
    ],
    ['restore(first)', () => this.#window.restore(this.#first)],
  ];

  play(row: Row, tally: Tally): void {
    this.#steps.find(([text]) => row.what.startsWith(text))?.[1]();
    if (row.what.startsWith('restore of a malformed')) this.#playMalformed(row, tally);
    else if (row.what.startsWith('restore with register_bit_num 0')) this.#playDegenerate(tally);
    else if (row.vcfg_offset !== undefined) this.#playFarRead(row, tally);
    else this.#playState(row, tally);
  }

  #playState(row: Row, tally: Tally): void {
    const snapshot = this.#window.snapshot();
    this.#first ??= snapshot;
    const faults: string[] = [];
    if (row.json !== undefined)
      faults.push(...differs('snapshot', sortedText(snapshot), sortedText(versionedSnapshot(row.json))));
    const equals = (other: unknown) => sortedText(snapshot) === sortedText(other);
    if (row.equal_to_first !== undefined)
      faults.push(...differs('equal to first', equals(this.#first), row.equal_to_first));
    if (row.equal_to_previous !== undefined)
      faults.push(...differs('equal to previous', equals(this.#previous), row.equal_to_previous));
    if (row.device_still_there !== undefined)
      faults.push(
        ...differs('device', this.#root.configSpaceRead({ bus: 0, device: 1, function: 0 }, 0), row.device_still_there),
      );
    if (row.keys !== undefined)
      faults.push(
        ...differs(
          'keys',
          Object.keys(snapshot as object)
            .filter((key) => key !== 'version')
            .sort(),
          row.keys,
        ),
      );
    this.#previous = snapshot;
    tally.add(faults);
  }

  #playMalformed({ json, result }: Row, tally: Tally): void {
    const before = sortedText(this.#window.snapshot());
    const findings = this.#window.restore(versionedSnapshot(json));
    const faults = findings.length > 0 ? [] : [`restored, recorded ${result}`];
    tally.add([...faults, ...differs('state', sortedText(this.#window.snapshot()), before)]);
  }

  #playDegenerate(tally: Tally): void {
    const before = sortedText(this.#window.snapshot());
    const findings = this.#window.restore({ ...(this.#window.snapshot() as object), register_bit_num: 0 });
    const codes = findings.map(({ code }) => code);
    tally.add(
      [
        ...differs('findings', codes, ['SNAPSHOT_VALUE']),
        ...differs('state', sortedText(this.#window.snapshot()), before),
      ],
      'unchecked-restore',
    );
  }

  #playFarRead(row: Row, tally: Tally): void {
    const read = (device: PciVirtualConfigMmio | PciConfigMmio, offset: bigint) => {
      const data = new Uint8Array(4);
      const info: BusAccessInfo = { offset, address: offset, id: 0 };
      device.read(info, data);
      return toHex(data);
    };
    const far = BigInt(row.vcfg_offset as string) > 0xffff_ffffn;
    tally.add(
      [
        ...differs('ecam', read(this.#ecam, BigInt(row.ecam_offset as string)), row.ecam_value),
        ...differs('vcfg', read(this.#window, BigInt(row.vcfg_offset as string)), far ? '00000000' : row.vcfg_value),
      ],
      far ? 'wrapped-offset' : undefined,
    );
  }
}

export function replaySnapshots(recording: { readonly rows: readonly Row[] }): Outcome {
  const tally = new Tally();
  const replayer = new Replayer();
  for (const row of recording.rows) replayer.play(row, tally);
  return tally.outcome;
}
