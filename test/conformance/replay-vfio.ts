import { toHex } from '../../src/base/index.js';
import { DiagnosticLog, MmioBus, PciRoot, PciVirtualConfigMmio, VfioFunction } from '../../src/device/index.js';
import { differs, type Outcome, Tally } from './outcome.js';

type Row = { readonly queue_len_after: number } & (
  | { readonly op: 'notify'; readonly value: number }
  | { readonly op: 'read'; readonly reg: number; readonly value: number; readonly log: readonly string[] }
  | {
      readonly op: 'write';
      readonly reg: number;
      readonly value: number;
      readonly log: readonly string[];
      readonly dsm_ok: boolean;
      readonly shm_seed: number | null;
      readonly shm_first16_after: string;
      readonly vfio_calls: readonly string[];
    }
);

/** Calls as recorded, whichever way the function enters low power. */
const CALLS = { low: 'pm_low_power_enter', full: 'pm_low_power_exit' } as const;

/** Replays the registers of a passed-through function behind the window. */
export function replayVfio(recording: { readonly rows: readonly Row[] }): Outcome {
  const tally = new Tally();
  const log = new DiagnosticLog();
  const bus = new MmioBus(log);
  const root = new PciRoot({ mmioBus: bus, log });
  bus.insert(new PciVirtualConfigMmio(root), 0n, 0x20_0000n);
  const calls: string[] = [];
  let succeeds = true;
  const device = new VfioFunction(
    {
      address: { bus: 0, device: 1, function: 0 },
      name: 'GPU0',
      registers: [],
      shared: [],
      profile: 'vfio',
      ids: { vendor: 0x8086, device: 1, classCode: 0x03_0000 },
    },
    log,
    {
      powerState: (state) => calls.push(CALLS[state]),
      evaluateDsm: (page) => {
        calls.push(`acpi_dsm len ${page.length} first8 ${toHex(page.subarray(0, 8))}`);
        for (let index = 0; index < page.length; index++) page[index] = (page[index] as number) ^ 0x5a;
        if (!succeeds) throw new Error('stub error');
      },
    },
  );
  root.addDevice(device.description.address, device);
  const addressOf = (register: number) => BigInt(0x1_0000 + register * 4);
  for (const row of recording.rows) {
    const faults: string[] = [];
    const before = log.countOf();
    calls.length = 0;
    if (row.op === 'notify') {
      device.notify(row.value);
    } else if (row.op === 'read') {
      faults.push(...differs('value', bus.read32(addressOf(row.reg)), row.value));
    } else {
      succeeds = row.dsm_ok;
      if (row.shm_seed !== null)
        for (const index of device.sharedPage().bytes.keys()) device.sharedPage().bytes[index] = row.shm_seed + index;
      bus.write32(addressOf(row.reg), row.value);
      const recorded = row.vfio_calls.map((call) => call.replace(/^(pm_low_power_enter).*/, '$1'));
      faults.push(
        ...differs('calls', calls, recorded),
        ...differs('page', toHex(device.sharedPage().bytes.subarray(0, 16)), row.shm_first16_after),
      );
    }
    if (row.op !== 'notify') faults.push(...differs('diagnostics', log.countOf() - before, row.log.length));
    faults.push(...differs('queue', device.pendingNotifications, row.queue_len_after));
    const failed = row.op === 'write' && row.reg === 1 && !row.dsm_ok;
    if (failed) faults.push(...differs('result type', device.sharedPage().read32(32), 0));
    tally.add(faults, failed ? 'failed-dsm' : undefined);
  }
  return tally.outcome;
}
