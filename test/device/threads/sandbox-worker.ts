/** A sandbox: serves one of several devices, each with a fault of its own except the first three. */
import { workerData } from 'node:worker_threads';
import { DiagnosticLog, RegisterMapFunction, serveSandbox, type ThreadPort } from '../../../src/device/index.js';
import { describeFunction, SENSOR } from '../sample-platform.js';
import type { SandboxKind } from './sandbox-kinds.js';

const { port, kind, wake } = workerData as { port: ThreadPort; kind: SandboxKind; wake?: 'wait' | 'message' };

/** A sensor with a BAR whose STAT register tells how often onSandboxed was called. */
class Sandboxed extends RegisterMapFunction {
  constructor() {
    super(SENSOR, new DiagnosticLog());
    this.configuration.addBar({ index: 0, kind: 'mem32', address: 0xc000_0000n, sizeBytes: 0x1000n });
    if (kind === 'ports') this.configuration.addBar({ index: 1, kind: 'io', address: 0xc100n, sizeBytes: 0x20n });
    this.set('STAT', 0);
  }

  override onSandboxed(): void {
    if (kind === 'does not start') throw new Error('no firmware');
    this.set('STAT', this.get('STAT') + 1);
  }

  override virtualConfigRegisterRead(register: number): number {
    if (kind === 'hangs') for (;;);
    if (kind === 'throws') throw new Error('out of order');
    if (kind === 'answers nonsense') return -1;
    return super.virtualConfigRegisterRead(register);
  }

  protected override readBar(_index: number, offset: bigint, data: Uint8Array): void {
    for (const index of data.keys()) data[index] = Number(offset) + index;
  }

  protected override writeBar(_index: number, offset: bigint, data: Uint8Array): void {
    this.set('CTRL', Number(offset) * 0x1_0000 + (data[0] ?? 0) * 0x100 + data.length);
  }
}

const bridge = describeFunction({
  address: { bus: 0, device: 5, function: 0 },
  name: 'RP00',
  bridge: { secondary: 3, subordinate: 3 },
});
const device = kind === 'bridge' ? new RegisterMapFunction(bridge, new DiagnosticLog()) : new Sandboxed();
serveSandbox(device, port, wake);
