import { type BarConfiguration, type DiagnosticLog, PciFunction } from '../../../src/device/index.js';

/** A function with BARs: a 32-bit one of 4 KiB, a 64-bit one of 64 KiB, and ports. Notes its accesses. */
export class BarFunction extends PciFunction {
  readonly calls: string[] = [];

  constructor(label: string, log: DiagnosticLog, bars: readonly BarConfiguration[]) {
    super(label, { vendor: 0x1af4, device: 0x1008, classCode: 0x02_0000, headerType: 'device' }, log);
    for (const bar of bars) this.configuration.addBar(bar);
  }

  protected override readBar(index: number, offset: bigint, data: Uint8Array): void {
    this.calls.push(`read ${index} ${offset} ${data.length}`);
    data.fill(index + 1);
  }

  protected override writeBar(index: number, offset: bigint, data: Uint8Array): void {
    this.calls.push(`write ${index} ${offset} ${data.length}`);
  }
}

export const THREE_BARS: readonly BarConfiguration[] = [
  { index: 0, kind: 'mem32', address: 0xd000_8000n, sizeBytes: 0x1000n },
  { index: 2, kind: 'mem64', address: 0x20_0008_0000n, sizeBytes: 0x1_0000n, prefetchable: true },
  { index: 4, kind: 'io', address: 0xc100n, sizeBytes: 0x20n },
];
